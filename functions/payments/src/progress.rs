//! The progress of the money of one attempt, as clients see it.

use domain::core::id::GatewayPaymentId;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::refund::{Refund, RefundState};
use serde::Serialize;

/// The progress of the money of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// Razorpay has not captured the attempt yet, or has not reported the capture.
    Processing,
    /// The attempt is captured: it pays for the visit, or paid for a visit that was cancelled too late for a refund.
    Captured,
    /// The refund is in progress.
    Refunding,
    /// The part that the refund policy grants is refunded.
    Refunded,
    /// The refund failed, and an operator handles it.
    RefundFailed,
    /// The capture does not match the order, and an operator handles it.
    Refused,
}

impl Progress {
    /// The progress of `attempt`, from the stored payment and refunds.
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
    fn the_progress_of_an_attempt_ignores_other_attempts() {
        let captured = captured_payment();
        assert_eq!(Progress::of(&attempt("pay_P1"), Some(&captured), &[]), Progress::Captured);
        assert_eq!(Progress::of(&attempt("pay_P2"), Some(&captured), &[]), Progress::Processing);
        assert_eq!(Progress::of(&attempt("pay_P1"), None, &[]), Progress::Processing);
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        assert_eq!(Progress::of(&attempt("pay_P1"), Some(&open), &[]), Progress::Processing);
    }

    #[test]
    fn a_refund_takes_precedence_over_its_capture() {
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
