//! Applies the updates of refunds from every source: Razorpay's answer to our request, its event, or its answer to a
//! question.
//!
//! An update that is older than the stored state is dropped. A refund that is not ours was made by Razorpay or at its
//! dashboard, and is entered as such. Refunds are decided where they are promised, not here.

use api::{Context, Problem};
use domain::core::id::PaymentId;
use domain::core::id::{GatewayPaymentId, GatewayRefundId};
use domain::core::money::Paise;
use domain::payments::refund::{Refund, RefundState};
use gateway::razorpay::{GatewayRefund, RefundStatus};
use jiff::Timestamp;
use storage::Storage;

/// The state of a refund, as Razorpay reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefundUpdate {
    /// The attempt that is refunded.
    pub attempt: GatewayPaymentId,
    /// Razorpay's id of the refund.
    pub refund_id: GatewayRefundId,
    /// Our name for the refund, if we requested it.
    pub receipt: Option<String>,
    /// The amount of the refund.
    pub amount: Paise,
    /// The state of the refund.
    pub state: RefundState,
}

impl RefundUpdate {
    /// The update in Razorpay's answer, which was received at `at`.
    pub(crate) fn of(reported: GatewayRefund, at: Timestamp) -> Self {
        let state = match reported.status {
            RefundStatus::Processed => RefundState::Processed { refund_id: reported.id.clone(), at },
            RefundStatus::Failed => failed(&reported.id, at),
            RefundStatus::Pending | RefundStatus::Other => {
                RefundState::Requested { refund_id: reported.id.clone(), at }
            }
        };
        let GatewayRefund { id: refund_id, payment_id: attempt, amount, receipt, .. } = reported;
        Self { attempt, refund_id, receipt, amount, state }
    }
}

/// The state of a refund that Razorpay could not pay.
pub(crate) fn failed(refund_id: &GatewayRefundId, at: Timestamp) -> RefundState {
    RefundState::Failed { detail: format!("{refund_id} failed"), refund_id: Some(refund_id.clone()), at }
}

/// The stored refund to which an update belongs.
#[derive(Debug, PartialEq, Eq)]
enum Matched<'a> {
    /// A refund of ours, as it was read.
    Known(&'a Refund),
    /// An earlier try of a refund of ours, which failed and was followed by another try.
    EarlierTry,
    /// A refund that was made without a request of ours, by Razorpay or at its dashboard.
    External,
}

fn matched<'a>(refunds: &'a [Refund], update: &RefundUpdate) -> Matched<'a> {
    let mut of_attempt = refunds.iter().filter(|refund| refund.id.attempt == update.attempt);
    let is_known = |refund: &&Refund| {
        !refund.is_foreign()
            && (refund.gateway_refund() == Some(&update.refund_id)
                || update.receipt.as_deref() == Some(refund.receipt()))
    };
    match of_attempt.clone().find(is_known) {
        Some(refund) => Matched::Known(refund),
        // An earlier try that succeeds after all is entered as an external refund.
        None if of_attempt.any(|refund| refund.past.contains(&update.refund_id))
            && !matches!(update.state, RefundState::Processed { .. }) =>
        {
            Matched::EarlierTry
        }
        None => Matched::External,
    }
}

/// Stores the update of a refund of payment `id`.
///
/// # Errors
/// 503 when the table does not answer or was busy for long.
pub(crate) async fn apply(
    cx: &Context,
    storage: &Storage,
    id: PaymentId,
    update: &RefundUpdate,
) -> Result<(), Problem> {
    cx.retrying(async || {
        let ledger = storage.ledger(id).await?;
        let payment = ledger.payment.ok_or_else(|| Problem::internal("a refund without a payment"))?;
        match matched(&ledger.refunds, update) {
            Matched::Known(refund) => {
                if let Ok(further) = refund.clone().advance(update.state.clone()) {
                    if let RefundState::Failed { detail, .. } = &further.state {
                        tracing::error!(metric = "failed_refunds", value = 1, payment.id = %id, detail, "a refund failed");
                    }
                    storage.commit_refund(&further, &cx.provenance()).await?;
                }
            }
            Matched::EarlierTry => {}
            Matched::External => {
                let RefundUpdate { attempt, refund_id, amount, state, .. } = update;
                let recorded = payment.admit(&ledger.refunds, attempt, refund_id, *amount, state.clone(), cx.now());
                if let Some(recorded) = recorded {
                    tracing::warn!(payment.id = %id, %attempt, refund = %refund_id, "a refund without a request of ours");
                    storage.commit_external_refund(&recorded, &cx.provenance()).await?;
                }
            }
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, captured_payment, held, instant, paise};
    use domain::payments::refund::RefundReason;

    fn refund_id(text: &str) -> GatewayRefundId {
        GatewayRefundId::parse(text).unwrap()
    }

    fn pending() -> Refund {
        let reason = RefundReason::CancelledByPatient;
        Refund::pending(held().payment(), attempt("pay_P1"), paise(25_000), reason, instant())
    }

    fn update(id: &str, receipt: Option<&str>) -> RefundUpdate {
        let refund_id = refund_id(id);
        let state = RefundState::Requested { refund_id: refund_id.clone(), at: instant() };
        let receipt = receipt.map(str::to_owned);
        RefundUpdate { attempt: attempt("pay_P1"), refund_id, receipt, amount: paise(25_000), state }
    }

    #[test]
    fn a_refund_is_matched_by_our_name_until_its_id_is_known() {
        let refunds = [pending()];
        assert_eq!(matched(&refunds, &update("rfnd_A", Some(pending().receipt()))), Matched::Known(&refunds[0]));
        // A refund of the same amount, made at the dashboard in the same minute.
        assert_eq!(matched(&refunds, &update("rfnd_A", None)), Matched::External);
        let of_another = RefundUpdate { attempt: attempt("pay_P2"), ..update("rfnd_A", Some(pending().receipt())) };
        assert_eq!(matched(&refunds, &of_another), Matched::External);
    }

    #[test]
    fn a_refund_is_matched_by_its_id_afterwards() {
        let state = RefundState::Requested { refund_id: refund_id("rfnd_A"), at: instant() };
        let refunds = [Refund { state, ..pending() }];
        assert_eq!(matched(&refunds, &update("rfnd_A", None)), Matched::Known(&refunds[0]));
        assert_eq!(matched(&refunds, &update("rfnd_B", None)), Matched::External);
    }

    #[test]
    fn a_late_update_of_a_failed_try_does_not_change_the_next_try() {
        let first = pending();
        let first_failed = first.clone().advance(failed(&refund_id("rfnd_A"), instant())).unwrap();
        let refunds = [captured_payment().retry(first_failed, instant()).unwrap().refund];
        let late =
            RefundUpdate { state: failed(&refund_id("rfnd_A"), instant()), ..update("rfnd_A", Some(first.receipt())) };
        assert_eq!(matched(&refunds, &late), Matched::EarlierTry);
        // If the earlier try succeeds after all, the money is gone, and the next try is reduced.
        let processed = RefundState::Processed { refund_id: refund_id("rfnd_A"), at: instant() };
        assert_eq!(matched(&refunds, &RefundUpdate { state: processed, ..late }), Matched::External);
        assert_eq!(matched(&refunds, &update("rfnd_B", Some(refunds[0].receipt()))), Matched::Known(&refunds[0]));
    }
}
