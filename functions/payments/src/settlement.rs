//! What a capture leads to, whoever brings the news: one decision of `domain::appointments::settlement`, one transaction, once.
//!
//! Events come late, twice and out of order, and the client's own confirmation races them: whoever comes second finds it settled.

use crate::progress::Progress;
use api::{Context, Problem};
use domain::appointments::appointment::Status;
use domain::appointments::settlement::{Settlement, settle};
use domain::core::id::PaymentId;
use domain::payments::payment::Capture;
use storage::{Attempt, AttemptState, Storage};

/// How a payment and its visit stand after a capture was settled, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// The money of the captured attempt.
    pub progress: Progress,
    /// The visit.
    pub appointment: Status,
}

/// Settles `capture`, whose order is (or claims to be) that of payment `id`.
///
/// # Errors
/// 503 when the table does not answer or was busy for long; 500 when it lacks what it must have.
pub(crate) async fn apply(
    cx: &Context,
    storage: &Storage,
    id: PaymentId,
    capture: &Capture,
) -> Result<Settled, Problem> {
    cx.retrying(async || {
        let visit = storage.visit(id.appointment()).await?;
        let visit = visit.ok_or_else(|| Problem::internal("a payment without an appointment"))?;
        let payment = visit.payment.clone().ok_or_else(|| Problem::internal("an order without a payment"))?;
        let status = visit.appointment.status(cx.now());
        let settled = |progress, appointment| Ok(Settled { progress, appointment });

        // Only what is known of this attempt counts: the payment may show another.
        if payment.has_captured(&capture.payment) {
            return settled(Progress::of(&capture.payment, Some(&payment), &visit.refunds), status);
        }
        let day = storage.day(&visit.doctor, visit.appointment.time.start(), cx.now()).await?;
        let settlement = settle(payment, visit, day, capture, cx.now());
        let (attempt, end) = match &settlement {
            Settlement::AlreadySettled => return settled(Progress::Captured, status),
            Settlement::Mismatch { .. } => (AttemptState::Mismatched, (Progress::Refused, status)),
            Settlement::Confirm { .. } => (AttemptState::Captured, (Progress::Captured, Status::Confirmed)),
            Settlement::Refund { refund: Some(_), .. } => (AttemptState::Captured, (Progress::Refunding, status)),
            Settlement::Refund { refund: None, .. } => (AttemptState::Captured, (Progress::Refunded, status)),
        };
        let attempt = Attempt { payment: id, gateway_payment: capture.payment.clone(), state: attempt, at: capture.at };
        // Before the settlement: should it fail, the attempt is captured all the same, and a late failure of it is known as such.
        storage.record_attempt(&attempt, &cx.provenance()).await?;
        // Each time that it is told: an alarm too many is better than none after a crash between the two.
        if let Settlement::Mismatch { field } = settlement {
            tracing::error!(
                metric = "refused_payments",
                value = 1,
                payment.id = %id,
                attempt = %capture.payment,
                field,
                "a capture is not what was asked for"
            );
        }
        storage.commit_settlement(&settlement, &cx.provenance()).await?;
        settled(end.0, end.1)
    })
    .await
}
