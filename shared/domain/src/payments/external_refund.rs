//! Refunds that Razorpay made without our request, or an operator made in Razorpay's dashboard: how they enter the
//! account of a capture, and which of our refunds they reduce.

use crate::payments::refund::reduced_by;
use jiff::Timestamp;

use crate::core::id::{GatewayPaymentId, GatewayRefundId, RefundId, RefundName};
use crate::core::money::Paise;
use crate::payments::account::Account;
use crate::payments::payment::Payment;
use crate::payments::refund::{Refund, RefundReason, RefundState};
use crate::payments::refund_policy::{RefundDecision, RefundRule};

/// An external refund, and the records that change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRefundRecorded {
    /// The payment, with the refund in its account.
    pub payment: Payment,
    /// The refund.
    pub refund: Refund,
    /// Our refunds that are reduced or superseded, because the money was refunded already.
    pub yielded: Vec<Refund>,
    /// The refund that is promised in place of the external one, if that one has failed and had been counted.
    pub instead: Option<Refund>,
}

impl Payment {
    /// Records an external refund. `refunds` are the known refunds of the payment. An amount that Razorpay has refunded
    /// is not owed any more: our refunds that were not made yet are reduced by it or superseded. If the external refund
    /// fails after all, the amount that is owed without it is promised in its place.
    ///
    /// Returns `None` if the update is not newer than the known state.
    pub fn admit(
        mut self,
        refunds: &[Refund],
        attempt: &GatewayPaymentId,
        refund_id: &GatewayRefundId,
        amount: Paise,
        state: RefundState,
        now: Timestamp,
    ) -> Option<ExternalRefundRecorded> {
        let id = RefundId { attempt: attempt.clone(), name: RefundName::Gateway(refund_id.clone()) };
        let known = refunds.iter().find(|refund| refund.id == id).cloned();
        let before = known.as_ref().is_some_and(Refund::claims);
        let refund = match known {
            Some(known) => known.advance(state).ok()?,
            None => {
                let made = Refund::pending(self.id, id, amount, RefundReason::MadeByGateway, now);
                Refund { state, ..made }
            }
        };
        let position = self.accounts.iter().position(|account| account.attempt == *attempt).unwrap_or_else(|| {
            let decision = RefundDecision { rule: RefundRule::MadeByGateway, percent: 0, amount: Paise::ZERO, at: now };
            let none = Paise::ZERO;
            let (captured, promised, owed) = (none, none, none);
            let attempt = attempt.clone();
            self.accounts.push(Account { attempt, captured, method: None, at: now, promised, owed, decision });
            self.accounts.len() - 1
        });
        let account = &mut self.accounts[position];
        let (mut yielded, mut instead) = (Vec::new(), None);
        match (before, refund.claims()) {
            (false, true) => {
                let promised = account.promised.plus(refund.amount).unwrap_or(Paise::MAX);
                // An account without a capture has no amount that could be exceeded.
                let mut over = if account.captured.is_zero() { Paise::ZERO } else { promised.less(account.captured) };
                account.promised = promised;
                for ours in refunds.iter().filter(|ours| ours.id.attempt == *attempt && !ours.is_foreign()) {
                    let may_yield = matches!(ours.state, RefundState::Pending | RefundState::Failed { .. });
                    if over.is_zero() || !may_yield {
                        continue;
                    }
                    let less = over.min(ours.amount);
                    over = over.less(less);
                    account.promised = account.promised.less(less);
                    yielded.push(reduced_by(ours.clone(), less, now));
                }
            }
            (true, false) => {
                account.promised = account.promised.less(refund.amount);
                let name = RefundName::InsteadOf(refund_id.clone());
                let id = RefundId { attempt: attempt.clone(), name };
                // A refund without a rule that gives a share was granted.
                let rule = account.decision.rule.reason();
                let reason = if account.decision.amount.is_zero() { RefundReason::Granted } else { rule };
                instead = account
                    .promise_due(account.owed.max(account.decision.amount))
                    .map(|due| Refund::pending(self.id, id, due, reason, now));
            }
            (true, true) | (false, false) => {}
        }
        Some(ExternalRefundRecorded { payment: self, refund, yielded, instead })
    }
}
