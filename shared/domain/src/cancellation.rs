//! Giving a slot back: what a cancellation does to slot, agenda and money, and who gets how much of it.

use jiff::{SignedDuration, Timestamp};

use crate::agenda::Agenda;
use crate::appointment::{Appointment, CancelledBy, InvalidTransition};
use crate::payment::{Payment, PaymentState, Refund, RefundReason};
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
    appointment: Appointment,
    slot: Option<Slot>,
    agenda: Agenda,
    payment: Option<Payment>,
    by: CancelledBy,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Cancelled, InvalidTransition> {
    let appointment = appointment.cancel(by, reason, now)?;
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
    let PaymentState::Captured {
        payment: captured, ..
    } = &payment.state
    else {
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
