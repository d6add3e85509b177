//! Orders, payments and refunds, and their documented JSON.
//!
//! The structs are the simulator's own record, the JSON is Razorpay's; what Vaidya has no use for (invoices,
//! wallets, offers) is there as `null`, so that a reader can't come to depend on absence.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The method of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// A debit card.
    Card,
    /// UPI; the usual source of late authorisations.
    Upi,
}

/// The state of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// No attempt to pay was made.
    Created,
    /// An attempt was made; nothing is captured.
    Attempted,
    /// A payment is captured.
    Paid,
}

/// The state of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentStatus {
    /// The bank has not answered.
    Created,
    /// The bank holds the money.
    Authorized,
    /// The money is the merchant's.
    Captured,
    /// The whole amount is refunded.
    Refunded,
    /// The bank declined, or did not answer in time. It may still authorise later.
    Failed,
}

/// The state of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// With the customer.
    Processed,
    /// The refund came back; the merchant has the money again.
    Failed,
}

/// An order. Amounts are paise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// `order_…`
    pub id: String,
    /// Asked for, in paise.
    pub amount: i64,
    /// The merchant's reference, at most 40 characters; not unique.
    pub receipt: Option<String>,
    /// The state.
    pub status: OrderStatus,
    /// The number of payments that were tried.
    pub attempts: u32,
    /// The merchant's notes, untouched.
    pub notes: Map<String, Value>,
    /// The instant of creation.
    pub created_at: Timestamp,
    /// The order's payments, oldest first.
    pub payments: Vec<String>,
    pub(crate) number: u64,
    pub(crate) auto_capture: bool,
}

impl Order {
    /// The documented JSON. A second capture does not make `amount_paid` exceed `amount`.
    pub fn json(&self) -> Value {
        let paid = if self.status == OrderStatus::Paid { self.amount } else { 0 };
        json!({
            "id": self.id,
            "entity": "order",
            "amount": self.amount,
            "amount_paid": paid,
            "amount_due": self.amount - paid,
            "currency": "INR",
            "receipt": self.receipt,
            "offer_id": null,
            "status": self.status,
            "attempts": self.attempts,
            "notes": notes_json(&self.notes),
            "created_at": self.created_at.as_second(),
        })
    }
}

/// The reason why a payment failed, in the words of the entity's `error_*` members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentError {
    /// `error_code`
    pub code: String,
    /// `error_description`
    pub description: String,
    /// `error_source`
    pub source: String,
    /// `error_step`
    pub step: String,
    /// `error_reason`
    pub reason: String,
}

/// A payment, that is one attempt to pay an order. Amounts are paise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// `pay_…`
    pub id: String,
    /// The order that the payment pays.
    pub order_id: String,
    /// Paise.
    pub amount: i64,
    /// How.
    pub method: Method,
    /// The state.
    pub status: PaymentStatus,
    /// Whether the payment was ever captured. False on a refund that Razorpay started automatically.
    pub captured: bool,
    /// Refunded so far in paise, refunds on their way included, failed ones not.
    pub amount_refunded: i64,
    /// The reason of the failure, while the payment has failed.
    pub error: Option<PaymentError>,
    /// The instant of the attempt.
    pub created_at: Timestamp,
    /// The payment's refunds, oldest first.
    pub refunds: Vec<String>,
    pub(crate) number: u64,
}

impl Payment {
    /// The amount that can still be refunded, in paise.
    pub fn refundable(&self) -> i64 {
        if self.captured { self.amount - self.amount_refunded } else { 0 }
    }

    /// The documented JSON.
    pub fn json(&self) -> Value {
        // 2 % and 18 % GST on that, known once the payment is captured; `fee` includes the tax.
        let base = self.amount * 2 / 100;
        let tax = self.captured.then_some(base * 18 / 100);
        let refund_status = match self.amount_refunded {
            0 => None,
            all if all == self.amount => Some("full"),
            _ => Some("partial"),
        };
        let error = self.error.as_ref();
        let mut payment = json!({
            "id": self.id,
            "entity": "payment",
            "amount": self.amount,
            "currency": "INR",
            "status": self.status,
            "order_id": self.order_id,
            "invoice_id": null,
            "international": false,
            "method": self.method,
            "amount_refunded": self.amount_refunded,
            "refund_status": refund_status,
            "captured": self.captured,
            "description": null,
            "card_id": null,
            "bank": null,
            "wallet": null,
            "vpa": null,
            // Razorpay's own placeholders for a customer who gave neither.
            "email": "void@razorpay.com",
            "contact": "+919999999999",
            "notes": [],
            "fee": tax.map(|tax| base + tax),
            "tax": tax,
            "error_code": error.map(|e| &e.code),
            "error_description": error.map(|e| &e.description),
            "error_source": error.map(|e| &e.source),
            "error_step": error.map(|e| &e.step),
            "error_reason": error.map(|e| &e.reason),
            "acquirer_data": {},
            "created_at": self.created_at.as_second(),
        });
        let reference = format!("{:012}", self.number);
        match self.method {
            Method::Card => {
                let card_id = self.id.replacen("pay_", "card_", 1);
                payment["card"] = json!({
                    "id": card_id, "entity": "card", "name": "", "last4": "1111", "network": "Visa",
                    "type": "debit", "issuer": null, "international": false, "emi": false,
                });
                payment["card_id"] = json!(card_id);
                payment["acquirer_data"] = json!({ "auth_code": &reference[6..] });
            }
            Method::Upi => {
                payment["vpa"] = json!("patient@okbank");
                payment["upi"] = json!({ "vpa": "patient@okbank" });
                payment["acquirer_data"] = json!({ "rrn": reference });
            }
        }
        payment
    }
}

/// A refund, full or partial. Amounts are paise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// `rfnd_…`
    pub id: String,
    /// The payment that is refunded.
    pub payment_id: String,
    /// Paise.
    pub amount: i64,
    /// The state.
    pub status: RefundStatus,
    /// The merchant's reference.
    pub receipt: Option<String>,
    /// The merchant's notes, untouched.
    pub notes: Map<String, Value>,
    /// `normal` or `optimum`, as asked for.
    pub speed: String,
    /// The instant of the request.
    pub created_at: Timestamp,
    pub(crate) number: u64,
}

impl Refund {
    /// The documented JSON. The bank's reference (`arn`) comes with the money.
    pub fn json(&self) -> Value {
        let arn = (self.status == RefundStatus::Processed).then(|| format!("{:014}", self.number));
        json!({
            "id": self.id,
            "entity": "refund",
            "amount": self.amount,
            "currency": "INR",
            "payment_id": self.payment_id,
            "notes": notes_json(&self.notes),
            "receipt": self.receipt,
            "acquirer_data": { "arn": arn },
            "created_at": self.created_at.as_second(),
            "batch_id": null,
            "status": self.status,
            "speed_processed": "normal",
            "speed_requested": self.speed,
        })
    }
}

/// A known quirk: without notes the member is an empty *array*.
fn notes_json(notes: &Map<String, Value>) -> Value {
    if notes.is_empty() { json!([]) } else { Value::Object(notes.clone()) }
}
