//! The next step of a refund, whoever brings the news: Razorpay's answer to our request, or its event.
//!
//! News older than what is known is dropped. Whether to give money back is not decided here, but where the refund is promised.

use api::{Context, Problem};
use domain::id::PaymentId;
use domain::money::Paise;
use domain::payment::{GatewayPaymentId, GatewayRefundId, Refund, RefundState};
use storage::Storage;

/// What is new about the money of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefundNews {
    /// The attempt that is paid back.
    pub attempt: GatewayPaymentId,
    /// Razorpay's refund, if it made one.
    pub refund_id: Option<GatewayRefundId>,
    /// How much goes back.
    pub amount: Paise,
    /// How far it is.
    pub state: RefundState,
}

impl RefundNews {
    /// Whether the news is of this refund of ours. Razorpay and its dashboard can make others of the same attempt: once we know
    /// the refund's id it decides; before that the amount has to agree.
    fn is_of(&self, refund: &Refund) -> bool {
        if refund.gateway_payment != self.attempt {
            return false;
        }
        match (&refund.state, &self.refund_id) {
            (RefundState::Requested { refund_id, .. } | RefundState::Processed { refund_id, .. }, Some(id)) => {
                refund_id == id
            }
            _ => refund.amount == self.amount,
        }
    }
}

/// Whether we promised the refund that the news is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// We did.
    Ours,
    /// Razorpay made it by itself, or somebody at its dashboard.
    Foreign,
}

/// Writes the news down.
///
/// # Errors
/// 503 when the table does not answer or was busy for long.
pub(crate) async fn advance(
    cx: &Context,
    storage: &Storage,
    id: PaymentId,
    news: &RefundNews,
) -> Result<Origin, Problem> {
    cx.retrying(async || {
        let refunds = storage.ledger(id).await?.refunds;
        let Some(refund) = refunds.into_iter().find(|refund| news.is_of(refund)) else {
            return Ok(Origin::Foreign);
        };
        if let Ok(further) = refund.advance(news.state.clone()) {
            storage.commit_refund(&further, &cx.provenance()).await?;
        }
        Ok(Origin::Ours)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, held, instant, paise};
    use domain::payment::RefundReason;

    fn refund_id(text: &str) -> GatewayRefundId {
        GatewayRefundId::parse(text).unwrap()
    }

    fn refund(state: RefundState) -> Refund {
        let pending =
            Refund::pending(held().payment(), attempt("pay_P1"), paise(25_000), RefundReason::CancelledByPatient);
        Refund { state, ..pending }
    }

    fn news(of: &str, id: &str, amount: i64) -> RefundNews {
        let refund_id = refund_id(id);
        let state = RefundState::Processed { refund_id: refund_id.clone(), at: instant() };
        RefundNews { attempt: attempt(of), refund_id: Some(refund_id), amount: paise(amount), state }
    }

    #[test]
    fn a_refund_without_an_id_is_known_by_attempt_and_amount() {
        let pending = refund(RefundState::Pending);
        assert!(news("pay_P1", "rfnd_A", 25_000).is_of(&pending));
        assert!(!news("pay_P1", "rfnd_A", 50_000).is_of(&pending));
        assert!(!news("pay_P2", "rfnd_A", 25_000).is_of(&pending));
    }

    #[test]
    fn a_refund_with_an_id_is_known_by_it() {
        let requested = refund(RefundState::Requested { refund_id: refund_id("rfnd_A"), at: instant() });
        assert!(news("pay_P1", "rfnd_A", 25_000).is_of(&requested));
        assert!(!news("pay_P1", "rfnd_B", 25_000).is_of(&requested));
    }
}
