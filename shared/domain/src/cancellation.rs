//! Giving a slot back: what a cancellation does to slot, agenda and money, and who gets how much of it.

use jiff::{SignedDuration, Timestamp};

use crate::agenda::Agenda;
use crate::appointment::{Appointment, CancelledBy, InvalidTransition};
use crate::payment::{Payment, PaymentState, Refund, RefundReason};
use crate::policy::Authorized;
use crate::slot::Slot;
use crate::visit::Visit;

/// What a cancellation writes, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The appointment, cancelled.
    pub appointment: Appointment,
    /// The slots that carried this appointment, free again; others are left alone.
    pub slots: Vec<Slot>,
    /// The patient's agenda without the appointment.
    pub agenda: Agenda,
    /// What is to be paid back, if anything was paid and the policy gives a share.
    pub refund: Option<Refund>,
}

/// Cancels an appointment that has not begun. The refund is only promised here; paying it back comes after.
pub fn cancel(
    visit: Authorized<Visit>,
    by: CancelledBy,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Cancelled, InvalidTransition> {
    let visit = visit.into_inner();
    let notice = visit.appointment.time.start().duration_since(now);
    Ok(Cancelled {
        slots: visit.slots_given_back(),
        agenda: visit.agenda.without(visit.appointment.id),
        refund: visit.payment.as_ref().and_then(|payment| refund(payment, by, notice)),
        appointment: visit.appointment.cancel(by, reason, now)?,
    })
}

/// Writes down that a hold is over and gives its slot back. Nothing depends on it: every rule ignores an expired hold.
pub fn expire(visit: Visit, now: Timestamp) -> Result<Cancelled, InvalidTransition> {
    Ok(Cancelled {
        slots: visit.slots_given_back(),
        agenda: visit.agenda.without(visit.appointment.id),
        refund: None,
        appointment: visit.appointment.expire(now)?,
    })
}

/// The share of the fee, in percent, that is paid back: all of it unless the patient cancels; then all of it with a
/// day's notice, half of it with two hours', nothing after that.
pub fn refund_share(by: CancelledBy, notice: SignedDuration) -> u8 {
    match by {
        CancelledBy::Patient if notice >= SignedDuration::from_hours(24) => 100,
        CancelledBy::Patient if notice >= SignedDuration::from_hours(2) => 50,
        CancelledBy::Patient => 0,
        CancelledBy::Doctor
        | CancelledBy::Admin
        | CancelledBy::Suspension
        | CancelledBy::Expiry
        | CancelledBy::Payment => 100,
    }
}

fn refund(payment: &Payment, by: CancelledBy, notice: SignedDuration) -> Option<Refund> {
    let PaymentState::Captured { payment: captured, .. } = &payment.state else {
        return None;
    };
    let amount = payment.amount.percent(refund_share(by, notice));
    let reason = match by {
        CancelledBy::Patient => RefundReason::CancelledByPatient,
        CancelledBy::Doctor => RefundReason::CancelledByDoctor,
        CancelledBy::Admin => RefundReason::CancelledByAdmin,
        CancelledBy::Suspension => RefundReason::DoctorSuspended,
        CancelledBy::Expiry | CancelledBy::Payment => RefundReason::LateCapture,
    };
    (!amount.is_zero()).then(|| Refund::pending(payment.id, captured.clone(), amount, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointment::Status;
    use crate::money::Paise;
    use crate::slot::SlotState;
    use crate::testing::{
        appointment_id, authorized, captured_payment, confirmed, held_visit, minutes, now, open_payment, slot, visit,
    };

    fn booked_slot() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn paid() -> Visit {
        let payment = Some(captured_payment());
        Visit { appointment: confirmed(), slots: vec![booked_slot()], payment, ..held_visit() }
    }

    fn cancel_paid(by: CancelledBy, now: Timestamp) -> Cancelled {
        cancel(authorized(paid()), by, None, now).unwrap()
    }

    #[test]
    fn a_cancelled_visit_gives_slot_and_time_back() {
        let cancelled = cancel_paid(CancelledBy::Doctor, now());
        assert_eq!(cancelled.appointment.status(now()), Status::Cancelled);
        assert_eq!(cancelled.slots, [slot()]);
        assert_eq!(cancelled.agenda.entries, []);
    }

    #[test]
    fn a_slot_that_somebody_else_took_is_left_alone() {
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(2) }, ..slot() };
        let cancel =
            |slots| cancel(authorized(Visit { slots, ..paid() }), CancelledBy::Admin, None, now()).unwrap().slots;
        assert_eq!(cancel(vec![taken.clone()]), []);
        assert_eq!(cancel(vec![]), []);
        assert_eq!(cancel(vec![taken, booked_slot()]), [slot()], "of several, those that it has");
    }

    #[test]
    fn the_share_depends_on_who_cancels_and_on_the_notice() {
        let day = SignedDuration::from_hours(24);
        let two_hours = SignedDuration::from_hours(2);
        let moment = SignedDuration::from_nanos(1);
        for (notice, share) in [
            (day + moment, 100),
            (day, 100),
            (day - moment, 50),
            (two_hours, 50),
            (two_hours - moment, 0),
            (SignedDuration::ZERO, 0),
            (-day, 0),
        ] {
            assert_eq!(refund_share(CancelledBy::Patient, notice), share, "{notice}");
        }
        for by in [
            CancelledBy::Doctor,
            CancelledBy::Admin,
            CancelledBy::Suspension,
            CancelledBy::Expiry,
            CancelledBy::Payment,
        ] {
            assert_eq!(refund_share(by, -day), 100, "{by:?}");
        }
    }

    #[test]
    fn a_patient_gets_the_share_of_the_notice_to_the_paisa() {
        let start = visit().start();
        let refund = |notice| cancel_paid(CancelledBy::Patient, start - notice).refund.map(|refund| refund.amount);
        assert_eq!(refund(minutes(24 * 60)), Paise::new(50_000).ok());
        assert_eq!(refund(minutes(24 * 60 - 1)), Paise::new(25_000).ok());
        assert_eq!(refund(minutes(120)), Paise::new(25_000).ok());
        assert_eq!(refund(minutes(119)), None);
    }

    #[test]
    fn the_others_always_give_everything_back_and_the_refund_says_why() {
        let late = visit().start() - minutes(1);
        for (by, reason) in [
            (CancelledBy::Doctor, RefundReason::CancelledByDoctor),
            (CancelledBy::Admin, RefundReason::CancelledByAdmin),
            (CancelledBy::Suspension, RefundReason::DoctorSuspended),
        ] {
            let refund = cancel_paid(by, late).refund.unwrap();
            assert_eq!((refund.amount, refund.reason), (captured_payment().amount, reason));
            assert_eq!(refund.gateway_payment.as_str(), "pay_P1");
        }
    }

    #[test]
    fn what_was_not_paid_is_not_refunded() {
        let refund = |payment| {
            let visit = Visit { payment, ..held_visit() };
            cancel(authorized(visit), CancelledBy::Doctor, None, now()).unwrap().refund
        };
        assert_eq!(refund(None), None);
        assert_eq!(refund(Some(open_payment())), None);
    }

    #[test]
    fn what_is_over_cannot_be_cancelled() {
        let again = Visit { appointment: cancel_paid(CancelledBy::Patient, now()).appointment, ..paid() };
        assert!(cancel(authorized(again), CancelledBy::Admin, None, now()).is_err());
        assert!(cancel(authorized(held_visit()), CancelledBy::Patient, None, now() + minutes(10)).is_err());
    }

    #[test]
    fn an_expired_hold_is_cleaned_up_everywhere_and_a_live_one_nowhere() {
        let until = now() + minutes(10);
        assert!(expire(held_visit(), until - minutes(1)).is_err());
        let expired = expire(held_visit(), until).unwrap();
        assert!(expired.appointment.has_expired(until));
        assert_eq!((expired.slots, expired.refund), (vec![slot()], None));
        assert_eq!(expired.agenda.entries, []);
    }
}
