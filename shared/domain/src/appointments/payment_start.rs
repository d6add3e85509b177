//! The start of a payment for a held appointment: an existing order is shown again; otherwise an intent is stored
//! before the order is made at Razorpay.

use jiff::{SignedDuration, Timestamp};

use crate::access::Authorized;
use crate::appointments::appointment::{Appointment, Stage, Status};
use crate::core::money::Currency;
use crate::payments::payment::{Payment, PaymentState};

/// The least time of the hold that must be left to start a payment, in seconds: a checkout takes longer than this.
pub const MIN_SECONDS_TO_PAY: i64 = 60;

/// The next step when a patient starts to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The order exists; it is shown.
    Ready(Payment),
    /// The intent is stored, then the order is made.
    Make {
        /// The payment to store before the call.
        intent: Payment,
        /// Whether an earlier call may have made the order: the caller first searches for it by its receipt.
        may_exist: bool,
    },
}

/// The reason why a payment can't start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartRefusal {
    /// The appointment is paid.
    #[error("the appointment is paid")]
    AlreadyPaid,
    /// The appointment is not held: confirmed, cancelled, or its hold is over.
    #[error("the appointment does not await payment")]
    NotAwaitingPayment,
    /// Less than [`MIN_SECONDS_TO_PAY`] of the hold are left.
    #[error("the hold is nearly over")]
    HoldNearlyOver,
    /// Another request is making the order.
    #[error("the payment is being started by another request")]
    InProgress {
        /// The latest instant at which to try again.
        until: Timestamp,
    },
}

/// Decides how to start paying for `appointment` in `currency`. `payment` is the stored payment, if any. `lease` is the
/// longest duration of a call to Razorpay.
pub fn start(
    appointment: &Authorized<Appointment>,
    payment: Option<Payment>,
    currency: &Currency,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Start, StartRefusal> {
    if matches!(&payment, Some(Payment { state: PaymentState::Captured { .. }, .. })) {
        return Err(StartRefusal::AlreadyPaid);
    }
    let Stage::Held { until, .. } = appointment.stage else {
        return Err(StartRefusal::NotAwaitingPayment);
    };
    if appointment.status(now) != Status::Held {
        return Err(StartRefusal::NotAwaitingPayment);
    }
    let (version, started_at, may_exist) = match payment {
        Some(payment) if payment.order().is_some() => return Ok(Start::Ready(payment)),
        Some(Payment { state: PaymentState::Intent { lease_until }, .. }) if lease_until > now => {
            return Err(StartRefusal::InProgress { until: lease_until });
        }
        Some(payment) => (payment.version, payment.started_at, true),
        None => (0, now, false),
    };
    if until.duration_since(now) < SignedDuration::from_secs(MIN_SECONDS_TO_PAY) {
        return Err(StartRefusal::HoldNearlyOver);
    }
    let intent = Payment {
        id: appointment.payment(),
        appointment: appointment.id,
        patient: appointment.patient,
        amount: appointment.fee,
        currency: currency.clone(),
        started_at,
        accounts: Vec::new(),
        state: PaymentState::Intent { lease_until: now.checked_add(lease).unwrap_or(Timestamp::MAX) },
        version,
    };
    Ok(Start::Make { intent, may_exist })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{authorized, booking, captured_payment, confirmed, minutes, now, open_payment};

    const LEASE: SignedDuration = SignedDuration::from_secs(20);

    fn intent(lease_until: Timestamp) -> Payment {
        Payment { state: PaymentState::Intent { lease_until }, ..open_payment() }
    }

    fn start_at(payment: Option<Payment>, now: Timestamp) -> Result<Start, StartRefusal> {
        start(&authorized(booking().appointment), payment, &Currency::default(), now, LEASE)
    }

    #[test]
    fn the_first_start_stores_an_intent_with_the_fee_before_it_calls() {
        let Ok(Start::Make { intent, may_exist }) = start_at(None, now()) else { panic!("no intent") };
        assert!(!may_exist);
        assert_eq!(intent.id, booking().appointment.payment());
        assert_eq!((intent.amount, intent.version), (booking().appointment.fee, 0));
        assert_eq!(intent.state, PaymentState::Intent { lease_until: now() + LEASE });
    }

    #[test]
    fn an_order_that_exists_is_shown_again() {
        assert_eq!(start_at(Some(open_payment()), now()), Ok(Start::Ready(open_payment())));
        let last_moment = now() + minutes(10) - SignedDuration::from_secs(1);
        assert_eq!(start_at(Some(open_payment()), last_moment), Ok(Start::Ready(open_payment())));
    }

    #[test]
    fn one_request_at_a_time_makes_the_order_and_the_next_looks_for_it_first() {
        let until = now() + LEASE;
        assert_eq!(start_at(Some(intent(until)), now()), Err(StartRefusal::InProgress { until }));
        let Ok(Start::Make { intent, may_exist }) = start_at(Some(intent(until)), until) else { panic!("no intent") };
        assert!(may_exist);
        assert_eq!((intent.version, intent.state), (2, PaymentState::Intent { lease_until: until + LEASE }));
    }

    #[test]
    fn only_a_live_hold_is_paid() {
        let until = now() + minutes(10);
        assert_eq!(start_at(Some(open_payment()), until), Err(StartRefusal::NotAwaitingPayment));
        assert_eq!(start_at(None, until), Err(StartRefusal::NotAwaitingPayment));
        let of_confirmed = |payment| start(&authorized(confirmed()), payment, &Currency::default(), now(), LEASE);
        assert_eq!(of_confirmed(None), Err(StartRefusal::NotAwaitingPayment));
        assert_eq!(start_at(Some(captured_payment()), now()), Err(StartRefusal::AlreadyPaid));
        assert_eq!(of_confirmed(Some(captured_payment())), Err(StartRefusal::AlreadyPaid));
    }

    #[test]
    fn no_order_is_made_in_the_last_minute() {
        let until = now() + minutes(10);
        assert!(start_at(None, until - minutes(1)).is_ok());
        let too_late = until - minutes(1) + SignedDuration::from_secs(1);
        assert_eq!(start_at(None, too_late), Err(StartRefusal::HoldNearlyOver));
    }
}
