//! The earliest slots of a speciality: they follow what is written, never offer what can't be booked, and cost the page.

use domain::availability::first_free::FirstFreeSlots;
use domain::availability::slot::Mode;
use domain::availability::slot::{ClinicName, Place, Slot};
use domain::core::money::Paise;
use domain::core::person::{Language, Speciality};
use domain::core::time::TimeRange;
use domain::directory::doctor::{Doctor, DoctorRevision, KindTerms, Terms};
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::cost::units;
use super::samples::*;
use super::stack::{Fault, Stack};
use crate::availability::keys::{FirstFreeSlotPlaces, Key, SearchKey};
use crate::availability::slot;
use crate::table::guard::Guard;
use crate::table::item::Item;
use crate::table::transaction::{OnFailure, Transaction};
use crate::{CommitError, Cursor, DayOfSlots, EarliestQuery, EarliestSlot, Page, PageRequest};

/// The day of the visits.
const DAY: Date = date(2026, 12, 1);

pub async fn see(stack: &Stack, now: Timestamp) -> (DayOfSlots, FirstFreeSlots) {
    see_of(stack, 1, now).await
}

async fn see_of(stack: &Stack, doctor: u128, now: Timestamp) -> (DayOfSlots, FirstFreeSlots) {
    let day = stack.storage.day_of_slots(doctor_id(doctor), DAY, now).await.unwrap();
    let seen = day.known.recompute(day.doctor.as_ref(), &day.slots, &day.full, now);
    (day, seen)
}

/// Looks at the day of the visits, and writes what is seen.
pub async fn look(stack: &Stack, now: Timestamp) {
    look_of(stack, 1, now).await;
}

async fn look_of(stack: &Stack, doctor: u128, now: Timestamp) {
    let (day, seen) = see_of(stack, doctor, now).await;
    stack.storage.commit_first_free_slots(&day, &seen, &by("system", &format!("r-look-{now}"))).await.unwrap();
}

fn query(speciality: &str, language: Option<&str>, mode: Option<Mode>) -> EarliestQuery {
    let language = language.map(|language| Language::parse(language).unwrap());
    EarliestQuery { speciality: Speciality::parse(speciality).unwrap(), language, mode }
}

async fn page(stack: &Stack, query: &EarliestQuery, now: Timestamp, request: &PageRequest) -> Page<EarliestSlot> {
    let window = (now, at("2026-12-06T00:00:00Z"));
    stack.storage.earliest_slots(query, window, now, request).await.unwrap()
}

async fn found(stack: &Stack, query: &EarliestQuery, now: Timestamp) -> Vec<TimeRange> {
    let page = page(stack, query, now, &PageRequest::first(20)).await;
    assert_eq!(page.next, None);
    page.items.into_iter().map(|found| found.slot.time).collect()
}

#[tokio::test]
async fn it_follows_what_is_booked_and_never_offers_what_is_not_free() {
    let stack = Stack::with_slots(3).await;
    let cardiology = query("cardiology", None, None);
    assert_eq!(found(&stack, &cardiology, now()).await, [], "no run has looked");
    look(&stack, now()).await;
    assert_eq!(found(&stack, &cardiology, now()).await, [half_hour(0)]);

    stack.book(patient_id(1), 0, appointment_id(1)).await;
    assert_eq!(found(&stack, &cardiology, now()).await, [], "it lags, and does not lie");
    look(&stack, now()).await;
    assert_eq!(found(&stack, &cardiology, now()).await, [half_hour(1)]);
    // A hold that is over.
    let after = now() + minutes(10);
    look(&stack, after).await;
    assert_eq!(found(&stack, &cardiology, after).await, [half_hour(0)]);
    // What has begun is gone, and the next one is found as soon as a run looks.
    let later = half_hour(0).start();
    assert_eq!(found(&stack, &cardiology, later).await, []);
    look(&stack, later).await;
    assert_eq!(found(&stack, &cardiology, later).await, [half_hour(1)]);
    let evening = half_hour(3).start();
    look(&stack, evening).await;
    assert_eq!(found(&stack, &cardiology, evening).await, []);
}

#[tokio::test]
async fn a_look_plans_the_next_one_for_the_time_at_which_it_is_out_of_date() {
    let stack = Stack::with_slots(2).await;
    look(&stack, now()).await;
    let rings = half_hour(0).start();
    assert_eq!(stack.storage.due_timers(rings, 10).await.unwrap().timers.len(), 0);
    let due = stack.storage.due_timers(rings + minutes(1), 10).await.unwrap().timers;
    let told: Vec<_> = due.iter().map(|timer| timer.envelope().unwrap().payload).collect();
    let again = domain::messages::Message::FirstFreeSlotsDue { doctor: doctor_id(1), date: Some(DAY) };
    assert_eq!(told, [again]);
}

#[tokio::test]
async fn it_is_found_by_what_the_doctor_treats_and_speaks_and_by_no_more() {
    let stack = Stack::with_slots(1).await;
    look(&stack, now()).await;
    for (speciality, language, mode, count) in [
        ("cardiology", None, None, 1),
        ("general-medicine", Some("hi"), Some(Mode::Video), 1),
        ("cardiology", Some("ta"), None, 0),
        ("ent", None, None, 0),
        ("cardiology", None, Some(Mode::Clinic), 0),
    ] {
        let found = found(&stack, &query(speciality, language, mode), now()).await;
        assert_eq!(found.len(), count, "{speciality} {language:?} {mode:?}");
    }

    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let Doctor { name, qualification, bio, fee, terms, zone, email, .. } = before.clone();
    let revision = DoctorRevision {
        title: None,
        specialities: vec!["ent".parse().unwrap()],
        languages: vec!["ta".parse().unwrap()],
        name,
        qualification,
        bio,
        fee,
        terms,
        zone,
        email,
    };
    let revised = authorized(before.clone()).revise(revision);
    // Who has seen the doctor before writes nothing of a day that is looked at again.
    let (day, seen) = see(&stack, now()).await;
    let stale = FirstFreeSlots { languages: vec![], ..seen };
    stack.storage.commit_revision(&before, &revised, &by("admin", "r-revise")).await.unwrap();
    let end = stack.storage.commit_first_free_slots(&day, &stale, &by("system", "r-look")).await;
    assert!(matches!(end, Err(CommitError::Stale)), "{end:?}");
    assert_eq!(found(&stack, &query("cardiology", None, None), now()).await, [], "before a run has looked");
    assert_eq!(stack.storage.days_with_first_free_slots(doctor_id(1), now()).await.unwrap(), [DAY]);
    look(&stack, now()).await;
    assert_eq!(found(&stack, &query("cardiology", Some("en"), None), now()).await, []);
    assert_eq!(found(&stack, &query("ent", Some("ta"), None), now()).await, [half_hour(0)]);
}

#[tokio::test]
async fn a_suspended_doctor_is_not_found_before_and_after_upkeep() {
    let stack = Stack::with_slots(1).await;
    look(&stack, now()).await;
    let doctor = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let suspended = authorized(doctor).suspend("fraud".to_owned(), now()).unwrap();
    stack.storage.commit_suspension(&suspended, &by("admin", "r-suspend")).await.unwrap();
    let cardiology = query("cardiology", None, None);
    assert_eq!(found(&stack, &cardiology, now()).await, []);
    look(&stack, now()).await;
    stack.forget_calls();
    assert_eq!(found(&stack, &cardiology, now()).await, []);
    assert!(stack.calls().iter().all(|(name, _)| name == "Query"), "no pointer is left to be confirmed");
}

#[tokio::test]
async fn each_mode_has_its_own_first_slot_and_days_follow_each_other() {
    let stack = Stack::with_slots(3).await;
    let clinic = Place::Clinic { name: ClinicName::parse("Indiranagar").unwrap() };
    let first = Slot { place: clinic, ..stack.slot(0).await };
    let transaction: Transaction = Transaction::by(&by("doctor", "r-move"));
    let unchanged = Guard::SLOT_UNCHANGED.expecting(first.version);
    transaction.put(slot::item(&first), unchanged, OnFailure::Stale).commit(&stack.storage).await.unwrap();
    let tomorrow = TimeRange::new(at("2026-12-03T04:30:00Z"), at("2026-12-03T05:00:00Z")).unwrap();
    stack.publish(doctor_id(1), vec![tomorrow]).await;
    look(&stack, now()).await;
    let day = stack.storage.day_of_slots(doctor_id(1), date(2026, 12, 3), now()).await.unwrap();
    let seen = day.known.recompute(day.doctor.as_ref(), &day.slots, &day.full, now());
    stack.storage.commit_first_free_slots(&day, &seen, &by("system", "r-look")).await.unwrap();

    let modes = [None, Some(Mode::Video), Some(Mode::Clinic)];
    let expected = [vec![half_hour(0), tomorrow], vec![half_hour(1), tomorrow], vec![half_hour(0)]];
    for (mode, expected) in modes.into_iter().zip(expected) {
        assert_eq!(found(&stack, &query("cardiology", None, mode), now()).await, expected, "{mode:?}");
    }
    // Page after page.
    let mut request = PageRequest::first(1);
    let mut times = vec![];
    loop {
        let page = page(&stack, &query("cardiology", None, None), now(), &request).await;
        times.extend(page.items.into_iter().map(|found| found.slot.time));
        let Some(next) = page.next else { break };
        request = PageRequest::new(1, Some(Cursor::from_bytes(next.as_bytes()).unwrap()));
    }
    assert_eq!(times, [half_hour(0), tomorrow]);
}

#[tokio::test]
async fn where_a_consultation_takes_several_slots_the_first_adjacent_ones_are_listed() {
    let stack = Stack::new();
    let long = KindTerms { slots: 2, fee: Paise::new(90_000).unwrap() };
    let kinds = [(VisitKind::Consultation, long)].into();
    stack.register(&Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor(1) }).await;
    // Nothing follows the first one at once.
    stack.publish(doctor_id(1), vec![half_hour(0), half_hour(2), half_hour(3), half_hour(4)]).await;
    look(&stack, now()).await;
    let listed = async |until: Timestamp| {
        let (query, request) = (query("cardiology", None, None), PageRequest::first(20));
        let page = stack.storage.earliest_slots(&query, (now(), until), now(), &request).await.unwrap();
        page.items.into_iter().map(|found| (found.slot.time, found.time)).collect::<Vec<_>>()
    };
    let both = TimeRange::new(half_hour(2).start(), half_hour(3).end()).unwrap();
    assert_eq!(listed(half_hour(2).end()).await, [(half_hour(2), both)]);
    assert_eq!(listed(half_hour(2).start()).await, [], "it would begin too late");
}

#[tokio::test]
async fn looks_that_meet_or_are_lost_leave_the_newest() {
    let stack = Stack::with_slots(2).await;
    let older = see(&stack, now()).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    look(&stack, now()).await;
    let prov = by("system", "r-late");
    let end = stack.storage.commit_first_free_slots(&older.0, &older.1, &prov).await;
    assert!(matches!(end, Err(CommitError::Stale)), "{end:?}");
    // Even where nothing had changed for who came first.
    let idle = see(&stack, now()).await;
    assert_eq!(idle.0.known, idle.1);
    let late = see(&stack, now()).await;
    stack.storage.commit_first_free_slots(&idle.0, &idle.1, &prov).await.unwrap();
    assert!(matches!(stack.storage.commit_first_free_slots(&late.0, &late.1, &prov).await, Err(CommitError::Stale)));

    for fault in [Fault::Conflict, Fault::Throttle, Fault::NeverSent, Fault::LoseReply] {
        let (day, seen) = see(&stack, now() + minutes(10)).await;
        stack.next(fault);
        assert!(stack.storage.commit_first_free_slots(&day, &seen, &prov).await.is_err());
        look(&stack, now() + minutes(10)).await;
        let found = found(&stack, &query("cardiology", None, None), now() + minutes(10)).await;
        assert_eq!(found, [half_hour(0)], "{fault:?}");
    }
}

/// What upkeep costs, in write units: two for the version if nothing changes; if the first slot of the day does, two more for each
/// pointer, for the doctor that is checked and for the timer, and a unit for each entry of an index.
#[tokio::test]
async fn a_look_costs_two_write_units_and_a_move_of_the_pointers_a_few_more() {
    let stack = Stack::with_slots(3).await;
    look(&stack, now()).await;
    stack.forget_calls();
    look(&stack, now()).await;
    let calls = stack.calls();
    assert_eq!(calls.len(), 4, "what is known, the doctor, the slots; then the write");
    assert_eq!(units(&calls[3].1), 2);

    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.forget_calls();
    look(&stack, now()).await;
    // Two specialities, two languages or any: six pointers, each in two indexes (an entry that moves is deleted and put).
    assert_eq!(units(&stack.calls()[3].1), 2 + 6 * (2 + 2) + 2 + 2);
}

#[tokio::test]
async fn a_page_costs_the_same_among_ten_doctors_and_among_ten_thousand() {
    let stack = Stack::new();
    for number in 1..=10 {
        stack.register(&doctor(number)).await;
        stack.publish(doctor_id(number), vec![half_hour(0), half_hour(1)]).await;
        look_of(&stack, number, now()).await;
    }
    let cardiology = query("cardiology", Some("hi"), None);
    let cost = async || {
        stack.forget_calls();
        let page = page(&stack, &cardiology, now(), &PageRequest::first(10)).await;
        assert_eq!(page.items.len(), 10);
        let calls = stack.calls();
        let keys = calls.iter().filter_map(|(_, sent)| sent["RequestItems"].as_object());
        let keys: usize =
            keys.map(|tables| tables.values().map(|it| it["Keys"].as_array().unwrap().len()).sum::<usize>()).sum();
        let limits: Vec<_> =
            calls.iter().filter(|(name, _)| name == "Query").map(|(_, sent)| sent["Limit"].clone()).collect();
        (calls.len(), keys, limits)
    };
    let among_ten = cost().await;
    // A query of today, on which nothing is free; one of ten pointers, which are a third of a kilobyte each; then twenty items, a
    // read unit each.
    assert_eq!(among_ten, (3, 20, vec![serde_json::json!(10); 2]));

    let heading = SearchKey { speciality: "cardiology".parse().unwrap(), language: Some("hi".parse().unwrap()) };
    let start = half_hour(1).start();
    for thousand in 0..10_u128 {
        for hundred in 0..10_u128 {
            let mut transaction: Transaction = Transaction::by(&by("system", "r-many"));
            for one in 0..100_u128 {
                let doctor = doctor_id(1_000 + thousand * 1_000 + hundred * 100 + one);
                let (first, video, clinic) = (Some(start), Some(start), None);
                let place = FirstFreeSlotPlaces { under: heading.clone(), doctor, first, video, clinic };
                let key = Key::FirstFreeSlotIndex(doctor, DAY, heading.clone());
                transaction = transaction
                    .put_unconditionally(Item::new(key, &serde_json::Map::new()).indexed(place.attributes()));
            }
            transaction.commit(&stack.storage).await.unwrap();
        }
    }
    assert_eq!(cost().await, among_ten);
}

#[tokio::test]
async fn a_forged_cursor_reads_nothing() {
    let stack = Stack::with_slots(1).await;
    look(&stack, now()).await;
    for forged in [
        r#"{"PK":"EARLIEST#2026-12-01#cardiology#*","SK":"x"}"#,
        r#"{"PK":"STARTPLACE","SK":""}"#,
        r#"{"PK":"STARTPLACE","SK":"ä"}"#,
    ] {
        let request = PageRequest::new(2, Some(Cursor::from_bytes(forged.as_bytes()).unwrap()));
        let found = page(&stack, &query("cardiology", None, None), now(), &request).await;
        assert_eq!(found, Page { items: vec![], next: None }, "{forged}");
    }
}
