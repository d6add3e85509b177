use crate::appointments::booking::BookRefusal;
use crate::appointments::booking::BookingSnapshot;
use crate::availability::daily_quota::DailyQuota;
use crate::availability::schedule::MAX_HORIZON_DAYS;
use crate::availability::slot::Mode;
use crate::availability::slot::PASSED_ON_WITHIN;
use crate::availability::slot::Place;
use crate::availability::slot::Slot;
use crate::availability::slot::SlotState;
use crate::core::id::{DoctorId, PatientId, SlotId};
use crate::core::time::TimeRange;
use crate::directory::doctor::Doctor;
use crate::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeSet;

use super::*;
use crate::appointments::agenda::Agenda;
use crate::core::money::Paise;
use crate::directory::doctor::{KindTerms, Terms};
use crate::testing::{
    appointment_id, at, authorized, confirmed, doctor, entry_id, minutes, now, other_patient, patient_id, range, slot,
    snapshot, waiting,
};

fn half_hour_from(start: &str) -> Slot {
    Slot::by_hand(slot().doctor, range(start, 30), 9)
}

fn offer_slots(slots: Vec<Slot>, waiting: Vec<Entry>) -> (Vec<Slot>, Vec<Entry>) {
    offer_released_slots(slots, &doctor(), waiting, None, now())
}

/// Offers slots to patients who have no other visits, on days that are not full.
fn offer_released_slots(
    slots: Vec<Slot>,
    doctor: &Doctor,
    waiting: Vec<Entry>,
    giver: Option<PatientId>,
    now: Timestamp,
) -> (Vec<Slot>, Vec<Entry>) {
    let waiting = waiting.into_iter().map(|entry| WaitlistCandidate::of(entry, None)).collect();
    matching::offer_released_slots(slots, doctor, waiting, giver, &[], now)
}

/// The time of the slot of the tests.
fn named() -> OfferedTime {
    OfferedTime { doctor: slot().doctor, slot: slot().id() }
}

#[test]
fn a_window_is_what_is_stored_of_it_and_long_enough() {
    let at = |nanoseconds: i128| Timestamp::from_nanosecond(now().as_nanosecond() + nanoseconds).unwrap();
    assert_eq!(Window::new(at(1), at(2)), Err(InvalidWindow::EndsBeforeStart), "the window is empty");
    let window = Window::new(at(1), at(1) + minutes(LEAST_WINDOW_MINUTES)).unwrap();
    assert_eq!(Window::new(window.from(), window.to()), Ok(window));
    assert_eq!(window.ahead(now()), Ok(window));
    let short = Window::new(now(), now() + minutes(LEAST_WINDOW_MINUTES - 1)).unwrap();
    assert_eq!(short.ahead(now()), Err(InvalidWindow::TooShort));
}

#[test]
fn on_a_day_with_a_quota_one_released_visit_leaves_room_for_one() {
    let limited = Doctor { terms: Terms { daily_limit: Some(3), ..Terms::default() }, ..doctor() };
    let slots = vec![slot(), half_hour_from("2026-12-01T05:00:00Z")];
    assert_eq!(offer_released_slots(slots.clone(), &limited, vec![waiting(1), waiting(2)], None, now()).1.len(), 1);
    assert_eq!(offer_released_slots(slots.clone(), &doctor(), vec![waiting(1), waiting(2)], None, now()).1.len(), 2);
    // An entry that was read twice is offered one slot.
    assert_eq!(offer_released_slots(slots, &doctor(), vec![waiting(1), waiting(1)], None, now()).1.len(), 1);
}

/// Entry 1 with an offer of the tests' slot.
fn offered() -> WaitlistEntryDetails {
    let (slots, mut entries) = offer_slots(vec![slot()], vec![waiting(1)]);
    let entry = entries.remove(0);
    let open = vec![OpenEntry { entry: entry.id, queue: entry.wish.wanted.queue(), window: entry.wish.window }];
    let waits = OpenEntries { patient: entry.patient, open, version: 1 };
    WaitlistEntryDetails { entry, waits, slots, doctor: Some(doctor()), holder: None }
}

fn until() -> Timestamp {
    now() + minutes(OFFER_MINUTES)
}

#[test]
fn a_released_slot_is_kept_for_the_first_entry_of_the_queue_alone() {
    let urgent = Entry { priority: Priority::Urgent, ..waiting(3) };
    let (slots, offered) = offer_slots(vec![slot()], vec![waiting(2), urgent.clone(), waiting(1)]);
    let until_passed_on = until() + PASSED_ON_WITHIN;
    let state = SlotState::Offered { patient: urgent.patient, entry: urgent.id, until: until_passed_on };
    assert_eq!(slots, [Slot { state, ..slot() }]);
    let Slot { doctor, time, place, .. } = slot();
    let offer = Offer { doctor, time, place, slots: vec![slot().id()], until: until() };
    assert_eq!(offered, [Entry { state: EntryState::Offered(offer), ..urgent }]);
    assert_eq!(offer_slots(vec![slot()], vec![waiting(2), waiting(1)]).1[0].id, entry_id(1));
}

#[test]
fn a_released_slot_that_suits_no_entry_is_free() {
    let not_for = |entry: Entry| assert_eq!(offer_slots(vec![slot()], vec![entry]), (vec![slot()], vec![]));
    let wish = || waiting(1).wish;
    let wishes = |wish: WaitlistRequest| Entry { wish, ..waiting(1) };
    not_for(wishes(WaitlistRequest { window: Window::new(now(), slot().time.end() - minutes(1)).unwrap(), ..wish() }));
    let late = Window::new(slot().time.start() + minutes(1), wish().window.to()).unwrap();
    not_for(wishes(WaitlistRequest { window: late, ..wish() }));
    let wanted = Target::Doctor(DoctorId::from_uuid(uuid::Uuid::nil()));
    not_for(wishes(WaitlistRequest { wanted, ..wish() }));
    not_for(wishes(WaitlistRequest { mode: Some(Mode::Clinic), ..wish() }));
    not_for(Entry { passed: vec![OfferedTime { doctor: slot().doctor, slot: slot().id() }], ..waiting(1) });
    not_for(Entry { state: EntryState::Left { at: now() }, ..waiting(1) });
    not_for(offered().entry);
    assert_eq!(offer_slots(vec![], vec![waiting(1)]), (vec![], vec![]));
}

#[test]
fn a_patient_who_releases_a_slot_is_not_offered_it() {
    let (_, offered) =
        offer_released_slots(vec![slot()], &doctor(), vec![waiting(1), waiting(2)], Some(patient_id()), now());
    assert_eq!(offered[0].id, entry_id(2));
}

#[test]
fn a_patient_who_could_not_accept_is_passed_over() {
    use crate::appointments::agenda::{Entry as Visit, FreeCancellation, MAX_FREE_CANCELLATIONS, MAX_HOLDS, MAX_OPEN};
    let second = || WaitlistCandidate::of(waiting(2), None);
    let gets = |entries: Vec<Visit>, cancellations, doctor: &Doctor, days: &[DailyQuota]| {
        let agenda = Agenda { entries, cancellations, ..Agenda::empty(patient_id()) };
        let first = WaitlistCandidate::of(waiting(1), Some(agenda));
        matching::offer_released_slots(vec![slot()], doctor, vec![first, second()], None, days, now()).1[0].id
    };
    let visit = |time, number, hold_until| Visit { time, appointment: appointment_id(number), hold_until };
    let (soon, far) = (now() + minutes(5), |hour: u128| {
        let start = slot().time.end() + minutes(60 * i64::try_from(hour).unwrap());
        TimeRange::new(start, start + minutes(30)).unwrap()
    });
    let free = Doctor { fee: Paise::ZERO, ..doctor() };
    let busy = |hold| vec![visit(range("2026-12-01T04:45:00Z", 30), 7, hold)];
    assert_eq!(gets(vec![visit(far(1), 7, None)], vec![], &doctor(), &[]), entry_id(1));
    assert_eq!(gets(busy(None), vec![], &doctor(), &[]), entry_id(2), "another visit at that time");
    assert_eq!(gets(busy(Some(soon)), vec![], &doctor(), &[]), entry_id(2), "a hold at that time");
    assert_eq!(gets(busy(Some(now())), vec![], &doctor(), &[]), entry_id(1), "a hold that is over");
    let visits = |count: usize, hold| (0..count as u128).map(|n| visit(far(n), n, hold)).collect::<Vec<_>>();
    assert_eq!(gets(visits(MAX_HOLDS, Some(soon)), vec![], &doctor(), &[]), entry_id(2));
    assert_eq!(gets(visits(MAX_HOLDS, Some(soon)), vec![], &free, &[]), entry_id(1), "a free visit is no hold");
    assert_eq!(gets(visits(MAX_OPEN, None), vec![], &free, &[]), entry_id(2));
    let often = vec![FreeCancellation { doctor: doctor().id, at: now() }; MAX_FREE_CANCELLATIONS];
    assert_eq!(gets(vec![], often.clone(), &free, &[]), entry_id(2));
    assert_eq!(gets(vec![], often, &doctor(), &[]), entry_id(1));

    // A limit that was lowered: the day is full for every patient, except for one who has a place kept on it.
    let limited = Doctor { terms: Terms { daily_limit: Some(1), ..Terms::default() }, ..doctor() };
    let date = DailyQuota::date_of(&limited, slot().time.start());
    let kept = SlotState::Offered { patient: waiting(2).patient, entry: entry_id(9), until: until() };
    let other = Slot { state: kept, ..half_hour_from("2026-12-01T08:00:00Z") };
    let day = DailyQuota::of(&limited, date, &[other], 3, now()).unwrap();
    assert_eq!(gets(vec![], vec![], &limited, &[day]), entry_id(2));
}

/// A transition that does nothing but release slots.
struct Releases(ReleasedSlots);

impl ReleasesSlots for Releases {
    fn released(&self) -> &ReleasedSlots {
        &self.0
    }
}

#[test]
fn slots_that_were_only_held_are_free_beside_those_of_confirmed_visits_that_are_offered() {
    let (held, confirmed) = (half_hour_from("2026-12-01T05:00:00Z"), slot());
    let giver = other_patient();
    let parts = || {
        let held = ReleasedSlots::for_every_patient(vec![held.clone()]);
        (held, ReleasedSlots::for_waiting_patients(vec![confirmed.clone()], &doctor(), giver))
    };
    for released in [parts().0.and(parts().1), parts().1.and(parts().0)] {
        let waiting = [waiting(1), waiting(3)].map(|entry| WaitlistCandidate::of(entry, None)).into();
        let offered = Offered::to(Releases(released), waiting, &[], now());
        let state_of = |slot: &Slot| offered.slots().iter().find(|it| it.time == slot.time).map(|it| it.state).unwrap();
        assert!(matches!(state_of(&confirmed), SlotState::Offered { .. }));
        assert_eq!((state_of(&held), offered.entries().len()), (SlotState::Free, 1));
    }
}

#[test]
fn a_slot_of_a_suspended_doctor_or_that_closes_at_once_is_not_offered() {
    let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
    assert_eq!(offer_released_slots(vec![slot()], &suspended, vec![waiting(1)], None, now()).1, []);
    let closing = |minutes_left| Slot { closes: now() + minutes(minutes_left), ..slot() };
    assert_eq!(offer_slots(vec![closing(LEAST_OFFER_MINUTES - 1)], vec![waiting(1)]).1, []);
    // On leave: the doctor's slots have closed long ago.
    assert_eq!(offer_slots(vec![Slot { closes: Timestamp::MIN, ..slot() }], vec![waiting(1)]).1, []);
    let soon = offer_slots(vec![closing(10)], vec![waiting(1)]).1;
    assert_eq!(soon[0].offer().unwrap().until, now() + minutes(10), "an offer ends when its slot closes");
}

#[test]
fn a_patient_who_waits_for_a_speciality_is_offered_slots_of_its_doctors_who_speak_the_language() {
    let wants = |speciality: &str, language: Option<&str>| {
        let (speciality, language) = (speciality.parse().unwrap(), language.map(|text| text.parse().unwrap()));
        let wanted = Target::Speciality { speciality, language };
        Entry { wish: WaitlistRequest { wanted, ..waiting(1).wish }, ..waiting(1) }
    };
    let count = |entry| offer_slots(vec![slot()], vec![entry]).1.len();
    assert_eq!(count(wants("cardiology", None)), 1);
    assert_eq!(count(wants("cardiology", Some("en"))), 1);
    assert_eq!(count(wants("cardiology", Some("hi"))), 0);
    assert_eq!(count(wants("dermatology", None)), 0);
    assert_eq!(WaitlistQueue::of(&doctor()).count(), 2);
}

#[test]
fn a_long_visit_needs_adjacent_slots_and_the_others_go_to_other_entries() {
    let long = KindTerms { slots: 2, fee: Paise::new(90_000).unwrap() };
    let kinds = [(VisitKind::Emergency, long)].into();
    let doctor = Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor() };
    let long = Entry { wish: WaitlistRequest { kind: VisitKind::Emergency, ..waiting(1).wish }, ..waiting(1) };
    let offer_all = |slots| offer_released_slots(slots, &doctor, vec![long.clone(), waiting(2)], None, now());
    let (second, third) = (half_hour_from("2026-12-01T05:00:00Z"), half_hour_from("2026-12-01T05:30:00Z"));
    let (_, offered) = offer_all(vec![third.clone(), second.clone(), slot()]);
    let kept = |entry: &Entry| (entry.id, entry.offer().unwrap().slots.clone());
    assert_eq!(kept(&offered[0]), (entry_id(1), vec![slot().id(), second.id()]));
    assert_eq!(kept(&offered[1]), (entry_id(2), vec![third.id()]));
    let (_, apart) = offer_all(vec![slot(), third]);
    assert_eq!(apart.iter().map(|entry| entry.id).collect::<Vec<_>>(), [entry_id(2)]);
}

#[test]
fn an_accepted_offer_is_booked_by_the_rule_of_every_booking_and_ends_the_entry() {
    let snapshot = |slot: Slot| BookingSnapshot { slot, ..snapshot() };
    let accept = |file: WaitlistEntryDetails, snapshot| {
        authorized(file).accept(named(), snapshot, false, appointment_id(7), now(), minutes(10))
    };
    let (booking, transition) = accept(offered(), snapshot(offered().slots.remove(0))).unwrap();
    assert_eq!((booking.appointment.id, booking.slots.len()), (appointment_id(7), 1));
    assert_eq!(transition.entry.state, EntryState::Booked { appointment: appointment_id(7), at: now() });
    assert_eq!(
        (transition.waits.unwrap().open, transition.released.slots().to_vec(), transition.was_waiting),
        (vec![], vec![], false)
    );

    // The offer expired meanwhile, or the slot became free for every patient.
    let gone = Err(AcceptRefusal::NoOffer(NoOffer));
    assert_eq!(accept(offered(), snapshot(slot())), gone);
    let to_another = SlotState::Offered { patient: other_patient(), entry: entry_id(2), until: until() };
    assert_eq!(accept(offered(), snapshot(Slot { state: to_another, ..slot() })), gone);
    assert_eq!(accept(WaitlistEntryDetails { entry: waiting(1), ..offered() }, snapshot(slot())), gone);
    let busy =
        crate::appointments::agenda::Entry { time: slot().time, appointment: appointment_id(3), hold_until: None };
    let agenda = Agenda { entries: vec![busy], ..snapshot(slot()).agenda };
    let refused = accept(offered(), BookingSnapshot { agenda, ..snapshot(offered().slots.remove(0)) });
    let with = BookRefusal::PatientBusy { with: appointment_id(3), time: slot().time };
    assert_eq!(refused, Err(AcceptRefusal::Booking(with)));
}

#[test]
fn a_passed_offer_keeps_the_position_until_the_last_one_ends_the_entry() {
    let transition = authorized(offered()).decline(named(), now()).unwrap().unwrap();
    assert_eq!((&transition.entry.state, transition.entry.place()), (&EntryState::Waiting, waiting(1).place()));
    assert_eq!((transition.released.slots().to_vec(), transition.waits), (vec![slot()], None));
    // Declined again, after another offer: nothing more is declined.
    let other = OfferedTime { doctor: slot().doctor, slot: SlotId::new(at("2026-12-02T04:30:00Z")).unwrap() };
    let again = WaitlistEntryDetails { entry: transition.entry.clone(), ..offered() };
    assert_eq!(authorized(again).decline(named(), now()), Ok(None));
    assert_eq!(authorized(offered()).decline(other, now()), Err(NoOffer));
    // The same slot is offered to the others now.
    assert_eq!(offer_slots(vec![slot()], vec![transition.entry, waiting(2)]).1[0].id, entry_id(2));

    let mut often = offered();
    let earlier = |day: i64| half_hour_from("2026-12-02T04:30:00Z").time.start() + minutes(day * 24 * 60);
    let earlier = |day| OfferedTime { doctor: slot().doctor, slot: SlotId::new(earlier(day)).unwrap() };
    often.entry.passed = (1..i64::try_from(MAX_PASSED).unwrap()).map(earlier).collect();
    // An offer that could not be taken any more does not count.
    let withdrawn = Slot { state: SlotState::Withdrawn, ..slot() };
    let gone = WaitlistEntryDetails { slots: vec![withdrawn], ..often.clone() };
    assert_eq!(gone.on_deadline(until()).unwrap().entry.state, EntryState::Waiting);
    let transition = often.on_deadline(until()).unwrap();
    assert_eq!(transition.entry.state, EntryState::Ended { at: until(), because: Ending::OffersPassed });
    assert_eq!((transition.released.slots().to_vec(), transition.waits.unwrap().open), (vec![slot()], vec![]));
}

#[test]
fn an_offer_is_over_at_its_end_and_not_before() {
    assert_eq!(offered().on_deadline(until() - minutes(1)), None);
    let transition = offered().on_deadline(until()).unwrap();
    assert_eq!((transition.entry.state, transition.released.slots().to_vec()), (EntryState::Waiting, vec![slot()]));
    assert_eq!(transition.entry.passed, [OfferedTime { doctor: slot().doctor, slot: slot().id() }]);
    // Another patient took it after that.
    let taken = Slot { state: SlotState::Booked { appointment: appointment_id(5) }, ..slot() };
    let late = WaitlistEntryDetails { slots: vec![taken.clone()], ..offered() };
    assert_eq!(late.clone().on_deadline(until()).unwrap().released.slots(), []);
    assert_eq!(authorized(late).decline(named(), now()), Err(NoOffer));
    // The patient has booked it like any other slot.
    let own = WaitlistEntryDetails { slots: vec![taken], holder: Some(confirmed()), ..offered() };
    let transition = own.on_deadline(until()).unwrap();
    assert_eq!(transition.entry.state, EntryState::Booked { appointment: confirmed().id, at: until() });
}

#[test]
fn an_entry_ends_with_its_window() {
    let file = WaitlistEntryDetails { entry: waiting(1), slots: vec![], ..offered() };
    let end = waiting(1).wish.window.to();
    assert_eq!(file.clone().on_deadline(end - minutes(1)), None);
    let transition = file.on_deadline(end).unwrap();
    assert_eq!(transition.entry.state, EntryState::Ended { at: end, because: Ending::WindowOver });
    assert!(transition.was_waiting && transition.waits.unwrap().open.is_empty());
    assert_eq!(
        offered().on_deadline(end).unwrap().entry.state,
        EntryState::Ended { at: end, because: Ending::WindowOver }
    );
}

#[test]
fn a_patient_who_leaves_releases_the_offer() {
    let transition = authorized(offered()).leave(now()).unwrap();
    assert_eq!(
        (transition.entry.state.clone(), transition.released.slots().to_vec()),
        (EntryState::Left { at: now() }, vec![slot()])
    );
    assert_eq!(authorized(WaitlistEntryDetails { entry: transition.entry, ..offered() }).leave(now()), None);
}

#[test]
fn a_patient_has_no_duplicate_entries_and_a_limited_number_of_them() {
    let none = OpenEntries::none(patient_id());
    let one = none.admit(&waiting(1), now()).unwrap();
    assert_eq!(one.admit(&waiting(2), now()), Err(JoinRefusal::Already { entry: entry_id(1) }));
    let from = waiting(1).wish.window.to();
    let window = Window::new(from, from + minutes(60)).unwrap();
    let next = Entry { wish: WaitlistRequest { window, ..waiting(2).wish }, ..waiting(2) };
    assert!(one.admit(&next, now()).is_ok());
    assert_eq!(one.admit(&waiting(2), from).unwrap().open.len(), 1, "the first is over by then");
    let other = |number| {
        let wanted = Target::Doctor(DoctorId::from_uuid(uuid::Uuid::from_u128(number)));
        Entry { wish: WaitlistRequest { wanted, ..waiting(1).wish }, ..waiting(1) }
    };
    let full = (0..10).fold(none, |open, number| open.admit(&other(number), now()).unwrap());
    assert_eq!(full.admit(&other(10), now()), Err(JoinRefusal::TooMany));
    assert_eq!(full.without(entry_id(1)).open, []);
}

#[test]
fn a_window_is_ahead_and_not_too_far() {
    let days = |from: i64, to: i64| Window::new(now() + minutes(from * 1_440), now() + minutes(to * 1_440));
    assert!(days(0, MAX_HORIZON_DAYS).unwrap().ahead(now()).is_ok());
    assert!(days(-1, 1).unwrap().ahead(now()).is_ok());
    assert_eq!(days(0, MAX_HORIZON_DAYS + 1).unwrap().ahead(now()), Err(InvalidWindow::TooFarAhead));
    assert_eq!(days(-1, 0).unwrap().ahead(now()), Err(InvalidWindow::Over));
    assert_eq!(days(1, 1), Err(InvalidWindow::EndsBeforeStart));
}

#[test]
fn an_entry_that_is_over_keeps_its_priority() {
    assert_eq!(authorized(waiting(1)).prioritise(Priority::Urgent).unwrap().priority, Priority::Urgent);
    let over = Entry { state: EntryState::Left { at: now() }, ..waiting(1) };
    assert_eq!(authorized(over).prioritise(Priority::Urgent), Err(EntryOver));
}

proptest! {
    #[test]
    fn each_slot_is_kept_for_one_entry_and_each_offer_has_its_slots(
        free in proptest::collection::vec(any::<bool>(), 1..8),
        clinic in proptest::collection::vec(any::<bool>(), 8),
        entries in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_i64..8, 0_usize..3), 0..8),
    ) {
        let long = KindTerms { slots: 2, fee: Paise::ZERO };
        let kinds = [(VisitKind::Emergency, long)].into();
        let doctor = Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor() };
        let slots: Vec<Slot> = free.iter().enumerate().filter(|(_, is_free)| **is_free).map(|(number, _)| {
            let start = slot().time.start() + minutes(30 * i64::try_from(number).unwrap());
            let time = TimeRange::new(start, start + minutes(30)).unwrap();
            let place = if clinic[number] { Place::Clinic { name: "Indiranagar".parse().unwrap() } } else { Place::Video };
            Slot { place, ..Slot::by_hand(slot().doctor, time, 9) }
        }).collect();
        let entries: Vec<Entry> = entries.iter().zip(1..).map(|((urgent, long, late, mode), number)| Entry {
            priority: if *urgent { Priority::Urgent } else { Priority::Routine },
            wish: WaitlistRequest {
                kind: if *long { VisitKind::Emergency } else { VisitKind::Consultation },
                mode: Mode::ALL.get(*mode).copied(),
                window: Window::new(slot().time.start() + minutes(30 * late), waiting(1).wish.window.to()).unwrap(),
                ..waiting(number).wish
            },
            ..waiting(number)
        }).collect();
        let (after, offered) = offer_released_slots(slots.clone(), &doctor, entries.clone(), None, now());
        let times = |slots: &[Slot]| slots.iter().map(|slot| slot.time).collect::<Vec<_>>();
        prop_assert_eq!(times(&after), times(&slots));
        for entry in &offered {
            let offer = entry.offer().unwrap();
            let kept = after.iter().filter(|slot| matches!(slot.state, SlotState::Offered { entry: id, .. } if id == entry.id));
            prop_assert_eq!(&kept.map(Slot::id).collect::<Vec<_>>(), &offer.slots);
            prop_assert!(entry.wish.window.covers(&offer.time));
            prop_assert!(entry.wish.mode.is_none_or(|mode| mode == Mode::of(&offer.place)));
            let kept = after.iter().filter(|slot| offer.slots.contains(&slot.id()));
            let places: BTreeSet<Mode> = kept.map(|slot| Mode::of(&slot.place)).collect();
            prop_assert_eq!(places, BTreeSet::from([Mode::of(&offer.place)]));
        }
        let kept: usize = offered.iter().map(|entry| entry.offer().unwrap().slots.len()).sum();
        let not_free = after.iter().filter(|slot| slot.state != SlotState::Free).count();
        prop_assert_eq!(kept, not_free);
        // No entry that was passed over suits a slot that is left.
        let left: Vec<Slot> = after.into_iter().filter(|slot| slot.state == SlotState::Free).collect();
        let passed_over = entries.into_iter().filter(|entry| !offered.iter().any(|offered| offered.id == entry.id));
        prop_assert_eq!(offer_released_slots(left, &doctor, passed_over.collect(), None, now()).1, vec![]);
    }
}
