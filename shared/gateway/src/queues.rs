//! Messages to our own queues, by SQS: one envelope, now or later, or many at once.
//!
//! Delivery is at least once and unordered; whoever receives a message re-reads what it acts on. Receiving is
//! not here: Lambda does it.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::message::Envelope;

use crate::{Future, Outage};

/// The longest that SQS holds a message back.
pub const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// SQS takes ten messages in a batch.
const BATCH: usize = 10;
const SEND: &str = "sqs SendMessage";
const SEND_BATCH: &str = "sqs SendMessageBatch";

/// A message and how long the queue keeps it before anyone sees it.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The message.
    pub message: Envelope,
    /// At most [`LONGEST_DELAY`]; a part of a second counts as a whole one, so that nothing comes early.
    pub delay: Duration,
}

/// A parcel of a batch that was not sent.
#[derive(Debug)]
pub struct Unsent {
    /// Its place in the batch.
    pub index: usize,
    /// Why.
    pub error: QueueError,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// SQS holds messages back for 900 seconds at most.
    #[error("a message can't be delayed by {} s: 900 s are the most", .0.as_secs())]
    DelayTooLong(Duration),
    /// This message will never be accepted (too large, or characters that SQS forbids).
    #[error("the message was rejected: {0}")]
    Rejected(String),
    /// The queue did not take the message this time.
    #[error(transparent)]
    Unavailable(#[from] Outage),
}

impl QueueError {
    /// Whether the same message may be taken later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The port: one queue that takes messages.
pub trait Queue: Send + Sync {
    /// Sends one message, which appears after `delay`.
    fn send<'a>(&'a self, message: &'a Envelope, delay: Duration) -> Future<'a, Result<(), QueueError>>;

    /// Sends any number of messages and returns those that were *not* sent; none means that all were.
    fn send_batch<'a>(&'a self, parcels: &'a [Parcel]) -> Future<'a, Vec<Unsent>>;
}

/// The adapter to an Amazon SQS standard queue.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    /// The queue at `url`.
    pub fn new(config: &SdkConfig, url: impl Into<String>) -> Self {
        Self { client: Client::new(config), url: url.into() }
    }

    /// Sends up to [`BATCH`] entries, whose ids are indices into the caller's batch, and returns those that
    /// were not taken.
    async fn send_entries(&self, entries: Vec<SendMessageBatchRequestEntry>) -> Vec<Unsent> {
        let indices: Vec<usize> = entries.iter().filter_map(|entry| entry.id().parse().ok()).collect();
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        match sent {
            Ok(output) => output
                .failed()
                .iter()
                .filter_map(|failed| {
                    let error = match failed.sender_fault() {
                        true => QueueError::Rejected(failed.code().to_owned()),
                        false => Outage::new(SEND_BATCH, failed.code()).into(),
                    };
                    failed.id().parse().ok().map(|index| Unsent { index, error })
                })
                .collect(),
            Err(error) => {
                let outage = Outage::of(SEND_BATCH, &error);
                indices.into_iter().map(|index| Unsent { index, error: outage.clone().into() }).collect()
            }
        }
    }
}

impl Queue for SqsQueue {
    fn send<'a>(&'a self, message: &'a Envelope, delay: Duration) -> Future<'a, Result<(), QueueError>> {
        Box::pin(async move {
            let delay = seconds(delay)?;
            let sent = self
                .client
                .send_message()
                .queue_url(&self.url)
                .message_body(body(message)?)
                .delay_seconds(delay)
                .send()
                .await;
            match sent {
                Ok(_) => Ok(()),
                Err(error) => match error.as_service_error() {
                    Some(refused) if refused.is_invalid_message_contents() => {
                        Err(QueueError::Rejected("InvalidMessageContents".to_owned()))
                    }
                    _ => Err(Outage::of(SEND, &error).into()),
                },
            }
        })
    }

    fn send_batch<'a>(&'a self, parcels: &'a [Parcel]) -> Future<'a, Vec<Unsent>> {
        Box::pin(async move {
            let mut unsent = Vec::new();
            let mut entries = Vec::new();
            for (index, parcel) in parcels.iter().enumerate() {
                match entry(index, parcel) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => unsent.push(Unsent { index, error }),
                }
            }
            for chunk in entries.chunks(BATCH) {
                let failed = self.send_entries(chunk.to_vec()).await;
                // SQS may take a part of a batch; what it refused for reasons of its own gets a second try.
                let (again, refused): (Vec<_>, Vec<_>) =
                    failed.into_iter().partition(|failure| failure.error.is_transient());
                unsent.extend(refused);
                // When all of it failed, the SDK has retried already.
                if again.is_empty() || again.len() == chunk.len() {
                    unsent.extend(again);
                    continue;
                }
                let is_again = |entry: &&SendMessageBatchRequestEntry| {
                    again.iter().any(|failure| failure.index.to_string() == entry.id())
                };
                unsent.extend(self.send_entries(chunk.iter().filter(is_again).cloned().collect()).await);
            }
            unsent.sort_by_key(|failure| failure.index);
            unsent
        })
    }
}

fn entry(index: usize, parcel: &Parcel) -> Result<SendMessageBatchRequestEntry, QueueError> {
    Ok(SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(body(&parcel.message)?)
        .delay_seconds(seconds(parcel.delay)?)
        .build()
        .expect("id and body are all that an entry needs"))
}

fn body(message: &Envelope) -> Result<String, QueueError> {
    serde_json::to_string(message).map_err(|_| QueueError::Rejected("the message has no JSON form".to_owned()))
}

/// Whole seconds, rounded up, within what SQS allows.
fn seconds(delay: Duration) -> Result<i32, QueueError> {
    if delay > LONGEST_DELAY {
        return Err(QueueError::DelayTooLong(delay));
    }
    let whole = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
    Ok(i32::try_from(whole).expect("at most 900"))
}
