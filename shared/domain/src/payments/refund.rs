//! Refunds: the states of one refund. The amounts are promised in [`account`](super::account).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::digest::Digest;
use crate::core::id::{GatewayRefundId, PaymentId, RefundId, RefundName};
use crate::core::money::Paise;

/// A refund. All refunds of an attempt together never exceed the captured amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The payment of the refund.
    pub payment: PaymentId,
    /// The id of the refund within its payment.
    pub id: RefundId,
    /// The value of `X-Refund-Idempotency`: the same for each call of one try, so that Razorpay refunds it exactly
    /// once.
    pub key: String,
    /// The amount in paise.
    pub amount: Paise,
    /// The reason of the refund.
    pub reason: RefundReason,
    /// The remark of an administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The number of earlier tries, which failed.
    #[serde(default)]
    pub tries: u32,
    /// The ids of Razorpay's refunds of the earlier tries.
    #[serde(default)]
    pub past: Vec<GatewayRefundId>,
    /// The instant of the promise.
    pub promised_at: Timestamp,
    /// The state of the refund.
    pub state: RefundState,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// The reason of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The payment was captured when the appointment could no longer take place.
    LateCapture,
    /// The appointment was paid twice.
    DuplicateCapture,
    /// The patient cancelled; see [`crate::payments::refund_policy`].
    CancelledByPatient,
    /// The doctor cancelled.
    CancelledByDoctor,
    /// An administrator cancelled.
    CancelledByAdmin,
    /// The doctor was suspended.
    DoctorSuspended,
    /// The patient did not come.
    PatientAbsent,
    /// The doctor did not come.
    DoctorAbsent,
    /// The visit could not be held as it should, through no fault of patient or doctor.
    PlatformFault,
    /// An administrator granted the refund.
    Granted,
    /// Razorpay made the refund without our request, or an operator made it in Razorpay's dashboard.
    MadeByGateway,
}

/// The state of a refund. It only moves forward, until the refund fails and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RefundState {
    /// The refund is promised and stored; Razorpay was not asked yet.
    Pending,
    /// Razorpay processes the refund.
    Requested {
        /// The id of Razorpay's refund.
        refund_id: GatewayRefundId,
        /// The instant of the request.
        at: Timestamp,
    },
    /// The patient has the money.
    Processed {
        /// The id of Razorpay's refund.
        refund_id: GatewayRefundId,
        /// The instant at which it was processed.
        at: Timestamp,
    },
    /// Razorpay could not pay the refund. It is still owed, and an operator must act.
    Failed {
        /// The text of Razorpay's error.
        detail: String,
        /// The id of Razorpay's refund, if it made one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refund_id: Option<GatewayRefundId>,
        /// The instant of the failure.
        at: Timestamp,
    },
    /// The refund was not made, because an external refund returned the same money.
    Superseded {
        /// The instant at which it was superseded.
        at: Timestamp,
    },
}

/// The update is not newer than the known state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the update is not newer than the known state")]
pub struct StaleRefundUpdate;

/// The refund has not failed, so it is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refund has not failed")]
pub struct NotFailed;

impl Refund {
    /// A refund that is promised now.
    pub fn pending(
        payment: PaymentId,
        id: impl Into<RefundId>,
        amount: Paise,
        reason: RefundReason,
        now: Timestamp,
    ) -> Self {
        let id = id.into();
        let key = key(payment, &id, 0);
        Self {
            payment,
            id,
            key,
            amount,
            reason,
            remark: None,
            tries: 0,
            past: Vec::new(),
            promised_at: now,
            state: RefundState::Pending,
            version: 0,
        }
    }

    /// The name under which Razorpay keeps this try: our own reference in its books, of at most 40 characters.
    pub fn receipt(&self) -> &str {
        &self.key[..40.min(self.key.len())]
    }

    /// Moves the refund forward to `update`. Events come late, twice and out of order: an update that is not further is
    /// refused as stale. A success replaces a failure, since Razorpay's report of arrived money is final.
    pub fn advance(self, update: RefundState) -> Result<Self, StaleRefundUpdate> {
        if update.rank() > self.state.rank() { Ok(Self { state: update, ..self }) } else { Err(StaleRefundUpdate) }
    }

    /// The next try, under another key: under the old one Razorpay would repeat the old failure.
    pub(super) fn next_attempt(mut self) -> Self {
        if let RefundState::Failed { refund_id: Some(refund_id), .. } = &self.state {
            self.past.push(refund_id.clone());
        }
        let tries = self.tries + 1;
        Self { key: key(self.payment, &self.id, tries), tries, state: RefundState::Pending, ..self }
    }

    /// Whether the refund claims a part of the captured amount: it is promised, on its way, arrived, or ours and
    /// failed.
    pub const fn claims(&self) -> bool {
        match self.state {
            RefundState::Superseded { .. } => false,
            RefundState::Failed { .. } => !self.is_foreign(),
            _ => true,
        }
    }

    /// Whether the refund is external: made without our request.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.id.name, RefundName::Gateway(_))
    }

    /// The id of Razorpay's refund, once it made one.
    pub const fn gateway_refund(&self) -> Option<&GatewayRefundId> {
        match &self.state {
            RefundState::Pending | RefundState::Superseded { .. } => None,
            RefundState::Requested { refund_id, .. } | RefundState::Processed { refund_id, .. } => Some(refund_id),
            RefundState::Failed { refund_id, .. } => refund_id.as_ref(),
        }
    }
}

/// A refund of ours after an external refund of `less` of the same money: reduced or superseded.
pub(super) fn reduced_by(refund: Refund, less: Paise, now: Timestamp) -> Refund {
    let left = refund.amount.less(less);
    if left.is_zero() {
        Refund { state: RefundState::Superseded { at: now }, ..refund }
    } else {
        // Razorpay refuses another body under the same key.
        Refund { amount: left, ..refund.next_attempt() }
    }
}

/// The key of one try of a refund. Its values are stored with refunds that are under way, and must not change.
fn key(payment: PaymentId, id: &RefundId, tries: u32) -> String {
    let digest = Digest::new("vaidya-refund-1").text(&payment.to_string()).text(id.attempt.as_str());
    let digest = match &id.name {
        RefundName::Decided => digest,
        RefundName::Granted(_) | RefundName::Gateway(_) | RefundName::InsteadOf(_) => digest.text(&id.to_string()),
    };
    if tries == 0 { digest.hex() } else { digest.number(tries.into()).hex() }
}

impl RefundState {
    /// The instant at which the state was reached; `None` for a pending refund.
    pub const fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Pending => None,
            Self::Requested { at, .. }
            | Self::Processed { at, .. }
            | Self::Failed { at, .. }
            | Self::Superseded { at } => Some(*at),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Requested { .. } => 1,
            Self::Failed { .. } => 2,
            Self::Processed { .. } => 3,
            Self::Superseded { .. } => 4,
        }
    }

    /// The name of the state, as it is stored and shown.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Requested { .. } => "requested",
            Self::Processed { .. } => "processed",
            Self::Failed { .. } => "failed",
            Self::Superseded { .. } => "superseded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::GatewayPaymentId;
    use crate::testing::{at, now, open_payment};

    fn attempt() -> GatewayPaymentId {
        "pay_P1".parse().unwrap()
    }

    fn rfnd(text: &str) -> GatewayRefundId {
        format!("rfnd_{text}").parse().unwrap()
    }

    fn refund() -> Refund {
        Refund::pending(open_payment().id, attempt(), open_payment().amount, RefundReason::LateCapture, now())
    }

    fn processed(text: &str) -> RefundState {
        RefundState::Processed { refund_id: rfnd(text), at: now() }
    }

    #[test]
    fn a_refund_has_one_key_for_each_try_and_any_reason() {
        let payment = refund().payment;
        let other_reason = Refund::pending(payment, attempt(), Paise::ZERO, RefundReason::CancelledByPatient, now());
        assert_eq!(other_reason.key, refund().key);
        let other: GatewayPaymentId = "pay_P2".parse().unwrap();
        assert_ne!(Refund::pending(payment, other, refund().amount, refund().reason, now()).key, refund().key);
        // Razorpay requires at least ten characters. The value is stored with refunds that are under way.
        assert_eq!(refund().key, "c2a616db0a229050fa603f0e7339da649c4cdfd958184089367464abb3b0fe2f");
        assert_eq!(refund().receipt().len(), 40);
    }

    #[test]
    fn a_refund_moves_forward_only() {
        let at = at("2026-12-02T00:00:00Z");
        let requested = RefundState::Requested { refund_id: rfnd("R1"), at };
        let failed = RefundState::Failed { detail: "account closed".to_owned(), refund_id: None, at };
        let order = [RefundState::Pending, requested, failed, processed("R1"), RefundState::Superseded { at }];
        for (i, from) in order.iter().enumerate() {
            for (j, to) in order.iter().enumerate() {
                let refund = Refund { state: from.clone(), ..refund() };
                assert_eq!(refund.advance(to.clone()).is_ok(), j > i, "{from:?} to {to:?}");
            }
        }
    }
}
