//! Asking Razorpay what became of an order, because the webhook may have told nothing.
//!
//! A timer, planned with the order, brings the message; when is said by [`domain::payments::reconciliation`]. So what it costs follows the
//! orders that are open, and nothing is scanned. The next time is planned before Razorpay is asked: whatever becomes of this time,
//! the next one comes.

use crate::ports::{PaymentPorts, not_available};
use crate::view_ledger::LedgerEntry;
use api::{Context, Failure, Problem};
use domain::core::id::OrderId;
use domain::core::id::PaymentId;
use domain::payments::payment::PaymentState;
use domain::payments::reconciliation::{is_asked, next_check, order_timer};
use gateway::razorpay::GatewayPayment;
use jiff::Timestamp;
use storage::{AttemptState, Ledger};

impl PaymentPorts {
    /// Asks about the order of a payment, settles what it says, and plans the next time.
    pub(crate) async fn reconcile(
        &self,
        cx: &Context,
        id: PaymentId,
        opened: Timestamp,
        check: u32,
    ) -> Result<(), Failure> {
        let ledger = self.storage.ledger(id).await.map_err(Problem::from)?;
        let Some(order) = ledger.payment.as_ref().and_then(|payment| payment.order()).cloned() else {
            return Err(Failure::Permanent(format!("payment {id} has no order")));
        };
        let is_paid = is_paid(&ledger);
        if let Some(timer) = order_timer(id, opened, domain::payments::reconciliation::following(check, is_paid)) {
            self.storage.plan(&[timer], &cx.provenance()).await.map_err(Problem::from)?;
        }
        if !is_asked(check, is_paid) {
            return Ok(());
        }
        let told = self.gateway.payments_of_order(&order).await.map_err(not_available)?;
        let untold = told.iter().filter(|attempt| is_untold(&ledger, attempt)).count();
        if untold > 0 {
            // Counted by a metric filter, and an alarm: the webhook should have told of it by now.
            tracing::error!(metric = "untold_payments", value = untold, payment.id = %id, "the webhook is silent");
        }
        self.settle_all(cx, id, &order, &told).await?;
        if is_paid {
            // Once for every payment, with all that was entered just now.
            let ledger = self.storage.ledger(id).await.map_err(Problem::from)?;
            let _: LedgerEntry = self.balance(cx, id, &ledger, &told).await?;
        }
        let is_open = !is_paid && !told.iter().any(GatewayPayment::was_captured);
        if is_open {
            tracing::info!(metric = "open_orders", value = 1, payment.id = %id, check, "an order is still open");
        }
        if next_check(opened, check + 1).is_none() && is_open {
            tracing::info!(payment.id = %id, "nobody has paid an order: it is not asked about any more");
        }
        Ok(())
    }

    async fn settle_all(
        &self,
        cx: &Context,
        id: PaymentId,
        order: &OrderId,
        told: &[GatewayPayment],
    ) -> Result<(), Problem> {
        // Oldest first, as Razorpay's events would have come; it lists the newest first.
        let mut attempts: Vec<&GatewayPayment> = told.iter().rev().collect();
        attempts.sort_by_key(|attempt| attempt.created_at);
        for attempt in attempts {
            // Before the capture: money that has gone back already confirms no visit, in whatever order we hear of it.
            self.compare_refunds(cx, id, attempt).await?;
            self.heard(cx, id, order, attempt).await?;
        }
        Ok(())
    }
}

fn is_paid(ledger: &Ledger) -> bool {
    ledger.payment.as_ref().is_some_and(|payment| matches!(payment.state, PaymentState::Captured { .. }))
}

/// Whether something became of the attempt of which nobody has told us.
fn is_untold(ledger: &Ledger, told: &GatewayPayment) -> bool {
    let mut known = ledger.attempts.iter().filter(|known| known.gateway_payment == told.id);
    if told.was_captured() {
        // One that was refused, because it is not what was asked for, has no account.
        let is_refused = known.any(|known| known.state == AttemptState::Mismatched);
        return !is_refused && !ledger.payment.as_ref().is_some_and(|payment| payment.has_captured(&told.id));
    }
    let is_over = matches!(told.status, gateway::razorpay::PaymentStatus::Failed);
    is_over && known.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{captured_payment, gateway_payment, instant, payment};
    use gateway::razorpay::PaymentStatus;
    use storage::Attempt;

    #[test]
    fn what_came_of_an_attempt_without_a_word_is_silence() {
        let open = payment(PaymentState::Open { order: "order_A1".parse().unwrap() });
        let open = Ledger { payment: Some(open), ..Ledger::default() };
        let captured = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(is_untold(&open, &gateway_payment()));
        assert!(!is_untold(&captured, &gateway_payment()));
        let of = |status| GatewayPayment { status, captured: false, ..gateway_payment() };
        assert!(is_untold(&open, &of(PaymentStatus::Failed)));
        for status in [PaymentStatus::Created, PaymentStatus::Authorized, PaymentStatus::Refunded] {
            assert!(!is_untold(&open, &of(status)), "{status:?}");
        }
    }

    #[test]
    fn a_capture_that_was_refused_has_been_told() {
        let open = payment(PaymentState::Open { order: "order_A1".parse().unwrap() });
        let knowing = |state| {
            let attempt = Attempt { payment: open.id, gateway_payment: gateway_payment().id, state, at: instant() };
            Ledger { payment: Some(open.clone()), attempts: vec![attempt], ..Ledger::default() }
        };
        assert!(!is_untold(&knowing(AttemptState::Mismatched), &gateway_payment()));
        // A failure or an authorization says nothing of the capture that followed.
        assert!(is_untold(&knowing(AttemptState::Failed), &gateway_payment()));
        assert!(is_untold(&knowing(AttemptState::Authorized), &gateway_payment()));
        // Another attempt at the same order is another matter.
        let second = GatewayPayment { id: "pay_P2".parse().unwrap(), ..gateway_payment() };
        assert!(is_untold(&knowing(AttemptState::Mismatched), &second));
    }
}
