//! Asks Razorpay about the attempts at paying an order, because a webhook may have been lost.
//!
//! A timer, planned with the order, brings the message at the intervals of [`domain::payments::reconciliation`]. So the
//! cost follows the number of open orders, and nothing is scanned. The next timer is planned before Razorpay is asked,
//! so a failure of one question does not prevent the next.

use crate::balance::{self, LedgerEntry};
use crate::gateway_payment;
use crate::ports::{PaymentPorts, not_available};
use api::{Context, Failure, Problem};
use domain::core::id::OrderId;
use domain::core::id::PaymentId;
use domain::payments::payment::PaymentState;
use domain::payments::reconciliation::{following, is_asked, next_check, order_timer};
use gateway::razorpay::{GatewayPayment, PaymentStatus};
use jiff::Timestamp;
use storage::{AttemptState, Ledger};

/// Asks Razorpay about the order of a payment, applies the answer, and plans the next check.
///
/// # Errors
/// A permanent failure if the payment has no order; a transient one if the table or Razorpay does not answer.
pub(crate) async fn reconcile(
    cx: &Context,
    ports: &PaymentPorts,
    id: PaymentId,
    opened: Timestamp,
    check: u32,
) -> Result<(), Failure> {
    let ledger = ports.storage.ledger(id).await.map_err(Problem::from)?;
    let Some(order) = ledger.payment.as_ref().and_then(|payment| payment.order()).cloned() else {
        return Err(Failure::Permanent(format!("payment {id} has no order")));
    };
    let is_paid = is_paid(&ledger);
    if let Some(timer) = order_timer(id, opened, following(check, is_paid)) {
        ports.storage.plan(&[timer], &cx.provenance()).await.map_err(Problem::from)?;
    }
    if !is_asked(check, is_paid) {
        return Ok(());
    }
    let reported = ports.gateway.payments_of_order(&order).await.map_err(not_available)?;
    let unreported = reported.iter().filter(|attempt| is_unreported(&ledger, attempt)).count();
    if unreported > 0 {
        // A metric filter counts these, and an alarm follows: the webhook should have reported the attempt by now.
        tracing::error!(metric = "unreported_payments", value = unreported, payment.id = %id, "the webhook is silent");
    }
    apply_all(cx, ports, id, &order, &reported).await?;
    if is_paid {
        // Once for each paid payment, after the updates above are stored.
        let ledger = ports.storage.ledger(id).await.map_err(Problem::from)?;
        let _: LedgerEntry = balance::check(cx, &ports.storage, id, &ledger, &reported).await?;
    }
    let is_open = !is_paid && !reported.iter().any(GatewayPayment::was_captured);
    if is_open {
        tracing::info!(metric = "open_orders", value = 1, payment.id = %id, check, "an order is still open");
    }
    if next_check(opened, check + 1).is_none() && is_open {
        tracing::info!(payment.id = %id, "an order stayed unpaid: it is not checked any more");
    }
    Ok(())
}

async fn apply_all(
    cx: &Context,
    ports: &PaymentPorts,
    id: PaymentId,
    order: &OrderId,
    reported: &[GatewayPayment],
) -> Result<(), Problem> {
    // Oldest first, in the order of Razorpay's events. Razorpay lists the newest first.
    let mut attempts: Vec<&GatewayPayment> = reported.iter().rev().collect();
    attempts.sort_by_key(|attempt| attempt.created_at);
    for attempt in attempts {
        // Before the capture: money that is already refunded confirms no visit, in either order of the reports.
        gateway_payment::compare_refunds(cx, ports, id, attempt).await?;
        gateway_payment::apply(cx, ports, id, order, attempt).await?;
    }
    Ok(())
}

fn is_paid(ledger: &Ledger) -> bool {
    ledger.payment.as_ref().is_some_and(|payment| matches!(payment.state, PaymentState::Captured { .. }))
}

/// Whether the attempt has failed or was captured without a report to us.
fn is_unreported(ledger: &Ledger, attempt: &GatewayPayment) -> bool {
    let mut known = ledger.attempts.iter().filter(|known| known.gateway_payment == attempt.id);
    if attempt.was_captured() {
        // A capture that does not match its order was refused, and has no account.
        let is_refused = known.any(|known| known.state == AttemptState::Mismatched);
        return !is_refused && !ledger.payment.as_ref().is_some_and(|payment| payment.has_captured(&attempt.id));
    }
    let is_over = matches!(attempt.status, PaymentStatus::Failed);
    is_over && known.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{captured_payment, gateway_payment, instant, payment};
    use storage::Attempt;

    #[test]
    fn a_failure_or_capture_without_an_event_is_unreported() {
        let open = payment(PaymentState::Open { order: "order_A1".parse().unwrap() });
        let open = Ledger { payment: Some(open), ..Ledger::default() };
        let captured = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(is_unreported(&open, &gateway_payment()));
        assert!(!is_unreported(&captured, &gateway_payment()));
        let of = |status| GatewayPayment { status, captured: false, ..gateway_payment() };
        assert!(is_unreported(&open, &of(PaymentStatus::Failed)));
        for status in [PaymentStatus::Created, PaymentStatus::Authorized, PaymentStatus::Refunded] {
            assert!(!is_unreported(&open, &of(status)), "{status:?}");
        }
    }

    #[test]
    fn a_refused_capture_counts_as_reported() {
        let open = payment(PaymentState::Open { order: "order_A1".parse().unwrap() });
        let with_attempt = |state| {
            let attempt = Attempt { payment: open.id, gateway_payment: gateway_payment().id, state, at: instant() };
            Ledger { payment: Some(open.clone()), attempts: vec![attempt], ..Ledger::default() }
        };
        assert!(!is_unreported(&with_attempt(AttemptState::Mismatched), &gateway_payment()));
        // A recorded failure or authorization does not report the capture that followed.
        assert!(is_unreported(&with_attempt(AttemptState::Failed), &gateway_payment()));
        assert!(is_unreported(&with_attempt(AttemptState::Authorized), &gateway_payment()));
        // A second attempt at the same order needs its own report.
        let second = GatewayPayment { id: "pay_P2".parse().unwrap(), ..gateway_payment() };
        assert!(is_unreported(&with_attempt(AttemptState::Mismatched), &second));
    }
}
