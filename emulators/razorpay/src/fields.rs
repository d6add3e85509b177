//! Reading request bodies: from JSON to checked values, or a [`Rejection`] that names the field.
//!
//! Stricter than the real API in one way: an amount must be a JSON integer. Razorpay takes `"500"` too, which
//! would hide a caller that formats money as text.

use serde_json::{Map, Value};

use crate::rejection::Rejection;

/// The smallest amount in paise: one rupee.
pub(crate) const MIN_AMOUNT: i64 = 100;
/// The largest amount in paise of an order: fifty lakh rupees.
pub(crate) const MAX_AMOUNT: i64 = 500_000_000;

const MAX_NOTES: usize = 15;
const MAX_NOTE_LENGTH: usize = 256;
const MAX_RECEIPT_LENGTH: usize = 40;

/// A checked body of `POST /orders`.
#[derive(Debug)]
pub(crate) struct NewOrder {
    pub(crate) amount: i64,
    pub(crate) receipt: Option<String>,
    pub(crate) notes: Map<String, Value>,
    /// `None` for the account's setting.
    pub(crate) auto_capture: Option<bool>,
}

impl NewOrder {
    pub(crate) fn parse(body: &Map<String, Value>) -> Result<Self, Rejection> {
        only(body, &["amount", "currency", "receipt", "notes", "payment_capture", "partial_payment", "payment"])?;
        let amount = amount(body)?.ok_or_else(|| Rejection::field("amount", "The amount field is required."))?;
        if amount < MIN_AMOUNT {
            return Err(Rejection::field("amount", "Order amount less than minimum amount allowed"));
        }
        if amount > MAX_AMOUNT {
            return Err(Rejection::field("amount", "Amount exceeds maximum amount allowed."));
        }
        currency(body)?;
        if !matches!(body.get("partial_payment"), None | Some(Value::Bool(false) | Value::Null)) {
            return Err(Rejection::field("partial_payment", "Partial payment is not enabled for this merchant."));
        }
        Ok(Self { amount, receipt: receipt(body)?, notes: notes(body)?, auto_capture: auto_capture(body)? })
    }
}

/// The checked notes of `PATCH /orders/{id}`, whose body has nothing else.
pub(crate) fn order_notes(body: &Map<String, Value>) -> Result<Map<String, Value>, Rejection> {
    only(body, &["notes"])?;
    if body.get("notes").is_none_or(Value::is_null) {
        return Err(Rejection::field("notes", "The notes field is required."));
    }
    notes(body)
}

/// A checked body of `POST /payments/{id}/refund`.
#[derive(Debug)]
pub(crate) struct NewRefund {
    /// `None`: all that is left.
    pub(crate) amount: Option<i64>,
    pub(crate) receipt: Option<String>,
    pub(crate) notes: Map<String, Value>,
    pub(crate) speed: String,
}

impl NewRefund {
    pub(crate) fn parse(body: &Map<String, Value>) -> Result<Self, Rejection> {
        only(body, &["amount", "speed", "notes", "receipt"])?;
        let amount = amount(body)?;
        if amount.is_some_and(|amount| amount < MIN_AMOUNT) {
            return Err(Rejection::field("amount", "The amount must be atleast INR 1.00"));
        }
        let speed = match body.get("speed") {
            None | Some(Value::Null) => "normal".to_owned(),
            Some(Value::String(speed)) if speed == "normal" || speed == "optimum" => speed.clone(),
            Some(_) => return Err(Rejection::field("speed", "The selected speed is invalid.")),
        };
        Ok(Self { amount, receipt: receipt(body)?, notes: notes(body)?, speed })
    }
}

/// The amount of `POST /payments/{id}/capture`, in paise.
pub(crate) fn capture_amount(body: &Map<String, Value>) -> Result<i64, Rejection> {
    only(body, &["amount", "currency"])?;
    currency(body)?;
    amount(body)?.ok_or_else(|| Rejection::field("amount", "The amount field is required."))
}

/// The body of a `POST`: a JSON object, or nothing at all.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Rejection> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Rejection::bad_request("The request body is not a JSON object.")),
    }
}

/// The key of `X-Refund-Idempotency`: at least ten letters, digits, hyphens or underscores.
pub(crate) fn refund_key(key: &str) -> Result<String, Rejection> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if key.len() < 10 {
        return Err(Rejection::bad_request("The idempotency key must be at least 10 characters."));
    }
    if !key.bytes().all(allowed) {
        return Err(Rejection::bad_request(
            "The idempotency key may contain letters, numbers, hyphens and underscores only.",
        ));
    }
    Ok(key.to_owned())
}

fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Rejection> {
    let unknown: Vec<&str> = body.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Rejection::bad_request(format!("{} is/are not required and should not be sent", unknown.join(", "))))
}

fn amount(body: &Map<String, Value>) -> Result<Option<i64>, Rejection> {
    match body.get("amount") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            value.as_i64().map(Some).ok_or_else(|| Rejection::field("amount", "The amount must be an integer."))
        }
    }
}

fn currency(body: &Map<String, Value>) -> Result<(), Rejection> {
    match body.get("currency") {
        Some(Value::String(currency)) if currency == "INR" => Ok(()),
        None | Some(Value::Null) => Err(Rejection::field("currency", "The currency field is required.")),
        Some(_) => Err(Rejection::field("currency", "Currency is not supported")),
    }
}

fn receipt(body: &Map<String, Value>) -> Result<Option<String>, Rejection> {
    match body.get("receipt") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(receipt)) if receipt.chars().count() <= MAX_RECEIPT_LENGTH => Ok(Some(receipt.clone())),
        Some(Value::String(_)) => {
            Err(Rejection::field("receipt", "The receipt may not be greater than 40 characters."))
        }
        Some(_) => Err(Rejection::field("receipt", "The receipt must be a string.")),
    }
}

fn notes(body: &Map<String, Value>) -> Result<Map<String, Value>, Rejection> {
    let notes = match body.get("notes") {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Array(empty)) if empty.is_empty() => return Ok(Map::new()),
        Some(Value::Object(notes)) => notes,
        Some(_) => return Err(Rejection::field("notes", "The notes must be an array.")),
    };
    if notes.len() > MAX_NOTES {
        return Err(Rejection::field("notes", "Number of fields in notes should be less than or equal to 15"));
    }
    let fits = |value: &Value| match value {
        Value::String(text) => text.chars().count() <= MAX_NOTE_LENGTH,
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    };
    if !notes.values().all(fits) {
        return Err(Rejection::field("notes", "Notes values must be text of at most 256 characters."));
    }
    Ok(notes.clone())
}

/// `payment_capture` is the older spelling, `payment.capture` the newer one; both are in use.
fn auto_capture(body: &Map<String, Value>) -> Result<Option<bool>, Rejection> {
    if let Some(payment) = body.get("payment") {
        return match payment.get("capture").and_then(Value::as_str) {
            Some("automatic") => Ok(Some(true)),
            Some("manual") => Ok(Some(false)),
            _ => Err(Rejection::field("payment.capture", "The selected payment.capture is invalid.")),
        };
    }
    match body.get("payment_capture") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(capture)) => Ok(Some(*capture)),
        Some(value) if value == 1 => Ok(Some(true)),
        Some(value) if value == 0 => Ok(Some(false)),
        Some(_) => Err(Rejection::field("payment_capture", "The selected payment capture is invalid.")),
    }
}
