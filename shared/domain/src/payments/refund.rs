//! Money on its way back: the states of one refund. How much may be promised is decided in [`account`](super::account).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::digest::Digest;
use crate::core::id::{GatewayRefundId, PaymentId, RefundId, RefundName};
use crate::core::money::Paise;

/// Money on its way back. All refunds of an attempt together never exceed what was captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Which payment.
    pub payment: PaymentId,
    /// Which refund of it.
    pub id: RefundId,
    /// `X-Refund-Idempotency`: the same for each call of one try, so that it is paid back exactly once.
    pub key: String,
    /// How much.
    pub amount: Paise,
    /// Why.
    pub reason: RefundReason,
    /// What an administrator wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// How often it was tried before and failed.
    #[serde(default)]
    pub tries: u32,
    /// Razorpay's refunds of those tries.
    #[serde(default)]
    pub past: Vec<GatewayRefundId>,
    /// When it was promised.
    pub promised_at: Timestamp,
    /// How far it is.
    pub state: RefundState,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// Why money is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// It came when the appointment could no longer be had.
    LateCapture,
    /// The appointment was paid twice.
    DuplicateCapture,
    /// See [`crate::payments::refund_policy`].
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
    /// The visit could not be held, through no fault of either.
    PlatformFault,
    /// An administrator granted it.
    Granted,
    /// Razorpay made it by itself, or somebody at its dashboard.
    MadeByGateway,
}

/// How far a refund is. It only moves forward, until it fails and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RefundState {
    /// Promised and stored; Razorpay has yet to be asked.
    Pending,
    /// Razorpay works on it.
    Requested {
        /// Its refund.
        refund_id: GatewayRefundId,
        /// When it was asked.
        at: Timestamp,
    },
    /// The patient has the money.
    Processed {
        /// Razorpay's refund.
        refund_id: GatewayRefundId,
        /// When.
        at: Timestamp,
    },
    /// Razorpay could not pay it back: an operator's case, owed still.
    Failed {
        /// Razorpay's words.
        detail: String,
        /// Razorpay's refund, if it made one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refund_id: Option<GatewayRefundId>,
        /// When.
        at: Timestamp,
    },
    /// It was never paid, because Razorpay had paid back the same money by itself.
    Superseded {
        /// When.
        at: Timestamp,
    },
}

/// The news is older than what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refund is at least as far already")]
pub struct StaleRefundNews;

/// Only a refund that failed is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refund has not failed")]
pub struct NotFailed;

impl Refund {
    /// A refund that is promised, by the rules.
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

    /// Moves forward to `news`. Events come late, twice and out of order: what is not further is refused as stale.
    /// A failure yields to success, since Razorpay's word on money that arrived is final.
    pub fn advance(self, news: RefundState) -> Result<Self, StaleRefundNews> {
        if news.rank() > self.state.rank() { Ok(Self { state: news, ..self }) } else { Err(StaleRefundNews) }
    }

    /// The next try, under another key: under the old one Razorpay would tell of the old failure.
    pub(super) fn next_attempt(mut self) -> Self {
        if let RefundState::Failed { refund_id: Some(refund_id), .. } = &self.state {
            self.past.push(refund_id.clone());
        }
        let tries = self.tries + 1;
        Self { key: key(self.payment, &self.id, tries), tries, state: RefundState::Pending, ..self }
    }

    /// Whether it claims a part of what was captured: whether it is promised, on its way, or there.
    pub const fn claims(&self) -> bool {
        match self.state {
            RefundState::Superseded { .. } => false,
            RefundState::Failed { .. } => !self.is_foreign(),
            _ => true,
        }
    }

    /// Whether Razorpay made it by itself.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.id.name, RefundName::Gateway(_))
    }

    /// Razorpay's refund, once it made one.
    pub const fn gateway_refund(&self) -> Option<&GatewayRefundId> {
        match &self.state {
            RefundState::Pending | RefundState::Superseded { .. } => None,
            RefundState::Requested { refund_id, .. } | RefundState::Processed { refund_id, .. } => Some(refund_id),
            RefundState::Failed { refund_id, .. } => refund_id.as_ref(),
        }
    }
}

/// A refund of ours after Razorpay has paid back so much of the same money: less, or nothing.
pub(super) fn reduced_by(refund: Refund, less: Paise, now: Timestamp) -> Refund {
    let left = refund.amount.less(less);
    if left.is_zero() {
        Refund { state: RefundState::Superseded { at: now }, ..refund }
    } else {
        // Another body under the same key would be refused.
        Refund { amount: left, ..refund.next_attempt() }
    }
}

/// The same for the same try, and for no other. Values are stored with refunds that are under way.
fn key(payment: PaymentId, id: &RefundId, tries: u32) -> String {
    let digest = Digest::new("vaidya-refund-1").text(&payment.to_string()).text(id.attempt.as_str());
    let digest = match &id.name {
        RefundName::Decided => digest,
        RefundName::Granted(_) | RefundName::Gateway(_) | RefundName::InsteadOf(_) => digest.text(&id.to_string()),
    };
    if tries == 0 { digest.hex() } else { digest.number(tries.into()).hex() }
}

impl RefundState {
    /// When it came to be so; `None` for what is only promised.
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

    /// Its name, as it is stored and shown.
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
    fn a_refund_key_is_one_for_each_try_whatever_the_reason() {
        let payment = refund().payment;
        let other_reason = Refund::pending(payment, attempt(), Paise::ZERO, RefundReason::CancelledByPatient, now());
        assert_eq!(other_reason.key, refund().key);
        let other: GatewayPaymentId = "pay_P2".parse().unwrap();
        assert_ne!(Refund::pending(payment, other, refund().amount, refund().reason, now()).key, refund().key);
        // Razorpay asks for ten characters at least. The value is stored with refunds that are under way.
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
