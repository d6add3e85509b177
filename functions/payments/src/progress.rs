//! How far the money of one attempt is, as clients see it.

use domain::core::id::GatewayPaymentId;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::refund::{Refund, RefundState};
use serde::Serialize;

/// How far the money of one attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// Razorpay has not captured it yet, or not told so.
    Processing,
    /// Captured: it pays for the visit, or paid for one that was cancelled too late for a refund.
    Captured,
    /// On its way back.
    Refunding,
    /// Paid back, as far as the policy gives it back.
    Refunded,
    /// It could not be paid back: somebody looks after it.
    RefundFailed,
    /// Not what was asked for: somebody looks after it.
    Refused,
}

impl Progress {
    /// What is known about `attempt`.
    pub(crate) fn of(attempt: &GatewayPaymentId, payment: Option<&Payment>, refunds: &[Refund]) -> Self {
        let of_attempt = refunds.iter().filter(|refund| refund.id.attempt == *attempt && refund.claims());
        let furthest_behind = of_attempt.map(|refund| match refund.state {
            RefundState::Failed { .. } => (0, Self::RefundFailed),
            RefundState::Pending | RefundState::Requested { .. } => (1, Self::Refunding),
            RefundState::Processed { .. } | RefundState::Superseded { .. } => (2, Self::Refunded),
        });
        if let Some((_, progress)) = furthest_behind.min_by_key(|(rank, _)| *rank) {
            return progress;
        }
        match payment.map(|payment| &payment.state) {
            Some(PaymentState::Captured { payment, .. }) if payment == attempt => Self::Captured,
            _ => Self::Processing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, captured_payment, instant, order_id, paise, payment};
    use domain::payments::refund::RefundReason;

    #[test]
    fn the_money_of_an_attempt_is_seen_by_itself() {
        let captured = captured_payment();
        assert_eq!(Progress::of(&attempt("pay_P1"), Some(&captured), &[]), Progress::Captured);
        assert_eq!(Progress::of(&attempt("pay_P2"), Some(&captured), &[]), Progress::Processing);
        assert_eq!(Progress::of(&attempt("pay_P1"), None, &[]), Progress::Processing);
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        assert_eq!(Progress::of(&attempt("pay_P1"), Some(&open), &[]), Progress::Processing);
    }

    #[test]
    fn a_refund_says_more_than_the_capture_before_it() {
        let captured = captured_payment();
        let pending =
            Refund::pending(captured.id, attempt("pay_P2"), paise(50_000), RefundReason::DuplicateCapture, instant());
        let failed = RefundState::Failed { detail: "no".to_owned(), refund_id: None, at: instant() };
        let failed = Refund { state: failed, ..pending.clone() };
        assert_eq!(Progress::of(&attempt("pay_P2"), Some(&captured), &[pending]), Progress::Refunding);
        assert_eq!(
            Progress::of(&attempt("pay_P2"), Some(&captured), std::slice::from_ref(&failed)),
            Progress::RefundFailed
        );
        assert_eq!(Progress::of(&attempt("pay_P1"), Some(&captured), &[failed]), Progress::Captured);
    }
}
