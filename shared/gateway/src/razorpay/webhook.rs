//! What a webhook says, once its signature has been verified.
//!
//! Events come late, twice and out of order, and each is a snapshot of its time. An event that is not known here is
//! named and otherwise left alone, whatever it carries; a known one must carry what it is about.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::entities::{GatewayPayment, GatewayRefund, Order};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// What happened.
    pub event: EventKind,
    /// The order as it was then, if the event carries it.
    pub order: Option<Order>,
    /// The payment as it was then, if the event carries it.
    pub payment: Option<GatewayPayment>,
    /// The refund as it was then, if the event carries it.
    pub refund: Option<GatewayRefund>,
    /// When Razorpay wrote the event.
    pub created_at: Timestamp,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// `payment.authorized`: the bank has reserved the money.
    PaymentAuthorized,
    /// `payment.captured`: the money is ours.
    PaymentCaptured,
    /// `payment.failed`: an attempt failed; another may succeed, and so may this one later.
    PaymentFailed,
    /// `order.paid`: a payment of the order was captured.
    OrderPaid,
    /// `refund.created`
    RefundCreated,
    /// `refund.processed`: the money is back.
    RefundProcessed,
    /// `refund.failed`: a case for an operator.
    RefundFailed,
    /// An event that Vaidya does nothing about.
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

    /// Razorpay's name of it.
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

/// A body that is not an event, or lacks what its event is about. It does not quote the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed event: {0}")]
pub struct MalformedEvent(&'static str);

impl WebhookEvent {
    /// Reads the body of a webhook. Verify it first.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedEvent> {
        let envelope: Envelope =
            serde_json::from_slice(body).map_err(|_| MalformedEvent("it is not an event of Razorpay's"))?;
        let event = EventKind::named(envelope.event);
        let mut read = Self { event, order: None, payment: None, refund: None, created_at: envelope.created_at };
        // What an unknown event carries may look the same and mean something else.
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
