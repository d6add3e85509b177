use jiff::civil::{Time, date, time};
use proptest::prelude::*;

use super::*;
use crate::availability::slot::PASSED_ON_WITHIN;
use crate::availability::slot::{ClinicName, Origin, Slot, SlotState};
use crate::testing::{appointment_id, at, authorized, doctor_id, entry_id, minutes, now, patient_id, range};

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn hm(hour: i8, minute: i8) -> Time {
    time(hour, minute, 0, 0)
}

fn hours(from: Time, to: Time, slot_minutes: i64) -> Hours {
    Hours {
        zone: Zone::default(),
        start: from,
        end: to,
        slot_minutes,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        place: Place::Video,
    }
}

fn rule(hours: Hours) -> ScheduleRule {
    ScheduleRule { weekdays: EVERY_DAY.to_vec(), first: None, last: None, hours }
}

/// Two half hours a day from 10 o'clock, for today and two days more.
fn draft() -> ScheduleDraft {
    ScheduleDraft { rules: vec![rule(hours(hm(10, 0), hm(11, 0), 30))], horizon_days: 2, ..ScheduleDraft::empty() }
}

fn clinic(name: &str) -> Place {
    Place::Clinic { name: ClinicName::parse(name).unwrap() }
}

fn schedule(draft: ScheduleDraft) -> Schedule {
    Schedule::new(doctor_id(), draft, 1).unwrap()
}

fn plan(draft: ScheduleDraft, existing: &[Slot]) -> Plan {
    plan_at(draft, existing, now())
}

fn plan_at(draft: ScheduleDraft, existing: &[Slot], now: Timestamp) -> Plan {
    authorized(schedule(draft)).plan(existing, now)
}

/// The published slots after the first `steps` writes of a plan.
fn carried_out(existing: &[Slot], plan: &Plan, steps: usize) -> Vec<Slot> {
    let mut slots: BTreeMap<Timestamp, Slot> = existing.iter().map(|slot| (slot.time.start(), slot.clone())).collect();
    for written in plan.withdraw.iter().chain(&plan.change).chain(&plan.add).take(steps) {
        let before = slots.get(&written.time.start()).map_or(0, |slot| slot.version);
        assert_eq!(before, written.version, "it is the version that was read");
        slots.insert(written.time.start(), Slot { version: written.version + 1, ..written.clone() });
    }
    slots.into_values().collect()
}

fn applied(draft: ScheduleDraft, existing: &[Slot]) -> Vec<Slot> {
    carried_out(existing, &plan(draft, existing), usize::MAX)
}

/// The starts of slots, as `DDTHH:MM` in India.
fn starts(slots: &[Slot]) -> Vec<String> {
    let local = |slot: &Slot| slot.time.start().to_zoned(Zone::default().tz().clone()).strftime("%dT%H:%M").to_string();
    slots.iter().map(local).collect()
}

fn in_state(slot: &Slot, state: SlotState) -> Slot {
    Slot { state, ..slot.clone() }
}

fn booked() -> SlotState {
    SlotState::Booked { appointment: appointment_id(1) }
}

fn held(until: Timestamp) -> SlotState {
    SlotState::Held { appointment: appointment_id(1), until }
}

fn offered(until: Timestamp) -> SlotState {
    SlotState::Offered { patient: patient_id(), entry: entry_id(1), until }
}

// The tests take place on 2026-11-30 at 08:30 in India.

#[test]
fn rules_become_slots_up_to_the_horizon() {
    let plan = plan(draft(), &[]);
    assert_eq!(starts(&plan.add), ["30T10:00", "30T10:30", "01T10:00", "01T10:30", "02T10:00", "02T10:30"]);
    assert!(plan.add.iter().all(|slot| slot.state == SlotState::Free && slot.origin == Origin::Schedule));
    assert!(plan.add.iter().all(|slot| slot.closes == slot.time.start() && slot.doctor == doctor_id()));
    assert_eq!((plan.withdraw, plan.change, plan.outside), (vec![], vec![], vec![]));
}

#[test]
fn the_horizon_rolls_and_past_slots_stay() {
    let today = applied(draft(), &[]);
    let tomorrow = plan_at(draft(), &today, now() + minutes(24 * 60));
    assert_eq!(starts(&tomorrow.add), ["03T10:00", "03T10:30"]);
    assert_eq!((tomorrow.withdraw, tomorrow.change), (vec![], vec![]));
}

#[test]
fn a_shorter_horizon_withdraws_the_slots_beyond_it() {
    let slots = applied(draft(), &[]);
    let plan = plan(ScheduleDraft { horizon_days: 1, ..draft() }, &slots);
    assert_eq!(starts(&plan.withdraw), ["02T10:00", "02T10:30"]);
    assert!(plan.withdraw.iter().all(|slot| slot.state == SlotState::Withdrawn));
    // A visit beyond it is still within the hours.
    let visits: Vec<Slot> = slots.iter().map(|slot| in_state(slot, booked())).collect();
    assert!(schedule(ScheduleDraft { horizon_days: 1, ..draft() }).outside(&visits, now()).is_empty());
}

#[test]
fn the_horizon_counts_days_where_the_hours_are() {
    let mut there = hours(hm(10, 0), hm(10, 30), 30);
    // It is still the 29th in Honolulu, and in Kiritimati the 30th as well.
    for (zone, last) in [("Pacific/Honolulu", "2026-11-30"), ("Pacific/Kiritimati", "2026-12-01")] {
        there.zone = Zone::parse(zone).unwrap();
        let plan = plan(ScheduleDraft { rules: vec![rule(there.clone())], horizon_days: 1, ..draft() }, &[]);
        let dates = plan.add.iter().map(|slot| slot.time.start().to_zoned(there.zone.tz().clone()).date());
        assert_eq!(dates.max().unwrap().to_string(), last, "{zone}");
    }
}

/// A country changes its clocks and the database follows: the hours are other instants from then on, but no taken slot
/// moves.
#[test]
fn an_update_of_the_time_zones_moves_free_slots_and_no_booking() {
    let here = Zone::default();
    let with = |zone: &Zone| {
        let hours = Hours { zone: zone.clone(), ..hours(hm(10, 0), hm(12, 0), 30) };
        ScheduleDraft { rules: vec![rule(hours)], horizon_days: 1, ..draft() }
    };
    let instants = |slots: &[Slot]| slots.iter().map(|slot| (slot.id(), slot.time)).collect::<Vec<_>>();
    // By half an hour, a whole slot, to either side; and by a quarter, so that the hours lie across the old slots.
    for like in ["Asia/Karachi", "Asia/Dhaka", "Asia/Kathmandu"] {
        let there = Zone::updated(here.as_str(), like);
        assert_eq!((there.as_str(), there == here), (here.as_str(), false), "the same name, and other clocks");
        let mut before = applied(with(&here), &[]);
        assert_eq!(starts(&before)[..4], ["30T10:00", "30T10:30", "30T11:00", "30T11:30"]);
        before[1].state = booked();
        before[3].state = held(now() + minutes(10));
        before[4].state = offered(now() + minutes(40));
        let had: Vec<Slot> = [1, 3, 4].map(|place| before[place].clone()).to_vec();

        let plan = plan(with(&there), &before);
        let after = carried_out(&before, &plan, usize::MAX);
        let is_had = |slot: &&Slot| slot.state != SlotState::Free && slot.state != SlotState::Withdrawn;
        let still: Vec<Slot> = after.iter().filter(is_had).cloned().collect();
        assert_eq!(instants(&still), instants(&had), "{like}: id, start and end");
        assert!(
            still.iter().zip(&had).all(|(now, then)| (now.state, &now.place) == (then.state, &then.place)),
            "{like}"
        );
        assert!(
            plan.withdraw.iter().chain(&plan.add).all(|slot| had.iter().all(|had| had.id() != slot.id())),
            "{like}"
        );

        // Free slots follow the new clocks, unless a taken slot is in the way.
        let wanted: Vec<TimeRange> = applied(with(&there), &[]).iter().map(|slot| slot.time).collect();
        let free: Vec<TimeRange> =
            after.iter().filter(|slot| slot.state == SlotState::Free).map(|slot| slot.time).collect();
        let clear = wanted.iter().filter(|time| !had.iter().any(|slot| slot.time.overlaps(time)));
        assert_eq!(free, clear.copied().collect::<Vec<_>>(), "{like}");
        // The plan names the taken slots that lie outside the schedule by now.
        let outside: Vec<Slot> = had.into_iter().filter(|slot| !wanted.contains(&slot.time)).collect();
        assert_eq!(instants(&plan.outside), instants(&outside), "{like}");
        assert!(!outside.is_empty(), "{like}");
    }
}

#[test]
fn pauses_lie_between_slots_on_both_sides() {
    let paused = Hours { buffer_before_minutes: 5, buffer_after_minutes: 10, ..hours(hm(10, 0), hm(12, 0), 30) };
    let plan = plan(ScheduleDraft { rules: vec![rule(paused)], horizon_days: 1, ..draft() }, &[]);
    assert_eq!(starts(&plan.add)[..3], ["30T10:00", "30T10:45", "30T11:30"]);
}

#[test]
fn where_hours_meet_the_earlier_rule_wins_even_if_its_slot_is_skipped() {
    let [first, second, third] =
        [(hm(10, 0), hm(11, 0)), (hm(10, 30), hm(12, 0)), (hm(11, 30), hm(12, 30))].map(|(a, b)| hours(a, b, 60));
    let rules = |list: &[&Hours]| list.iter().map(|&hours| rule(hours.clone())).collect();
    let of = |list: &[&Hours]| {
        starts(&plan(ScheduleDraft { rules: rules(list), horizon_days: 1, ..draft() }, &[]).add)[..]
            .iter()
            .filter(|start| start.starts_with("01"))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&[&first, &second]), ["01T10:00"]);
    assert_eq!(of(&[&second, &first]), ["01T10:30"]);
    // The second gives way to the first, and still the third to the second.
    let second = Hours { end: hm(11, 45), slot_minutes: 75, ..second };
    assert_eq!(of(&[&first, &second, &third]), ["01T10:00"]);
    assert_eq!(of(&[&first, &third, &second]), ["01T10:00", "01T11:30"]);
}

#[test]
fn pauses_are_kept_between_the_hours_of_different_rules() {
    let video = Hours { buffer_after_minutes: 10, ..hours(hm(10, 0), hm(10, 30), 30) };
    let visit =
        |start| Hours { place: clinic("Indiranagar"), buffer_before_minutes: 20, ..hours(start, hm(14, 0), 60) };
    let of = |start| {
        let rules = vec![rule(video.clone()), rule(visit(start))];
        starts(&plan(ScheduleDraft { rules, horizon_days: 1, ..draft() }, &[]).add)
    };
    assert_eq!(of(hm(11, 0))[..2], ["30T10:00", "30T11:00"]);
    assert_eq!(of(hm(10, 59))[..2], ["30T10:00", "30T12:19"]);
}

#[test]
fn a_date_has_its_own_hours_or_none_instead() {
    let other = DateOverride { date: date(2026, 12, 1), hours: vec![hours(hm(18, 0), hm(18, 30), 30)] };
    let off = DateOverride { date: date(2026, 12, 2), hours: vec![] };
    let plan = plan(ScheduleDraft { overrides: vec![off, other], ..draft() }, &[]);
    assert_eq!(starts(&plan.add), ["30T10:00", "30T10:30", "01T18:00"]);
}

#[test]
fn rules_have_first_and_last_dates_and_days_of_the_week() {
    let from = |first, last, weekdays| ScheduleDraft {
        rules: vec![ScheduleRule { first, last, weekdays, ..draft().rules.remove(0) }],
        horizon_days: 8,
        ..draft()
    };
    let second = Some(date(2026, 12, 2));
    let of = |draft| {
        let mut dates: Vec<String> =
            starts(&plan(draft, &[]).add).into_iter().map(|start| start[..2].to_owned()).collect();
        dates.dedup();
        dates
    };
    assert_eq!(of(from(None, second, EVERY_DAY.to_vec())), ["30", "01", "02"]);
    assert_eq!(of(from(second, Some(date(2026, 12, 4)), EVERY_DAY.to_vec())), ["02", "03", "04"]);
    assert_eq!(of(from(second, None, vec![Weekday::Monday, Weekday::Friday])), ["04", "07"]);
}

#[test]
fn leave_withdraws_free_slots_and_names_the_booked_ones() {
    let mut slots = applied(draft(), &[]);
    slots[2] = in_state(&slots[2], booked());
    let leave = Blocked::Days { first: date(2026, 12, 1), last: date(2026, 12, 1), zone: Zone::default() };
    let plan = plan(ScheduleDraft { blocked: vec![leave.clone()], ..draft() }, &slots);
    assert_eq!(starts(&plan.withdraw), ["01T10:30"]);
    assert_eq!(plan.outside, [slots[2].clone()]);
    assert_eq!(plan.add, []);
    // By hand or not: a patient has a visit while the doctor is away.
    let by_hand = Slot { origin: Origin::ByHand, ..slots[2].clone() };
    let on_leave = schedule(ScheduleDraft { blocked: vec![leave], ..draft() });
    assert_eq!(on_leave.outside(std::slice::from_ref(&by_hand), now()), std::slice::from_ref(&by_hand));
    assert_eq!(schedule(draft()).outside(&[by_hand], now()), []);
}

#[test]
fn a_slot_that_is_blocked_in_part_is_blocked() {
    let blocked = |from: &str, to: &str| {
        let blocked = vec![Blocked::Time { from: at(from), to: at(to) }];
        starts(&plan(ScheduleDraft { blocked, horizon_days: 1, ..draft() }, &[]).add)
    };
    // The slots of the 1st are 04:30 to 05:00 and 05:00 to 05:30 UTC.
    let first = ["30T10:00", "30T10:30", "01T10:00"];
    assert_eq!(blocked("2026-12-01T05:00:00Z", "2026-12-01T05:00:01Z"), first);
    assert_eq!(blocked("2026-12-01T05:29:59Z", "2026-12-01T09:00:00Z"), first);
    assert_eq!(blocked("2026-12-01T05:30:00Z", "2026-12-01T09:00:00Z").len(), 4);
}

#[test]
fn a_slot_that_is_released_during_a_leave_cannot_be_booked_again() {
    let mut slots = applied(draft(), &[]);
    slots[2] = in_state(&slots[2], booked());
    let leave = Blocked::Days { first: date(2026, 12, 1), last: date(2026, 12, 1), zone: Zone::default() };
    let on_leave = ScheduleDraft { blocked: vec![leave], ..draft() };
    let slots = applied(on_leave.clone(), &slots);
    let visit = &slots[2];
    assert_eq!((visit.state, visit.closes), (booked(), now()), "its holder keeps it");

    let given_back = visit.clone().free(appointment_id(1)).unwrap();
    assert!(!given_back.is_bookable_by(None, now()));
    assert_eq!(starts(&plan(on_leave, std::slice::from_ref(&given_back)).withdraw), ["01T10:00"]);
    // Without the leave it opens again, free or not.
    for slot in [visit, &given_back] {
        let plan = plan(draft(), std::slice::from_ref(slot));
        assert_eq!((plan.change.len(), plan.change[0].closes), (1, slot.time.start()));
    }
}

#[test]
fn an_offered_slot_closes_no_sooner_than_its_offer_is_over() {
    let slots = applied(draft(), &[]);
    let until = now() + minutes(30);
    let offered = in_state(&slots[0], offered(until + PASSED_ON_WITHIN));
    let closes = |draft| plan(draft, std::slice::from_ref(&offered)).change.first().map(|slot| slot.closes);
    // It is 08:30, and the visit would be at 10:00.
    for (notice_minutes, expected) in
        [(0, None), (60, Some(until)), (30, Some(now() + minutes(60))), (120, Some(until))]
    {
        assert_eq!(closes(ScheduleDraft { notice_minutes, ..draft() }), expected, "{notice_minutes}");
    }
    assert_eq!(closes(ScheduleDraft { rules: vec![], ..draft() }), Some(until));
    let soon = Slot { closes: now() + minutes(7), ..offered.clone() };
    let change = plan(ScheduleDraft { rules: vec![], ..draft() }, &[soon]).change;
    assert_eq!(change, [], "and no later than it did");
}

#[test]
fn a_slot_closes_by_the_notice() {
    let slots = applied(draft(), &[]);
    let strict = ScheduleDraft { notice_minutes: 120, ..draft() };
    let plan = plan(strict.clone(), &slots);
    assert_eq!((plan.change.len(), plan.withdraw.len(), plan.add.len()), (6, 0, 0));
    assert!(plan.change.iter().all(|slot| slot.closes == slot.time.start() - minutes(120)));
    // Slots that would be closed already are not published: today's are at 10:00 and 10:30, and it is 08:30.
    assert_eq!(starts(&self::plan(strict, &[]).add)[..2], ["01T10:00", "01T10:30"]);
}

#[test]
fn a_slot_that_stays_follows_in_place_and_length() {
    let slots = applied(draft(), &[]);
    let moved = Hours { place: clinic("Indiranagar"), ..hours(hm(10, 0), hm(11, 0), 30) };
    let change = plan(ScheduleDraft { rules: vec![rule(moved)], ..draft() }, &slots);
    assert_eq!((change.change.len(), change.withdraw.len(), change.add.len()), (6, 0, 0));
    assert!(change.change.iter().all(|slot| slot.place == clinic("Indiranagar")));

    let longer = hours(hm(10, 0), hm(11, 0), 60);
    let change = plan(ScheduleDraft { rules: vec![rule(longer.clone())], ..draft() }, &slots);
    assert_eq!((change.change.len(), change.withdraw.len(), change.add.len()), (3, 3, 0));
    // And back, behind the one that gets shorter.
    let slots = applied(ScheduleDraft { rules: vec![rule(longer)], ..draft() }, &[]);
    let change = plan(draft(), &slots);
    assert_eq!((change.change.len(), change.withdraw.len(), change.add.len()), (3, 0, 3));
}

#[test]
fn a_withdrawn_slot_is_published_again_in_the_version_that_it_has() {
    let slots = applied(draft(), &[]);
    let gone = applied(ScheduleDraft { rules: vec![], ..draft() }, &slots);
    assert!(gone.iter().all(|slot| slot.state == SlotState::Withdrawn && slot.version == 2));
    let again = plan(draft(), &gone);
    assert!(again.add.len() == 6 && again.add.iter().all(|slot| slot.version == 2));
}

#[test]
fn a_slot_in_the_way_stays_and_keeps_its_pauses() {
    let by_hand = Slot::by_hand(doctor_id(), range("2026-12-01T04:45:00Z", 10), 3);
    let lean = plan(draft(), std::slice::from_ref(&by_hand));
    assert_eq!(starts(&lean.add), ["30T10:00", "30T10:30", "01T10:30", "02T10:00", "02T10:30"]);
    assert_eq!((lean.withdraw, lean.change), (vec![], vec![]));
    // Five minutes before 10:30 are needed, and the slot by hand ends at 10:25 or at 10:26.
    let paused = Hours { buffer_before_minutes: 5, ..hours(hm(10, 0), hm(11, 5), 30) };
    for (minutes, published) in [(10, true), (11, false)] {
        let by_hand = Slot::by_hand(doctor_id(), range("2026-12-01T04:50:00Z", minutes), 3);
        let draft = ScheduleDraft { rules: vec![rule(paused.clone())], ..draft() };
        let starts = starts(&plan(draft, &[by_hand]).add);
        assert_eq!(starts.contains(&"01T10:35".to_owned()), published, "{starts:?}");
    }
}

#[test]
fn a_slot_that_has_begun_or_is_taken_stays() {
    let begun = Slot { origin: Origin::Schedule, ..Slot::by_hand(doctor_id(), range("2026-11-30T02:50:00Z", 30), 1) };
    let later = |state| Slot {
        state,
        origin: Origin::Schedule,
        ..Slot::by_hand(doctor_id(), range("2026-11-30T09:00:00Z", 30), 1)
    };
    let nothing = ScheduleDraft { rules: vec![], ..draft() };
    for (slot, is_withdrawn, is_outside) in [
        (begun, false, false),
        (later(SlotState::Free), true, false),
        (later(offered(now())), true, false),
        (later(offered(now() + minutes(1))), false, true),
        (later(held(now() + minutes(1))), false, true),
        // A payment for it may still come.
        (later(held(now())), false, false),
        (later(booked()), false, true),
    ] {
        let plan = plan(nothing.clone(), std::slice::from_ref(&slot));
        assert_eq!((plan.withdraw.len(), plan.outside.len()), (is_withdrawn.into(), is_outside.into()), "{slot:?}");
        // It closes: a hold or a visit at once, an offer with its end.
        assert_eq!(plan.change.len(), usize::from(is_outside || slot.holder().is_some()), "{slot:?}");
    }
}

#[test]
fn every_flaw_is_reported_with_its_path() {
    let paths = |change: &dyn Fn(&mut ScheduleDraft)| {
        let mut draft = draft();
        change(&mut draft);
        let flaws = Schedule::new(doctor_id(), draft, 1).unwrap_err();
        flaws.into_iter().map(|flaw| flaw.path).collect::<Vec<_>>()
    };
    let day = |n: usize| date(2027, 1, 1).checked_add(Span::new().days(i64::try_from(n).unwrap())).unwrap();
    let off = |n| DateOverride { date: day(n), hours: vec![] };
    assert_eq!(paths(&|it| it.notice_minutes = -1), ["notice_minutes"]);
    assert_eq!(paths(&|it| it.notice_minutes = MAX_NOTICE_MINUTES + 1), ["notice_minutes"]);
    assert_eq!(paths(&|it| it.horizon_days = 0), ["horizon_days"]);
    assert_eq!(paths(&|it| it.horizon_days = MAX_HORIZON_DAYS + 1), ["horizon_days"]);
    assert_eq!(paths(&|it| it.rules = vec![it.rules[0].clone(); MAX_RULES + 1]), ["rules"]);
    assert_eq!(paths(&|it| it.overrides = (0..=MAX_OVERRIDES).map(off).collect()), ["overrides"]);
    let blocked = Blocked::Time { from: now(), to: now() + minutes(1) };
    assert_eq!(paths(&|it| it.blocked = vec![blocked.clone(); MAX_BLOCKED + 1]), ["blocked"]);
    assert_eq!(
        paths(&|it| {
            let rule = &mut it.rules[0];
            rule.weekdays.clear();
            (rule.first, rule.last) = (Some(day(1)), Some(day(0)));
            rule.hours.start = time(10, 0, 1, 0);
            rule.hours.end = time(11, 0, 0, 1);
            rule.hours.slot_minutes = 4;
            rule.hours.buffer_before_minutes = -1;
            rule.hours.buffer_after_minutes = MAX_BUFFER_MINUTES + 1;
            it.rules.insert(0, self::rule(hours(hm(1, 0), hm(2, 0), 30)));
        }),
        [
            "rules/1/hours/start",
            "rules/1/hours/end",
            "rules/1/hours/slot_minutes",
            "rules/1/hours/buffer_before_minutes",
            "rules/1/hours/buffer_after_minutes",
            "rules/1/weekdays",
            "rules/1/last",
        ]
    );
    assert_eq!(paths(&|it| it.rules[0].weekdays.push(Weekday::Monday)), ["rules/0/weekdays"]);
    assert_eq!(paths(&|it| it.overrides = vec![off(1), off(2), off(1)]), ["overrides/2/date"]);
    let too_short = DateOverride { date: day(1), hours: vec![hours(hm(1, 0), hm(2, 0), 4)] };
    assert_eq!(paths(&|it| it.overrides = vec![too_short.clone()]), ["overrides/0/hours/0/slot_minutes"]);
    let too_many = DateOverride { date: day(1), hours: vec![hours(hm(1, 0), hm(2, 0), 30); MAX_HOURS_OF_A_DATE + 1] };
    assert_eq!(paths(&|it| it.overrides = vec![too_many.clone()]), ["overrides/0/hours"]);
    let too_full = DateOverride { date: day(1), hours: vec![hours(hm(0, 0), hm(0, 0), 5)] };
    assert_eq!(paths(&|it| it.overrides = vec![too_full.clone()]), ["overrides/0/hours"]);
    let backwards = Blocked::Time { from: now(), to: now() };
    let wrong = Blocked::Days { first: day(1), last: day(0), zone: Zone::default() };
    assert_eq!(paths(&|it| it.blocked = vec![backwards.clone(), wrong.clone()]), ["blocked/0/to", "blocked/1/last"]);
    // 144 slots a day, on seven days.
    let full = || rule(hours(hm(0, 0), hm(0, 0), 10));
    assert_eq!(paths(&|it| it.rules = vec![full()]), ["rules"]);
}

#[test]
fn a_schedule_that_was_stored_reads_back_and_its_form_is_stable() {
    let full = ScheduleDraft {
        overrides: vec![DateOverride { date: date(2026, 12, 25), hours: vec![] }],
        blocked: vec![
            Blocked::Time { from: at("2026-12-01T04:30:00Z"), to: at("2026-12-01T05:00:00Z") },
            Blocked::Days { first: date(2027, 1, 1), last: date(2027, 1, 7), zone: Zone::default() },
        ],
        ..draft()
    };
    let json = serde_json::to_value(&full).unwrap();
    assert_eq!(serde_json::from_value::<ScheduleDraft>(json.clone()).unwrap(), full);
    assert_eq!(json["rules"][0]["weekdays"][0], "monday");
    assert_eq!(json["rules"][0]["hours"]["start"], "10:00:00");
    assert_eq!(json["rules"][0]["hours"]["zone"], "Asia/Kolkata");
    assert_eq!(json["overrides"][0]["date"], "2026-12-25");
    assert_eq!(json["blocked"][1]["kind"], "days");
    let unknown = json.to_string().replace("monday", "moonday");
    assert!(serde_json::from_str::<ScheduleDraft>(&unknown).is_err());
}

/// The largest schedule that is valid.
pub(crate) fn largest() -> ScheduleDraft {
    let place = clinic(&"अ".repeat(80));
    let zone = Zone::parse("America/Argentina/ComodRivadavia").unwrap();
    let hours = Hours {
        zone: zone.clone(),
        slot_minutes: 240,
        buffer_before_minutes: 240,
        buffer_after_minutes: 240,
        place,
        ..hours(hm(10, 0), hm(22, 0), 240)
    };
    let day = |n: usize| date(2027, 1, 1).checked_add(Span::new().days(i64::try_from(n).unwrap())).unwrap();
    let rule = ScheduleRule { first: Some(day(0)), last: Some(day(400)), ..rule(hours.clone()) };
    let of_a_date = |n| DateOverride { date: day(n), hours: vec![hours.clone(); MAX_HOURS_OF_A_DATE] };
    ScheduleDraft {
        rules: vec![rule; MAX_RULES],
        overrides: (0..MAX_OVERRIDES).map(of_a_date).collect(),
        blocked: vec![Blocked::Days { first: day(0), last: day(1), zone }; MAX_BLOCKED],
        notice_minutes: MAX_NOTICE_MINUTES,
        horizon_days: MAX_HORIZON_DAYS,
    }
}

#[test]
fn the_largest_schedule_is_valid() {
    assert!(Schedule::new(doctor_id(), largest(), 1).is_ok());
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    let blocked = vec![Blocked::Days { first: Date::MIN, last: Date::MAX, zone: Zone::default() }];
    let always = ScheduleDraft { blocked, ..draft() };
    assert_eq!(plan(always, &[]).add, []);
    for now in [Timestamp::MAX, Timestamp::MIN, Timestamp::UNIX_EPOCH] {
        plan_at(draft(), &[], now);
        Schedule::reach(now);
    }
}

prop_compose! {
    fn any_hours()(
        zone in prop::sample::select(vec!["Asia/Kolkata", "America/New_York", "Pacific/Kiritimati", "Europe/London"]),
        start in 0_i8..24,
        end in 0_i8..24,
        slot_minutes in prop::sample::select(vec![45_i64, 60, 90, 240, 480]),
        buffer_before_minutes in 0_i64..30,
        buffer_after_minutes in 0_i64..30,
        is_video in any::<bool>(),
    ) -> Hours {
        Hours {
            zone: Zone::parse(zone).unwrap(),
            buffer_before_minutes,
            buffer_after_minutes,
            place: if is_video { Place::Video } else { clinic("Indiranagar") },
            ..hours(hm(start, 15), hm(end, 0), slot_minutes)
        }
    }
}

prop_compose! {
    fn any_rule()(
        days in prop::sample::subsequence(EVERY_DAY.to_vec(), 1..=7),
        first in prop::option::of(0_i8..6),
        hours in any_hours(),
    ) -> ScheduleRule {
        let first = first.map(|day| date(2026, 10, 24 + day));
        ScheduleRule { weekdays: days, first, last: None, hours }
    }
}

prop_compose! {
    /// Around the last days of October 2026, when clocks go back in London.
    fn any_draft()(
        rules in prop::collection::vec(any_rule(), 0..4),
        overrides in prop::collection::btree_map(24_i8..30, prop::collection::vec(any_hours(), 0..3), 0..3),
        blocked in prop::collection::vec((0_i64..100, 1_i64..30), 0..3),
        notice_minutes in prop::sample::select(vec![0_i64, 120, 24 * 60]),
        horizon_days in 1_i64..4,
    ) -> ScheduleDraft {
        let hour = |hour: i64| morning() + minutes(60 * hour);
        let overrides = overrides.into_iter().map(|(day, hours)| DateOverride { date: date(2026, 10, day), hours });
        let blocked = blocked.into_iter().map(|(from, length)| Blocked::Time { from: hour(from), to: hour(from + length) });
        ScheduleDraft { rules, overrides: overrides.collect(), blocked: blocked.collect(), notice_minutes, horizon_days }
    }
}

fn morning() -> Timestamp {
    at("2026-10-24T06:00:00Z")
}

/// Changes the existing slots: takes some, withdraws others, publishes some by hand. The last value of a change is the
/// minute at which its hold or offer is over.
fn changed(mut slots: Vec<Slot>, changes: &[(usize, u8, i64)]) -> Vec<Slot> {
    for &(place, change, minute) in changes {
        let until = morning() + minutes(minute);
        let Some(slot) = slots.len().checked_sub(1).and_then(|last| slots.get_mut(place % (last + 1))) else {
            continue;
        };
        match change {
            0 => slot.state = booked(),
            1 => slot.state = held(until),
            2 | 3 => slot.state = offered(until),
            4 => slot.state = SlotState::Withdrawn,
            _ => slot.origin = Origin::ByHand,
        }
    }
    slots
}

fn assert_disjoint(slots: &[Slot]) {
    let published: Vec<&Slot> = slots.iter().filter(|slot| slot.state != SlotState::Withdrawn).collect();
    for (place, a) in published.iter().enumerate() {
        assert!(published[place + 1..].iter().all(|b| !a.time.overlaps(&b.time)), "{} meets another", a.time);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// From the slots that one schedule and several manual changes have left to another schedule.
    #[test]
    fn a_plan_leads_from_any_slots_to_the_schedule_and_disturbs_no_patient(
        before in any_draft(),
        after in any_draft(),
        changes_only_notice in any::<bool>(),
        changes in prop::collection::vec((0_usize..1000, 0_u8..6, 0_i64..3000), 0..12),
        by_hand in prop::collection::vec((0_i64..5000, 1_i64..120), 0..4),
        passed in 0_i64..2000,
    ) {
        let made = carried_out(&[], &plan_at(before.clone(), &[], morning()), usize::MAX);
        let after = if changes_only_notice { ScheduleDraft { notice_minutes: after.notice_minutes, ..before } } else { after };
        let mut there = changed(made, &changes);
        for (from, length) in by_hand {
            let start = morning() + minutes(from);
            let slot = Slot::by_hand(doctor_id(), TimeRange::new(start, start + minutes(length)).unwrap(), 1);
            if !there.iter().any(|other| other.time.overlaps(&slot.time) || other.id() == slot.id()) {
                there.push(slot);
            }
        }
        let now = morning() + minutes(passed);
        let plan = plan_at(after.clone(), &there, now);

        let writes = plan.withdraw.len() + plan.change.len() + plan.add.len();
        for steps in 0..=writes {
            assert_disjoint(&carried_out(&there, &plan, steps));
        }
        let then = carried_out(&there, &plan, usize::MAX);
        prop_assert!(plan_at(after.clone(), &then, now).is_empty(), "there is nothing left to do");
        for steps in 0..=writes {
            let stopped = carried_out(&there, &plan, steps);
            let rest = plan_at(after.clone(), &stopped, now);
            let resumed = carried_out(&stopped, &rest, usize::MAX);
            let without_versions = |slots: &[Slot]| slots.iter().cloned().map(|slot| Slot { version: 0, ..slot }).collect::<Vec<_>>();
            prop_assert_eq!(without_versions(&resumed), without_versions(&then));
        }

        let schedule = schedule(after);
        let wanted = schedule.wanted(now);
        let notice = minutes(schedule.terms.notice_minutes);
        let stays = |slot: &&Slot| {
            let is_over = matches!(slot.state, SlotState::Offered { until, .. } if until <= now);
            slot.origin == Origin::ByHand || slot.time.start() <= now || !(slot.state == SlotState::Free || is_over)
        };
        let of = |slots: &[Slot], start: Timestamp| slots.iter().find(|slot| slot.time.start() == start).cloned();
        for slot in there.iter().filter(|slot| slot.state != SlotState::Withdrawn).filter(stays) {
            let found = of(&then, slot.time.start()).unwrap();
            if slot.origin == Origin::ByHand || slot.time.start() <= now {
                prop_assert_eq!(&found, slot);
                continue;
            }
            // The instant at which it closes follows the schedule, and nothing else does.
            prop_assert_eq!(Slot { closes: slot.closes, version: slot.version, ..found.clone() }, slot.clone());
            let is_wanted = wanted.iter().any(|it| it.time == slot.time && it.place == slot.place);
            let follows = slot.time.start() - notice;
            let expected = match slot.state {
                SlotState::Offered { until, .. } => {
                    let promised = slot.closes.min(until - PASSED_ON_WITHIN);
                    if is_wanted { follows.max(promised) } else { promised }
                }
                _ if is_wanted => follows,
                _ => slot.closes.min(now),
            };
            prop_assert_eq!(found.closes, expected);
            prop_assert_eq!(found.version, slot.version + u64::from(found.closes != slot.closes));
        }

        // The published slots are those of the schedule without the ones that are in the way.
        let obstacles: Vec<&Slot> = there.iter().filter(|slot| slot.state != SlotState::Withdrawn).filter(stays).collect();
        let is_clear = |slot: &Wanted| {
            obstacles.iter().all(|it| it.time.end() <= slot.occupied.0 || slot.occupied.1 <= it.time.start())
        };
        for slot in wanted.iter().filter(|slot| slot.time.start() > now && is_clear(slot)) {
            let today = now.to_zoned(slot.zone.tz().clone()).date();
            let is_near = slot.date <= today.checked_add(Span::new().days(schedule.terms.horizon_days)).unwrap();
            let was_there = there.iter().any(|it| it.id().start() == slot.time.start() && it.state != SlotState::Withdrawn);
            let is_published = then.iter().any(|it| {
                it.time == slot.time && it.place == slot.place && it.origin == Origin::Schedule
                    && it.state != SlotState::Withdrawn && it.closes == slot.time.start() - notice
            });
            prop_assert_eq!(is_published, is_near && (was_there || slot.time.start() - notice > now));
        }
        for slot in then.iter().filter(|slot| slot.origin == Origin::Schedule && slot.state == SlotState::Free && slot.time.start() > now) {
            prop_assert!(wanted.iter().any(|it| it.time == slot.time));
        }
    }

    #[test]
    fn the_slots_of_a_day_do_not_depend_on_the_day_of_the_plan(draft in any_draft(), hours in 1_i64..60) {
        let schedule = schedule(draft);
        let (early, late) = (morning(), morning() + minutes(60 * hours));
        let seen = |now| -> Vec<TimeRange> {
            let end = morning() + minutes(60 * 24 * 90);
            schedule.wanted(now).into_iter().map(|it| it.time).filter(|it| it.start() > late && it.end() < end).collect()
        };
        prop_assert_eq!(seen(early), seen(late));
    }

    #[test]
    fn wanted_slots_keep_their_pauses_under_any_rules(draft in any_draft()) {
        let wanted = schedule(draft).wanted(morning());
        for pair in wanted.windows(2) {
            prop_assert!(pair[0].occupied.1 <= pair[1].occupied.0);
        }
    }
}
