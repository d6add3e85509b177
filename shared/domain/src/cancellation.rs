//! Giving a slot back: what a cancellation does to slot, agenda and money, and who gets how much of it.

use jiff::{SignedDuration, Timestamp};

use crate::agenda::Agenda;
use crate::appointment::{Appointment, CancelledBy, InvalidTransition};
use crate::payment::{Payment, PaymentState, Refund, RefundReason};
use crate::policy::Authorized;
use crate::slot::Slot;

/// What a cancellation writes, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The appointment, cancelled.
    pub appointment: Appointment,
    /// The slot, free again, if it carried this appointment; otherwise it is left alone.
    pub slot: Option<Slot>,
    /// The patient's agenda without the appointment.
    pub agenda: Agenda,
    /// What is to be paid back, if anything was paid and the policy gives a share.
    pub refund: Option<Refund>,
}

/// Cancels an appointment that has not begun. The refund is only promised here; paying it back comes after.
pub fn cancel(
    appointment: Authorized<Appointment>,
    slot: Option<Slot>,
    agenda: Agenda,
    payment: Option<Payment>,
    by: CancelledBy,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Cancelled, InvalidTransition> {
    let appointment = appointment.into_inner().cancel(by, reason, now)?;
    let notice = appointment.time.start().duration_since(now);
    Ok(Cancelled {
        slot: slot.and_then(|slot| slot.free(appointment.id).ok()),
        agenda: agenda.without(appointment.id),
        refund: payment.and_then(|payment| refund(&payment, by, notice)),
        appointment,
    })
}

/// Writes down that a hold is over and gives its slot back. Nothing depends on it: every rule ignores an expired hold.
pub fn expire(
    appointment: Appointment,
    slot: Option<Slot>,
    agenda: Agenda,
    now: Timestamp,
) -> Result<Cancelled, InvalidTransition> {
    let appointment = appointment.expire(now)?;
    Ok(Cancelled {
        slot: slot.and_then(|slot| slot.free(appointment.id).ok()),
        agenda: agenda.without(appointment.id),
        refund: None,
        appointment,
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
    use crate::booking::Booking;
    use crate::money::Paise;
    use crate::slot::SlotState;
    use crate::testing::{
        appointment_id, authorized, booking, captured_payment, confirmed, minutes, now, open_payment, slot, visit,
    };

    fn booked_slot() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn cancel_paid(by: CancelledBy, now: Timestamp) -> Cancelled {
        let agenda = booking().agenda;
        cancel(authorized(confirmed()), Some(booked_slot()), agenda, Some(captured_payment()), by, None, now).unwrap()
    }

    #[test]
    fn a_cancelled_visit_gives_slot_and_time_back() {
        let cancelled = cancel_paid(CancelledBy::Doctor, now());
        assert_eq!(cancelled.appointment.status(now()), Status::Cancelled);
        assert_eq!(cancelled.slot, Some(slot()));
        assert_eq!(cancelled.agenda.entries, []);
    }

    #[test]
    fn a_slot_that_somebody_else_took_is_left_alone() {
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(2) }, ..slot() };
        let cancel = |slot| {
            cancel(authorized(confirmed()), slot, booking().agenda, None, CancelledBy::Admin, None, now()).unwrap().slot
        };
        assert_eq!(cancel(Some(taken)), None);
        assert_eq!(cancel(None), None);
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
            let Booking { slot, appointment, agenda } = booking();
            cancel(authorized(appointment), Some(slot), agenda, payment, CancelledBy::Doctor, None, now())
                .unwrap()
                .refund
        };
        assert_eq!(refund(None), None);
        assert_eq!(refund(Some(open_payment())), None);
    }

    #[test]
    fn what_is_over_cannot_be_cancelled() {
        let again = cancel_paid(CancelledBy::Patient, now()).appointment;
        assert!(cancel(authorized(again), None, booking().agenda, None, CancelledBy::Admin, None, now()).is_err());
        let late = now() + minutes(10);
        assert!(
            cancel(authorized(booking().appointment), None, booking().agenda, None, CancelledBy::Patient, None, late)
                .is_err()
        );
    }

    #[test]
    fn an_expired_hold_is_cleaned_up_everywhere_and_a_live_one_nowhere() {
        let Booking { slot: held, appointment, agenda } = booking();
        let until = now() + minutes(10);
        assert!(expire(appointment.clone(), Some(held.clone()), agenda.clone(), until - minutes(1)).is_err());
        let expired = expire(appointment, Some(held), agenda, until).unwrap();
        assert!(expired.appointment.has_expired(until));
        assert_eq!((expired.slot, expired.refund), (Some(slot()), None));
        assert_eq!(expired.agenda.entries, []);
    }
}
