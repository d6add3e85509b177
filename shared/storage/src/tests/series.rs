//! A series is written as a whole or not at all.

use domain::appointments::booking::{BookRefusal, Booking, BookingRequest};
use domain::appointments::series::{Occurrence, Series, SeriesPlan};
use domain::availability::slot::SlotState;
use domain::core::id::{SeriesId, SlotId};
use domain::core::money::Paise;
use domain::core::time::TimeRange;
use domain::directory::doctor::Doctor;
use domain::directory::visit_kind::VisitKind;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, Committed, Earlier, Loaded, fits_at_once};

/// The slot of a week.
fn of_week(week: i64) -> TimeRange {
    let start = half_hour(0).start() + minutes(week * 7 * 24 * 60);
    TimeRange::new(start, start + minutes(30)).unwrap()
}

/// A doctor who asks for no fee, with a slot in each of twelve weeks.
async fn stack() -> Stack {
    let stack = Stack::new();
    stack.register(&Doctor { fee: Paise::ZERO, ..doctor(1) }).await;
    stack.publish(doctor_id(1), (0..12).map(of_week).collect()).await;
    stack
}

async fn decide(stack: &Stack, patient: u128, count: usize) -> (Series, Vec<Booking>) {
    let plan = SeriesPlan::every(SlotId::from(&of_week(0)), 7, count).unwrap();
    let patient = patient_id(patient);
    let snapshot =
        stack.storage.series_snapshot(doctor_id(1), &plan, KIND, patient, Some(&claim("series")), now()).await;
    let Loaded::Fresh(snapshot) = snapshot.unwrap() else { panic!("it is new") };
    let mut number = 100;
    let id = || {
        number += 1;
        appointment_id(number)
    };
    let wish = BookingRequest { kind: VisitKind::Consultation, has_intake: true };
    let decided = snapshot.hold(wish, patient, id, now(), minutes(10));
    let bookings: Vec<Booking> = decided
        .into_iter()
        .map(|(slot, occurrence)| match occurrence {
            Occurrence::Booked(booking) => *booking,
            other => panic!("{slot}: {other:?}"),
        })
        .collect();
    let appointments = bookings.iter().map(|booking| booking.appointment.id).collect();
    let id = SeriesId::from_uuid(uuid::Uuid::from_u128(0x5e5));
    (Series { id, patient, doctor: doctor_id(1), appointments }, bookings)
}

async fn commit(
    stack: &Stack,
    (series, bookings): &(Series, Vec<Booking>),
    key: &str,
) -> Result<Committed, CommitError<BookRefusal>> {
    let bookings: Vec<_> = bookings.iter().map(|booking| (booking, Some(sealed("why")))).collect();
    stack.storage.commit_series(series, &bookings, &claim(key), &answer(key), &by("patient", "r-series")).await
}

async fn taken(stack: &Stack) -> usize {
    let mut taken = 0;
    for week in 0..12 {
        let slot = stack.storage.slot(doctor_id(1), SlotId::from(&of_week(week))).await.unwrap().unwrap();
        taken += usize::from(slot.state != SlotState::Free);
    }
    taken
}

#[tokio::test]
async fn twelve_visits_with_reasons_are_one_transaction() {
    let stack = stack().await;
    let decided = decide(&stack, 1, 12).await;
    assert!(fits_at_once(&decided.1.iter().collect::<Vec<_>>(), true));
    stack.forget_calls();
    assert_eq!(commit(&stack, &decided, "1").await.unwrap(), Committed::Fresh);
    let calls = stack.calls();
    assert_eq!(calls.len(), 1);
    // Of each visit the slot, the appointment, the timer of its close and the reason; of all the series, the agenda and the answer.
    assert_eq!(calls[0].1["TransactItems"].as_array().unwrap().len(), 12 * 4 + 3);
    assert_eq!(taken(&stack).await, 12);
    let (series, visits) = stack.storage.visits_of_series(decided.0.id).await.unwrap().unwrap();
    assert_eq!((series, visits.len()), (decided.0.clone(), 12));
    assert_eq!(stack.agenda_of(patient_id(1)).await, 12);
    // Three times the slots is too much at once.
    let thrice: Vec<&Booking> = [&decided.1, &decided.1, &decided.1].into_iter().flatten().collect();
    assert!(!fits_at_once(&thrice, true));
}

#[tokio::test]
async fn a_series_is_written_as_a_whole_or_not_at_all_and_the_same_key_finds_it() {
    for fault in [Fault::Conflict, Fault::Throttle, Fault::NeverSent, Fault::LoseReply] {
        let stack = stack().await;
        let decided = decide(&stack, 1, 5).await;
        stack.next(fault);
        assert!(commit(&stack, &decided, "series").await.is_err(), "{fault:?}");
        let there = taken(&stack).await;
        assert_eq!(there, if matches!(fault, Fault::LoseReply) { 5 } else { 0 }, "{fault:?}");
        let plan = SeriesPlan::every(SlotId::from(&of_week(0)), 7, 5).unwrap();
        let patient = patient_id(1);
        let snapshot =
            stack.storage.series_snapshot(doctor_id(1), &plan, KIND, patient, Some(&claim("series")), now()).await;
        assert_eq!(matches!(snapshot.unwrap(), Loaded::Earlier(Earlier::Same(_))), there == 5, "{fault:?}");
    }
}

#[tokio::test]
async fn of_two_series_that_want_one_slot_one_is_written_and_none_in_part() {
    let stack = stack().await;
    let first = decide(&stack, 1, 3).await;
    let second = decide(&stack, 2, 6).await;
    let id = SeriesId::from_uuid(uuid::Uuid::from_u128(0x5e6));
    let second = (Series { id, ..second.0 }, second.1);
    commit(&stack, &first, "1").await.unwrap();
    let end = commit(&stack, &second, "2").await;
    assert!(end.is_err(), "{end:?}");
    assert_eq!(taken(&stack).await, 3);
    assert_eq!(stack.storage.visits_of_series(id).await.unwrap(), None);
    assert_eq!(stack.agenda_of(patient_id(2)).await, 0);
}

impl Stack {
    /// How many open visits a patient has.
    async fn agenda_of(&self, patient: domain::core::id::PatientId) -> usize {
        let plan = SeriesPlan::every(SlotId::from(&of_week(0)), 7, 2).unwrap();
        match self.storage.series_snapshot(doctor_id(1), &plan, KIND, patient, None, now()).await.unwrap() {
            Loaded::Fresh(snapshot) => snapshot.agenda.entries.len(),
            other => panic!("{other:?}"),
        }
    }
}
