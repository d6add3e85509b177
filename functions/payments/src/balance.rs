//! Compares the two books of a payment: what Vaidya has recorded, and what Razorpay reports.

use crate::gateway_payment::amount_sent;
use api::{Context, Problem};
use domain::audit::{EventType, Outcome};
use domain::core::id::PaymentId;
use domain::payments::refund::RefundState;
use gateway::razorpay::GatewayPayment;
use serde::Serialize;
use storage::{Ledger, Storage};
use utoipa::ToSchema;

/// Both books of one payment. The amounts are in paise.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// The amount that Vaidya has recorded as captured: the sum of the five amounts that follow.
    captured: i64,
    /// The amount that is kept, under the rules that the payment shows.
    retained: i64,
    /// The promised refunds that have not been requested from Razorpay yet.
    refund_pending: i64,
    /// The refunds that Razorpay is processing.
    refund_requested: i64,
    /// The refunds that the patient has received.
    refunded: i64,
    /// The refunds that failed and are still owed.
    refund_failed: i64,
    /// The amount that Razorpay reports as captured.
    gateway_captured: i64,
    /// The amount that Razorpay reports as refunded or being refunded.
    gateway_refunded: i64,
    /// Whether both books agree.
    pub(crate) balanced: bool,
}

/// Compares both books of a payment. A difference is logged, where a metric filter counts it, and recorded in the audit
/// trail.
///
/// # Errors
/// 503 if the table does not answer.
pub(crate) async fn check(
    cx: &Context,
    storage: &Storage,
    id: PaymentId,
    ledger: &Ledger,
    reported: &[GatewayPayment],
) -> Result<LedgerEntry, Problem> {
    let entry = compare(id, ledger, reported);
    if !entry.balanced {
        tracing::error!(metric = "ledger_mismatches", value = 1, payment.id = %id, ?entry, "the books differ");
        let (event, id) = (EventType::LedgerMismatch, id.to_string());
        let activity = cx.activity(event, Outcome::Failure, ("payment", &id), Some("the books differ".to_owned()));
        storage.record_activity(&activity, &cx.provenance()).await?;
    }
    Ok(entry)
}

/// Compares both books of a payment. A capture that does not match its order is refused, and stands in Razorpay's books
/// only.
fn compare(id: PaymentId, ledger: &Ledger, reported: &[GatewayPayment]) -> LedgerEntry {
    let (captured, retained) =
        ledger.payment.as_ref().map_or((0, 0), |payment| (payment.captured(), payment.retained()));
    let accounts = ledger.payment.iter().flat_map(|payment| &payment.accounts);
    let is_account =
        |attempt| accounts.clone().any(|account| account.attempt == attempt && !account.captured.is_zero());
    let refunds = || ledger.refunds.iter().filter(|refund| is_account(refund.id.attempt.clone()));
    let in_state = |is_in: fn(&RefundState) -> bool| {
        let claimed = refunds().filter(|refund| refund.claims() && is_in(&refund.state));
        claimed.map(|refund| refund.amount.get()).sum::<i64>()
    };
    let ours = reported.iter().filter(|attempt| attempt.was_captured());
    let gateway_captured = ours.clone().map(|attempt| attempt.amount.get()).sum();
    let gateway_refunded = ours.clone().map(|attempt| attempt.amount_refunded.get()).sum();
    let (refund_pending, refund_requested, refunded, refund_failed) = (
        in_state(|state| matches!(state, RefundState::Pending)),
        in_state(|state| matches!(state, RefundState::Requested { .. })),
        in_state(|state| matches!(state, RefundState::Processed { .. })),
        in_state(|state| matches!(state, RefundState::Failed { .. })),
    );
    let each = ours.clone().all(|attempt| {
        let account = ledger.payment.as_ref().and_then(|payment| payment.account(&attempt.id));
        account.is_some_and(|account| account.captured == attempt.amount)
            && amount_sent(ledger, &attempt.id) == attempt.amount_refunded.get()
    });
    let balanced = each
        && captured == gateway_captured
        && captured == retained + refund_pending + refund_requested + refunded + refund_failed;
    LedgerEntry {
        payment_id: id,
        captured,
        retained,
        refund_pending,
        refund_requested,
        refunded,
        refund_failed,
        gateway_captured,
        gateway_refunded,
        balanced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{captured_payment, gateway_payment, instant, paise};
    use domain::core::cancelled_by::CancelledBy;
    use domain::payments::refund::Refund;
    use domain::payments::refund_policy::{RefundPolicy, Situation};
    use jiff::SignedDuration;

    fn cancelled() -> Ledger {
        let situation = Situation::Cancelled { by: CancelledBy::Patient, notice: SignedDuration::from_hours(3) };
        let end = captured_payment().decide_refund(situation, &RefundPolicy::default(), instant()).unwrap();
        Ledger { payment: Some(end.payment), refunds: end.refund.into_iter().collect(), ..Ledger::default() }
    }

    fn advanced(ledger: Ledger, state: RefundState) -> Ledger {
        let refunds = ledger.refunds.into_iter().map(|refund| Refund { state: state.clone(), ..refund }).collect();
        Ledger { refunds, ..ledger }
    }

    fn reported(refunded: i64) -> Vec<GatewayPayment> {
        vec![GatewayPayment { amount_refunded: paise(refunded), ..gateway_payment() }]
    }

    #[test]
    fn a_payment_balances_at_every_step_of_its_refund() {
        let id = captured_payment().id;
        let paid = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(compare(id, &paid, &reported(0)).balanced);
        let pending = compare(id, &cancelled(), &reported(0));
        assert_eq!((pending.retained, pending.refund_pending, pending.balanced), (25_000, 25_000, true));
        let (refund_id, at) = ("rfnd_A".parse().unwrap(), instant());
        let processed =
            compare(id, &advanced(cancelled(), RefundState::Processed { refund_id, at }), &reported(25_000));
        assert_eq!((processed.refunded, processed.gateway_refunded, processed.balanced), (25_000, 25_000, true));
        let failed = RefundState::Failed { detail: String::new(), refund_id: None, at };
        let failed = compare(id, &advanced(cancelled(), failed), &reported(0));
        assert_eq!((failed.refund_failed, failed.balanced), (25_000, true));
    }

    #[test]
    fn a_difference_between_the_books_is_found() {
        let id = captured_payment().id;
        let paid = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(!compare(id, &paid, &[]).balanced, "Razorpay lacks the capture");
        assert!(!compare(id, &paid, &reported(100)).balanced, "Vaidya lacks the refund");
        let second = GatewayPayment { id: "pay_P2".parse().unwrap(), ..gateway_payment() };
        assert!(!compare(id, &paid, &[gateway_payment(), second]).balanced, "Vaidya lacks the second capture");
        let (refund_id, at) = ("rfnd_A".parse().unwrap(), instant());
        let processed = advanced(cancelled(), RefundState::Processed { refund_id, at });
        assert!(!compare(id, &processed, &reported(0)).balanced, "Razorpay lacks the refund");
    }
}
