//! Who waits is offered what is given back, one after the other, in the transaction that gives it back.

use domain::appointments::aggregate::BookedAppointment;
use domain::appointments::cancellation::Cancelled;
use domain::appointments::waitlist::{
    Entry, EntryState, EntryTransition, MAX_ENTRIES, OFFER_MINUTES, Offered, OfferedTime, Priority, Target,
    WaitlistRequest, Window,
};
use domain::availability::slot::PASSED_ON_WITHIN;
use domain::availability::slot::SlotState;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, PatientId, SlotId, WaitlistEntryId};
use domain::directory::doctor::Doctor;
use jiff::Timestamp;

use super::cost::units;
use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, Committed, Loaded, PageRequest};
use domain::audit::EventType;

pub fn entry_id(number: u128) -> WaitlistEntryId {
    WaitlistEntryId::from_uuid(uuid::Uuid::from_u128(0xa17_0000 + number))
}

/// The morning of the visits.
fn morning() -> Window {
    Window::new(half_hour(0).start(), half_hour(8).end()).unwrap()
}

/// A patient who waits for the first doctor, decided and not written yet. Who has a higher number has joined later.
pub fn entry(number: u128) -> Entry {
    let joined = now() + minutes(i64::try_from(number).unwrap() - 100);
    let wanted = Target::Doctor(doctor_id(1));
    let wish = WaitlistRequest { wanted, kind: KIND, mode: None, window: morning() };
    Entry::join(entry_id(number), patient_id(number), wish, joined)
}

/// A patient who waits for another doctor.
fn wanting(number: u128, wanted: Target) -> Entry {
    Entry { wish: WaitlistRequest { wanted, ..entry(number).wish }, ..entry(number) }
}

pub async fn join(stack: &Stack, entry: &Entry) -> Result<Committed, CommitError> {
    let key = claim(&format!("join {} {}", entry.patient, entry.id));
    let snapshot = stack.storage.join_snapshot(entry.patient, &entry.wish.wanted, &key, now()).await.unwrap();
    let Loaded::Fresh(snapshot) = snapshot else { panic!("it is new") };
    let waits = snapshot.waits.admit(entry, now()).unwrap();
    let prov = by(&entry.patient.to_string(), &format!("r-join-{}", entry.id));
    stack.storage.commit_join(entry, &waits, &key, &answer("{}"), &prov).await
}

/// A cancellation that is decided, with whom the slot is offered, and not written yet.
pub async fn give_back(stack: &Stack, id: AppointmentId, now: Timestamp) -> Offered<Cancelled> {
    let visit = stack.storage.visit(id).await.unwrap().unwrap();
    // Slots that were only held are offered to no entry.
    let visit = BookedAppointment { appointment: visit.appointment.clone().confirm(now).unwrap(), ..visit };
    let cancelled = cancel(visit, CancelledBy::Patient, None, now).unwrap();
    stack.storage.offer_released_slots(cancelled, now).await.unwrap()
}

async fn cancel_first(stack: &Stack) {
    let cancelled = give_back(stack, appointment_id(50), now()).await;
    stack.storage.commit_cancellation(&cancelled, &by("patient", "r-cancel")).await.unwrap();
}

async fn stored(stack: &Stack, number: u128) -> Entry {
    stack.storage.waitlist_entry(entry_id(number)).await.unwrap().unwrap()
}

async fn in_line(stack: &Stack) -> Vec<PatientId> {
    let page = stack.storage.queue_of_doctor(doctor_id(1), &PageRequest::first(100)).await.unwrap();
    page.items.into_iter().map(|entry| entry.patient).collect()
}

/// A visit at the first half hour, for which so many wait.
async fn stack(waiting: u128) -> Stack {
    let stack = Stack::with_slots(4).await;
    stack.book(patient_id(50), 0, appointment_id(50)).await;
    for number in 1..=waiting {
        assert_eq!(join(&stack, &entry(number)).await.unwrap(), Committed::Fresh);
    }
    stack
}

/// The turn of an entry at a time, written.
async fn on_deadline(stack: &Stack, number: u128, now: Timestamp) -> Option<Offered<EntryTransition>> {
    let file = stack.storage.waitlist_entry_details(entry_id(number)).await.unwrap().unwrap();
    let turn = stack.storage.offer_released_slots(file.on_deadline(now)?, now).await.unwrap();
    let prov = later(&by("expireOffers", &format!("m-{now}")), now.duration_since(super::samples::now()));
    stack.storage.commit_entry_transition(&turn, EventType::OfferLapsed, &prov).await.unwrap();
    Some(turn)
}

#[tokio::test]
async fn what_is_given_back_is_kept_for_the_first_in_line_and_passed_on() {
    let stack = stack(2).await;
    cancel_first(&stack).await;
    let until = now() + minutes(OFFER_MINUTES);
    let kept_for = |number: u128, until| SlotState::Offered {
        patient: patient_id(number),
        entry: entry_id(number),
        until: until + PASSED_ON_WITHIN,
    };
    // The table has milliseconds.
    let in_ms = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond()).unwrap();
    assert_eq!(stack.slot(0).await.state, kept_for(1, in_ms(until)));
    assert_eq!(stored(&stack, 1).await.offer().unwrap().until, in_ms(until));
    assert_eq!(in_line(&stack).await, [patient_id(2)]);
    // Nothing happens before it is over.
    assert_eq!(on_deadline(&stack, 1, now() + minutes(1)).await, None);

    on_deadline(&stack, 1, until).await.unwrap();
    let next = until + minutes(OFFER_MINUTES);
    assert_eq!(stack.slot(0).await.state, kept_for(2, in_ms(next)));
    assert_eq!(in_line(&stack).await, [patient_id(1)]);
    assert_eq!(stored(&stack, 1).await.state, EntryState::Waiting);

    // The first one has let it pass, and no other patient waits: the slot is free to all.
    on_deadline(&stack, 2, next).await.unwrap();
    assert_eq!(stack.slot(0).await.state, SlotState::Free);
    assert_eq!(in_line(&stack).await, [patient_id(1), patient_id(2)]);
}

#[tokio::test]
async fn who_is_offered_books_and_waits_no_more() {
    let stack = stack(1).await;
    cancel_first(&stack).await;
    // To another patient the slot is taken.
    let other = stack.decide_at(patient_id(3), 0, appointment_id(3), now()).await;
    assert_eq!(other.unwrap_err(), domain::appointments::booking::BookRefusal::SlotTaken);

    let Loaded::Fresh(snapshot) = stack.snapshot(patient_id(1), 0, &claim("accept"), now()).await else {
        panic!("it is new")
    };
    let file = authorized(stack.storage.waitlist_entry_details(entry_id(1)).await.unwrap().unwrap());
    let named = OfferedTime { doctor: doctor_id(1), slot: SlotId::from(&half_hour(0)) };
    let (booking, turn) = file.accept(named, *snapshot, false, appointment_id(1), now(), minutes(10)).unwrap();
    let prov = by("patient", "r-accept");
    let turn = stack.offered(turn).await;
    let end = stack.storage.commit_acceptance(&booking, &turn, None, &claim("accept"), &answer("1"), &prov).await;
    assert_eq!(end.unwrap(), Committed::Fresh);
    assert_eq!(stack.slot(0).await.holder(), Some(appointment_id(1)));
    assert!(
        matches!(stored(&stack, 1).await.state, EntryState::Booked { appointment, .. } if appointment == appointment_id(1))
    );
    // The place on the list is free for another wish.
    let again = Entry { id: entry_id(9), ..entry(1) };
    assert_eq!(join(&stack, &again).await.unwrap(), Committed::Fresh);
}

#[tokio::test]
async fn who_leaves_gives_up_the_place_and_what_is_kept() {
    let stack = stack(2).await;
    cancel_first(&stack).await;
    for number in [2, 1] {
        let file = stack.storage.waitlist_entry_details(entry_id(number)).await.unwrap().unwrap();
        let turn = authorized(file).leave(now()).unwrap();
        let turn = stack.offered(turn).await;
        stack.storage.commit_entry_transition(&turn, EventType::WaitlistLeft, &by("patient", "r-leave")).await.unwrap();
    }
    assert_eq!(in_line(&stack).await, []);
    assert_eq!(stack.slot(0).await.state, SlotState::Free);
    assert!(matches!(stored(&stack, 1).await.state, EntryState::Left { .. }));
}

#[tokio::test]
async fn what_is_urgent_comes_first() {
    let stack = stack(3).await;
    let before = stored(&stack, 3).await;
    let after = authorized(before.clone()).prioritise(Priority::Urgent).unwrap();
    stack.storage.commit_priority(&before, &after, &by("doctor", "r-urgent")).await.unwrap();
    assert_eq!(in_line(&stack).await, [patient_id(3), patient_id(1), patient_id(2)]);
    cancel_first(&stack).await;
    assert!(stored(&stack, 3).await.offer().is_some());
}

#[tokio::test]
async fn with_who_waits_for_a_speciality_is_in_the_same_order() {
    let stack = stack(0).await;
    let cardiology = |language: &str| Target::Speciality {
        speciality: "cardiology".parse().unwrap(),
        language: Some(language.parse().unwrap()),
    };
    // The first does not speak to this doctor, the second joined before the one who wants the doctor.
    for (number, wanted) in [(1, cardiology("ta")), (2, cardiology("hi")), (3, Target::Doctor(doctor_id(1)))] {
        join(&stack, &wanting(number, wanted)).await.unwrap();
    }
    cancel_first(&stack).await;
    assert!(stored(&stack, 2).await.offer().is_some());
    assert_eq!([stored(&stack, 1).await.offer(), stored(&stack, 3).await.offer()], [None, None]);
}

#[tokio::test]
async fn an_offer_whose_reply_is_lost_is_made_once() {
    let stack = stack(2).await;
    let cancelled = give_back(&stack, appointment_id(50), now()).await;
    stack.next(Fault::LoseReply);
    let _ = stack.storage.commit_cancellation(&cancelled, &by("patient", "r-cancel")).await;
    assert!(stored(&stack, 1).await.offer().is_some());
    assert_eq!(in_line(&stack).await, [patient_id(2)]);
}

#[tokio::test]
async fn those_who_want_another_time_are_passed_over() {
    let stack = stack(0).await;
    let evening = Window::new(half_hour(20).start(), half_hour(24).end()).unwrap();
    for number in 1..=120 {
        join(&stack, &Entry { wish: WaitlistRequest { window: evening, ..entry(number).wish }, ..entry(number) })
            .await
            .unwrap();
    }
    join(&stack, &entry(121)).await.unwrap();
    cancel_first(&stack).await;
    assert!(stored(&stack, 121).await.offer().is_some(), "who is on the second page is found");
}

#[tokio::test]
async fn those_who_want_the_time_and_another_language_are_passed_over() {
    let stack = stack(0).await;
    let wanted = |language: &str| Target::Speciality {
        speciality: "cardiology".parse().unwrap(),
        language: Some(language.parse().unwrap()),
    };
    for number in 1..=110 {
        join(&stack, &wanting(number, wanted("ta"))).await.unwrap();
    }
    join(&stack, &wanting(111, wanted("hi"))).await.unwrap();
    cancel_first(&stack).await;
    assert!(stored(&stack, 111).await.offer().is_some(), "who is on the second page is found");
}

#[tokio::test]
async fn a_patient_waits_for_so_much_and_for_nothing_twice() {
    let stack = stack(1).await;
    let snapshot =
        async |wanted: &Target| match stack.storage.join_snapshot(patient_id(1), wanted, &claim("x"), now()).await {
            Ok(Loaded::Fresh(snapshot)) => snapshot,
            other => panic!("{other:?}"),
        };
    let same = Entry { id: entry_id(2), ..entry(1) };
    assert!(snapshot(&same.wish.wanted).await.waits.admit(&same, now()).is_err());
    for number in 2..=u128::try_from(MAX_ENTRIES).unwrap() {
        stack.register(&Doctor { registration_number: format!("N/{number}").parse().unwrap(), ..doctor(number) }).await;
        let wanted = Target::Doctor(doctor_id(number));
        join(&stack, &Entry { id: entry_id(number), ..wanting(1, wanted) }).await.unwrap();
    }
    let wanted = Target::Speciality { speciality: "cardiology".parse().unwrap(), language: None };
    let more = Entry { id: entry_id(99), ..wanting(1, wanted) };
    assert!(snapshot(&more.wish.wanted).await.waits.admit(&more, now()).is_err());
    let page = stack.storage.entries_of_patient(patient_id(1), &PageRequest::first(100)).await.unwrap();
    assert_eq!(page.items.len(), MAX_ENTRIES);
}

#[tokio::test]
async fn who_waits_costs_a_cancellation_a_query_of_each_line_and_an_offer_ten_units() {
    let without = stack(0).await;
    let with = stack(1).await;
    let mut spent = Vec::new();
    for stack in [&without, &with] {
        stack.forget_calls();
        cancel_first(stack).await;
        let calls = stack.calls();
        let queries = calls.iter().filter(|(name, call)| name == "Query" && call.to_string().contains("QUEUE#"));
        // The doctor's, and those of the two specialities.
        assert_eq!(queries.count(), 3);
        spent.push(units(&calls.last().unwrap().1));
    }
    // The entry with its index, the timer; a deletion is charged by the size of what is deleted, which is not in the request.
    assert_eq!(spent[1] - spent[0], 5);
    let slot = SlotId::from(&half_hour(0));
    assert_eq!(stored(&with, 1).await.offer().unwrap().slots, [slot]);
}
