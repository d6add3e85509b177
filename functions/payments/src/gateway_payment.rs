//! What Razorpay reports about an attempt at paying, in an event or in an answer: a capture is settled, a failure or an
//! authorization is recorded.
//!
//! A state only moves forward, so any order of reports ends in the same state. A failed attempt releases nothing: it
//! may still be captured.

use crate::ports::{PaymentPorts, not_available};
use crate::refunds::{self, RefundUpdate};
use crate::settlement;
use api::{Context, Problem};
use domain::core::id::PaymentId;
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::payments::payment::Capture;
use domain::payments::refund::RefundState;
use gateway::razorpay::{GatewayPayment, PaymentStatus};
use jiff::Timestamp;
use storage::{Attempt, AttemptState, Ledger};

/// Applies Razorpay's state of an attempt at paying `order`, which is the order of payment `id`.
pub(crate) async fn apply(
    cx: &Context,
    ports: &PaymentPorts,
    id: PaymentId,
    order: &OrderId,
    reported: &GatewayPayment,
) -> Result<(), Problem> {
    if reported.was_captured() {
        let capture = Capture {
            order: order.clone(),
            payment: reported.id.clone(),
            amount: reported.amount,
            currency: reported.currency.clone(),
            method: reported.method,
            at: cx.now(),
        };
        return settlement::apply(cx, &ports.storage, id, &capture).await.map(drop);
    }
    let state = match reported.status {
        PaymentStatus::Failed => AttemptState::Failed,
        PaymentStatus::Authorized => AttemptState::Authorized,
        PaymentStatus::Created | PaymentStatus::Captured | PaymentStatus::Refunded | PaymentStatus::Other => {
            return Ok(());
        }
    };
    record_attempt(cx, ports, id, &reported.id, state, cx.now()).await
}

/// Records that an attempt failed or was authorized. A repetition changes nothing, nor does a report after the capture
/// of the same attempt, nor a failure after an authorization.
pub(crate) async fn record_attempt(
    cx: &Context,
    ports: &PaymentPorts,
    payment: PaymentId,
    attempt: &GatewayPaymentId,
    state: AttemptState,
    at: Timestamp,
) -> Result<(), Problem> {
    cx.retrying(async || {
        let ledger = ports.storage.ledger(payment).await?;
        if !is_new(&ledger, attempt, state) {
            return Ok(());
        }
        let attempt = Attempt { payment, gateway_payment: attempt.clone(), state, at };
        Ok(ports.storage.record_attempt(&attempt, &cx.provenance()).await.map(drop)?)
    })
    .await
}

/// Enters the refunds that Razorpay has for an attempt, if the amount that it reports as refunded differs from the
/// stored one.
pub(crate) async fn compare_refunds(
    cx: &Context,
    ports: &PaymentPorts,
    payment: PaymentId,
    reported: &GatewayPayment,
) -> Result<(), Problem> {
    let ledger = ports.storage.ledger(payment).await?;
    if amount_sent(&ledger, &reported.id) == reported.amount_refunded.get() {
        return Ok(());
    }
    for refund in ports.gateway.refunds_of_payment(&reported.id).await.map_err(not_available)? {
        refunds::apply(cx, &ports.storage, payment, &RefundUpdate::of(refund, cx.now())).await?;
    }
    Ok(())
}

fn is_new(ledger: &Ledger, attempt: &GatewayPaymentId, state: AttemptState) -> bool {
    let is_captured = ledger.payment.as_ref().is_some_and(|payment| payment.has_captured(attempt));
    let known = ledger.attempts.iter().find(|known| known.gateway_payment == *attempt).map(|known| known.state);
    let is_known = match (known, state) {
        (None, _) | (Some(AttemptState::Failed), AttemptState::Authorized) => false,
        (Some(_), _) => true,
    };
    !is_captured && !is_known
}

/// The part of an attempt that Razorpay has refunded or is refunding, in paise.
pub(crate) fn amount_sent(ledger: &Ledger, attempt: &GatewayPaymentId) -> i64 {
    let of_attempt = ledger.refunds.iter().filter(|refund| refund.id.attempt == *attempt);
    let is_sent = |state: &RefundState| matches!(state, RefundState::Requested { .. } | RefundState::Processed { .. });
    of_attempt.filter(|refund| is_sent(&refund.state)).map(|refund| refund.amount.get()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, captured_payment, instant, payment};
    use domain::payments::payment::PaymentState;

    #[test]
    fn an_authorization_replaces_a_failure_and_a_capture_replaces_both() {
        let open = payment(PaymentState::Open { order: "order_A1".parse().unwrap() });
        let known = |state: Option<AttemptState>| {
            let attempt = attempt("pay_P1");
            let attempts = state.into_iter().map(|state| Attempt {
                payment: open.id,
                gateway_payment: attempt.clone(),
                state,
                at: instant(),
            });
            Ledger { payment: Some(open.clone()), attempts: attempts.collect(), ..Ledger::default() }
        };
        let changes = |before, state| is_new(&known(before), &attempt("pay_P1"), state);
        use AttemptState::{Authorized, Captured, Failed, Mismatched};
        assert!(changes(None, Failed) && changes(None, Authorized) && changes(Some(Failed), Authorized));
        for (before, state) in [
            (Failed, Failed),
            (Authorized, Failed),
            (Authorized, Authorized),
            (Captured, Failed),
            (Captured, Authorized),
            (Mismatched, Failed),
        ] {
            assert!(!changes(Some(before), state), "{before:?} to {state:?}");
        }
        let captured = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(!is_new(&captured, &attempt("pay_P1"), Failed));
        assert!(is_new(&captured, &attempt("pay_P2"), Failed));
    }
}
