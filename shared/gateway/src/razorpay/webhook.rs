//! The event of a webhook, after its signature was verified.
//!
//! Events come late, twice and out of order, and each shows the state at its own time. Of an event that is not known
//! here, only the name is read. A known event must carry the entities that it is about.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::entities::{GatewayPayment, GatewayRefund, Order};

/// One event of Razorpay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The kind of event.
    pub event: EventKind,
    /// The order as it was then, if the event carries it.
    pub order: Option<Order>,
    /// The payment as it was then, if the event carries it.
    pub payment: Option<GatewayPayment>,
    /// The refund as it was then, if the event carries it.
    pub refund: Option<GatewayRefund>,
    /// The instant at which Razorpay wrote the event.
    pub created_at: Timestamp,
}

/// A kind of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// `payment.authorized`: the bank has reserved the money.
    PaymentAuthorized,
    /// `payment.captured`: we have received the money.
    PaymentCaptured,
    /// `payment.failed`: an attempt failed. Another may succeed, and the same one may succeed later.
    PaymentFailed,
    /// `order.paid`: a payment of the order was captured.
    OrderPaid,
    /// `refund.created`: a refund was begun.
    RefundCreated,
    /// `refund.processed`: the refund is done.
    RefundProcessed,
    /// `refund.failed`: the refund is not possible, a case for an operator.
    RefundFailed,
    /// An event that Vaidya does not act on, with its name.
    Other(String),
}

impl EventKind {
    fn named(name: String) -> Self {
        match name.as_str() {
            "payment.authorized" => Self::PaymentAuthorized,
            "payment.captured" => Self::PaymentCaptured,
            "payment.failed" => Self::PaymentFailed,
            "order.paid" => Self::OrderPaid,
            "refund.created" => Self::RefundCreated,
            "refund.processed" => Self::RefundProcessed,
            "refund.failed" => Self::RefundFailed,
            _ => Self::Other(name),
        }
    }

    /// Razorpay's name of the event.
    pub fn as_str(&self) -> &str {
        match self {
            Self::PaymentAuthorized => "payment.authorized",
            Self::PaymentCaptured => "payment.captured",
            Self::PaymentFailed => "payment.failed",
            Self::OrderPaid => "order.paid",
            Self::RefundCreated => "refund.created",
            Self::RefundProcessed => "refund.processed",
            Self::RefundFailed => "refund.failed",
            Self::Other(name) => name,
        }
    }
}

/// A body that is not an event, or lacks the entity that its event is about. The text does not quote the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed event: {0}")]
pub struct MalformedEvent(&'static str);

impl WebhookEvent {
    /// Reads the body of a webhook. The caller verifies the signature first.
    ///
    /// # Errors
    /// [`MalformedEvent`] if the body is not an event, or lacks an entity.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedEvent> {
        let envelope: Envelope =
            serde_json::from_slice(body).map_err(|_| MalformedEvent("it is not an event of Razorpay's"))?;
        let event = EventKind::named(envelope.event);
        let mut read = Self { event, order: None, payment: None, refund: None, created_at: envelope.created_at };
        // The entities of an unknown event may have the same form and another meaning.
        if !matches!(read.event, EventKind::Other(_)) {
            let Payload { order, payment, refund } = serde_json::from_str(envelope.payload.get())
                .map_err(|_| MalformedEvent("an entity in it is not as documented"))?;
            read.order = order.map(|carried| carried.entity);
            read.payment = payment.map(|carried| carried.entity);
            read.refund = refund.map(|carried| carried.entity);
        }
        read.complete()
    }

    fn complete(self) -> Result<Self, MalformedEvent> {
        let lacking = match self.event {
            EventKind::PaymentAuthorized | EventKind::PaymentCaptured | EventKind::PaymentFailed => {
                self.payment.is_none().then_some("it lacks the payment")
            }
            EventKind::OrderPaid => {
                (self.order.is_none() || self.payment.is_none()).then_some("it lacks the order or the payment")
            }
            EventKind::RefundCreated | EventKind::RefundProcessed | EventKind::RefundFailed => {
                self.refund.is_none().then_some("it lacks the refund")
            }
            EventKind::Other(_) => None,
        };
        lacking.map_or(Ok(self), |what| Err(MalformedEvent(what)))
    }
}

#[derive(Deserialize)]
struct Envelope {
    event: String,
    payload: Box<RawValue>,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Payload {
    order: Option<Carried<Order>>,
    payment: Option<Carried<GatewayPayment>>,
    refund: Option<Carried<GatewayRefund>>,
}

#[derive(Deserialize)]
struct Carried<T> {
    entity: T,
}

#[cfg(test)]
mod tests {
    use domain::core::money::Paise;
    use serde_json::{Value, json};

    use super::*;
    use crate::razorpay::{OrderStatus, PaymentStatus, RefundStatus};

    // Bodies with every member that Razorpay documents for these events, and values of our own.
    const CAPTURED: &str = include_str!("samples/payment.captured.json");
    const FAILED: &str = include_str!("samples/payment.failed.json");
    const PAID: &str = include_str!("samples/order.paid.json");
    const REFUNDED: &str = include_str!("samples/refund.processed.json");

    fn parse(body: &str) -> WebhookEvent {
        WebhookEvent::parse(body.as_bytes()).unwrap()
    }

    #[test]
    fn a_captured_payment_is_read() {
        let event = parse(CAPTURED);
        assert_eq!(event.event, EventKind::PaymentCaptured);
        assert_eq!(event.created_at, "2025-12-01T04:31:03Z".parse().unwrap());
        let payment = event.payment.unwrap();
        assert_eq!(payment.id.as_str(), "pay_QUg6V5UmtqzQKE");
        assert_eq!(payment.order_id.unwrap().as_str(), "order_QUg5vtkywCanxg");
        assert_eq!((payment.amount, payment.currency.as_str()), (Paise::new(50_000).unwrap(), "INR"));
        assert_eq!((payment.status, payment.error_code), (PaymentStatus::Captured, None));
        assert_eq!((event.order, event.refund), (None, None));
    }

    #[test]
    fn a_failed_payment_says_why() {
        let payment = parse(FAILED).payment.unwrap();
        assert_eq!(payment.status, PaymentStatus::Failed);
        assert_eq!(payment.error_code.as_deref(), Some("BAD_REQUEST_ERROR"));
        assert_eq!(payment.error_reason.as_deref(), Some("payment_cancelled"));
        assert!(!payment.was_captured());
    }

    #[test]
    fn a_paid_order_comes_with_its_payment() {
        let event = parse(PAID);
        let (order, payment) = (event.order.unwrap(), event.payment.unwrap());
        assert_eq!((order.status, order.receipt.as_deref()), (OrderStatus::Paid, Some("receipt-1")));
        assert_eq!(payment.order_id.as_ref(), Some(&order.id));
    }

    #[test]
    fn a_processed_refund_names_its_payment() {
        let event = parse(REFUNDED);
        let refund = event.refund.unwrap();
        assert_eq!(refund.id.as_str(), "rfnd_QV1BcZJnYx2w5r");
        assert_eq!((refund.amount, refund.status), (Paise::new(25_000).unwrap(), RefundStatus::Processed));
        let payment = event.payment.unwrap();
        assert_eq!(payment.id, refund.payment_id);
        assert_eq!(payment.amount_refunded, Paise::new(25_000).unwrap());
    }

    #[test]
    fn nothing_about_the_payer_is_kept() {
        for body in [CAPTURED, FAILED, PAID, REFUNDED] {
            let shown = format!("{:?}", parse(body));
            for personal in ["asha", "98765", "last4", "1111"] {
                assert!(!shown.contains(personal), "{personal} in {shown}");
            }
        }
    }

    fn changed(body: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut value = serde_json::from_str(body).unwrap();
        change(&mut value);
        value.to_string().into_bytes()
    }

    #[test]
    fn an_unknown_event_is_named_and_its_payload_left_alone() {
        for payload in [json!({ "payment": { "entity": { "id": 7 } } }), json!([]), json!({}), json!(null)] {
            let body = changed(CAPTURED, |body| {
                body["event"] = json!("payment.dispute.created");
                body["payload"] = payload;
            });
            let event = WebhookEvent::parse(&body).unwrap();
            assert_eq!(event.event, EventKind::Other("payment.dispute.created".to_owned()));
            assert_eq!(event.event.as_str(), "payment.dispute.created");
            assert_eq!((event.order, event.payment, event.refund), (None, None, None));
        }
    }

    #[test]
    fn unknown_states_and_members_are_tolerated() {
        let body = changed(PAID, |body| {
            body["payload"]["order"]["entity"]["status"] = json!("frozen");
            body["payload"]["order"]["entity"]["notes"] = json!({ "a": "b" });
            body["payload"]["payment"]["entity"]["reward"] = json!({ "points": 3 });
            body["payload"]["bank_transfer"] = json!({ "entity": {} });
        });
        assert_eq!(WebhookEvent::parse(&body).unwrap().order.unwrap().status, OrderStatus::Other);
    }

    #[test]
    fn a_payment_without_an_order_is_read() {
        let body = changed(CAPTURED, |body| body["payload"]["payment"]["entity"]["order_id"] = Value::Null);
        assert_eq!(WebhookEvent::parse(&body).unwrap().payment.unwrap().order_id, None);
    }

    #[test]
    fn a_known_event_without_its_entity_is_malformed() {
        for (body, lacking) in
            [(CAPTURED, "payment"), (FAILED, "payment"), (PAID, "order"), (PAID, "payment"), (REFUNDED, "refund")]
        {
            let body = changed(body, |body| {
                body["payload"].as_object_mut().unwrap().remove(lacking);
            });
            assert!(WebhookEvent::parse(&body).is_err(), "without {lacking}");
        }
    }

    #[test]
    fn amounts_and_ids_that_are_not_valid_are_malformed() {
        let payment =
            |member: &str, value: Value| changed(CAPTURED, |body| body["payload"]["payment"]["entity"][member] = value);
        let cases = [
            payment("amount", json!(-1)),
            payment("amount", json!(500.5)),
            payment("amount", json!("50000")),
            payment("amount", json!(i64::MAX)),
            payment("id", json!("order_QUg6V5UmtqzQKE")),
            payment("id", json!("pay_../../refunds")),
            payment("order_id", json!("order_#1")),
            changed(CAPTURED, |body| body["created_at"] = json!("yesterday")),
            changed(CAPTURED, |body| body["payload"] = json!([])),
            b"".to_vec(),
            b"null".to_vec(),
            b"\xff\xfe".to_vec(),
        ];
        for case in cases {
            let error = WebhookEvent::parse(&case).unwrap_err();
            assert!(!error.to_string().contains("order_"), "{error}");
        }
    }

    #[test]
    fn every_name_reads_back_as_its_kind() {
        let kinds = [
            EventKind::PaymentAuthorized,
            EventKind::PaymentCaptured,
            EventKind::PaymentFailed,
            EventKind::OrderPaid,
            EventKind::RefundCreated,
            EventKind::RefundProcessed,
            EventKind::RefundFailed,
        ];
        for kind in kinds {
            assert_eq!(EventKind::named(kind.as_str().to_owned()), kind);
        }
    }
}
