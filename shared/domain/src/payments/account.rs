//! The account of each capture: the captured amount, the amount promised as a refund, and the rule under which the rest
//! is retained.
//!
//! [`Payment`] carries an [`Account`] for every captured attempt. Every promise of money changes the account, and with
//! it the payment's version, so that two promises at once can't exceed the captured amount. A promise stands until the
//! money has arrived: a refund that failed is still owed, and is tried again under another key.

use crate::payments::refund::reduced_by;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::id::{GatewayPaymentId, GrantId, PaymentId, RefundId, RefundName};
use crate::core::money::Paise;
use crate::payments::payment::{Capture, Payment, PaymentMethod, PaymentState};
use crate::payments::refund::{NotFailed, Refund, RefundReason, RefundState};
use crate::payments::refund_policy::{
    MIN_REFUND, RefundDecision, RefundPolicy, RefundRule, Situation, refund_decision,
};

/// The account of one attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The attempt.
    pub attempt: GatewayPaymentId,
    /// The captured amount; zero as long as only an external refund is known of the attempt.
    pub captured: Paise,
    /// The method of the payment. `None` without a capture, or if Razorpay named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
    /// The instant of the capture; for an account without a capture, the instant at which it was first known.
    pub at: Timestamp,
    /// The amount of all refunds that are promised, on their way, arrived, or owed after a failure.
    pub promised: Paise,
    /// The amount that the rules and grants so far give back, by any refund: never more than is promised, unless more
    /// was given than was captured.
    pub owed: Paise,
    /// The decision about the amount, with the rule under which the rest is retained.
    pub decision: RefundDecision,
}

impl Account {
    /// The amount that is not promised as a refund.
    pub const fn retained(&self) -> Paise {
        self.captured.less(self.promised)
    }

    /// Promises the part of `of` that is not yet promised, up to the retained amount, and returns that part.
    pub(super) fn promise_due(&mut self, of: Paise) -> Option<Paise> {
        let due = of.less(self.promised).min(self.retained());
        self.promised = self.promised.plus(due).unwrap_or(self.captured);
        (!due.is_zero()).then_some(due)
    }
}

/// The reason why a refund can't be promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromiseRefusal {
    /// Nothing was captured by this attempt.
    #[error("nothing was captured by this payment")]
    NotCaptured,
    /// The amount exceeds the retained amount.
    #[error("more than is left of the captured amount")]
    TooMuch {
        /// The retained amount.
        left: Paise,
    },
    /// The amount is less than [`MIN_REFUND`].
    #[error("less than one rupee")]
    TooLittle,
    /// The amount would leave less than [`MIN_REFUND`], which could never be refunded.
    #[error("it would leave less than one rupee")]
    LeavesTooLittle {
        /// The retained amount.
        left: Paise,
    },
}

/// A payment after a decision about its money, and the refund that follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundDecisionOutcome {
    /// The payment, with the decision in its account.
    pub payment: Payment,
    /// The promised refund, if there is one.
    pub refund: Option<Refund>,
}

/// The result of another try of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// The payment, if less is promised now.
    pub payment: Option<Payment>,
    /// The next try; or the refund as superseded, if none of it is owed any more.
    pub refund: Refund,
}

impl Payment {
    /// The account of an attempt.
    pub fn account(&self, attempt: &GatewayPaymentId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.attempt == *attempt)
    }

    /// Whether this attempt is known to be captured.
    pub fn has_captured(&self, attempt: &GatewayPaymentId) -> bool {
        self.account(attempt).is_some_and(|account| !account.captured.is_zero())
    }

    /// The account of the attempt that paid for the visit.
    pub fn paying_account(&self) -> Option<&Account> {
        match &self.state {
            PaymentState::Captured { payment, .. } => self.account(payment),
            PaymentState::Intent { .. } | PaymentState::Open { .. } => None,
        }
    }

    /// The amount of all captures, in paise.
    pub fn captured(&self) -> i64 {
        self.accounts.iter().map(|account| account.captured.get()).sum()
    }

    /// The retained amount of all captures, in paise.
    pub fn retained(&self) -> i64 {
        self.accounts.iter().map(|account| account.retained().get()).sum()
    }

    /// Records a capture, with the decision for `situation`.
    pub(crate) fn record_capture(
        self,
        capture: &Capture,
        situation: Situation,
        now: Timestamp,
    ) -> RefundDecisionOutcome {
        let (id, attempt) = (self.id, capture.payment.clone());
        // A capture is retained or refunded as a whole, so no parameter matters.
        let decision = refund_decision(situation, capture.amount, &RefundPolicy::default(), now);
        let promised = self.account(&attempt).map_or(Paise::ZERO, |account| account.promised);
        let (captured, method, at, owed) = (capture.amount, capture.method, capture.at, Paise::ZERO);
        let account = Account { attempt: attempt.clone(), captured, method, at, promised, owed, decision };
        let mut payment = self;
        payment.accounts.retain(|known| known.attempt != attempt);
        payment.accounts.push(account);
        if !matches!(payment.state, PaymentState::Captured { .. }) {
            payment.state =
                PaymentState::Captured { order: capture.order.clone(), payment: attempt.clone(), at: capture.at };
        }
        payment.record_decision(id, &attempt, decision)
    }

    /// Decides about the money that paid for the visit: records the decision, and promises the refund that it gives.
    /// `None`, without a change, if the payment is not captured or a final decision was made before.
    pub fn decide_refund(
        self,
        situation: Situation,
        policy: &RefundPolicy,
        now: Timestamp,
    ) -> Option<RefundDecisionOutcome> {
        let account = self.paying_account()?;
        if account.decision.rule != RefundRule::VisitConfirmed {
            return None;
        }
        let (id, attempt) = (self.id, account.attempt.clone());
        let decision = refund_decision(situation, account.captured, policy, now);
        Some(self.record_decision(id, &attempt, decision))
    }

    /// Records the decision, and promises its refund, up to the retained amount.
    fn record_decision(
        mut self,
        id: PaymentId,
        attempt: &GatewayPaymentId,
        decision: RefundDecision,
    ) -> RefundDecisionOutcome {
        let mut refund = None;
        if let Some(account) = self.accounts.iter_mut().find(|account| account.attempt == *attempt) {
            account.decision = decision;
            // Earlier refunds count towards the amount that the rule gives.
            account.owed = account.owed.max(decision.amount);
            let reason = decision.rule.reason();
            refund = account
                .promise_due(decision.amount)
                .map(|due| Refund::pending(id, attempt.clone(), due, reason, decision.at));
        }
        RefundDecisionOutcome { payment: self, refund }
    }

    /// The account of an attempt that was captured.
    fn captured_account(&mut self, attempt: &GatewayPaymentId) -> Result<&mut Account, PromiseRefusal> {
        let account = self.accounts.iter_mut().find(|account| account.attempt == *attempt);
        account.filter(|account| !account.captured.is_zero()).ok_or(PromiseRefusal::NotCaptured)
    }

    /// Promises a part of a capture that no rule gives back: a refund granted by an administrator.
    pub fn grant(
        mut self,
        attempt: &GatewayPaymentId,
        grant: GrantId,
        amount: Paise,
        remark: String,
        now: Timestamp,
    ) -> Result<RefundDecisionOutcome, PromiseRefusal> {
        let id = self.id;
        let account = self.captured_account(attempt)?;
        let left = account.retained();
        if amount > left {
            return Err(PromiseRefusal::TooMuch { left });
        }
        if amount < MIN_REFUND {
            return Err(PromiseRefusal::TooLittle);
        }
        if amount < left && left.less(amount) < MIN_REFUND {
            return Err(PromiseRefusal::LeavesTooLittle { left });
        }
        account.promised = account.promised.plus(amount).unwrap_or(account.captured);
        account.owed = account.owed.plus(amount).unwrap_or(account.captured);
        let name = RefundId { attempt: attempt.clone(), name: RefundName::Granted(grant) };
        let refund = Refund { remark: Some(remark), ..Refund::pending(id, name, amount, RefundReason::Granted, now) };
        Ok(RefundDecisionOutcome { payment: self, refund: Some(refund) })
    }

    /// Promises the whole retained amount of a capture in any state of the visit, under the rule for a fault of the
    /// platform.
    ///
    /// The refund is named by the grant, since an earlier rule may have decided about a part of the money.
    pub fn compensate(
        mut self,
        attempt: &GatewayPaymentId,
        grant: GrantId,
        remark: String,
        now: Timestamp,
    ) -> Result<RefundDecisionOutcome, PromiseRefusal> {
        let id = self.id;
        let account = self.captured_account(attempt)?;
        let left = account.retained();
        if left.is_zero() {
            return Err(PromiseRefusal::TooMuch { left });
        }
        account.decision = refund_decision(Situation::PlatformFault, account.captured, &RefundPolicy::default(), now);
        account.promised = account.captured;
        account.owed = account.captured;
        let name = RefundId { attempt: attempt.clone(), name: RefundName::Granted(grant) };
        let reason = account.decision.rule.reason();
        let refund = Refund { remark: Some(remark), ..Refund::pending(id, name, left, reason, now) };
        Ok(RefundDecisionOutcome { payment: self, refund: Some(refund) })
    }

    /// Tries a failed refund again.
    ///
    /// While the refund was under way, an external refund may have returned a part of the same money. Only a refund
    /// that was not made yet is reduced by it ([`Payment::admit`]), so more was promised than was captured. The refund
    /// is reduced now: Razorpay would refuse the whole amount every time.
    pub fn retry(mut self, refund: Refund, now: Timestamp) -> Result<Retried, NotFailed> {
        if !matches!(refund.state, RefundState::Failed { .. }) {
            return Err(NotFailed);
        }
        let account = self.accounts.iter_mut().find(|account| account.attempt == refund.id.attempt);
        let Some(account) = account.filter(|account| account.promised > account.captured) else {
            return Ok(Retried { payment: None, refund: refund.next_attempt() });
        };
        let less = account.promised.less(account.captured).min(refund.amount);
        account.promised = account.promised.less(less);
        let refund = reduced_by(refund, less, now);
        Ok(Retried { payment: Some(self), refund })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::cancelled_by::CancelledBy;
    use crate::core::id::GatewayRefundId;
    use crate::testing::{captured_payment, minutes, now, open_payment};

    fn paise(amount: i64) -> Paise {
        Paise::new(amount).unwrap()
    }

    fn attempt() -> GatewayPaymentId {
        "pay_P1".parse().unwrap()
    }

    fn rfnd(text: &str) -> GatewayRefundId {
        format!("rfnd_{text}").parse().unwrap()
    }

    fn refund() -> Refund {
        Refund::pending(open_payment().id, attempt(), open_payment().amount, RefundReason::LateCapture, now())
    }

    fn grant(number: u32) -> GrantId {
        GrantId::of_request(&number.to_string())
    }

    fn processed(text: &str) -> RefundState {
        RefundState::Processed { refund_id: rfnd(text), at: now() }
    }

    fn cancelled_by_doctor(payment: Payment) -> RefundDecisionOutcome {
        let situation = Situation::Cancelled { by: CancelledBy::Doctor, notice: minutes(60) };
        payment.decide_refund(situation, &RefundPolicy::default(), now()).unwrap()
    }

    #[test]
    fn only_a_failed_refund_is_tried_again_and_under_another_key() {
        let retry = |refund| captured_payment().retry(refund, now());
        assert_eq!(retry(refund()), Err(NotFailed));
        let failed = RefundState::Failed { detail: "no".to_owned(), refund_id: Some(rfnd("R1")), at: now() };
        let again = retry(refund().advance(failed.clone()).unwrap()).unwrap().refund;
        assert_eq!((again.tries, again.state.clone(), again.past.clone()), (1, RefundState::Pending, vec![rfnd("R1")]));
        assert_ne!(again.key, refund().key);
        let third = retry(Refund { state: failed, ..again.clone() }).unwrap().refund;
        assert_ne!(third.key, again.key);
    }

    #[test]
    fn a_decision_is_made_once_and_recorded_with_the_retained_amount() {
        let RefundDecisionOutcome { payment, refund } = cancelled_by_doctor(captured_payment());
        let account = payment.paying_account().unwrap();
        assert_eq!(account.decision.rule, RefundRule::CancelledByDoctor);
        assert_eq!((account.promised, account.retained()), (paise(50_000), Paise::ZERO));
        assert_eq!(refund.unwrap().amount, paise(50_000));
        assert_eq!(payment.decide_refund(Situation::DoctorAbsent, &RefundPolicy::default(), now()), None);
        assert_eq!(open_payment().decide_refund(Situation::DoctorAbsent, &RefundPolicy::default(), now()), None);
        // A retained amount is a decision too.
        let held = captured_payment().decide_refund(Situation::Held, &RefundPolicy::default(), now()).unwrap();
        assert_eq!((held.refund, held.payment.retained()), (None, 50_000));
        assert_eq!(held.payment.accounts[0].decision.rule, RefundRule::VisitHeld);
    }

    #[test]
    fn an_external_refund_during_a_refund_reduces_its_next_attempt() {
        let promised = cancelled_by_doctor(captured_payment());
        let ours = promised.refund.unwrap();
        let requested = RefundState::Requested { refund_id: rfnd("ours"), at: now() };
        let ours = ours.advance(requested).unwrap();
        // Our refund is under way and can't be reduced, so for a while more is promised than was captured.
        let admit = |payment: Payment, ours: &Refund, amount| {
            let dashboard =
                payment.admit(std::slice::from_ref(ours), &attempt(), &rfnd("D"), amount, processed("D"), now());
            let dashboard = dashboard.unwrap();
            assert_eq!(dashboard.yielded, []);
            dashboard.payment
        };
        let failed = RefundState::Failed { detail: "failed".to_owned(), refund_id: Some(rfnd("ours")), at: now() };
        let part = admit(promised.payment.clone(), &ours, paise(100));
        assert_eq!(part.accounts[0].promised, paise(50_100));
        assert_eq!(part.clone().retry(ours.clone(), now()), Err(NotFailed));
        let ours = ours.advance(failed).unwrap();
        let again = part.retry(ours.clone(), now()).unwrap();
        assert_eq!((again.refund.amount, &again.refund.state), (paise(49_900), &RefundState::Pending));
        assert_eq!(again.payment.unwrap().accounts[0].promised, paise(50_000));
        // All of it was refunded in another way: nothing is owed.
        let all = Payment {
            accounts: vec![Account { promised: paise(100_000), ..promised.payment.accounts[0].clone() }],
            ..promised.payment.clone()
        };
        let over = all.retry(ours.clone(), now()).unwrap();
        assert_eq!(over.refund.state, RefundState::Superseded { at: now() });
        assert_eq!(over.payment.unwrap().accounts[0].promised, paise(50_000));
        // Nothing else has happened: the whole amount, and an unchanged payment.
        let again = promised.payment.retry(ours, now()).unwrap();
        assert_eq!((again.refund.amount, again.payment), (paise(50_000), None));
    }

    #[test]
    fn a_fault_of_the_platform_refunds_the_retained_amount_under_its_rule() {
        let granted = captured_payment().grant(&attempt(), grant(1), paise(20_000), "delay".to_owned(), now()).unwrap();
        let end = granted.payment.compensate(&attempt(), grant(2), "no picture".to_owned(), now()).unwrap();
        let refund = end.refund.unwrap();
        assert_eq!((refund.amount, refund.reason), (paise(30_000), RefundReason::PlatformFault));
        assert_eq!(refund.remark.as_deref(), Some("no picture"));
        let account = &end.payment.accounts[0];
        assert_eq!((account.retained(), account.decision.rule), (Paise::ZERO, RefundRule::PlatformFault));
        let again = end.payment.clone().compensate(&attempt(), grant(3), String::new(), now());
        assert_eq!(again.unwrap_err(), PromiseRefusal::TooMuch { left: Paise::ZERO });
        let open = open_payment().compensate(&attempt(), grant(1), String::new(), now());
        assert_eq!(open.unwrap_err(), PromiseRefusal::NotCaptured);
    }

    #[test]
    fn a_grant_reduces_the_retained_amount_and_counts_towards_the_refund_of_a_rule() {
        let granted = captured_payment().grant(&attempt(), grant(1), paise(20_000), "delay".to_owned(), now()).unwrap();
        assert_eq!((granted.payment.retained(), granted.refund.unwrap().reason), (30_000, RefundReason::Granted));
        let second = granted.payment.clone().grant(&attempt(), grant(2), paise(30_001), String::new(), now());
        assert_eq!(second, Err(PromiseRefusal::TooMuch { left: paise(30_000) }));
        let small = granted.payment.clone().grant(&attempt(), grant(2), paise(99), String::new(), now());
        assert_eq!(small, Err(PromiseRefusal::TooLittle));
        let nearly = |amount| granted.payment.clone().grant(&attempt(), grant(2), paise(amount), String::new(), now());
        let too_little = Err(PromiseRefusal::LeavesTooLittle { left: paise(30_000) });
        assert_eq!((nearly(29_901), nearly(29_999)), (too_little.clone(), too_little));
        assert_eq!(nearly(29_900).unwrap().payment.retained(), 100);
        assert_eq!(nearly(30_000).unwrap().payment.retained(), 0);
        let other: GatewayPaymentId = "pay_P2".parse().unwrap();
        let other = granted.payment.clone().grant(&other, grant(2), paise(100), String::new(), now());
        assert_eq!(other, Err(PromiseRefusal::NotCaptured));
        let RefundDecisionOutcome { payment, refund } = cancelled_by_doctor(granted.payment);
        assert_eq!((payment.retained(), refund.unwrap().amount), (0, paise(30_000)));
    }

    #[test]
    fn an_external_refund_reduces_the_retained_amount() {
        let admitted =
            captured_payment().admit(&[], &attempt(), &rfnd("A"), paise(10_000), processed("A"), now()).unwrap();
        assert_eq!((admitted.payment.retained(), admitted.refund.reason), (40_000, RefundReason::MadeByGateway));
        // The same update again is stale.
        let again = admitted.payment.clone().admit(
            &[admitted.refund],
            &attempt(),
            &rfnd("A"),
            paise(10_000),
            processed("A"),
            now(),
        );
        assert_eq!(again, None);
    }

    #[test]
    fn an_external_refund_is_not_owed_any_more() {
        let RefundDecisionOutcome { payment, refund } = cancelled_by_doctor(captured_payment());
        let ours = refund.unwrap();
        let whole = payment.clone().admit(
            std::slice::from_ref(&ours),
            &attempt(),
            &rfnd("A"),
            paise(50_000),
            processed("A"),
            now(),
        );
        let whole = whole.unwrap();
        assert!(matches!(whole.yielded[..], [Refund { state: RefundState::Superseded { .. }, .. }]));
        assert_eq!((whole.payment.retained(), whole.payment.accounts[0].promised), (0, paise(50_000)));
        let part =
            payment.admit(std::slice::from_ref(&ours), &attempt(), &rfnd("A"), paise(20_000), processed("A"), now());
        let part = part.unwrap();
        let [left] = part.yielded.try_into().unwrap();
        assert_eq!((left.amount, left.state), (paise(30_000), RefundState::Pending));
        assert_ne!(left.key, ours.key, "another body takes another key");
        assert_eq!(part.payment.accounts[0].promised, paise(50_000));
    }

    #[test]
    fn an_external_refund_that_fails_claims_no_amount() {
        let requested = RefundState::Requested { refund_id: rfnd("A"), at: now() };
        let admitted = captured_payment().admit(&[], &attempt(), &rfnd("A"), paise(10_000), requested, now()).unwrap();
        let failed = RefundState::Failed { detail: "no".to_owned(), refund_id: Some(rfnd("A")), at: now() };
        let known = [admitted.refund];
        let after = admitted.payment.admit(&known, &attempt(), &rfnd("A"), paise(10_000), failed, now()).unwrap();
        assert_eq!((after.payment.retained(), after.instead), (50_000, None));
    }

    #[test]
    fn an_amount_reduced_by_an_external_refund_is_promised_again_when_that_fails() {
        let failed = || RefundState::Failed { detail: "no".to_owned(), refund_id: Some(rfnd("A")), at: now() };
        let requested = || RefundState::Requested { refund_id: rfnd("A"), at: now() };
        let admit = |payment: Payment, refunds: &[Refund], amount, state| {
            payment.admit(refunds, &attempt(), &rfnd("A"), paise(amount), state, now()).unwrap()
        };
        // It came while our refund was pending, which was superseded by it.
        let ours = cancelled_by_doctor(captured_payment());
        let made = admit(ours.payment, &[ours.refund.unwrap()], 50_000, requested());
        let known = [made.yielded, vec![made.refund]].concat();
        let after = admit(made.payment, &known, 50_000, failed());
        let instead = after.instead.unwrap();
        assert_eq!((instead.amount, instead.reason), (paise(50_000), RefundReason::CancelledByDoctor));
        assert_eq!(
            (instead.id.to_string().as_str(), &instead.state),
            ("pay_P1-instead-of-rfnd_A", &RefundState::Pending)
        );
        assert_eq!(after.payment.accounts[0].promised, paise(50_000));
        // It came before the rule had decided, which then promised less by that amount.
        let made = admit(captured_payment(), &[], 20_000, requested());
        let ours = cancelled_by_doctor(made.payment);
        let known = [made.refund, ours.refund.unwrap()];
        assert_eq!(known[1].amount, paise(30_000));
        let after = admit(ours.payment, &known, 20_000, failed());
        assert_eq!(after.instead.unwrap().amount, paise(20_000));
        // The granted amount, and no more.
        let ours = captured_payment().grant(&attempt(), grant(1), paise(10_000), String::new(), now()).unwrap();
        let made = admit(ours.payment, &[ours.refund.unwrap()], 45_000, requested());
        assert_eq!(made.yielded[0].amount, paise(5_000));
        let known = [made.yielded, vec![made.refund]].concat();
        let after = admit(made.payment, &known, 45_000, failed());
        let instead = after.instead.unwrap();
        assert_eq!((instead.amount, instead.reason), (paise(5_000), RefundReason::Granted));
        assert_eq!(after.payment.retained(), 40_000);
    }

    #[test]
    fn an_external_refund_without_a_capture_is_recorded_and_not_owed() {
        let admitted = open_payment().admit(&[], &attempt(), &rfnd("A"), paise(50_000), processed("A"), now()).unwrap();
        assert_eq!((admitted.payment.captured(), admitted.payment.retained()), (0, 0));
        assert!(!admitted.payment.has_captured(&attempt()));
    }

    /// A step that may happen to the money of a visit.
    #[derive(Debug, Clone)]
    enum Step {
        Conclude(bool),
        Grant(i64),
        Admit(u8, i64, u8),
        Fail(usize),
        Retry(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<bool>().prop_map(Step::Conclude),
            (1_i64..60_000).prop_map(Step::Grant),
            (0_u8..3, 1_i64..60_000, 0_u8..3).prop_map(|(id, amount, state)| Step::Admit(id, amount, state)),
            (0_usize..5).prop_map(Step::Fail),
            (0_usize..5).prop_map(Step::Retry),
        ]
    }

    proptest! {
        #[test]
        fn retained_and_claimed_amount_are_the_captured_amount(steps in proptest::collection::vec(step(), 1..12)) {
            let mut payment = captured_payment();
            let mut refunds: Vec<Refund> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                // Razorpay never refunds more than is left in its own books.
                let gone: i64 = refunds.iter()
                    .filter(|refund| matches!(refund.state, RefundState::Requested { .. } | RefundState::Processed { .. }))
                    .map(|refund| refund.amount.get()).sum();
                match step {
                    Step::Conclude(by_doctor) => {
                        let by = if by_doctor { CancelledBy::Doctor } else { CancelledBy::Patient };
                        let situation = Situation::Cancelled { by, notice: minutes(300) };
                        if let Some(end) = payment.clone().decide_refund(situation, &RefundPolicy::default(), now()) {
                            payment = end.payment;
                            refunds.extend(end.refund);
                        }
                    }
                    Step::Grant(amount) => {
                        let id = grant(u32::try_from(number).unwrap());
                        if let Ok(end) = payment.clone().grant(&attempt(), id, paise(amount), String::new(), now()) {
                            payment = end.payment;
                            refunds.extend(end.refund);
                        }
                    }
                    Step::Admit(id, amount, state) => {
                        let id = rfnd(&format!("F{id}"));
                        let known = refunds.iter().find(|refund| refund.gateway_refund() == Some(&id)).cloned();
                        let claims = known.as_ref().is_some_and(Refund::claims);
                        let amount = known.map_or(paise(amount), |known| known.amount);
                        if !claims && amount.get() + gone > 50_000 { continue }
                        let state = match state {
                            0 => RefundState::Requested { refund_id: id.clone(), at: now() },
                            1 => RefundState::Processed { refund_id: id.clone(), at: now() },
                            _ => RefundState::Failed { detail: String::new(), refund_id: Some(id.clone()), at: now() },
                        };
                        if let Some(end) = payment.clone().admit(&refunds, &attempt(), &id, amount, state, now()) {
                            payment = end.payment;
                            for changed in end.yielded.into_iter().chain([end.refund]).chain(end.instead) {
                                refunds.retain(|known| known.id != changed.id);
                                refunds.push(changed);
                            }
                        }
                    }
                    Step::Fail(which) => {
                        if let Some(ours) = refunds.get_mut(which).filter(|ours| !ours.is_foreign()) {
                            let failed = RefundState::Failed { detail: String::new(), refund_id: None, at: now() };
                            if let Ok(next) = ours.clone().advance(failed) { *ours = next }
                        }
                    }
                    Step::Retry(which) => {
                        if let Some(ours) = refunds.get_mut(which).filter(|ours| !ours.is_foreign())
                            && let Ok(next) = payment.clone().retry(ours.clone(), now())
                        {
                            *ours = next.refund;
                            payment = next.payment.unwrap_or(payment);
                        }
                    }
                }
                let claimed: i64 = refunds.iter().filter(|r| r.claims()).map(|refund| refund.amount.get()).sum();
                let account = payment.paying_account().unwrap();
                prop_assert_eq!(account.promised.get(), claimed);
                prop_assert_eq!(account.captured.get(), account.retained().get() + claimed);
                // With any external refunds, the amount that a rule or a grant gives back is promised.
                prop_assert!(account.promised >= account.owed.max(account.decision.amount).min(account.captured));
            }
        }
    }
}
