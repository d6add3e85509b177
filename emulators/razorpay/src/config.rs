//! What the owner of a simulator decides: credentials, time, where webhooks go, and what goes wrong.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The only source of time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Carries a webhook to the merchant and brings back the status of the answer. A merchant that can't be
/// reached is any status outside 2xx, say 503.
pub type Outlet = Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, StatusCode> + Send + Sync>;

/// The merchant's account. [`Config::default`] is a test account with made-up secrets.
#[derive(Clone)]
pub struct Config {
    /// The user name of basic authentication (`rzp_test_…`).
    pub key_id: String,
    /// Its password, and the key of the checkout signature.
    pub key_secret: String,
    /// The key of webhook signatures at the start; [`crate::Razorpay::rotate_webhook_secret`] changes it.
    /// It is never written to the data directory.
    pub webhook_secret: String,
    /// Where webhooks are posted: the URI of every request that the outlet gets.
    pub webhook_url: Uri,
    /// `account_id` of every event.
    pub account_id: String,
    /// Shown by checkout.
    pub merchant: String,
    /// From which all identifiers follow.
    pub seed: u64,
    /// Whether an authorised payment is captured at once. An order may ask otherwise.
    pub auto_capture: bool,
    /// After how long a silent payment is called failed; about ten minutes at Razorpay. It may still be
    /// authorised later.
    pub payment_timeout: SignedDuration,
    /// When and how refunds end.
    pub refunds: RefundMode,
    /// Where to keep the books, if they are to outlive the process.
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

/// When and how a refund ends. Decided when the refund is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundMode {
    /// It arrives.
    Processed {
        /// Counted from the request. Days in reality, a second by default here.
        after: SignedDuration,
    },
    /// It comes back, and the merchant has the money again.
    Failed {
        /// Counted from the request.
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
    /// The bank said yes.
    #[serde(rename = "payment.authorized")]
    PaymentAuthorized,
    /// The money is the merchant's.
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

/// What goes wrong on the way of webhooks. The default is a network that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// How many further copies of each event are sent, with the same identifier and the same bytes. Applies
    /// to events that happen from now on.
    pub duplicates: u32,
    /// How much later than the event its first attempt is due. Applies to events that happen from now on.
    pub delay: SignedDuration,
    /// The first attempt of each delivery reaches nobody and is retried.
    pub drop_first_attempt: bool,
    /// In which order deliveries that are due at the same call go out.
    pub order: DeliveryOrder,
}

/// In which order deliveries that are due go out.
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

/// What goes wrong with one `POST` to the API; see [`crate::Razorpay::inject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFault {
    /// Nothing is done; the answer is a 503.
    Unavailable,
    /// Everything is done; the answer is a 504.
    ReplyLost,
    /// Nothing is done; the answer is the 409 of an idempotency key whose request still runs.
    InProgress,
}
