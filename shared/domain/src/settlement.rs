//! What a captured payment leads to. Captured beats every state: the money is there, so either the patient gets the
//! visit, or the money goes back, exactly once and to the paisa.

use jiff::Timestamp;

use crate::agenda::Agenda;
use crate::appointment::{Appointment, Stage};
use crate::doctor::Doctor;
use crate::money::CURRENCY;
use crate::payment::{Capture, Payment, PaymentState, Refund, RefundReason};
use crate::slot::Slot;

/// What to write, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and only for a moment"
)]
pub enum Settlement {
    /// This attempt was settled before: nothing.
    AlreadySettled,
    /// It is not the payment that we asked for. Nothing is changed; it is recorded, and somebody has to look.
    Mismatch {
        /// What differs: `order`, `amount` or `currency`.
        field: &'static str,
    },
    /// The patient gets the visit.
    Confirm {
        /// Captured.
        payment: Payment,
        /// Confirmed.
        appointment: Appointment,
        /// Booked.
        slot: Slot,
        /// With the appointment as a firm one.
        agenda: Agenda,
    },
    /// The money goes back, as soon as this is stored.
    Refund {
        /// Captured, by this attempt or the one before.
        payment: Payment,
        /// Pending.
        refund: Refund,
    },
}

/// Decides about a capture.
///
/// The visit is confirmed if the slot still carries it, whatever the hold says; or if its hold ended and slot and
/// agenda would admit it again. In either case it must lie in the future, with a doctor who can be booked: a booking
/// that raced a suspension is caught here. Everything else is refunded.
pub fn settle(
    payment: Payment,
    appointment: Appointment,
    slot: Option<Slot>,
    agenda: Agenda,
    doctor: &Doctor,
    capture: &Capture,
    now: Timestamp,
) -> Settlement {
    let is_paid = match &payment.state {
        PaymentState::Captured { payment: known, .. } if *known == capture.payment => {
            return Settlement::AlreadySettled;
        }
        PaymentState::Captured { .. } => true,
        PaymentState::Intent { .. } | PaymentState::Open { .. } => false,
    };
    if let Some(field) = mismatch(&payment, capture) {
        return Settlement::Mismatch { field };
    }
    if is_paid {
        let refund = refund(&payment, capture, RefundReason::DuplicateCapture);
        return Settlement::Refund { payment, refund };
    }

    let payment = Payment {
        state: PaymentState::Captured {
            order: capture.order.clone(),
            payment: capture.payment.clone(),
            at: capture.at,
        },
        ..payment
    };
    match confirmation(appointment, slot, &agenda, doctor, now) {
        Some((appointment, slot, agenda)) => Settlement::Confirm {
            payment,
            appointment,
            slot,
            agenda,
        },
        None => {
            let refund = refund(&payment, capture, RefundReason::LateCapture);
            Settlement::Refund { payment, refund }
        }
    }
}

/// What differs from our own record. A payment without an order has none that could match: adopt it first.
fn mismatch(payment: &Payment, capture: &Capture) -> Option<&'static str> {
    if payment.order() != Some(&capture.order) {
        Some("order")
    } else if payment.amount != capture.amount {
        Some("amount")
    } else if capture.currency != CURRENCY {
        Some("currency")
    } else {
        None
    }
}

/// The three records of a confirmed visit, if it can still take place.
fn confirmation(
    appointment: Appointment,
    slot: Option<Slot>,
    agenda: &Agenda,
    doctor: &Doctor,
    now: Timestamp,
) -> Option<(Appointment, Slot, Agenda)> {
    let (id, time) = (appointment.id, appointment.time);
    // A slot that was withdrawn and published again may start the same and be another.
    let slot = slot.filter(|slot| slot.time == time)?;
    if time.start() <= now || !doctor.is_active() {
        return None;
    }
    let appointment = match appointment.stage {
        Stage::Held { .. } => appointment.confirm(now),
        _ => appointment.reinstate(now),
    }
    .ok()?;
    let slot = slot.book(id, now).ok()?;
    let agenda = agenda.confirm(id, time, now).ok()?;
    Some((appointment, slot, agenda))
}

fn refund(payment: &Payment, capture: &Capture, reason: RefundReason) -> Refund {
    Refund::pending(payment.id, capture.payment.clone(), capture.amount, reason)
}
