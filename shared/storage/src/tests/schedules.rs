//! Schedules, and the slots that follow from them: what publishing costs, and that nothing stops it for good.

use domain::availability::schedule::{
    Blocked, DateOverride, Hours, MAX_BLOCKED, MAX_HORIZON_DAYS, MAX_HOURS_OF_A_DATE, MAX_NOTICE_MINUTES,
    MAX_OVERRIDES, MAX_RULES, Schedule, ScheduleDraft, ScheduleRule,
};
use domain::availability::slot::{ClinicName, Place, SlotState};
use domain::core::time::Zone;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;

use super::cost::{size, units};
use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, PageRequest, Provenance, SLOTS_AT_ONCE};

/// Four weeks of eight hours a day, in half hours.
async fn four_weeks() -> Stack {
    let stack = Stack::new();
    stack.register(&doctor(1)).await;
    stack.storage.commit_schedule(&schedule(9, 17, 0), &by("doctor", "r-schedule")).await.unwrap();
    stack
}

/// Everything that a schedule may have.
fn largest() -> ScheduleDraft {
    let place = Place::Clinic { name: ClinicName::parse(&"अ".repeat(80)).unwrap() };
    let zone = Zone::parse("America/Argentina/ComodRivadavia").unwrap();
    let ScheduleDraft { mut rules, .. } = schedule(10, 22, 0).terms().clone();
    let hours = Hours {
        zone: zone.clone(),
        slot_minutes: 240,
        buffer_before_minutes: 240,
        buffer_after_minutes: 240,
        place,
        ..rules[0].hours.clone()
    };
    let day = |n: usize| date(2027, 1, 1).checked_add(jiff::Span::new().days(i64::try_from(n).unwrap())).unwrap();
    let rule = ScheduleRule { first: Some(day(0)), last: Some(day(400)), hours: hours.clone(), ..rules.remove(0) };
    let of_a_date = |n| DateOverride { date: day(n), hours: vec![hours.clone(); MAX_HOURS_OF_A_DATE] };
    ScheduleDraft {
        rules: vec![rule; MAX_RULES],
        overrides: (0..MAX_OVERRIDES).map(of_a_date).collect(),
        blocked: vec![Blocked::Days { first: day(0), last: day(1), zone }; MAX_BLOCKED],
        notice_minutes: MAX_NOTICE_MINUTES,
        horizon_days: MAX_HORIZON_DAYS,
    }
}

/// Before the first hours of the day: 08:30 in India, and four weeks from now.
const SLOTS: usize = 29 * 16;

/// One try to apply a schedule, as the consumer makes it.
async fn apply(stack: &Stack) -> Result<(), CommitError> {
    let storage = &stack.storage;
    let schedule = authorized(storage.schedule(doctor_id(1)).await?);
    let published = storage.published_ahead(doctor_id(1), now()).await?;
    let plan = schedule.plan(&published.slots, now());
    // As long as they are in AWS, where a request's id is a UUID: what a week costs to read is counted in bytes.
    let prov = by("applySchedule", "5f0c7a9e-3d41-4c1b-9b57-2f8e6c0d1a34");
    let prov = Provenance { role: "system".to_owned(), operation: "applySchedule".to_owned(), ..prov };
    storage.commit_plan(&schedule, &published, &plan, &prov).await
}

/// The slots that are published, by start and end.
async fn published(stack: &Stack) -> Vec<(Timestamp, Timestamp)> {
    let all = stack.storage.published_ahead(doctor_id(1), now()).await.unwrap().slots;
    let published = all.iter().filter(|slot| slot.state != SlotState::Withdrawn);
    published.map(|slot| (slot.time.start(), slot.time.end())).collect()
}

fn transactions(stack: &Stack) -> Vec<Value> {
    let calls = stack.calls().into_iter();
    calls.filter(|(name, _)| name == "TransactWriteItems").map(|(_, request)| request).collect()
}

#[tokio::test]
async fn publishing_four_weeks_takes_a_transaction_for_98_slots_and_two_units_for_each() {
    let stack = four_weeks().await;
    stack.forget_calls();
    apply(&stack).await.unwrap();

    assert_eq!(published(&stack).await.len(), SLOTS);
    let transactions = transactions(&stack);
    assert_eq!(transactions.len(), SLOTS.div_ceil(SLOTS_AT_ONCE));
    assert_eq!(transactions.len(), 5);
    // The calendar and the check of the schedule come on top.
    assert_eq!(transactions.iter().map(units).sum::<usize>(), 2 * SLOTS + 5 * 4);
    assert!(transactions.iter().all(|request| request["TransactItems"].as_array().unwrap().len() <= 100));

    stack.forget_calls();
    apply(&stack).await.unwrap();
    let calls: Vec<String> = stack.calls().into_iter().map(|(name, _)| name).collect();
    assert_eq!(calls, ["GetItem", "GetItem", "Query"], "the second time there is nothing to do");
}

#[tokio::test]
async fn publishing_that_is_stopped_at_any_call_goes_on_where_it_stopped() {
    for fault in [Fault::NeverSent, Fault::LoseReply, Fault::Conflict] {
        for call in 0..5 {
            let stack = four_weeks().await;
            (0..call).for_each(|_| stack.next(Fault::Pass));
            stack.next(fault);
            assert!(apply(&stack).await.is_err(), "{fault:?} at {call}");

            let done = if fault == Fault::LoseReply { call + 1 } else { call };
            assert_eq!(published(&stack).await.len(), SLOTS.min(done * SLOTS_AT_ONCE), "{fault:?} at {call}");
            stack.forget_calls();
            apply(&stack).await.unwrap();
            assert_eq!(published(&stack).await.len(), SLOTS, "{fault:?} at {call}");
            assert_eq!(transactions(&stack).len(), 5 - done, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn two_who_apply_at_once_write_each_slot_once_and_the_second_looks_again() {
    let stack = four_weeks().await;
    let storage = &stack.storage;
    let schedule = authorized(storage.schedule(doctor_id(1)).await.unwrap());
    let read = storage.published_ahead(doctor_id(1), now()).await.unwrap();
    let plan = schedule.plan(&read.slots, now());
    let (one, other) = (by("applySchedule", "m-1"), by("applySchedule", "m-2"));
    let (one, other) = futures::join!(
        storage.commit_plan(&schedule, &read, &plan, &one),
        storage.commit_plan(&schedule, &read, &plan, &other),
    );
    let ends = [one, other];
    assert!(ends.iter().any(|end| matches!(end, Err(CommitError::Stale))), "{ends:?}");
    apply(&stack).await.unwrap();
    let all = storage.published_ahead(doctor_id(1), now()).await.unwrap().slots;
    assert!(all.len() == SLOTS && all.iter().all(|slot| slot.version == 1), "each slot was written once");
}

#[tokio::test]
async fn who_publishes_by_hand_meanwhile_is_not_published_over() {
    let stack = four_weeks().await;
    let storage = &stack.storage;
    let schedule = authorized(storage.schedule(doctor_id(1)).await.unwrap());
    let read = storage.published_ahead(doctor_id(1), now()).await.unwrap();
    let plan = schedule.plan(&read.slots, now());
    let by_hand = domain::core::time::TimeRange::new(half_hour(0).start() + minutes(10), half_hour(0).end()).unwrap();
    stack.publish(doctor_id(1), vec![by_hand]).await;

    let stale = storage.commit_plan(&schedule, &read, &plan, &by("applySchedule", "m-1")).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    apply(&stack).await.unwrap();
    let published = published(&stack).await;
    assert_eq!(published.len(), SLOTS, "one by hand, and one of the schedule less");
    assert!(published.windows(2).all(|pair| pair[0].1 <= pair[1].0), "none overlaps another");
}

#[tokio::test]
async fn a_slot_that_is_booked_before_it_is_withdrawn_stays_booked() {
    let stack = four_weeks().await;
    apply(&stack).await.unwrap();
    let storage = &stack.storage;
    storage.commit_schedule(&schedule(14, 17, 1), &by("doctor", "r-schedule")).await.unwrap();
    let after = authorized(storage.schedule(doctor_id(1)).await.unwrap());
    let read = storage.published_ahead(doctor_id(1), now()).await.unwrap();
    let plan = after.plan(&read.slots, now());
    stack.book(patient_id(1), 0, appointment_id(1)).await;

    let stale = storage.commit_plan(&after, &read, &plan, &by("applySchedule", "m-1")).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    apply(&stack).await.unwrap();
    let visit = stack.slot(0).await;
    assert_eq!(visit.holder(), Some(appointment_id(1)));
    let is_late = |slot: &(Timestamp, Timestamp)| slot.0.to_zoned(Zone::default().tz().clone()).hour() >= 14;
    let early: Vec<_> = published(&stack).await.into_iter().filter(|slot| !is_late(slot)).collect();
    assert_eq!(early, [(visit.time.start(), visit.time.end())]);
}

#[tokio::test]
async fn a_week_of_free_slots_is_one_query_and_at_most_five_read_units() {
    // Forty hours in half hours and in quarters; in slots of ten minutes they are more bytes than five units read.
    for (slot_minutes, slots, most_units) in [(30, 80, 2.5), (15, 160, 5.0), (10, 240, 7.5)] {
        let stack = Stack::new();
        stack.register(&doctor(1)).await;
        let ScheduleDraft { mut rules, .. } = schedule(9, 17, 0).terms().clone();
        rules[0].weekdays.truncate(5);
        rules[0].hours.slot_minutes = slot_minutes;
        let week = ScheduleDraft { rules, notice_minutes: 60, ..ScheduleDraft::empty() };
        let week = Schedule::new(doctor_id(1), week, 0).unwrap();
        stack.storage.commit_schedule(&week, &by("doctor", "r-schedule")).await.unwrap();
        apply(&stack).await.unwrap();
        let is_of_the_week = |item: &Value| {
            let key = item["SK"]["S"].as_str().unwrap();
            ("SLOT#20261206T1830".."SLOT#20261213T1830").contains(&key)
        };
        let writes: Vec<Value> = transactions(&stack)
            .iter()
            .flat_map(|request| request["TransactItems"].as_array().unwrap().clone())
            .map(|write| write["Put"]["Item"].clone())
            .filter(|item| item.is_object() && is_of_the_week(item))
            .collect();
        assert_eq!(writes.len(), slots);

        let (from, to) = (at("2026-12-06T18:30:00Z"), at("2026-12-13T18:30:00Z"));
        stack.forget_calls();
        let page = PageRequest::of_slots(PageRequest::MAX_SLOTS, None);
        let free = stack.storage.free_slots(doctor_id(1), from, to, None, now(), &page).await.unwrap();
        assert_eq!((free.items.len(), free.next), (slots, None));
        let calls = stack.calls();
        assert!(matches!(&calls[..], [(name, sent)] if name == "Query" && sent["ConsistentRead"] != true), "{calls:?}");
        // Half a unit for each started four kilobytes, since nothing depends on the list.
        let bytes = writes.iter().map(size).sum::<usize>();
        let units = f64::from(u32::try_from(bytes.div_ceil(4096)).unwrap()) / 2.0;
        println!("{slots} slots, {} bytes each, {units} units", bytes / slots);
        assert!(units <= most_units, "{units} units for {bytes} bytes");
    }
}

#[tokio::test]
async fn the_largest_schedule_has_less_than_half_of_what_an_item_may_have() {
    let stack = Stack::new();
    let schedule = Schedule::new(doctor_id(1), largest(), 0).unwrap();
    stack.storage.commit_schedule(&schedule, &by("doctor", "r-schedule")).await.unwrap();
    let bytes = size(&transactions(&stack)[0]["TransactItems"][0]["Put"]["Item"]);
    assert!(bytes < 200 * 1024, "{bytes}");
    assert_eq!(stack.storage.schedule(doctor_id(1)).await.unwrap().terms(), schedule.terms());
}

#[tokio::test]
async fn a_doctor_without_a_schedule_has_the_empty_one() {
    let stack = Stack::with_slots(1).await;
    let empty = stack.storage.schedule(doctor_id(1)).await.unwrap();
    assert_eq!((empty.version, empty.terms()), (0, &ScheduleDraft::empty()));
}
