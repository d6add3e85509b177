//! What Razorpay says about an attempt at paying, whether it was asked or told by itself: a capture is settled, a failure or an
//! authorization written down.
//!
//! It only moves forward, so that any order of news ends alike. A failed attempt releases nothing: it may still turn captured.

use crate::ports::{PaymentPorts, not_available};
use crate::refunds::{self, RefundNews};
use crate::settlement;
use api::{Context, Problem};
use domain::core::id::PaymentId;
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::payments::payment::Capture;
use domain::payments::refund::RefundState;
use gateway::razorpay::{GatewayPayment, PaymentStatus};
use jiff::Timestamp;
use storage::{Attempt, AttemptState, Ledger};

impl PaymentPorts {
    /// Writes down what is said about an attempt at paying `order`, which is the order of `payment`.
    pub(crate) async fn heard(
        &self,
        cx: &Context,
        payment: PaymentId,
        order: &OrderId,
        told: &GatewayPayment,
    ) -> Result<(), Problem> {
        if told.was_captured() {
            let capture = Capture {
                order: order.clone(),
                payment: told.id.clone(),
                amount: told.amount,
                currency: told.currency.clone(),
                at: cx.now(),
            };
            return settlement::apply(cx, &self.storage, payment, &capture).await.map(drop);
        }
        match told.status {
            PaymentStatus::Failed => self.note(cx, payment, &told.id, AttemptState::Failed, cx.now()).await,
            PaymentStatus::Authorized => self.note(cx, payment, &told.id, AttemptState::Authorized, cx.now()).await,
            PaymentStatus::Created | PaymentStatus::Captured | PaymentStatus::Refunded | PaymentStatus::Other => Ok(()),
        }
    }

    /// Writes down that an attempt failed or was authorized. After the capture of the same attempt, or twice, that is no news; nor
    /// is a failure after an authorization.
    pub(crate) async fn note(
        &self,
        cx: &Context,
        payment: PaymentId,
        attempt: &GatewayPaymentId,
        state: AttemptState,
        at: Timestamp,
    ) -> Result<(), Problem> {
        cx.retrying(async || {
            let ledger = self.storage.ledger(payment).await?;
            if !is_news(&ledger, attempt, state) {
                return Ok(());
            }
            let attempt = Attempt { payment, gateway_payment: attempt.clone(), state, at };
            Ok(self.storage.record_attempt(&attempt, &cx.provenance()).await.map(drop)?)
        })
        .await
    }

    /// Enters the refunds of an attempt that Razorpay knows of, if it has paid back another amount than we know of.
    pub(crate) async fn compare_refunds(
        &self,
        cx: &Context,
        payment: PaymentId,
        told: &GatewayPayment,
    ) -> Result<(), Problem> {
        let ledger = self.storage.ledger(payment).await?;
        if sent(&ledger, &told.id) == told.amount_refunded.get() {
            return Ok(());
        }
        for refund in self.gateway.refunds_of_payment(&told.id).await.map_err(not_available)? {
            refunds::told(cx, &self.storage, payment, &RefundNews::of(refund, cx.now())).await?;
        }
        Ok(())
    }
}

fn is_news(ledger: &Ledger, attempt: &GatewayPaymentId, state: AttemptState) -> bool {
    let is_captured = ledger.payment.as_ref().is_some_and(|payment| payment.has_captured(attempt));
    let known = ledger.attempts.iter().find(|known| known.gateway_payment == *attempt).map(|known| known.state);
    let is_known = match (known, state) {
        (None, _) | (Some(AttemptState::Failed), AttemptState::Authorized) => false,
        (Some(_), _) => true,
    };
    !is_captured && !is_known
}

/// How much of an attempt is paid back or on its way by Razorpay, in paise.
pub(crate) fn sent(ledger: &Ledger, attempt: &GatewayPaymentId) -> i64 {
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
    fn a_failure_yields_to_an_authorization_and_both_to_a_capture() {
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
        let news = |before, state| is_news(&known(before), &attempt("pay_P1"), state);
        use AttemptState::{Authorized, Captured, Failed, Mismatched};
        assert!(news(None, Failed) && news(None, Authorized) && news(Some(Failed), Authorized));
        for (before, state) in [
            (Failed, Failed),
            (Authorized, Failed),
            (Authorized, Authorized),
            (Captured, Failed),
            (Captured, Authorized),
            (Mismatched, Failed),
        ] {
            assert!(!news(Some(before), state), "{before:?} to {state:?}");
        }
        let captured = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(!is_news(&captured, &attempt("pay_P1"), Failed));
        assert!(is_news(&captured, &attempt("pay_P2"), Failed));
    }
}
