//! Orders, payments and refunds as Razorpay's API and webhooks describe them; the fields that Vaidya uses.
//!
//! Unknown fields are ignored and unknown states are [`OrderStatus::Other`] and the like: Razorpay adds to both.

use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::Paise;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Something to be paid, once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Order {
    /// `order_…`
    pub id: OrderId,
    /// What is to be paid.
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
    pub id: GatewayPaymentId,
    /// The order that it pays, if it pays one.
    #[serde(default)]
    pub order_id: Option<OrderId>,
    /// What was paid.
    pub amount: Paise,
    /// ISO 4217.
    pub currency: String,
    /// How far it has come, at the time of the answer or event.
    pub status: PaymentStatus,
    /// What was given back so far.
    #[serde(default)]
    pub amount_refunded: Paise,
    /// Whether it was ever captured. Money that the bank had reserved and Razorpay gave back by itself was not.
    #[serde(default)]
    pub captured: bool,
    /// Why it failed: Razorpay's code, such as `BAD_REQUEST_ERROR`.
    #[serde(default, deserialize_with = "text")]
    pub error_code: Option<String>,
    /// Why it failed, more closely, such as `payment_cancelled`.
    #[serde(default, deserialize_with = "text")]
    pub error_reason: Option<String>,
    /// When it was begun.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

impl GatewayPayment {
    /// Whether the money is, or was, ours.
    pub fn was_captured(&self) -> bool {
        self.status == PaymentStatus::Captured || (self.status == PaymentStatus::Refunded && self.captured)
    }
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
    pub id: GatewayRefundId,
    /// The payment that it gives back.
    pub payment_id: GatewayPaymentId,
    /// How much of it.
    pub amount: Paise,
    /// Our own name for it, if it is ours.
    #[serde(default)]
    pub receipt: Option<String>,
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

/// Razorpay says "no error" as null in one place and as an empty text in another.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}
