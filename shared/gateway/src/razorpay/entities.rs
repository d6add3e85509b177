//! Orders, payments and refunds as Razorpay's API and webhooks describe them; the fields that Vaidya uses.
//!
//! Unknown fields are ignored and unknown states are [`OrderStatus::Other`] and the like: Razorpay adds to both.

use domain::money::Paise;
use domain::payment::{GatewayPaymentId, OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de};

/// Something to be paid, once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Order {
    /// `order_…`
    #[serde(deserialize_with = "parsed")]
    pub id: OrderId,
    /// What is to be paid.
    #[serde(deserialize_with = "paise")]
    pub amount: Paise,
    /// ISO 4217.
    pub currency: String,
    /// Our own name for it.
    #[serde(default)]
    pub receipt: Option<String>,
    /// How far it has come.
    pub status: OrderStatus,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Nobody has tried to pay it.
    Created,
    /// Somebody has tried; that says nothing about success.
    Attempted,
    /// A payment was captured.
    Paid,
    /// A state that is not known here.
    #[serde(other)]
    Other,
}

/// One attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatewayPayment {
    /// `pay_…`
    #[serde(deserialize_with = "parsed")]
    pub id: GatewayPaymentId,
    /// The order that it pays, if it pays one.
    #[serde(default, deserialize_with = "parsed_if_there")]
    pub order_id: Option<OrderId>,
    /// What was paid.
    #[serde(deserialize_with = "paise")]
    pub amount: Paise,
    /// ISO 4217.
    pub currency: String,
    /// How far it has come, at the time of the answer or event.
    pub status: PaymentStatus,
    /// What was given back so far.
    #[serde(default, deserialize_with = "paise_or_zero")]
    pub amount_refunded: Paise,
    /// Why it failed: Razorpay's code, such as `BAD_REQUEST_ERROR`.
    #[serde(default)]
    pub error_code: Option<String>,
    /// Why it failed, more closely, such as `payment_cancelled`.
    #[serde(default)]
    pub error_reason: Option<String>,
    /// When it was begun.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

/// How far a payment has come. A failed one can still be captured, days later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Begun.
    Created,
    /// The bank has reserved the money.
    Authorized,
    /// The money is ours.
    Captured,
    /// All of it was given back.
    Refunded,
    /// Not paid, so far.
    Failed,
    /// A state that is not known here.
    #[serde(other)]
    Other,
}

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatewayRefund {
    /// `rfnd_…`
    pub id: String,
    /// The payment that it gives back.
    #[serde(deserialize_with = "parsed")]
    pub payment_id: GatewayPaymentId,
    /// How much of it.
    #[serde(deserialize_with = "paise")]
    pub amount: Paise,
    /// How far it has come.
    pub status: RefundStatus,
    /// When it was begun.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

/// How far a refund has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way; normally five to seven working days.
    Pending,
    /// Done.
    Processed,
    /// Not possible: a case for an operator.
    Failed,
    /// A state that is not known here.
    #[serde(other)]
    Other,
}

fn parsed<'de, T: std::str::FromStr, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(|_| de::Error::custom("not an id of this kind"))
}

fn parsed_if_there<'de, T: std::str::FromStr, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(text) if !text.is_empty() => text.parse().map(Some).map_err(|_| de::Error::custom("not an id of this kind")),
        _ => Ok(None),
    }
}

fn paise<'de, D: Deserializer<'de>>(from: D) -> Result<Paise, D::Error> {
    Paise::new(i64::deserialize(from)?).map_err(|_| de::Error::custom("not an amount that Vaidya handles"))
}

fn paise_or_zero<'de, D: Deserializer<'de>>(from: D) -> Result<Paise, D::Error> {
    let amount = Option::<i64>::deserialize(from)?.unwrap_or(0);
    Paise::new(amount).map_err(|_| de::Error::custom("not an amount that Vaidya handles"))
}

impl GatewayPayment {
    /// Whether the money is, or was, ours.
    pub fn was_captured(&self) -> bool {
        matches!(self.status, PaymentStatus::Captured | PaymentStatus::Refunded)
    }
}
