//! One queue: its messages and what happens to them. Pure: the time is an argument.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{QueueSpec, Sqs};
use crate::{ACCOUNT, REGION, md5};

/// Messages in the order of their arrival.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Queue {
    messages: Vec<Message>,
    /// The number of messages ever sent or received: makes ids and receipt handles unique.
    counter: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Message {
    id: String,
    body: String,
    sent_at: Timestamp,
    /// Delayed or in flight until then.
    visible_at: Timestamp,
    receives: u32,
    first_received_at: Option<Timestamp>,
    /// The handle of the latest receive.
    receipt: Option<String>,
}

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message's id.
    pub message_id: String,
    /// The handle that deletes the message, until it is received again.
    pub receipt_handle: String,
    /// The message.
    pub body: String,
    /// The instant at which the message was sent.
    pub sent_at: Timestamp,
    /// The number of receives, this one included.
    pub receive_count: u32,
    /// The instant of the first receive.
    pub first_received_at: Timestamp,
}

/// The numbers of messages in a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Ready to be received.
    pub visible: usize,
    /// Received and neither deleted nor visible again.
    pub in_flight: usize,
    /// Sent with a delay that has not passed.
    pub delayed: usize,
}

/// The result of a receive.
pub(super) struct Taken {
    pub(super) received: Vec<Received>,
    /// Messages that were received too often.
    pub(super) dead: Vec<Message>,
    /// Whether the queue has changed at all.
    pub(super) changed: bool,
}

/// The reason why a receipt handle has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HandleError {
    /// The handle is not of this queue.
    Invalid,
    /// The message is gone, was received again, or is visible again.
    NotInFlight,
}

impl Queue {
    /// Takes a message in; its id.
    pub(super) fn send(&mut self, queue: &str, body: String, delay: SignedDuration, now: Timestamp) -> String {
        let id = format!("{}-{:012x}", name_part(queue), self.count());
        self.messages.push(Message {
            id: id.clone(),
            body,
            sent_at: now,
            visible_at: later(now, delay),
            receives: 0,
            first_received_at: None,
            receipt: None,
        });
        id
    }

    /// Takes up to `max` visible messages, hides them, and takes out those that were received `most` times already.
    pub(super) fn receive(&mut self, spec: &QueueSpec, max: usize, now: Timestamp, hide_for: SignedDuration) -> Taken {
        let most = spec.redrive.as_ref().map(|redrive| redrive.max_receive_count);
        let before = self.messages.len();
        self.messages.retain(|message| now.duration_since(message.sent_at) < spec.retention);
        let is_dead =
            |message: &mut Message| message.visible_at <= now && most.is_some_and(|most| message.receives >= most);
        let dead: Vec<_> = self.messages.extract_if(.., is_dead).collect();

        let mut received = Vec::new();
        let due = self.messages.iter_mut().filter(|message| message.visible_at <= now).take(max);
        for message in due {
            self.counter += 1;
            let receipt = format!("{}#{:012x}", name_part(&spec.name), self.counter);
            message.receives += 1;
            message.visible_at = later(now, hide_for);
            message.receipt = Some(receipt.clone());
            received.push(Received {
                message_id: message.id.clone(),
                receipt_handle: receipt,
                body: message.body.clone(),
                sent_at: message.sent_at,
                receive_count: message.receives,
                first_received_at: *message.first_received_at.get_or_insert(now),
            });
        }
        let changed = !received.is_empty() || self.messages.len() != before;
        Taken { received, dead, changed }
    }

    /// Takes in what another queue gave up. Messages keep their ids and their age.
    pub(super) fn bury(&mut self, dead: Vec<Message>, now: Timestamp) {
        self.messages.extend(dead.into_iter().map(|message| Message { visible_at: now, receipt: None, ..message }));
    }

    /// Deletes the message that was received under this handle. SQS lets an old handle succeed and do nothing.
    pub(super) fn delete(&mut self, receipt: &str) -> Option<()> {
        let place = self.messages.iter().position(|message| message.receipt.as_deref() == Some(receipt))?;
        self.messages.remove(place);
        Some(())
    }

    /// Whether this queue may have given the handle out.
    pub(super) fn knows(&self, queue: &str, receipt: &str) -> bool {
        let count = receipt.rsplit_once('#').and_then(|(_, count)| u64::from_str_radix(count, 16).ok());
        receipt.starts_with(&name_part(queue)) && count.is_some_and(|count| count <= self.counter)
    }

    /// Hides a message that is in flight for another while, from now on.
    pub(super) fn change_visibility(
        &mut self,
        receipt: &str,
        hide_for: SignedDuration,
        now: Timestamp,
    ) -> Result<(), HandleError> {
        let message = self
            .messages
            .iter_mut()
            .find(|message| message.receipt.as_deref() == Some(receipt))
            .filter(|message| message.visible_at > now)
            .ok_or(HandleError::NotInFlight)?;
        message.visible_at = later(now, hide_for);
        Ok(())
    }

    pub(super) fn depth(&self, now: Timestamp) -> Depth {
        let mut depth = Depth::default();
        for message in &self.messages {
            match (message.visible_at <= now, message.receives) {
                (true, _) => depth.visible += 1,
                (false, 0) => depth.delayed += 1,
                (false, _) => depth.in_flight += 1,
            }
        }
        depth
    }

    pub(super) fn bodies(&self) -> Vec<String> {
        self.messages.iter().map(|message| message.body.clone()).collect()
    }

    pub(super) fn next_visible(&self) -> Option<Timestamp> {
        self.messages.iter().map(|message| message.visible_at).min()
    }

    pub(super) fn purge(&mut self) {
        self.messages.clear();
    }

    fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

impl Received {
    /// An element of `Records` in the event that a Lambda function receives.
    pub fn event_record(&self, queue: &str) -> Value {
        json!({
            "messageId": self.message_id,
            "receiptHandle": self.receipt_handle,
            "body": self.body,
            "attributes": self.attributes(),
            "messageAttributes": {},
            "md5OfBody": md5::hex(self.body.as_bytes()),
            "eventSource": "aws:sqs",
            "eventSourceARN": Sqs::arn(queue),
            "awsRegion": REGION,
        })
    }

    /// The system attributes, all of them strings.
    pub(super) fn attributes(&self) -> Value {
        json!({
            "ApproximateReceiveCount": self.receive_count.to_string(),
            "SentTimestamp": self.sent_at.as_millisecond().to_string(),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": self.first_received_at.as_millisecond().to_string(),
        })
    }
}

/// Makes the ids of a queue look like no other queue's.
fn name_part(queue: &str) -> String {
    let hash = md5::hex(queue.as_bytes());
    format!("{}-{}-{}-{}", &hash[..8], &hash[8..12], &hash[12..16], &hash[16..20])
}

/// Later by at most twelve hours, so that the sum is a time as long as `now` is one of this era.
fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
