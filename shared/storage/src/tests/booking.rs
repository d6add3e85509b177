//! Taking a slot, losing it, giving it back: what must hold while others do the same.

use domain::appointments::appointment::Appointment;
use domain::appointments::booking::BookRefusal;
use domain::appointments::cancellation::expire;
use domain::audit::EventType;
use domain::availability::slot::SlotState;
use domain::core::cancelled_by::CancelledBy;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, Committed, Earlier, Loaded};

#[tokio::test]
async fn of_two_patients_who_saw_the_same_free_slot_one_gets_it_and_the_other_hears_that_it_is_taken() {
    let stack = Stack::with_slots(1).await;
    let first = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    let second = stack.decide(patient_id(2), 0, appointment_id(2)).await;

    assert_eq!(stack.commit(&first, "1", &by("p1", "r1")).await.unwrap(), Committed::Fresh);
    let lost = stack.commit(&second, "2", &by("p2", "r2")).await;

    assert!(matches!(lost, Err(CommitError::Refused(BookRefusal::SlotTaken))), "{lost:?}");
    assert_eq!(stack.slot(0).await.holder(), Some(appointment_id(1)));
    assert_eq!(stack.storage.appointment(appointment_id(2)).await.unwrap(), None);
    assert_eq!(stack.agenda(patient_id(2)).await.entries, []);
}

#[tokio::test]
async fn a_patient_who_saw_a_slot_before_it_was_taken_and_given_back_is_told_to_look_again() {
    let stack = Stack::with_slots(1).await;
    let early = stack.decide(patient_id(2), 0, appointment_id(2)).await;
    let booking = stack.book(patient_id(1), 0, appointment_id(1)).await;
    let visit = stack.storage.visit(booking.appointment.id).await.unwrap().unwrap();
    let cancelled = cancel(visit, CancelledBy::Patient, None, now()).unwrap();
    stack.storage.commit_cancellation(&stack.offered(cancelled).await, &by("p1", "r-cancel")).await.unwrap();

    let stale = stack.commit(&early, "2", &by("p2", "r2")).await;

    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
}

#[tokio::test]
async fn a_booking_whose_reply_was_lost_is_answered_again_when_the_client_repeats_it() {
    let stack = Stack::with_slots(1).await;
    let booking = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    let prov = by("p1", "r1");
    stack.next(Fault::LoseReply);
    let lost = stack.commit(&booking, "key", &prov).await;
    assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");

    // The next request finds the answer before it decides anything.
    let snapshot = stack.snapshot(patient_id(1), 0, &claim("key"), now()).await;
    assert!(matches!(snapshot, Loaded::Earlier(Earlier::Same(found)) if found == answer("key")));
    // A request that had decided before the first was carried out hears of its own success, not of "taken".
    let again = stack.commit(&booking, "key", &prov).await;
    assert_eq!(again.unwrap(), Committed::Replayed(answer("key")));
}

#[tokio::test]
async fn a_key_that_belongs_to_another_request_is_refused_for_a_day_and_free_after_it() {
    let stack = Stack::with_slots(2).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let mut used = claim(&format!("book {}", appointment_id(1)));
    used.fingerprint = "another body".to_owned();

    let snapshot = stack.snapshot(patient_id(1), 1, &used, now()).await;
    assert!(matches!(snapshot, Loaded::Earlier(Earlier::Other)), "{snapshot:?}");
    let booking = stack.decide(patient_id(1), 1, appointment_id(2)).await;
    let prov = by("p1", "r2");
    let reused = stack.storage.commit_booking(&booking, None, &used, &answer("2"), &prov).await;
    assert_eq!(reused.unwrap(), Committed::KeyReused);

    let snapshot = stack.snapshot(patient_id(1), 1, &used, now() + minutes(24 * 60 - 1)).await;
    assert!(matches!(snapshot, Loaded::Earlier(Earlier::Other)), "{snapshot:?}");
    let tomorrow = later(&prov, minutes(24 * 60 + 1));
    let snapshot = stack.snapshot(patient_id(1), 1, &used, tomorrow.at).await;
    assert!(matches!(snapshot, Loaded::Fresh(_)), "{snapshot:?}");
    let fresh = stack.storage.commit_booking(&booking, None, &used, &answer("2"), &tomorrow).await;
    assert_eq!(fresh.unwrap(), Committed::Fresh);
}

#[tokio::test]
async fn a_hold_that_is_over_is_taken_by_the_next_patient_before_anything_has_cleaned_up() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;

    let soon = stack.decide_at(patient_id(2), 0, appointment_id(2), now() + minutes(9)).await;
    assert_eq!(soon.unwrap_err(), BookRefusal::SlotTaken);
    let after = now() + minutes(10);
    let takeover = stack.decide_at(patient_id(2), 0, appointment_id(2), after).await.unwrap();
    let prov = later(&by("p2", "r2"), minutes(10));
    assert_eq!(stack.commit(&takeover, "2", &prov).await.unwrap(), Committed::Fresh);
    assert_eq!(stack.slot(0).await.holder(), Some(appointment_id(2)));

    // The clean-up of the first hold comes last, and leaves the slot alone.
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let expired = expire(visit, after).unwrap();
    assert_eq!(expired.released.slots(), []);
    stack.storage.commit_expiry(&stack.offered(expired).await, &later(&by("system", "m1"), minutes(11))).await.unwrap();
    assert_eq!(stack.slot(0).await.holder(), Some(appointment_id(2)));
}

#[tokio::test]
async fn the_condition_of_the_write_refuses_a_hold_that_the_writers_clock_sees_as_live() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    // Decided by a clock that is ahead, written by one that is not.
    let ahead = stack.decide_at(patient_id(2), 0, appointment_id(2), now() + minutes(10)).await.unwrap();
    let refused = stack.commit(&ahead, "2", &later(&by("p2", "r2"), minutes(9))).await;
    assert!(matches!(refused, Err(CommitError::Refused(BookRefusal::SlotTaken))), "{refused:?}");
}

#[tokio::test]
async fn a_cancellation_gives_slot_and_time_back_to_the_doctor_and_the_patient() {
    let stack = Stack::with_slots(1).await;
    let booking = stack.book(patient_id(1), 0, appointment_id(1)).await;
    assert_eq!(stack.agenda(patient_id(1)).await.entries.len(), 1);

    let visit = stack.storage.visit(booking.appointment.id).await.unwrap().unwrap();
    let by_doctor = cancel(visit, CancelledBy::Doctor, Some("ill".to_owned()), now());
    stack
        .storage
        .commit_cancellation(&stack.offered(by_doctor.unwrap()).await, &by("doctor", "r-cancel"))
        .await
        .unwrap();

    assert_eq!(stack.slot(0).await.state, SlotState::Free);
    assert_eq!(stack.agenda(patient_id(1)).await.entries, []);
    let appointment = stack.storage.appointment(appointment_id(1)).await.unwrap().unwrap();
    let cancellation = appointment.cancellation(now()).unwrap();
    assert_eq!((cancellation.by, cancellation.reason.as_deref()), (CancelledBy::Doctor, Some("ill")));
    assert_eq!((appointment.version, appointment.sequence), (2, 1));
    stack.book(patient_id(2), 0, appointment_id(2)).await;
}

#[tokio::test]
async fn the_desk_says_what_is_not_there() {
    let stack = Stack::with_slots(1).await;
    let snapshot = stack.snapshot(patient_id(1), 7, &claim("1"), now()).await;
    assert!(matches!(snapshot, Loaded::NoSuchSlot), "{snapshot:?}");
    let slot = stack.slot(0).await.id();
    let unknown =
        stack.storage.booking_snapshot(doctor_id(2), slot, KIND, patient_id(1), &claim("1"), now()).await.unwrap();
    assert!(matches!(unknown, Loaded::NoSuchDoctor), "{unknown:?}");
    assert!(stack.storage.visit(appointment_id(9)).await.unwrap().is_none());
}

#[tokio::test]
async fn keys_that_dynamodb_leaves_unread_are_asked_for_again_but_not_for_ever() {
    let stack = Stack::with_slots(1).await;
    stack.next(Fault::LeaveKeys);
    let snapshot = stack.snapshot(patient_id(1), 0, &claim("1"), now()).await;
    assert!(matches!(snapshot, Loaded::Fresh(_)), "{snapshot:?}");

    (0..4).for_each(|_| stack.next(Fault::LeaveKeys));
    let slot = half_hour(0);
    let never =
        stack.storage.booking_snapshot(doctor_id(1), (&slot).into(), KIND, patient_id(1), &claim("1"), now()).await;
    assert!(matches!(never, Err(crate::StorageError::Unavailable(_))), "{never:?}");
}

#[tokio::test]
async fn what_a_patient_tells_is_read_with_the_appointment() {
    let stack = Stack::with_slots(1).await;
    let mut booking = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    booking.appointment.intake = Some(1);
    let prov = by("p1", "r1");
    let end = stack.storage.commit_booking(&booking, Some(sealed("v1.abc")), &claim("1"), &answer("1"), &prov).await;
    assert_eq!(end.unwrap(), Committed::Fresh);
    stack.forget_calls();

    let file = stack.storage.appointment_with_intake(appointment_id(1)).await.unwrap().unwrap();

    assert_eq!(file.appointment.patient, patient_id(1));
    assert_eq!(file.intake, Some(sealed("v1.abc")));
    assert_eq!(stack.calls().len(), 1);
}

#[tokio::test]
async fn an_intake_is_replaced_and_removed_with_its_appointment() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let read = async || stack.storage.appointment_with_intake(appointment_id(1)).await;
    let found = read().await.unwrap().unwrap();
    assert_eq!((found.appointment.intake, found.intake), (None, None));

    let told = Appointment { intake: Some(found.appointment.version + 1), ..found.appointment.clone() };
    let prov = later(&by("p1", "r2"), minutes(1));
    let written = stack.storage.commit_intake(&told, Some(sealed("v1.abc")), &prov).await.unwrap();
    let found = read().await.unwrap().unwrap();
    assert_eq!((found.appointment.clone(), found.intake), (written, Some(sealed("v1.abc"))));
    let overtaken = stack.storage.commit_intake(&told, None, &by("p1", "r3")).await;
    assert!(matches!(overtaken, Err(CommitError::Stale)), "{overtaken:?}");

    let cleared = Appointment { intake: None, ..found.appointment };
    stack.storage.commit_intake(&cleared, None, &by("p1", "r4")).await.unwrap();
    let found = read().await.unwrap().unwrap();
    assert_eq!((found.appointment.intake, found.intake), (None, None));
}

/// A batch is no snapshot: it may have the new version of the appointment, and the old intake.
#[tokio::test]
async fn an_intake_of_another_version_is_never_shown() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let appointment = stack.storage.appointment(appointment_id(1)).await.unwrap().unwrap();
    let told = Appointment { intake: Some(2), ..appointment };
    let written = stack.storage.commit_intake(&told, Some(sealed("v1.old")), &by("p1", "r2")).await.unwrap();
    // As if the next update had been read of the appointment alone.
    let torn = Appointment { intake: Some(3), ..written };
    stack.storage.commit_step(&torn, EventType::AppointmentUpdated, &by("p1", "r3")).await.unwrap();
    stack.forget_calls();
    let shown = stack.storage.appointment_with_intake(appointment_id(1)).await;
    assert!(matches!(shown, Err(crate::StorageError::Unavailable(_))), "{shown:?}");
    assert_eq!(stack.calls().len(), 3, "it is read again");
}
