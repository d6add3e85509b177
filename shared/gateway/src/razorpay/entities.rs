//! Orders, payments and refunds as Razorpay's API and webhooks describe them, with the fields that Vaidya uses.
//!
//! Unknown fields are ignored and unknown states are [`OrderStatus::Other`] and the like: Razorpay adds to both.

use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::Paise;
use domain::payments::payment::PaymentMethod;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// An order, which is paid once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Order {
    /// `order_…`
    pub id: OrderId,
    /// The amount to pay.
    pub amount: Paise,
    /// The currency (ISO 4217).
    pub currency: String,
    /// Our own name for the order.
    #[serde(default)]
    pub receipt: Option<String>,
    /// The status of the order.
    pub status: OrderStatus,
    /// The instant at which the order was made.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// There was no attempt to pay it.
    Created,
    /// There was an attempt to pay it; the attempt may have failed.
    Attempted,
    /// A payment was captured.
    Paid,
    /// A status that is not known here.
    #[serde(other)]
    Other,
}

/// One attempt to pay an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatewayPayment {
    /// `pay_…`
    pub id: GatewayPaymentId,
    /// The order that the payment pays, if it pays one.
    #[serde(default)]
    pub order_id: Option<OrderId>,
    /// The amount that was paid.
    pub amount: Paise,
    /// The currency (ISO 4217).
    pub currency: String,
    /// The status of the payment, at the time of the answer or event.
    pub status: PaymentStatus,
    /// The method of the payment.
    #[serde(default)]
    pub method: Option<PaymentMethod>,
    /// The amount that was refunded so far.
    #[serde(default)]
    pub amount_refunded: Paise,
    /// Whether the payment was ever captured. Money that the bank reserved and Razorpay released automatically was not.
    #[serde(default)]
    pub captured: bool,
    /// Razorpay's code of the failure, such as `BAD_REQUEST_ERROR`.
    #[serde(default, deserialize_with = "text")]
    pub error_code: Option<String>,
    /// The reason of the failure, such as `payment_cancelled`.
    #[serde(default, deserialize_with = "text")]
    pub error_reason: Option<String>,
    /// The instant at which the payment was begun.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

impl GatewayPayment {
    /// Whether the payment is captured, or was captured and then refunded.
    pub fn was_captured(&self) -> bool {
        self.status == PaymentStatus::Captured || (self.status == PaymentStatus::Refunded && self.captured)
    }
}

/// The status of a payment. A failed payment can still be captured, days later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The payment was begun.
    Created,
    /// The bank has reserved the money.
    Authorized,
    /// We have received the money.
    Captured,
    /// The whole amount was refunded.
    Refunded,
    /// The payment has failed, so far.
    Failed,
    /// A status that is not known here.
    #[serde(other)]
    Other,
}

/// A refund of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatewayRefund {
    /// `rfnd_…`
    pub id: GatewayRefundId,
    /// The payment that the refund gives back.
    pub payment_id: GatewayPaymentId,
    /// The amount of the refund.
    pub amount: Paise,
    /// Our own name for the refund, if we made it.
    #[serde(default)]
    pub receipt: Option<String>,
    /// The status of the refund.
    pub status: RefundStatus,
    /// The instant at which the payment was begun.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub created_at: Timestamp,
}

/// The status of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// The refund is on its way; normally this takes five to seven working days.
    Pending,
    /// The refund is done.
    Processed,
    /// The refund is not possible: a case for an operator.
    Failed,
    /// A status that is not known here.
    #[serde(other)]
    Other,
}

/// Razorpay writes "no error" as null in one place and as an empty text in another.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}
