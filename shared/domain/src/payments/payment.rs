//! Payments as records: an order that is open until it is captured, with an account for each capture.
//!
//! `failed` is a state of an *attempt* at Razorpay and appears nowhere here: it never releases a hold, since the
//! patient can try again in the same checkout and a failed attempt can turn captured days later.
//! What a capture leads to is decided in [`crate::appointments::settlement`], what of it goes back in [`crate::payments::refund`].

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::appointments::appointment::{Appointment, Stage, Status};
use crate::core::id::{AppointmentId, PatientId, PaymentId};
use crate::core::money::{Currency, Paise};
use crate::core::person::{InvalidField, text_value};
use crate::access::Authorized;
use crate::payments::refund::Account;

pub use crate::payments::refund::{Refund, RefundReason, RefundState};
pub use crate::appointments::settlement::{Settlement, settle};

/// How much of the hold must be left to start paying: a checkout takes longer than this.
pub const MIN_SECONDS_TO_PAY: i64 = 60;

text_value! {
    /// An order at Razorpay: `order_…`.
    shown OrderId, order_id
}

fn order_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "order_", InvalidField("must be a Razorpay order id"))
}

text_value! {
    /// A payment at Razorpay, which is one attempt at an order: `pay_…`.
    shown GatewayPaymentId, gateway_payment_id
}

fn gateway_payment_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "pay_", InvalidField("must be a Razorpay payment id"))
}

text_value! {
    /// A refund at Razorpay: `rfnd_…`.
    shown GatewayRefundId, gateway_refund_id
}

fn gateway_refund_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "rfnd_", InvalidField("must be a Razorpay refund id"))
}

/// The prefix and 1 to 40 letters and digits: enough room for Razorpay, none for a key separator.
fn gateway_id(text: &str, prefix: &str, invalid: InvalidField) -> Result<String, InvalidField> {
    let rest = text.strip_prefix(prefix).ok_or(invalid)?;
    let is_valid = (1..=40).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_valid { Ok(text.to_owned()) } else { Err(invalid) }
}

/// The payment of one appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Also the receipt by which Razorpay finds the order.
    pub id: PaymentId,
    /// What is paid.
    pub appointment: AppointmentId,
    /// Who pays.
    pub patient: PatientId,
    /// How much.
    pub amount: Paise,
    /// In which currency.
    #[serde(default)]
    pub currency: Currency,
    /// When the patient began to pay, unless that was before it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// How far it is.
    pub state: PaymentState,
    /// What came and what of it goes back: an account for each captured attempt.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// How far a payment is. It only moves forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PaymentState {
    /// An order is being made at Razorpay: this is written before the call.
    Intent {
        /// From then on another caller may look whether the order was made.
        lease_until: Timestamp,
    },
    /// The order exists and can be paid.
    Open {
        /// Which one.
        order: OrderId,
    },
    /// The order was paid. That beats every other state.
    Captured {
        /// Which order.
        order: OrderId,
        /// By which attempt.
        payment: GatewayPaymentId,
        /// When.
        at: Timestamp,
    },
}

/// What Razorpay says that it captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The order that was paid.
    pub order: OrderId,
    /// The attempt that paid it.
    pub payment: GatewayPaymentId,
    /// How much.
    pub amount: Paise,
    /// In which currency, by its ISO 4217 code.
    pub currency: String,
    /// When.
    pub at: Timestamp,
}

/// The payment has another order already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment has another order")]
pub struct OtherOrder;

impl Payment {
    /// The order, once there is one.
    pub const fn order(&self) -> Option<&OrderId> {
        match &self.state {
            PaymentState::Intent { .. } => None,
            PaymentState::Open { order } | PaymentState::Captured { order, .. } => Some(order),
        }
    }

    /// Records the order that Razorpay made. Recording the same one again changes nothing.
    pub fn open(self, order: OrderId) -> Result<Self, OtherOrder> {
        match self.order() {
            None => Ok(Self { state: PaymentState::Open { order }, ..self }),
            Some(known) if *known == order => Ok(self),
            Some(_) => Err(OtherOrder),
        }
    }
}

/// What to do when a patient wants to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The order exists: show it.
    Ready(Payment),
    /// Store this intent, then make the order.
    Make {
        /// What to store before the call.
        intent: Payment,
        /// Whether an earlier call may have made the order: look for it by its receipt first.
        may_exist: bool,
    },
}

/// Why a payment can't start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartRefusal {
    /// It is paid.
    #[error("the appointment is paid")]
    AlreadyPaid,
    /// The appointment is not held: confirmed, cancelled, or its hold is over.
    #[error("the appointment does not wait for payment")]
    NotAwaitingPayment,
    /// Less than [`MIN_SECONDS_TO_PAY`] are left.
    #[error("the hold is nearly over")]
    HoldNearlyOver,
    /// Another request makes the order right now.
    #[error("the payment is being started by another request")]
    InProgress {
        /// When to try again, at the latest.
        until: Timestamp,
    },
}

/// Decides how to start paying for `appointment` in `currency`, of which `payment` is stored, if any. `lease` is how long a
/// call to Razorpay may take.
pub fn start(
    appointment: &Authorized<Appointment>,
    payment: Option<Payment>,
    currency: &Currency,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Start, StartRefusal> {
    if matches!(&payment, Some(Payment { state: PaymentState::Captured { .. }, .. })) {
        return Err(StartRefusal::AlreadyPaid);
    }
    let Stage::Held { until, .. } = appointment.stage else {
        return Err(StartRefusal::NotAwaitingPayment);
    };
    if appointment.status(now) != Status::Held {
        return Err(StartRefusal::NotAwaitingPayment);
    }
    let (version, started_at, may_exist) = match payment {
        Some(payment) if payment.order().is_some() => return Ok(Start::Ready(payment)),
        Some(Payment { state: PaymentState::Intent { lease_until }, .. }) if lease_until > now => {
            return Err(StartRefusal::InProgress { until: lease_until });
        }
        Some(payment) => (payment.version, payment.started_at, true),
        None => (0, Some(now), false),
    };
    if until.duration_since(now) < SignedDuration::from_secs(MIN_SECONDS_TO_PAY) {
        return Err(StartRefusal::HoldNearlyOver);
    }
    let intent = Payment {
        id: appointment.payment(),
        appointment: appointment.id,
        patient: appointment.patient,
        amount: appointment.fee,
        currency: currency.clone(),
        started_at,
        accounts: Vec::new(),
        state: PaymentState::Intent { lease_until: now.checked_add(lease).unwrap_or(Timestamp::MAX) },
        version,
    };
    Ok(Start::Make { intent, may_exist })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{authorized, booking, captured_payment, confirmed, minutes, now, open_payment};

    const LEASE: SignedDuration = SignedDuration::from_secs(20);

    fn intent(lease_until: Timestamp) -> Payment {
        Payment { state: PaymentState::Intent { lease_until }, ..open_payment() }
    }

    fn start_at(payment: Option<Payment>, now: Timestamp) -> Result<Start, StartRefusal> {
        start(&authorized(booking().appointment), payment, &Currency::default(), now, LEASE)
    }

    #[test]
    fn the_first_start_stores_an_intent_with_the_fee_before_it_calls() {
        let Ok(Start::Make { intent, may_exist }) = start_at(None, now()) else { panic!("no intent") };
        assert!(!may_exist);
        assert_eq!(intent.id, booking().appointment.payment());
        assert_eq!((intent.amount, intent.version), (booking().appointment.fee, 0));
        assert_eq!(intent.state, PaymentState::Intent { lease_until: now() + LEASE });
    }

    #[test]
    fn an_order_that_exists_is_shown_again() {
        assert_eq!(start_at(Some(open_payment()), now()), Ok(Start::Ready(open_payment())));
        let last_moment = now() + minutes(10) - SignedDuration::from_secs(1);
        assert_eq!(start_at(Some(open_payment()), last_moment), Ok(Start::Ready(open_payment())));
    }

    #[test]
    fn one_request_at_a_time_makes_the_order_and_the_next_looks_for_it_first() {
        let until = now() + LEASE;
        assert_eq!(start_at(Some(intent(until)), now()), Err(StartRefusal::InProgress { until }));
        let Ok(Start::Make { intent, may_exist }) = start_at(Some(intent(until)), until) else { panic!("no intent") };
        assert!(may_exist);
        assert_eq!((intent.version, intent.state), (2, PaymentState::Intent { lease_until: until + LEASE }));
    }

    #[test]
    fn only_a_live_hold_is_paid() {
        let until = now() + minutes(10);
        assert_eq!(start_at(Some(open_payment()), until), Err(StartRefusal::NotAwaitingPayment));
        assert_eq!(start_at(None, until), Err(StartRefusal::NotAwaitingPayment));
        let of_confirmed = |payment| start(&authorized(confirmed()), payment, &Currency::default(), now(), LEASE);
        assert_eq!(of_confirmed(None), Err(StartRefusal::NotAwaitingPayment));
        assert_eq!(start_at(Some(captured_payment()), now()), Err(StartRefusal::AlreadyPaid));
        assert_eq!(of_confirmed(Some(captured_payment())), Err(StartRefusal::AlreadyPaid));
    }

    #[test]
    fn no_order_is_made_in_the_last_minute() {
        let until = now() + minutes(10);
        assert!(start_at(None, until - minutes(1)).is_ok());
        let too_late = until - minutes(1) + SignedDuration::from_secs(1);
        assert_eq!(start_at(None, too_late), Err(StartRefusal::HoldNearlyOver));
    }

    #[test]
    fn an_order_is_recorded_once() {
        let order = |text: &str| OrderId::parse(text).unwrap();
        assert_eq!(intent(now()).open(order("order_A1")), Ok(open_payment()));
        assert_eq!(open_payment().open(order("order_A1")), Ok(open_payment()));
        assert_eq!(captured_payment().open(order("order_A1")), Ok(captured_payment()));
        assert_eq!(open_payment().open(order("order_B2")), Err(OtherOrder));
    }

    #[test]
    fn ids_of_the_gateway_have_their_prefix_and_no_separators() {
        assert!(OrderId::parse("order_EKwxwAgItmmXdp").is_ok());
        assert!(GatewayPaymentId::parse("pay_29QQoUBi66xm2f").is_ok());
        assert!(GatewayRefundId::parse("rfnd_FP8QHiV938haTz").is_ok());
        let long = format!("order_{}", "x".repeat(41));
        for text in ["", "order_", "pay_29QQoUBi66xm2f", "order_a#b", "order_a b", "ORDER_a", "order_a\n", &long] {
            assert!(OrderId::parse(text).is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<GatewayPaymentId>("\"order_x\"").is_err());
    }

    #[test]
    fn the_stored_forms_are_stable() {
        let json = serde_json::to_value(captured_payment()).unwrap();
        assert_eq!(json["state"]["state"], "captured");
        assert_eq!(json["state"]["payment"], "pay_P1");
        assert_eq!(serde_json::from_value::<Payment>(json).unwrap(), captured_payment());
        let attempt: GatewayPaymentId = "pay_P1".parse().unwrap();
        let refund =
            Refund::pending(open_payment().id, attempt, open_payment().amount, RefundReason::LateCapture, now());
        let json = serde_json::to_value(&refund).unwrap();
        assert_eq!(json["state"], serde_json::json!({"state": "pending"}));
        assert_eq!(json["reason"], "late_capture");
        assert_eq!(serde_json::from_value::<Refund>(json).unwrap(), refund);
    }
}
