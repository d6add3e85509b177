//! A search for a sequence of steps by which a party gains: steps that cost nothing (a move, a cancellation, an
//! extension, time that passes) in any order, after which no right may be better than if its last step were the first.
#![cfg(test)]

use jiff::Timestamp;
use proptest::prelude::*;

use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::{Appointment, Stage};
use crate::appointments::booking::{BookingRequest, BookingSnapshot, HoldLength};
use crate::appointments::cancellation;
use crate::appointments::rescheduling::{self, MAX_MOVES, MovedBy, Rescheduled};
use crate::appointments::waitlist::{Entry, Offered, WaitlistCandidate};
use crate::availability::slot::{Slot, SlotState};
use crate::core::cancelled_by::CancelledBy;
use crate::core::money::Paise;
use crate::directory::doctor::{Doctor, FollowUp, Terms};
use crate::directory::visit_kind::VisitKind;
use crate::payments::refund_policy::RefundPolicy;
use crate::testing::{agenda, appointment_id, authorized, captured_payment, doctor, minutes, now, patient_id, waiting};

/// A step of one party.
#[derive(Debug, Clone)]
enum Step {
    /// Time passes, in minutes.
    Wait(i64),
    /// The visit moves to the slot that begins this number of half hours after [`now`].
    Move(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Most moves go near the limits of the refund policy and of the window of a follow-up.
    let far = prop_oneof![1_i64..20, 40_i64..60, 300_i64..360];
    let step = prop_oneof![(1_i64..30 * 60).prop_map(Step::Wait), far.prop_map(Step::Move)];
    prop::collection::vec(step, 1..9)
}

fn policies() -> impl Strategy<Value = RefundPolicy> {
    (0_u16..60, 0_u16..60, 0_u8..=100).prop_map(|(one, other, partial_percent)| RefundPolicy {
        full_hours: one.max(other),
        partial_hours: one.min(other),
        partial_percent,
        no_show_percent: 0,
    })
}

/// A doctor whose follow-ups within a week cost less.
fn cheaper_follow_ups() -> Doctor {
    let follow_up = FollowUp { within_days: 7, fee: Paise::new(20_000).unwrap() };
    Doctor { terms: Terms { follow_up: Some(follow_up), ..Terms::default() }, ..doctor() }
}

fn slot_at(half_hours: i64) -> Slot {
    let start = now() + minutes(30 * half_hours);
    let time = crate::core::time::TimeRange::new(start, start + minutes(30)).unwrap();
    Slot::by_hand(doctor().id, time, 1)
}

/// The patient's last visit, a day before [`now`].
fn last_visit() -> Timestamp {
    now() - minutes(24 * 60)
}

/// A paid follow-up in the slot at `half_hours`.
fn paid(half_hours: i64) -> BookedAppointment {
    let snapshot = BookingSnapshot {
        slot: slot_at(half_hours),
        following: vec![],
        last_visit: Some(last_visit()),
        agenda: agenda(),
        doctor: cheaper_follow_ups(),
        day: None,
    };
    let wish = BookingRequest { kind: VisitKind::FollowUp, has_intake: false };
    let booking = snapshot.hold(wish, patient_id(), appointment_id(1), now(), minutes(10)).unwrap();
    let appointment = booking.appointment.confirm(now()).unwrap();
    let slots = booking.slots.into_iter().map(|slot| slot.book(appointment.id, patient_id(), now()).unwrap());
    let agenda = booking.agenda.confirm(appointment.id, appointment.time, now()).unwrap();
    BookedAppointment {
        slots: slots.collect(),
        appointment,
        agenda,
        doctor: cheaper_follow_ups(),
        payment: Some(captured_payment()),
        refunds: vec![],
    }
}

fn moved(visit: &BookedAppointment, half_hours: i64, by: MovedBy, now: Timestamp) -> Option<Rescheduled> {
    let slot = match visit.slots.iter().find(|slot| slot.time == slot_at(half_hours).time) {
        Some(own) => own.clone(),
        None => slot_at(half_hours),
    };
    rescheduling::reschedule(authorized(visit.clone()), slot, vec![], None, by, now).ok()
}

fn after(visit: &BookedAppointment, moved: Rescheduled) -> BookedAppointment {
    let Rescheduled { appointment, taken, agenda, .. } = moved;
    BookedAppointment { appointment, slots: taken, agenda, ..visit.clone() }
}

/// The refund if `by` cancels now; `None` if the visit can't be cancelled any more.
fn refund(visit: &BookedAppointment, by: CancelledBy, policy: &RefundPolicy, now: Timestamp) -> Option<i64> {
    let cancelled = cancellation::cancel(authorized(visit.clone()), by, None, policy, now).ok()?;
    Some(cancelled.refund.map_or(0, |refund| refund.amount.get()))
}

/// What booking the time of a visit would cost now.
fn price(appointment: &Appointment) -> Paise {
    let (kind, start) = (appointment.kind, appointment.time.start());
    cheaper_follow_ups().terms_of(kind, start, Some(last_visit())).fee
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_steps_of_a_patient_bring_back_more_money_or_cost_less_than_the_last_step_at_first(
        first in prop_oneof![2_i64..60, 300_i64..330], steps in steps(), policy in policies(),
    ) {
        let (mut visit, mut clock) = (paid(first), now());
        // The least that a cancellation in place of a step so far would have given.
        let mut least = i64::MAX;
        for step in steps {
            match step {
                Step::Wait(time) => clock += minutes(time),
                Step::Move(to) => {
                    let Some(next) = moved(&visit, to, MovedBy::Patient, clock) else { continue };
                    least = least.min(refund(&visit, CancelledBy::Patient, &policy, clock).unwrap());
                    visit = after(&visit, next);
                }
            }
            prop_assert!(visit.appointment.moves <= MAX_MOVES);
            prop_assert!(visit.appointment.fee >= price(&visit.appointment), "a moved visit is cheaper than a new one");
            if let Some(back) = refund(&visit, CancelledBy::Patient, &policy, clock) {
                prop_assert!(back <= least, "{back} after moves, {least} at first");
            }
        }
    }

    /// A doctor who moves a visit takes nothing from its patient: a cancellation gives at least as much as without the
    /// doctor's moves, and every step of the patient before.
    #[test]
    fn no_steps_of_a_doctor_take_a_refund_from_the_patient(
        first in 2_i64..120, steps in steps(), policy in policies(),
    ) {
        let (untouched, mut visit, mut clock) = (paid(first), paid(first), now());
        for step in steps {
            match step {
                Step::Wait(time) => clock += minutes(time),
                Step::Move(to) => {
                    let Some(next) = moved(&visit, to, MovedBy::Staff, clock) else { continue };
                    visit = after(&visit, next);
                }
            }
            let without = refund(&untouched, CancelledBy::Patient, &policy, clock);
            if let Some((back, without)) = refund(&visit, CancelledBy::Patient, &policy, clock).zip(without) {
                prop_assert!(back >= without, "{back} after the doctor's moves, {without} without");
            }
        }
    }

    /// A patient gets no place before those who wait: a slot of a confirmed visit that its patient gives back by any
    /// step is kept for the patient who waits for it.
    #[test]
    fn a_slot_that_a_patient_gives_back_goes_to_the_patient_who_waits(
        first in 10_i64..60, steps in steps(), cancels in any::<bool>(),
    ) {
        let (mut visit, mut clock) = (paid(first), now());
        let entries = || -> Vec<WaitlistCandidate> {
            // The patient of the visit is before the other one in the queue.
            [waiting(1), waiting(2)].map(|entry: Entry| WaitlistCandidate::of(entry, None)).into()
        };
        for step in steps {
            match step {
                Step::Wait(time) => clock += minutes(time),
                Step::Move(to) => {
                    let Some(next) = moved(&visit, to, MovedBy::Patient, clock) else { continue };
                    let offered = Offered::to(next.clone(), entries(), &[], clock);
                    prop_assert!(offered.slots().iter().all(is_not_kept_for_giver));
                    visit = after(&visit, next);
                }
            }
        }
        let policy = RefundPolicy::default();
        if cancels
            && let Ok(gone) = cancellation::cancel(authorized(visit), CancelledBy::Patient, None, &policy, clock)
        {
            let offered = Offered::to(gone, entries(), &[], clock);
            prop_assert!(offered.slots().iter().all(is_not_kept_for_giver));
        }
    }

    /// A hold lasts for its length and one extension, however the patient asks, and no longer than a queue can wait.
    #[test]
    fn no_steps_of_a_patient_hold_a_slot_for_longer_than_its_length_and_one_extension(
        length in 2_i64..=15, waits in prop::collection::vec(0_i64..12, 1..9),
    ) {
        let length: HoldLength = length.to_string().parse().unwrap();
        let snapshot = BookingSnapshot { slot: slot_at(48), ..crate::testing::snapshot() };
        let booking =
            snapshot.hold(crate::testing::WISH, patient_id(), appointment_id(1), now(), length.duration()).unwrap();
        let mut visit = BookedAppointment {
            appointment: booking.appointment,
            slots: booking.slots,
            agenda: booking.agenda,
            ..crate::testing::held_visit()
        };
        let mut clock = now();
        for wait in waits {
            clock += minutes(wait);
            if let Ok(longer) = rescheduling::extend(authorized(visit.clone()), length, clock) {
                visit = BookedAppointment {
                    appointment: longer.appointment,
                    slots: longer.slots,
                    agenda: longer.agenda,
                    ..visit
                };
            }
            let Stage::Held { until, .. } = visit.appointment.stage else { panic!("a hold") };
            prop_assert!(until <= now() + length.duration() + length.duration());
            prop_assert!(until <= clock.max(now()) + minutes(crate::appointments::booking::LONGEST_HOLD_MINUTES));
            let of_slot = |slot: &Slot| matches!(slot.state, SlotState::Held { until: held, .. } if held == until);
            prop_assert!(visit.slots.iter().all(of_slot));
        }
    }
}

/// Whether the slot is not offered to the patient of the visit.
fn is_not_kept_for_giver(slot: &Slot) -> bool {
    !matches!(slot.state, SlotState::Offered { patient, .. } if patient == patient_id())
}
