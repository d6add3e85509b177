//! GatewayUpdate of refunds, whoever brings it: Razorpay's answer to our request, its event, or what it says when it is asked.
//!
//! GatewayUpdate older than what is known is dropped. A refund that is not ours was made by Razorpay itself or at its dashboard, and is
//! entered as such. Whether to give money back is not decided here, but where the refund is promised.

use api::{Context, Problem};
use domain::core::id::PaymentId;
use domain::core::id::{GatewayPaymentId, GatewayRefundId};
use domain::core::money::Paise;
use domain::payments::refund::{Refund, RefundState};
use gateway::razorpay::{GatewayRefund, RefundStatus};
use jiff::Timestamp;
use storage::Storage;

/// What Razorpay tells of one of its refunds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefundNews {
    /// The attempt that is paid back.
    pub attempt: GatewayPaymentId,
    /// Razorpay's refund.
    pub refund_id: GatewayRefundId,
    /// Our name for it, if it has one.
    pub receipt: Option<String>,
    /// How much goes back.
    pub amount: Paise,
    /// How far it is.
    pub state: RefundState,
}

impl RefundNews {
    /// What the refund itself says, when it is asked.
    pub(crate) fn of(told: GatewayRefund, at: Timestamp) -> Self {
        let state = match told.status {
            RefundStatus::Processed => RefundState::Processed { refund_id: told.id.clone(), at },
            RefundStatus::Failed => failed(&told.id, at),
            RefundStatus::Pending | RefundStatus::Other => RefundState::Requested { refund_id: told.id.clone(), at },
        };
        let GatewayRefund { id: refund_id, payment_id: attempt, amount, receipt, .. } = told;
        Self { attempt, refund_id, receipt, amount, state }
    }
}

/// What a refund has become that Razorpay could not pay back.
pub(crate) fn failed(refund_id: &GatewayRefundId, at: Timestamp) -> RefundState {
    RefundState::Failed { detail: format!("{refund_id} failed"), refund_id: Some(refund_id.clone()), at }
}

/// Whose refund the news is of.
#[derive(Debug, PartialEq, Eq)]
enum Whose<'a> {
    /// One that is known, as it was read.
    Known(&'a Refund),
    /// An earlier try of ours, which failed and was followed by another.
    Past,
    /// One that Razorpay made by itself, or somebody at its dashboard.
    Foreign,
}

fn whose<'a>(refunds: &'a [Refund], news: &RefundNews) -> Whose<'a> {
    let mut of_attempt = refunds.iter().filter(|refund| refund.id.attempt == news.attempt);
    let is_known = |refund: &&Refund| {
        !refund.is_foreign()
            && (refund.gateway_refund() == Some(&news.refund_id) || news.receipt.as_deref() == Some(refund.receipt()))
    };
    match of_attempt.clone().find(is_known) {
        Some(refund) => Whose::Known(refund),
        // That an old try arrives after all is a refund that nobody counts with any more.
        None if of_attempt.any(|refund| refund.past.contains(&news.refund_id))
            && !matches!(news.state, RefundState::Processed { .. }) =>
        {
            Whose::Past
        }
        None => Whose::Foreign,
    }
}

/// Writes the news down.
///
/// # Errors
/// 503 when the table does not answer or was busy for long.
pub(crate) async fn told(cx: &Context, storage: &Storage, id: PaymentId, news: &RefundNews) -> Result<(), Problem> {
    cx.retrying(async || {
        let ledger = storage.ledger(id).await?;
        let payment = ledger.payment.ok_or_else(|| Problem::internal("a refund without a payment"))?;
        match whose(&ledger.refunds, news) {
            Whose::Known(refund) => {
                if let Ok(further) = refund.clone().advance(news.state.clone()) {
                    if let RefundState::Failed { detail, .. } = &further.state {
                        tracing::error!(metric = "failed_refunds", value = 1, payment.id = %id, detail, "a refund failed");
                    }
                    storage.commit_refund(&further, &cx.provenance()).await?;
                }
            }
            Whose::Past => {}
            Whose::Foreign => {
                let RefundNews { attempt, refund_id, amount, state, .. } = news;
                let admitted = payment.admit(&ledger.refunds, attempt, refund_id, *amount, state.clone(), cx.now());
                if let Some(admitted) = admitted {
                    tracing::warn!(payment.id = %id, %attempt, refund = %refund_id, "a refund that we did not make");
                    storage.commit_admission(&admitted, &cx.provenance()).await?;
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

    fn news(id: &str, receipt: Option<&str>) -> RefundNews {
        let refund_id = refund_id(id);
        let state = RefundState::Requested { refund_id: refund_id.clone(), at: instant() };
        let receipt = receipt.map(str::to_owned);
        RefundNews { attempt: attempt("pay_P1"), refund_id, receipt, amount: paise(25_000), state }
    }

    #[test]
    fn a_refund_is_known_by_our_name_for_it_before_its_id_is() {
        let refunds = [pending()];
        assert_eq!(whose(&refunds, &news("rfnd_A", Some(pending().receipt()))), Whose::Known(&refunds[0]));
        // One of the same amount, made at the dashboard in the same minute.
        assert_eq!(whose(&refunds, &news("rfnd_A", None)), Whose::Foreign);
        let of_another = RefundNews { attempt: attempt("pay_P2"), ..news("rfnd_A", Some(pending().receipt())) };
        assert_eq!(whose(&refunds, &of_another), Whose::Foreign);
    }

    #[test]
    fn a_refund_is_known_by_its_id_afterwards() {
        let state = RefundState::Requested { refund_id: refund_id("rfnd_A"), at: instant() };
        let refunds = [Refund { state, ..pending() }];
        assert_eq!(whose(&refunds, &news("rfnd_A", None)), Whose::Known(&refunds[0]));
        assert_eq!(whose(&refunds, &news("rfnd_B", None)), Whose::Foreign);
    }

    #[test]
    fn late_news_of_a_failed_try_is_not_taken_for_the_next_one() {
        let first = pending();
        let first_failed = first.clone().advance(failed(&refund_id("rfnd_A"), instant())).unwrap();
        let refunds = [captured_payment().retry(first_failed, instant()).unwrap().refund];
        let late =
            RefundNews { state: failed(&refund_id("rfnd_A"), instant()), ..news("rfnd_A", Some(first.receipt())) };
        assert_eq!(whose(&refunds, &late), Whose::Past);
        // Should it arrive after all, the money is gone, and the next try has to yield.
        let processed = RefundState::Processed { refund_id: refund_id("rfnd_A"), at: instant() };
        assert_eq!(whose(&refunds, &RefundNews { state: processed, ..late }), Whose::Foreign);
        assert_eq!(whose(&refunds, &news("rfnd_B", Some(refunds[0].receipt()))), Whose::Known(&refunds[0]));
    }
}
