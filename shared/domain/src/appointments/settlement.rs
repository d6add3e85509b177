//! The consequence of a captured payment. A capture applies in every state of the appointment: either the patient gets
//! the visit, or the money is refunded, exactly once and to the paisa.

use jiff::Timestamp;

use crate::appointments::agenda::Agenda;
use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::{Appointment, Stage};
use crate::availability::daily_quota::{DailyQuota, DailyQuotaFull};
use crate::availability::slot::{self, Slot};
use crate::payments::account::RefundDecisionOutcome;
use crate::payments::payment::{Capture, Payment, PaymentState};
use crate::payments::refund::Refund;
use crate::payments::refund_policy::Situation;

/// The decision about a capture, with the records to write in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// This attempt was settled before; there is no change.
    AlreadySettled,
    /// The capture does not match the payment that we asked for. Nothing changes; the mismatch is recorded, and an
    /// operator must check it.
    Mismatch {
        /// The field that differs: `order`, `amount` or `currency`.
        field: &'static str,
    },
    /// The patient gets the visit.
    Confirm {
        /// The payment, captured.
        payment: Payment,
        /// The appointment, confirmed.
        appointment: Box<Appointment>,
        /// All slots of the visit, booked.
        slots: Vec<Slot>,
        /// The agenda with the appointment as a confirmed one.
        agenda: Agenda,
        /// The daily quota with the visit, if the doctor has one and the visit was not counted in it any more.
        day: Option<DailyQuota>,
    },
    /// The money is refunded, as soon as this is stored.
    Refund {
        /// The payment, captured by this attempt or an earlier one, with the promised refund in its account.
        payment: Payment,
        /// The pending refund; `None` if Razorpay has refunded the money already.
        refund: Option<Refund>,
    },
}

/// Decides about a capture of `payment`, which is the payment of `visit`. `day` is the daily quota of the visit's day,
/// if the doctor has one.
///
/// The visit is confirmed if its slots still carry it, even if the hold is over, or if the hold ended and slots and
/// agenda would admit the visit again. An expired hold does not count in the daily quota, so the quota must have room
/// for the visit: other patients may have filled it. In either case the visit must lie in the future, and its doctor
/// must be active, which catches a booking that raced a suspension. Razorpay must not have begun to refund the money
/// itself. Every other capture is refunded.
pub fn settle(
    payment: Payment,
    visit: BookedAppointment,
    day: Option<DailyQuota>,
    capture: &Capture,
    now: Timestamp,
) -> Settlement {
    if payment.has_captured(&capture.payment) {
        return Settlement::AlreadySettled;
    }
    if let Some(field) = mismatch(&payment, capture) {
        return Settlement::Mismatch { field };
    }
    let refunded = |payment: Payment, situation| {
        let RefundDecisionOutcome { payment, refund } = payment.record_capture(capture, situation, now);
        Settlement::Refund { payment, refund }
    };
    if matches!(payment.state, PaymentState::Captured { .. }) {
        return refunded(payment, Situation::DuplicateCapture);
    }
    let is_gone = payment.account(&capture.payment).is_some_and(|account| !account.promised.is_zero());
    let place = place_in(day, &visit.appointment);
    match (confirmation(visit, now), place) {
        (Some((appointment, slots, agenda)), Ok(day)) if !is_gone => {
            let RefundDecisionOutcome { payment, .. } = payment.record_capture(capture, Situation::Confirmed, now);
            Settlement::Confirm { payment, appointment: Box::new(appointment), slots, agenda, day }
        }
        _ => refunded(payment, Situation::LateCapture),
    }
}

/// The daily quota with the visit, if it has to be written: not if the visit counts in it already.
fn place_in(day: Option<DailyQuota>, visit: &Appointment) -> Result<Option<DailyQuota>, DailyQuotaFull> {
    let day = day.filter(|day| !day.counts(visit.id));
    day.map(|day| day.admit(visit.id, visit.patient)).transpose()
}

/// The field that differs from our own record. A payment without an order matches no capture: its order must be adopted
/// first.
fn mismatch(payment: &Payment, capture: &Capture) -> Option<&'static str> {
    if payment.order() != Some(&capture.order) {
        Some("order")
    } else if payment.amount != capture.amount {
        Some("amount")
    } else if capture.currency != payment.currency.as_str() {
        Some("currency")
    } else {
        None
    }
}

/// The three records of a confirmed visit, if it can still take place.
fn confirmation(visit: BookedAppointment, now: Timestamp) -> Option<(Appointment, Vec<Slot>, Agenda)> {
    let BookedAppointment { appointment, slots, agenda, doctor, .. } = visit;
    let (id, patient, time) = (appointment.id, appointment.patient, appointment.time);
    // A slot that was withdrawn and published again may have the same start and still be another slot.
    let is_same = slots.len() == appointment.slots.len()
        && slot::span(&slots) == Some(time)
        && slots.iter().all(|slot| slot.place == appointment.place);
    if !is_same || time.start() <= now || !doctor.is_active() {
        return None;
    }
    let appointment = match appointment.stage {
        Stage::Held { .. } => appointment.confirm(now),
        _ => appointment.reinstate(now),
    }
    .ok()?;
    let slots = slots.into_iter().map(|slot| slot.book(id, patient, now)).collect::<Result<_, _>>().ok()?;
    let agenda = agenda.confirm(id, time, now).ok()?;
    Some((appointment, slots, agenda))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::agenda::Entry;
    use crate::appointments::appointment::Status;
    use crate::appointments::booking::Booking;
    use crate::appointments::cancellation::expire;
    use crate::availability::slot::SlotState;
    use crate::core::cancelled_by::CancelledBy;
    use crate::core::id::{GatewayPaymentId, GatewayRefundId};
    use crate::core::money::Paise;
    use crate::directory::doctor::{Doctor, Terms};
    use crate::payments::payment::PaymentMethod;
    use crate::payments::refund::RefundReason;
    use crate::payments::refund::RefundState;
    use crate::testing::{
        agenda, appointment_id, booking, captured_payment, doctor, minutes, now, open_payment, range, slot, visit,
    };

    /// The records that a settlement reads. They start as the usual case: paid within the hold.
    struct Case {
        payment: Payment,
        appointment: Appointment,
        slot: Option<Slot>,
        agenda: Agenda,
        doctor: Doctor,
        day: Option<DailyQuota>,
        capture: Capture,
        now: Timestamp,
    }

    fn case() -> Case {
        let Booking { slots, appointment, agenda, .. } = booking();
        let capture = Capture {
            order: "order_A1".parse().unwrap(),
            payment: "pay_P1".parse().unwrap(),
            amount: doctor().fee,
            currency: "INR".to_owned(),
            method: Some(PaymentMethod::Upi),
            at: now() + minutes(2),
        };
        Case {
            payment: open_payment(),
            appointment,
            slot: slots.into_iter().next(),
            agenda,
            doctor: doctor(),
            day: None,
            capture,
            now: now() + minutes(3),
        }
    }

    /// An hour later, after the cleanup: slot free, appointment expired, agenda empty.
    fn late() -> Case {
        let before = case();
        let now = now() + minutes(60);
        let expired = expire(before.visit(), now).unwrap();
        let slot = expired.released.slots().first().cloned();
        Case { appointment: expired.appointment, slot, agenda: expired.agenda, now, ..case() }
    }

    impl Case {
        fn visit(&self) -> BookedAppointment {
            let Self { appointment, slot, agenda, doctor, .. } = self;
            BookedAppointment {
                appointment: appointment.clone(),
                slots: slot.clone().into_iter().collect(),
                agenda: agenda.clone(),
                doctor: doctor.clone(),
                payment: Some(self.payment.clone()),
                refunds: vec![],
            }
        }

        fn settle(self) -> Settlement {
            settle(self.payment.clone(), self.visit(), self.day.clone(), &self.capture, self.now)
        }
    }

    #[track_caller]
    fn assert_confirmed(case: Case) {
        let at = case.now;
        let Settlement::Confirm { payment, appointment, slots, agenda, .. } = case.settle() else {
            panic!("not confirmed")
        };
        assert_eq!(appointment.status(at), Status::Confirmed);
        assert_eq!(slots.len(), 1);
        assert_eq!(slots[0].state, SlotState::Booked { appointment: appointment_id(1) });
        assert!(agenda.entries.contains(&Entry { time: visit(), appointment: appointment_id(1), hold_until: None }));
        assert!(matches!(payment.state, PaymentState::Captured { payment, .. } if payment.as_str() == "pay_P1"));
    }

    #[track_caller]
    fn assert_refunded(case: Case, reason: RefundReason) {
        let (capture, known, now) = (case.capture.clone(), case.payment.clone(), case.now);
        let Settlement::Refund { payment, refund } = case.settle() else { panic!("not refunded") };
        assert!(matches!(payment.state, PaymentState::Captured { .. }), "a capture applies in every state");
        let account = payment.account(&capture.payment).unwrap();
        assert_eq!((account.captured, account.promised), (capture.amount, capture.amount));
        assert_eq!(refund, Some(Refund::pending(known.id, capture.payment, capture.amount, reason, now)));
    }

    #[test]
    fn a_payment_within_the_hold_confirms() {
        assert_confirmed(case());
    }

    #[test]
    fn a_slot_that_still_carries_the_appointment_is_confirmed_even_if_the_hold_is_over() {
        assert_confirmed(Case { now: now() + minutes(60), ..case() });
        assert_confirmed(Case { now: now() + minutes(60), agenda: agenda(), ..case() });
    }

    #[test]
    fn an_expired_appointment_takes_its_slot_again() {
        assert_confirmed(late());
        let over = SlotState::Held { appointment: appointment_id(2), until: now() + minutes(30) };
        assert_confirmed(Case { slot: Some(Slot { state: over, ..slot() }), ..late() });
        // The appointment was not cleaned up, but another patient took the slot and released it.
        assert_confirmed(Case { slot: Some(slot()), now: now() + minutes(60), ..case() });
    }

    #[test]
    fn a_slot_of_another_patient_is_not_taken_away() {
        let other = appointment_id(2);
        for state in [
            SlotState::Booked { appointment: other },
            SlotState::Held { appointment: other, until: late().now + minutes(1) },
            SlotState::Withdrawn,
        ] {
            let slot = Some(Slot { state, ..slot() });
            assert_refunded(Case { slot, ..late() }, RefundReason::LateCapture);
        }
        assert_refunded(Case { slot: None, ..late() }, RefundReason::LateCapture);
    }

    #[test]
    fn a_slot_that_was_published_anew_in_another_length_is_another() {
        let longer = Slot { time: range("2026-12-01T04:30:00Z", 45), ..slot() };
        assert_refunded(Case { slot: Some(longer), ..late() }, RefundReason::LateCapture);
    }

    #[test]
    fn a_patient_who_is_busy_by_now_gets_the_money_back() {
        let entry = Entry { time: visit(), appointment: appointment_id(2), hold_until: None };
        let busy = Agenda { entries: vec![entry], ..agenda() };
        assert_refunded(Case { agenda: busy.clone(), ..late() }, RefundReason::LateCapture);
        assert_refunded(Case { agenda: busy, now: now() + minutes(60), ..case() }, RefundReason::LateCapture);
    }

    /// A day of a doctor who takes one visit in it, on which another appointment has the slot after it.
    fn day_of(other: SlotState) -> DailyQuota {
        let doctor = Doctor { terms: Terms { daily_limit: Some(1), ..Terms::default() }, ..doctor() };
        let other = Slot { time: range("2026-12-01T05:00:00Z", 30), state: other, ..slot() };
        let date = DailyQuota::date_of(&doctor, other.time.start());
        DailyQuota::of(&doctor, date, &[other], 4, late().now).unwrap()
    }

    #[test]
    fn a_late_payment_gets_the_visit_only_while_the_day_has_room_for_it() {
        let room = Case { day: Some(day_of(SlotState::Free)), ..late() };
        let Settlement::Confirm { day: Some(day), .. } = room.settle() else { panic!("not confirmed") };
        assert!(day.counts(appointment_id(1)) && day.version == 4, "the day is written with the visit");
        let full = Case { day: Some(day_of(SlotState::Booked { appointment: appointment_id(2) })), ..late() };
        assert_refunded(full, RefundReason::LateCapture);
    }

    #[test]
    fn a_visit_that_counts_on_its_day_needs_no_other_place_in_it() {
        let held = Case { day: Some(day_of(SlotState::Booked { appointment: appointment_id(1) })), ..case() };
        assert!(matches!(held.settle(), Settlement::Confirm { day: None, .. }));
    }

    #[test]
    fn a_visit_that_has_started_is_not_confirmed_any_more() {
        assert_confirmed(Case { now: visit().start() - minutes(1), ..late() });
        assert_refunded(Case { now: visit().start(), ..late() }, RefundReason::LateCapture);
        assert_refunded(Case { now: visit().start(), ..case() }, RefundReason::LateCapture);
    }

    #[test]
    fn a_suspended_doctor_sees_no_patient() {
        let suspended = || doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        assert_refunded(Case { doctor: suspended(), ..case() }, RefundReason::LateCapture);
        assert_refunded(Case { doctor: suspended(), ..late() }, RefundReason::LateCapture);
    }

    #[test]
    fn a_cancelled_appointment_stays_cancelled() {
        for by in [CancelledBy::Patient, CancelledBy::Doctor, CancelledBy::Admin, CancelledBy::Suspension] {
            let appointment = case().appointment.cancel(by, None, now()).unwrap();
            let cancelled = Case { appointment, slot: Some(slot()), agenda: agenda(), ..case() };
            assert_refunded(cancelled, RefundReason::LateCapture);
        }
    }

    #[test]
    fn the_same_capture_again_changes_nothing_in_any_state_of_the_visit() {
        assert_eq!(Case { payment: captured_payment(), ..case() }.settle(), Settlement::AlreadySettled);
        let odd = Capture { amount: Paise::ZERO, ..case().capture };
        let again = Case { payment: captured_payment(), capture: odd, ..late() };
        assert_eq!(again.settle(), Settlement::AlreadySettled);
    }

    #[test]
    fn a_second_capture_is_paid_back_and_the_first_stands() {
        let capture = Capture { payment: "pay_P2".parse().unwrap(), ..case().capture };
        let twice = || Case { payment: captured_payment(), capture: capture.clone(), ..case() };
        assert_refunded(twice(), RefundReason::DuplicateCapture);
        let Settlement::Refund { payment, refund } = twice().settle() else { panic!("not refunded") };
        assert_eq!(
            (&payment.state, &payment.accounts[0]),
            (&captured_payment().state, &captured_payment().accounts[0])
        );
        assert_eq!(refund.unwrap().id.attempt.as_str(), "pay_P2");
    }

    #[test]
    fn a_late_capture_that_is_refunded_is_settled_once() {
        let Settlement::Refund { payment, .. } = (Case { slot: None, ..late() }).settle() else {
            panic!("not refunded")
        };
        assert_eq!(Case { payment, ..late() }.settle(), Settlement::AlreadySettled);
    }

    #[test]
    fn money_that_razorpay_has_refunded_already_confirms_nothing() {
        let refund_id = "rfnd_A".parse().unwrap();
        let state = RefundState::Processed { refund_id, at: now() };
        let admit = |amount| {
            let attempt = case().capture.payment;
            let (refund_id, amount) = ("rfnd_A".parse().unwrap(), Paise::new(amount).unwrap());
            case().payment.admit(&[], &attempt, &refund_id, amount, state.clone(), now()).unwrap().payment
        };
        let whole = Case { payment: admit(50_000), ..case() }.settle();
        let Settlement::Refund { refund: None, payment } = whole else { panic!("{whole:?}") };
        assert_eq!((payment.captured(), payment.retained()), (50_000, 0));
        let part = Case { payment: admit(20_000), ..case() }.settle();
        let Settlement::Refund { refund: Some(rest), payment } = part else { panic!("{part:?}") };
        assert_eq!((rest.amount.get(), payment.retained()), (30_000, 0));
    }

    #[test]
    fn money_that_is_being_refunded_confirms_nothing_and_money_whose_refund_failed_pays_for_the_visit() {
        let refund_id: GatewayRefundId = "rfnd_A".parse().unwrap();
        let admit = |payment: Payment, attempt: &GatewayPaymentId, state| {
            payment.admit(&[], attempt, &refund_id, doctor().fee, state, now()).unwrap().payment
        };
        let requested = || RefundState::Requested { refund_id: refund_id.clone(), at: now() };
        let usual = || case().capture.payment;
        let gone = Case { payment: admit(case().payment, &usual(), requested()), ..case() }.settle();
        let Settlement::Refund { refund: None, payment } = gone else { panic!("{gone:?}") };
        assert_eq!((payment.captured(), payment.retained()), (50_000, 0));
        let failed = RefundState::Failed { detail: String::new(), refund_id: Some(refund_id.clone()), at: now() };
        assert_confirmed(Case { payment: admit(case().payment, &usual(), failed), ..case() });
        // A second capture that is being refunded already is not refunded twice.
        let capture = Capture { payment: "pay_P2".parse().unwrap(), ..case().capture };
        let payment = admit(captured_payment(), &capture.payment, requested());
        let twice = Case { payment, capture, ..case() }.settle();
        let Settlement::Refund { refund: None, payment } = twice else { panic!("{twice:?}") };
        assert_eq!((payment.captured(), payment.retained()), (100_000, 50_000));
    }

    #[test]
    fn a_capture_that_does_not_match_the_payment_changes_nothing() {
        let capture = || case().capture;
        let cases = [
            ("order", Capture { order: "order_B2".parse().unwrap(), ..capture() }),
            ("amount", Capture { amount: Paise::new(49_999).unwrap(), ..capture() }),
            ("amount", Capture { amount: Paise::new(50_001).unwrap(), ..capture() }),
            ("currency", Capture { currency: "USD".to_owned(), ..capture() }),
            ("currency", Capture { currency: "inr".to_owned(), ..capture() }),
        ];
        for (field, capture) in cases {
            let mismatch = Settlement::Mismatch { field };
            assert_eq!(Case { capture: capture.clone(), ..case() }.settle(), mismatch);
            let second = Capture { payment: "pay_P2".parse().unwrap(), ..capture };
            assert_eq!(Case { payment: captured_payment(), capture: second, ..case() }.settle(), mismatch);
        }
    }

    #[test]
    fn a_payment_whose_order_is_not_known_yet_matches_nothing_until_it_is_adopted() {
        let intent = Payment { state: PaymentState::Intent { lease_until: now() }, ..open_payment() };
        assert_eq!(Case { payment: intent.clone(), ..case() }.settle(), Settlement::Mismatch { field: "order" });
        let adopted = intent.open("order_A1".parse().unwrap()).unwrap();
        assert_confirmed(Case { payment: adopted, ..case() });
    }
}
