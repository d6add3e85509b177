//! What is in the table and in Razorpay's books of a history, in the words of the model, and whether all of it adds up.

use super::model::{Attempt, Case, Money, Order, START, Slot, State, Visit};
use super::{History, Theatre};
use aws_lc_rs::digest::{SHA256, digest};
use domain::appointments::appointment::Stage;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::AppointmentId;
use domain::core::id::GatewayPaymentId;
use domain::payments::payment::PaymentState;
use domain::payments::refund::{RefundReason, RefundState};
use domain::payments::refund_policy::RefundRule;
use jiff::SignedDuration;
use razorpay_emulator::{PaymentStatus, RefundStatus};
use storage::{AttemptState, Ledger};

/// Under which key the webhook stores an event: by its id and its body.
pub(super) fn event_key(id: &str, body: &[u8]) -> String {
    let named = [&(id.len() as u64).to_be_bytes(), id.as_bytes(), body].concat();
    digest(&SHA256, &named).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Theatre {
    async fn ledger(&self, history: &History) -> Ledger {
        match history.appointment {
            Some(appointment) => self.storage.ledger(appointment.into()).await.unwrap(),
            None => Ledger::default(),
        }
    }

    /// The order, once the patient can have seen it.
    pub(super) async fn order_of(&self, history: &History) -> Option<String> {
        self.ledger(history).await.payment.and_then(|payment| payment.order().map(ToString::to_string))
    }

    pub(super) async fn is_paid(&self, history: &History) -> bool {
        let payment = self.ledger(history).await.payment;
        payment.is_some_and(|payment| matches!(payment.state, PaymentState::Captured { .. }))
    }

    /// The history as it is, in the words of the model.
    pub(super) async fn observe(&self, history: &History) -> State {
        let phase = history.model.phase;
        let Some(appointment) = history.appointment else { return State { phase, case: history.model.case, ..START } };
        let visit = self.storage.visit(appointment).await.unwrap().unwrap();
        let booked = self.holder(&history.slot).await;
        let slot = match booked {
            None => Slot::Free,
            Some(holder) if holder == appointment => Slot::Ours,
            Some(_) => Slot::Theirs,
        };
        let moved = visit.appointment.slots.iter().any(|slot| slot.to_string() == history.other_slot.slot_id);
        let has_other = self.holder(&history.other_slot).await == Some(appointment);
        let is_confirmed = matches!(visit.appointment.stage, Stage::Confirmed { .. });
        assert_eq!(has_other, moved && is_confirmed, "it has the slot that it was moved to: {}", history.told());
        let ledger = self.ledger(history).await;
        let order = match ledger.payment.as_ref().map(|payment| &payment.state) {
            None => Order::None,
            Some(PaymentState::Intent { .. }) => Order::Intent,
            Some(PaymentState::Open { .. } | PaymentState::Captured { .. }) => Order::Open,
        };
        let visit = match &visit.appointment.stage {
            Stage::Held { .. } => Visit::Held,
            Stage::Confirmed { .. } => Visit::Confirmed,
            Stage::Cancelled(cancellation) if cancellation.by == CancelledBy::Expiry => Visit::Expired,
            Stage::Cancelled(_) => Visit::Cancelled,
            other => panic!("{other:?} is not part of the model: {}", history.told()),
        };
        let money = |attempt| self.money(&ledger, history.attempt(attempt));
        let (first, second) = (money(Attempt::First), money(Attempt::Second));
        State { case: history.model.case, phase, visit, slot, moved, order, first, second, ..START }
    }

    /// The appointment that has a slot.
    async fn holder(&self, slot: &system_tests::Slot) -> Option<AppointmentId> {
        let (doctor, id) = (slot.doctor_id.parse().unwrap(), slot.slot_id.parse().unwrap());
        self.storage.slot(doctor, id).await.unwrap().and_then(|slot| slot.holder())
    }

    fn money(&self, ledger: &Ledger, attempt: Option<&str>) -> Money {
        let Some(text) = attempt else { return Money::None };
        let id: GatewayPaymentId = text.parse().unwrap();
        let known = ledger.attempts.iter().find(|known| known.gateway_payment == id).map(|known| known.state);
        let account =
            ledger.payment.as_ref().and_then(|payment| payment.account(&id)).filter(|it| !it.captured.is_zero());
        let told = self.razorpay().payment(text).unwrap();
        let Some(account) = account else {
            return match told.status {
                PaymentStatus::Failed => Money::Failed { told: known == Some(AttemptState::Failed) },
                PaymentStatus::Authorized => Money::Authorized { told: known == Some(AttemptState::Authorized) },
                _ => Money::Captured { noted: known == Some(AttemptState::Captured) },
            };
        };
        if account.promised.is_zero() {
            return Money::Kept;
        }
        let refund = ledger.refunds.iter().find(|refund| refund.id.attempt == id).unwrap();
        let last = told.refunds.last().map(|last| self.razorpay().refund(last).unwrap().status);
        let is_in_vain = last == Some(RefundStatus::Failed);
        match refund.state {
            RefundState::Pending if last.is_none() || is_in_vain => Money::Owed,
            RefundState::Pending => Money::Sent,
            RefundState::Requested { .. } if is_in_vain => Money::RequestedInVain,
            RefundState::Requested { .. } => Money::Requested,
            RefundState::Processed { .. } => Money::Back,
            RefundState::Failed { .. } => Money::Undelivered,
            ref other => panic!("{other:?} is not part of the model"),
        }
    }

    /// Everything that waits: the stream, the queues, Razorpay's own webhooks, and a week and a half of timers.
    pub(super) async fn deliver_everything(&self) {
        let stack = &self.world.stack;
        stack.settle().await;
        for hours in [1, 2, 4, 20, 24, 24, 24, 24, 24, 24, 24] {
            stack.advance(SignedDuration::from_hours(hours)).await;
        }
        assert_eq!(self.razorpay().pending_webhooks(), []);
        for queue in ["SettlementsDeadLetters", "RefundsDeadLetters", "HoldsDeadLetters"] {
            assert!(stack.services().sqs.receive_due(queue, 1).is_empty(), "{queue} has something");
        }
    }

    /// All money of a history is retained under a rule or paid back, once, in both books; a confirmed visit is paid; no patient has a slot
    /// that is not theirs.
    pub(super) async fn assert_accounted_for(&self, history: &History) {
        let Some(appointment) = history.appointment else { return };
        let told = history.told();
        let visit = self.storage.visit(appointment).await.unwrap().unwrap();
        let cancelled_by = match &visit.appointment.stage {
            Stage::Cancelled(cancellation) => Some(cancellation.by),
            _ => None,
        };
        let is_held = matches!(visit.appointment.stage, Stage::Held { .. });
        assert!(!is_held, "a hold does not last: {told}");
        let is_live = cancelled_by.is_none();
        let has_slot = visit.slots.iter().any(|slot| slot.holder() == Some(appointment));
        assert_eq!(is_live, has_slot, "who has a slot has a visit: {told}");
        let case = history.model.case;
        // Of what a patient cancels late a part is kept.
        let share = match (case, cancelled_by) {
            (Case::Late, Some(CancelledBy::Patient)) => 2,
            _ => 1,
        };

        let ledger = self.ledger(history).await;
        let Some(payment) = &ledger.payment else {
            assert!(!is_live || case == Case::Free, "a visit with a fee is paid: {told}");
            return;
        };
        assert!(case != Case::Free, "a free visit needs no payment: {told}");
        let theirs = self.razorpay().ledger();
        let mut kept = 0;
        for (attempt, account) in theirs.accounts().filter(|(_, it)| Some(&it.order_id) == history.order.as_ref()) {
            let attempt: GatewayPaymentId = attempt.parse().unwrap();
            let ours =
                payment.account(&attempt).unwrap_or_else(|| panic!("{attempt} was captured and is not known: {told}"));
            assert_eq!(ours.captured.get(), account.captured, "{told}");
            let refunds = || ledger.refunds.iter().filter(|refund| refund.id.attempt == attempt && refund.claims());
            let books = || format!("{ours:?} {:?} {account:?}: {told}", ledger.refunds);
            assert!(refunds().all(|refund| matches!(refund.state, RefundState::Processed { .. })), "{}", books());
            let back: i64 = refunds().map(|refund| refund.amount.get()).sum();
            assert_eq!(ours.captured.get(), ours.retained().get() + back, "{}", books());
            assert_eq!((account.refunded, account.refund_pending), (back, 0), "both books: {}", books());
            if ours.retained().get() > 0 {
                kept += 1;
                let rules: &[RefundRule] = match (cancelled_by, case) {
                    // No party comes to a visit of these histories; of one whose time is over that is known.
                    (None, _) => &[RefundRule::VisitConfirmed, RefundRule::PatientAbsent],
                    (Some(CancelledBy::Patient), Case::Late) => &[RefundRule::CancelledLate],
                    (Some(CancelledBy::Patient), Case::LastMinute) => &[RefundRule::CancelledLastMinute],
                    (Some(_), _) => &[],
                };
                assert!(rules.contains(&ours.decision.rule), "nothing is kept without a reason: {ours:?} {told}");
                assert_eq!(ours.retained().get(), ours.captured.get() / share, "as much as the rule says: {told}");
            }
        }
        let may_be_kept = is_live || cancelled_by == Some(CancelledBy::Patient);
        assert!(kept <= i64::from(may_be_kept), "{told}");
        // A patient with a visit has paid for it, or got a full refund with a known reason.
        let by_hand = |reason| matches!(reason, RefundReason::Granted | RefundReason::MadeByGateway);
        let is_given_back = ledger.refunds.iter().any(|refund| {
            refund.claims()
                && by_hand(refund.reason)
                && (refund.remark.is_some() || refund.reason != RefundReason::Granted)
        });
        assert!(!is_live || kept == 1 || is_given_back, "a visit is paid once: {told}");
    }
}
