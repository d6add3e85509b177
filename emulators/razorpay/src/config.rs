//! The settings of a simulator: credentials, time, the address of webhooks, and faults.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The only source of time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Carries a webhook to the merchant and brings back the status of the answer. A merchant that cannot
/// be reached has any status outside 2xx, such as 503.
pub type Outlet = Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, StatusCode> + Send + Sync>;

/// The merchant's account. [`Config::default`] is a test account with made-up secrets.
#[derive(Clone)]
pub struct Config {
    /// The user name of basic authentication (`rzp_test_…`).
    pub key_id: String,
    /// The password of basic authentication, and the key of the checkout signature.
    pub key_secret: String,
    /// The key of webhook signatures at the start; [`crate::Razorpay::rotate_webhook_secret`] changes it.
    /// It is never written to the data directory.
    pub webhook_secret: String,
    /// The address of webhooks: the URI of every request that the outlet gets.
    pub webhook_url: Uri,
    /// `account_id` of every event.
    pub account_id: String,
    /// The merchant's name, which checkout shows.
    pub merchant: String,
    /// The seed from which all identifiers are derived.
    pub seed: u64,
    /// Whether an authorised payment is captured at once. An order may ask otherwise.
    pub auto_capture: bool,
    /// The time after which a payment without an answer counts as failed; about ten minutes at Razorpay. It may
    /// still be authorised later.
    pub payment_timeout: SignedDuration,
    /// The time and the outcome of refunds.
    pub refunds: RefundMode,
    /// The directory of the books, if they should outlive the process.
    pub data_dir: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            key_id: "rzp_test_vaidyaLocal1".to_owned(),
            key_secret: "local-key-secret".to_owned(),
            webhook_secret: "local-webhook-secret".to_owned(),
            webhook_url: Uri::from_static("http://localhost/webhooks/razorpay"),
            account_id: "acc_VaidyaLocal001".to_owned(),
            merchant: "Vaidya".to_owned(),
            seed: 1,
            auto_capture: true,
            payment_timeout: SignedDuration::from_mins(10),
            refunds: RefundMode::default(),
            data_dir: None,
        }
    }
}

/// The time and the outcome of a refund, which are decided when the refund is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundMode {
    /// The refund arrives.
    Processed {
        /// The time from the request: days in reality, a second by default here.
        after: SignedDuration,
    },
    /// The refund comes back, and the merchant has the money again.
    Failed {
        /// The time from the request.
        after: SignedDuration,
    },
}

impl Default for RefundMode {
    fn default() -> Self {
        Self::Processed { after: SignedDuration::from_secs(1) }
    }
}

/// The events that the account subscribes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventName {
    /// The bank authorised the payment.
    #[serde(rename = "payment.authorized")]
    PaymentAuthorized,
    /// The payment was captured.
    #[serde(rename = "payment.captured")]
    PaymentCaptured,
    /// An attempt failed; the order stays open.
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    /// The first capture on an order.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// A refund was accepted.
    #[serde(rename = "refund.created")]
    RefundCreated,
    /// A refund arrived.
    #[serde(rename = "refund.processed")]
    RefundProcessed,
    /// A refund came back.
    #[serde(rename = "refund.failed")]
    RefundFailed,
}

impl EventName {
    /// As in the envelope's `event`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PaymentAuthorized => "payment.authorized",
            Self::PaymentCaptured => "payment.captured",
            Self::PaymentFailed => "payment.failed",
            Self::OrderPaid => "order.paid",
            Self::RefundCreated => "refund.created",
            Self::RefundProcessed => "refund.processed",
            Self::RefundFailed => "refund.failed",
        }
    }
}

/// The faults of webhooks on their way. The default is a network that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// The number of further copies of each event, with the same identifier and the same bytes. Applies
    /// to events that happen from now on.
    pub duplicates: u32,
    /// The delay of an event's first attempt. Applies to events that happen from now on.
    pub delay: SignedDuration,
    /// The first attempt of each delivery is lost and retried.
    pub drop_first_attempt: bool,
    /// The order of deliveries that are due at the same call.
    pub order: DeliveryOrder,
}

/// The order of deliveries that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeliveryOrder {
    /// By the time at which they became due.
    #[default]
    Due,
    /// The latest first: `order.paid` before `payment.authorized`.
    Reversed,
    /// In an order that follows from the seed.
    Shuffled,
}

/// The fault of one `POST` to the API; see [`crate::Razorpay::inject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFault {
    /// Nothing is done; the answer is a 503.
    Unavailable,
    /// Everything is done; the answer is a 504.
    ReplyLost,
    /// Nothing is done; the answer is the 409 of an idempotency key whose request still runs.
    InProgress,
}
