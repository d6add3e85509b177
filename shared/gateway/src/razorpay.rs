//! Payments, by Razorpay: orders, payments, refunds, and the check that a message is Razorpay's.
//!
//! The adapter speaks HTTPS through the HTTP client of the AWS SDK, so that no second HTTP stack is linked and the
//! local cloud replaces it in the same place as for AWS. `domain` decides what a payment *means* for an appointment;
//! only the simulator signs. The adapter reads nothing about the payer (card, address, phone) from Razorpay's answers.

mod entities;
mod https;
mod signature;
mod webhook;

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::Paise;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use entities::{GatewayPayment, GatewayRefund, Order, OrderStatus, PaymentStatus, RefundStatus};
pub use signature::{verify_checkout, verify_webhook};
pub use webhook::{EventKind, MalformedEvent, WebhookEvent};

use crate::secrets::{RazorpayKey, Secret, SecretsError};
use crate::{Future, ServiceUnavailable};
use https::{Https, Method, Request};

/// The address of Razorpay's API.
const API: &str = "https://api.razorpay.com/v1";

/// An order to make.
#[derive(Debug, Clone, Copy)]
pub struct NewOrder<'a> {
    /// Our own name for the order, at most 40 characters. [`PaymentGateway::orders_by_receipt`] finds the order by it.
    pub receipt: &'a str,
    /// The amount to pay.
    pub amount: Paise,
    /// The currency (ISO 4217), such as `INR`.
    pub currency: &'a str,
    /// Up to 15 pairs of name and value, which Razorpay keeps and shows to us; no health data.
    pub notes: &'a [(&'a str, &'a str)],
}

/// A refund to make.
#[derive(Debug, Clone, Copy)]
pub struct NewRefund<'a> {
    /// The captured payment that the refund gives back.
    pub payment: &'a GatewayPaymentId,
    /// The amount: at least one rupee, and at most the part of the captured amount that is not refunded yet.
    pub amount: Paise,
    /// The idempotency key (`X-Refund-Idempotency`, 10 characters or more). Attempts with the same key make one refund.
    pub key: &'a str,
    /// Our own name for the refund, at most 40 characters. It marks the refund as ours in Razorpay's events.
    pub receipt: &'a str,
    /// Pairs of name and value, as in [`NewOrder::notes`].
    pub notes: &'a [(&'a str, &'a str)],
}

/// Why Razorpay refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentGatewayError {
    /// Razorpay refuses the request; a repetition will not help.
    #[error("razorpay refused: {code}: {description}")]
    BadRequest {
        /// Razorpay's code, such as `BAD_REQUEST_ERROR`.
        code: String,
        /// Razorpay's explanation, for an operator.
        description: String,
    },
    /// Razorpay gave no usable answer: the caller does not know whether the request was carried out.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl PaymentGatewayError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<SecretsError> for PaymentGatewayError {
    fn from(error: SecretsError) -> Self {
        ServiceUnavailable::new("razorpay credentials", error.to_string()).into()
    }
}

/// The result of the methods of the port.
pub type Outcome<'a, T> = Future<'a, Result<T, PaymentGatewayError>>;

/// The port: takes payments and refunds them.
pub trait PaymentGateway: Send + Sync {
    /// Makes an order. Razorpay captures its payments automatically. The call is *not* idempotent: a caller that lost
    /// the answer searches with [`Self::orders_by_receipt`] before it makes another order.
    fn create_order<'a>(&'a self, order: NewOrder<'a>) -> Outcome<'a, Order>;

    /// The orders with this receipt; an empty list if there is none.
    fn orders_by_receipt<'a>(&'a self, receipt: &'a str) -> Outcome<'a, Vec<Order>>;

    /// The present state of an order.
    fn order<'a>(&'a self, id: &'a OrderId) -> Outcome<'a, Order>;

    /// Every attempt to pay an order.
    fn payments_of_order<'a>(&'a self, id: &'a OrderId) -> Outcome<'a, Vec<GatewayPayment>>;

    /// The present state of a payment.
    fn payment<'a>(&'a self, id: &'a GatewayPaymentId) -> Outcome<'a, GatewayPayment>;

    /// Refunds a payment. Repeated calls with the same key make one refund.
    fn create_refund<'a>(&'a self, refund: NewRefund<'a>) -> Outcome<'a, GatewayRefund>;

    /// The present state of a refund.
    fn refund<'a>(&'a self, id: &'a GatewayRefundId) -> Outcome<'a, GatewayRefund>;

    /// The refunds of a payment, those that we did not make included, at most a hundred.
    fn refunds_of_payment<'a>(&'a self, id: &'a GatewayPaymentId) -> Outcome<'a, Vec<GatewayRefund>>;
}

/// The adapter to Razorpay's REST API, version 1.
pub struct Razorpay {
    https: Https,
    key: Arc<dyn Secret<RazorpayKey>>,
}

impl Razorpay {
    /// Calls Razorpay through `client`, which must trust the certificate authorities of the public web, not only
    /// Amazon's. The client and the credentials are not used before the first call.
    pub fn new(client: SharedHttpClient, key: Arc<dyn Secret<RazorpayKey>>) -> Self {
        Self { https: Https::new(client), key }
    }

    async fn get<T: DeserializeOwned>(&self, operation: &'static str, path: String) -> Result<T, PaymentGatewayError> {
        self.call(operation, Method::Get, path, Vec::new(), None).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: String,
        body: Value,
        refund_key: Option<&str>,
    ) -> Result<T, PaymentGatewayError> {
        self.call(operation, Method::Post, path, body.to_string().into_bytes(), refund_key).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        path: String,
        body: Vec<u8>,
        refund_key: Option<&str>,
    ) -> Result<T, PaymentGatewayError> {
        let key = self.key.get().await?;
        let credentials = STANDARD.encode(format!("{}:{}", key.id, key.secret.expose()));
        let mut headers =
            vec![("authorization", format!("Basic {credentials}")), ("accept", "application/json".to_owned())];
        if method == Method::Post {
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers.extend(refund_key.map(|key| ("x-refund-idempotency", key.to_owned())));
        let request = Request {
            operation,
            method,
            uri: format!("{API}{path}"),
            headers,
            body,
            // After a lost connection it is not known whether the request was carried out.
            repeatable: method == Method::Get || refund_key.is_some(),
        };
        let response = self.https.send(&request).await?;
        match response.status {
            200..=299 => serde_json::from_slice(&response.body)
                // Without serde's words, which may quote the body.
                .map_err(|_| ServiceUnavailable::new(operation, "the answer is not as documented").into()),
            // We repair these or wait: credentials, rate limit, a refund with this key in progress.
            401 | 403 | 408 | 409 | 429 => {
                Err(ServiceUnavailable::new(operation, format!("HTTP {}", response.status)).into())
            }
            400..=499 => Err(refusal(&response.body)),
            status => Err(ServiceUnavailable::new(operation, format!("HTTP {status}")).into()),
        }
    }
}

impl PaymentGateway for Razorpay {
    fn create_order<'a>(&'a self, order: NewOrder<'a>) -> Outcome<'a, Order> {
        let body = json!({
            "amount": order.amount.get(),
            "currency": order.currency,
            "receipt": order.receipt,
            "notes": notes(order.notes),
            "partial_payment": false,
            "payment_capture": true,
        });
        Box::pin(async move { self.post("razorpay create order", "/orders".to_owned(), body, None).await })
    }

    fn orders_by_receipt<'a>(&'a self, receipt: &'a str) -> Outcome<'a, Vec<Order>> {
        Box::pin(async move {
            let operation = "razorpay orders by receipt";
            let query = serde_urlencoded::to_string([("receipt", receipt), ("count", "100")])
                .expect("pairs of strings are always a query");
            let found: Collection<Order> = self.get(operation, format!("/orders?{query}")).await?;
            // Razorpay filters too; this filter keeps the promise of the method.
            Ok(found.items.into_iter().filter(|order| order.receipt.as_deref() == Some(receipt)).collect())
        })
    }

    fn order<'a>(&'a self, id: &'a OrderId) -> Outcome<'a, Order> {
        Box::pin(async move { self.get("razorpay order", format!("/orders/{id}")).await })
    }

    fn payments_of_order<'a>(&'a self, id: &'a OrderId) -> Outcome<'a, Vec<GatewayPayment>> {
        Box::pin(async move {
            let found: Collection<GatewayPayment> =
                self.get("razorpay payments of order", format!("/orders/{id}/payments")).await?;
            Ok(found.items)
        })
    }

    fn payment<'a>(&'a self, id: &'a GatewayPaymentId) -> Outcome<'a, GatewayPayment> {
        Box::pin(async move { self.get("razorpay payment", format!("/payments/{id}")).await })
    }

    fn create_refund<'a>(&'a self, refund: NewRefund<'a>) -> Outcome<'a, GatewayRefund> {
        let body = json!({
            "amount": refund.amount.get(),
            "speed": "normal",
            "receipt": refund.receipt,
            "notes": notes(refund.notes),
        });
        Box::pin(async move {
            let path = format!("/payments/{}/refund", refund.payment);
            self.post("razorpay create refund", path, body, Some(refund.key)).await
        })
    }

    fn refund<'a>(&'a self, id: &'a GatewayRefundId) -> Outcome<'a, GatewayRefund> {
        Box::pin(async move { self.get("razorpay refund", format!("/refunds/{id}")).await })
    }

    fn refunds_of_payment<'a>(&'a self, id: &'a GatewayPaymentId) -> Outcome<'a, Vec<GatewayRefund>> {
        Box::pin(async move {
            let found: Collection<GatewayRefund> =
                self.get("razorpay refunds of payment", format!("/payments/{id}/refunds?count=100")).await?;
            Ok(found.items)
        })
    }
}

/// A list in Razorpay's form.
#[derive(Deserialize)]
struct Collection<T> {
    items: Vec<T>,
}

fn notes(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// `{"error": {"code", "description", ..}}`, or the parts of it that are present.
fn refusal(body: &[u8]) -> PaymentGatewayError {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Body {
        error: Detail,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Detail {
        code: Option<String>,
        description: Option<String>,
    }
    let Detail { code, description } = serde_json::from_slice::<Body>(body).unwrap_or_default().error;
    PaymentGatewayError::BadRequest {
        code: code.unwrap_or_else(|| "no code".to_owned()),
        description: description.unwrap_or_else(|| "no description".to_owned()),
    }
}

#[cfg(test)]
mod tests;
