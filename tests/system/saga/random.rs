//! Longer histories, drawn at random: the model's steps in any order and any number, with what the model leaves out: events that come
//! again at any time, Razorpay and the table out of reach, refunds that fail and are tried again, grants, refunds at the dashboard.
//!
//! There is no model of these; what has to hold in the end is the same.

use super::model::{Case, Phase, START, Step};
use super::{History, Theatre};
use jiff::SignedDuration;
use local::Fault;
use razorpay_emulator::{RefundMode, RefundStatus};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use system_tests::repository::in_full;

/// SplitMix64: the same numbers everywhere, from one seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % bound as u64).unwrap()
    }
}

/// A history of the model's steps, which the model has no part in playing.
fn history(dice: &mut Dice, length: usize) -> Vec<Step> {
    let (mut state, mut steps) = (START, vec![]);
    for _ in 0..length {
        let possible = state.steps();
        let step = possible[dice.below(possible.len())];
        // Time passes seldom, or nothing would happen before.
        if step == Step::Pass && dice.below(4) > 0 {
            continue;
        }
        state = state.after(step);
        steps.push(step);
    }
    steps
}

#[tokio::test]
async fn all_money_is_accounted_for_in_every_order_of_events() {
    let (count, length) = if in_full() { (400, 60) } else { (16, 40) };
    let mut dice = Dice(0x005A_6A00);
    let mut theatre = Theatre::set(count).await;
    let slots = theatre.slots(Case::Usual, count).await;
    let mut histories: Vec<History> = slots
        .into_iter()
        .enumerate()
        .map(|(number, slots)| History::new(number as u128, slots, START, history(&mut dice, length)))
        .collect();
    // One call in thirty goes wrong, on the way there or on the way back.
    let rolled = Arc::new(AtomicU64::new(0x5EED));
    for phase in [Phase::Hold, Phase::LeaseOver, Phase::HoldOver] {
        for history in &mut histories {
            let rolled = rolled.clone();
            let network = theatre.world.stack.network().clone();
            network.inject(move |call| {
                let mut dice = Dice(rolled.fetch_add(1, Ordering::SeqCst));
                let is_of_money = matches!(call.service.as_str(), "dynamodb" | "razorpay") && !call.function.is_empty();
                match dice.below(60) {
                    0 if is_of_money => Some(Fault::NotSent),
                    1 if is_of_money => Some(Fault::ReplyLost),
                    2 if call.action == "TransactWriteItems" => Some(Fault::TransactionConflict),
                    _ => None,
                }
            });
            theatre.play_freely(history, phase, &mut dice).await;
        }
        theatre.world.stack.network().heal();
        let over = SignedDuration::from_mins(domain::appointments::booking::HoldLength::DEFAULT.minutes() + 1);
        let pause = if phase == Phase::Hold { SignedDuration::from_secs(16) } else { over };
        theatre.world.stack.clock().advance(pause);
    }
    theatre.razorpay().set_refund_mode(RefundMode::Processed { after: SignedDuration::ZERO });
    theatre.deliver_everything().await;
    theatre.retry_what_failed().await;
    for history in &histories {
        theatre.assert_accounted_for(history).await;
    }
}

impl Theatre {
    /// Takes the steps of a phase that can be taken still: what went wrong before may have left something out.
    async fn play_freely(&mut self, history: &mut History, phase: Phase, dice: &mut Dice) {
        while let Some(step) = history.steps.get(history.played).copied() {
            let after = history.model.after(step);
            if history.model.phase != phase {
                return;
            }
            history.model = after;
            history.played += 1;
            if !self.can_take(history, step).await {
                continue;
            }
            let fails = dice.below(8) == 0;
            let after = SignedDuration::ZERO;
            let mode = if fails { RefundMode::Failed { after } } else { RefundMode::Processed { after } };
            self.razorpay().set_refund_mode(mode);
            self.take(history, step).await;
            if dice.below(12) == 0 {
                self.meddles(history, dice).await;
            }
        }
    }

    /// An operator pays something back that no rule gives, a little or all: at Razorpay's dashboard, or by a grant.
    async fn meddles(&self, history: &History, dice: &mut Dice) {
        let Some(first) = &history.first else { return };
        let amount = [100, 100, 20_000, 50_000][dice.below(4)];
        if dice.below(2) == 0 {
            let _ = self.razorpay().refund_at_dashboard(first, amount);
        } else {
            let body = json!({ "amount": amount, "reason": "Began late" });
            let path = json!({ "paymentId": history.appointment });
            self.call("refund-payment", uuid::Uuid::from_u128(7), "admin", path, Some(body)).await;
        }
    }

    /// Whether the real thing is where this step can be taken: the model has not seen what went wrong.
    async fn can_take(&self, history: &History, step: Step) -> bool {
        use super::model::Attempt::{First, Second};
        let (has_order, first, second) = (history.order.is_some(), &history.first, &history.second);
        let captured = |id: &Option<String>| {
            id.as_ref().is_some_and(|id| self.razorpay().payment(id).is_some_and(|payment| payment.captured))
        };
        let refunded = |id: &Option<String>| {
            id.as_ref().is_some_and(|id| self.razorpay().payment(id).is_some_and(|payment| !payment.refunds.is_empty()))
        };
        // The last of them, which is the reported one; Razorpay does not report that a failed one exists.
        let is_back = |id: &Option<String>| {
            let last = id.as_ref().and_then(|id| self.razorpay().payment(id)?.refunds.last().cloned());
            let last = last.and_then(|last| self.razorpay().refund(&last));
            last.is_some_and(|last| last.status == RefundStatus::Processed)
        };
        let has_failed = |id: &Option<String>| {
            let refunds = id.as_ref().and_then(|id| self.razorpay().payment(id)).map(|payment| payment.refunds);
            let statuses = refunds.into_iter().flatten().filter_map(|id| self.razorpay().refund(&id));
            statuses.into_iter().any(|refund| refund.status == RefundStatus::Failed)
        };
        let is_open = |id: &Option<String>| {
            use razorpay_emulator::PaymentStatus::{Created, Failed};
            id.as_ref()
                .is_none_or(|id| self.razorpay().payment(id).is_some_and(|it| matches!(it.status, Created | Failed)))
        };
        match step {
            Step::Book => history.appointment.is_none(),
            _ if history.appointment.is_none() => false,
            Step::Fail => has_order && first.is_none() && !captured(second),
            Step::Authorize => has_order && is_open(first) && !captured(second),
            Step::Capture(First) => has_order && !captured(first) && !captured(second) && !refunded(first),
            Step::Capture(Second) => captured(first) && second.is_none(),
            Step::TellFailed | Step::TellAuthorized => first.is_some(),
            Step::TellCaptured { attempt: First, .. } => captured(first),
            Step::TellCaptured { attempt: Second, .. } => captured(second),
            Step::Issue { attempt: First, .. } => captured(first),
            Step::Issue { attempt: Second, .. } => captured(second),
            Step::TellRefundCreated(First) => refunded(first),
            Step::TellRefundCreated(Second) => refunded(second),
            Step::TellRefundProcessed(First) => is_back(first),
            Step::TellRefundProcessed(Second) => is_back(second),
            Step::TellRefundFailed => has_failed(first),
            Step::Reconcile { .. } => has_order,
            Step::Retry => refunded(first),
            Step::Start { .. } | Step::Cancel(_) | Step::Move | Step::Release | Step::Take | Step::Pass => true,
        }
    }

    /// An operator works through the list of failed refunds, until it is empty.
    pub(super) async fn retry_what_failed(&self) {
        let admin = self.world.admin().await;
        for _ in 0..4 {
            let failed = admin.get("/v1/refunds?limit=100").await.ok();
            let failed = failed["refunds"].as_array().cloned().unwrap_or_default();
            if failed.is_empty() {
                return;
            }
            for refund in failed {
                let (payment, id) = (refund["paymentId"].as_str().unwrap(), refund["id"].as_str().unwrap());
                let path = format!("/v1/payments/{payment}/refunds/{id}/retry");
                let _ = admin.post(&path, json!({})).await;
            }
            self.deliver_everything().await;
        }
        let failed = admin.get("/v1/refunds?limit=5").await.ok();
        let mut told = vec![];
        for refund in failed["refunds"].as_array().into_iter().flatten() {
            let path = format!("/v1/payments/{}", refund["paymentId"].as_str().unwrap());
            let attempt = refund["id"].as_str().unwrap().split('-').next().unwrap();
            told.push((admin.get(&path).await.ok(), self.razorpay().payment(attempt)));
        }
        panic!("there are refunds that fail for ever: {told:#?}");
    }
}
