//! Refunds that Razorpay makes by itself, or an operator at Razorpay's dashboard: how they enter the account of a capture, and
//! which refunds of ours yield to them.

use crate::payments::refund::reduced_by;
use jiff::Timestamp;

use crate::core::id::{GatewayPaymentId, GatewayRefundId, RefundId, RefundName};
use crate::core::money::Paise;
use crate::payments::account::Account;
use crate::payments::payment::Payment;
use crate::payments::refund::{Refund, RefundReason, RefundState};
use crate::payments::refund_policy::{RefundDecision, RefundRule};

/// A refund that Razorpay made by itself, and what it changes here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRefundRecorded {
    /// With the refund in its account.
    pub payment: Payment,
    /// The refund.
    pub refund: Refund,
    /// Refunds of ours that yield, because the money has gone back already.
    pub yielded: Vec<Refund>,
    /// What is promised in its place, if it has failed and was counted on.
    pub instead: Option<Refund>,
}

impl Payment {
    /// Enters a refund that Razorpay made by itself. `refunds` are those that are known. What Razorpay has paid back we do
    /// not owe any more: refunds of ours that were not made yet yield to it, smaller or altogether. If it fails after all, what
    /// is owed without it is promised in its place.
    /// `None` if the news is not news.
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
            self.accounts.push(Account { attempt: attempt.clone(), captured, at: now, promised, owed, decision });
            self.accounts.len() - 1
        });
        let account = &mut self.accounts[position];
        let (mut yielded, mut instead) = (Vec::new(), None);
        match (before, refund.claims()) {
            (false, true) => {
                let promised = account.promised.plus(refund.amount).unwrap_or(Paise::MAX);
                // An account without a capture has nothing that could be exceeded.
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
                // Without a rule that gives anything back it was granted.
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
