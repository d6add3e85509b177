//! Webhooks: the envelope, the outbox, and how deliveries are retried until the webhook is disabled.
//!
//! An event is frozen when it happens: its identifier, its bytes and its signature never change. So a retry
//! after a rotation still carries the *old* secret's signature, and a payload is a snapshot of its time.
//! Sending is not here but in [`crate::Razorpay::deliver_due`].

use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::config::{DeliveryOrder, EventName, Faults};
use crate::ids::{Ids, scramble};
use crate::signature::webhook_signature;

/// The time for which Razorpay retries, counted from the first attempt.
const RETRY_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The wait before the first retry; each further wait is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

/// An event for the merchant: the entities as they were at that moment.
#[derive(Debug)]
pub(crate) struct Happening {
    name: EventName,
    at: Timestamp,
    entities: Vec<(&'static str, Value)>,
}

impl Happening {
    pub(crate) fn new<const N: usize>(name: EventName, at: Timestamp, entities: [(&'static str, Value); N]) -> Self {
        Self { name, at, entities: entities.into() }
    }

    fn envelope(self, account_id: &str) -> Value {
        let contains: Vec<&str> = self.entities.iter().map(|(kind, _)| *kind).collect();
        let payload: Map<String, Value> =
            (self.entities.iter()).map(|(kind, entity)| ((*kind).to_owned(), json!({ "entity": entity }))).collect();
        json!({
            "entity": "event",
            "account_id": account_id,
            "event": self.name.as_str(),
            "contains": contains,
            "payload": payload,
            "created_at": self.at.as_second(),
        })
    }
}

/// Whether Razorpay still sends webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookState {
    /// Razorpay sends.
    Active,
    /// Razorpay gave up after 24 hours of failures. The webhook gets no events since then; the API still has
    /// them.
    Disabled {
        /// The instant at which Razorpay gave up.
        since: Timestamp,
    },
}

/// A delivery that waits for its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingWebhook {
    /// The event.
    pub event: EventName,
    /// The header `x-razorpay-event-id`.
    pub event_id: String,
    /// The instant of the next attempt.
    pub due: Timestamp,
    /// The number of attempts so far.
    pub attempts: u32,
}

/// One attempt that [`crate::Razorpay::deliver_due`] made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The event.
    pub event: EventName,
    /// The header `x-razorpay-event-id`.
    pub event_id: String,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// The merchant's answer; `None` where a fault kept the request from arriving.
    pub status: Option<StatusCode>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    pub(crate) event: EventName,
    pub(crate) event_id: String,
    body: String,
    signature: String,
    due: Timestamp,
    pub(crate) attempts: u32,
    first_attempt: Option<Timestamp>,
}

impl Delivery {
    pub(crate) fn request(&self, url: &Uri) -> Request<Bytes> {
        Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "Razorpay-Webhook/v1")
            .header("x-razorpay-signature", &self.signature)
            .header("x-razorpay-event-id", &self.event_id)
            .body(Bytes::from(self.body.clone()))
            .expect("the parts are valid: a parsed URI, hexadecimal and alphanumerics")
    }
}

/// The deliveries that wait.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    waiting: Vec<Delivery>,
    disabled_since: Option<Timestamp>,
}

impl Outbox {
    /// Freezes the event and queues its deliveries, with the copies that the faults demand. A disabled webhook gets nothing.
    pub(crate) fn post(
        &mut self,
        happening: Happening,
        ids: &mut Ids,
        account_id: &str,
        secret: &str,
        faults: &Faults,
    ) {
        if self.disabled_since.is_some() {
            return;
        }
        let (event_id, _) = ids.next("");
        let (event, due) = (happening.name, happening.at + faults.delay);
        let body = happening.envelope(account_id).to_string();
        let signature = webhook_signature(secret, body.as_bytes());
        for _ in 0..=faults.duplicates {
            let number = ids.number();
            self.waiting.push(Delivery {
                number,
                event,
                event_id: event_id.clone(),
                body: body.clone(),
                signature: signature.clone(),
                due,
                attempts: 0,
                first_attempt: None,
            });
        }
    }

    /// The delivery that goes out next, of those that are due.
    pub(crate) fn next(&self, now: Timestamp, order: DeliveryOrder, seed: u64) -> Option<&Delivery> {
        let due = self.waiting.iter().filter(|delivery| delivery.due <= now);
        match order {
            DeliveryOrder::Due => due.min_by_key(|delivery| (delivery.due, delivery.number)),
            DeliveryOrder::Reversed => due.max_by_key(|delivery| (delivery.due, delivery.number)),
            DeliveryOrder::Shuffled => due.min_by_key(|delivery| scramble(seed, delivery.number)),
        }
    }

    /// Records the result of an attempt: done, a retry, or the end of the webhook.
    pub(crate) fn record(&mut self, number: u64, succeeded: bool, now: Timestamp) {
        let Some(index) = self.waiting.iter().position(|delivery| delivery.number == number) else {
            return;
        };
        if succeeded {
            self.waiting.remove(index);
            return;
        }
        let delivery = &mut self.waiting[index];
        delivery.attempts += 1;
        let give_up_at = *delivery.first_attempt.get_or_insert(now) + RETRY_FOR;
        if now >= give_up_at {
            self.waiting.clear();
            self.disabled_since = Some(now);
            return;
        }
        // The last attempt is made when the 24 hours are over, however long the wait would have been.
        let doublings = (delivery.attempts - 1).min(16);
        delivery.due = (now + FIRST_WAIT * 2_i32.pow(doublings)).min(give_up_at);
    }

    pub(crate) fn state(&self) -> WebhookState {
        self.disabled_since.map_or(WebhookState::Active, |since| WebhookState::Disabled { since })
    }

    pub(crate) fn enable(&mut self) {
        self.disabled_since = None;
    }

    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|delivery| delivery.due).min()
    }

    /// The deliveries that wait, by due time.
    pub(crate) fn pending(&self) -> Vec<PendingWebhook> {
        let mut waiting: Vec<&Delivery> = self.waiting.iter().collect();
        waiting.sort_by_key(|delivery| (delivery.due, delivery.number));
        let view = |delivery: &Delivery| PendingWebhook {
            event: delivery.event,
            event_id: delivery.event_id.clone(),
            due: delivery.due,
            attempts: delivery.attempts,
        };
        waiting.into_iter().map(view).collect()
    }
}
