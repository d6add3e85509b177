//! Settles a capture from any source: one decision of `domain::appointments::settlement` and one transaction, once.
//!
//! Events come late, twice and out of order, and the client's confirmation races them: the second source finds the
//! capture settled.

use crate::progress::Progress;
use api::{Context, Problem};
use domain::appointments::appointment::Status;
use domain::appointments::settlement::{Settlement, settle};
use domain::core::id::PaymentId;
use domain::payments::payment::Capture;
use storage::{Attempt, AttemptState, Storage};

/// The state of a payment and its visit after a capture was settled, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// The progress of the money of the captured attempt.
    pub progress: Progress,
    /// The status of the visit.
    pub appointment: Status,
}

/// Settles `capture`, which names the order of payment `id`.
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

        // Only the state of this attempt counts: the payment may have captured another one.
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
        // Before the settlement: if that fails, the attempt is still recorded as captured, and a late failure event is
        // recognised.
        storage.record_attempt(&attempt, &cx.provenance()).await?;
        // At every report: a repeated alarm is better than none after a crash between the two writes.
        if let Settlement::Mismatch { field } = settlement {
            tracing::error!(
                metric = "refused_payments",
                value = 1,
                payment.id = %id,
                attempt = %capture.payment,
                field,
                "a capture does not match its order"
            );
        }
        storage.commit_settlement(&settlement, &cx.provenance()).await?;
        settled(end.0, end.1)
    })
    .await
}
