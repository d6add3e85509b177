//! Messages to our own queues, by SQS: one envelope, now or later, or many at once.
//!
//! Delivery is at least once and unordered: a consumer reads the records that it acts on again. Receiving is not here:
//! Lambda does it.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::messages::Envelope;

use crate::{Future, ServiceUnavailable};

/// The longest delay of a message (a limit of SQS).
pub const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// The most messages in a batch (a limit of SQS).
const BATCH: usize = 10;
const SEND: &str = "sqs SendMessage";
const SEND_BATCH: &str = "sqs SendMessageBatch";

/// A message, and the delay before the queue delivers it.
#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    /// The message.
    pub message: Envelope,
    /// The delay, at most [`LONGEST_DELAY`]. A part of a second counts as a whole one, so that no message comes early.
    pub delay: Duration,
}

/// A message of a batch that was not sent.
#[derive(Debug)]
pub struct SendFailure {
    /// The index of the message in the batch.
    pub index: usize,
    /// Why the message was not sent.
    pub error: QueueError,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The delay is longer than [`LONGEST_DELAY`].
    #[error("a message can't be delayed by {} s: 900 s are the most", .0.as_secs())]
    DelayTooLong(Duration),
    /// SQS will never accept this message (too large, or characters that SQS forbids). Holds the code of SQS.
    #[error("the message was rejected: {0}")]
    Rejected(String),
    /// The queue did not take the message this time.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl QueueError {
    /// Whether the same message may be accepted later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The port: one queue that takes messages.
pub trait Queue: Send + Sync {
    /// Sends one message, which appears after `delay`.
    fn send<'a>(&'a self, message: &'a Envelope, delay: Duration) -> Future<'a, Result<(), QueueError>>;

    /// Sends any number of messages. Returns those that were *not* sent; an empty list means that all were sent.
    fn send_batch<'a>(&'a self, messages: &'a [OutgoingMessage]) -> Future<'a, Vec<SendFailure>>;
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

    /// Sends up to [`BATCH`] entries, and returns those that SQS did not take. The ids of the entries are indices into
    /// the caller's batch.
    async fn send_entries(&self, entries: Vec<SendMessageBatchRequestEntry>) -> Vec<SendFailure> {
        let indices: Vec<usize> = entries.iter().filter_map(|entry| entry.id().parse().ok()).collect();
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        match sent {
            Ok(output) => output
                .failed()
                .iter()
                .filter_map(|failed| {
                    let error = match failed.sender_fault() {
                        true => QueueError::Rejected(failed.code().to_owned()),
                        false => ServiceUnavailable::new(SEND_BATCH, failed.code()).into(),
                    };
                    failed.id().parse().ok().map(|index| SendFailure { index, error })
                })
                .collect(),
            Err(error) => {
                let outage = ServiceUnavailable::of(SEND_BATCH, &error);
                indices.into_iter().map(|index| SendFailure { index, error: outage.clone().into() }).collect()
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
                .message_body(message.to_json())
                .delay_seconds(delay)
                .send()
                .await;
            match sent {
                Ok(_) => Ok(()),
                Err(error) => match error.as_service_error() {
                    Some(refused) if refused.is_invalid_message_contents() => {
                        Err(QueueError::Rejected("InvalidMessageContents".to_owned()))
                    }
                    _ => Err(ServiceUnavailable::of(SEND, &error).into()),
                },
            }
        })
    }

    fn send_batch<'a>(&'a self, messages: &'a [OutgoingMessage]) -> Future<'a, Vec<SendFailure>> {
        Box::pin(async move {
            let mut unsent = Vec::new();
            let mut entries = Vec::new();
            for (index, outgoing) in messages.iter().enumerate() {
                match entry(index, outgoing) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => unsent.push(SendFailure { index, error }),
                }
            }
            for chunk in entries.chunks(BATCH) {
                let failed = self.send_entries(chunk.to_vec()).await;
                // SQS may take a part of a batch; entries that failed for a reason of SQS get a second try.
                let (again, refused): (Vec<_>, Vec<_>) =
                    failed.into_iter().partition(|failure| failure.error.is_transient());
                unsent.extend(refused);
                // When the whole batch failed, the SDK has retried already.
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

fn entry(index: usize, outgoing: &OutgoingMessage) -> Result<SendMessageBatchRequestEntry, QueueError> {
    Ok(SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(outgoing.message.to_json())
        .delay_seconds(seconds(outgoing.delay)?)
        .build()
        .expect("id and body are all that an entry needs"))
}

/// Whole seconds, rounded up, within what SQS allows.
fn seconds(delay: Duration) -> Result<i32, QueueError> {
    if delay > LONGEST_DELAY {
        return Err(QueueError::DelayTooLong(delay));
    }
    let whole = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
    Ok(i32::try_from(whole).expect("at most 900"))
}

#[cfg(test)]
mod tests {
    use domain::messages::Message;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Call, Reply, config};

    const URL: &str = "https://sqs.ap-south-1.amazonaws.com/123456789012/holds";

    fn message(number: usize) -> Envelope {
        Envelope::new(
            format!("message-{number}"),
            "2026-12-01T04:30:00Z".parse().unwrap(),
            "request-1".to_owned(),
            "dispatch".to_owned(),
            Message::PaymentEventStored { event: "abc".to_owned() },
        )
    }

    fn messages(count: usize) -> Vec<OutgoingMessage> {
        (0..count).map(|number| OutgoingMessage { message: message(number), delay: Duration::ZERO }).collect()
    }

    /// SQS that refuses the entries that `fault` names (`Some(true)`: the sender's fault).
    fn batch_answer(call: &Call, fault: impl Fn(&str) -> Option<bool>) -> Reply {
        let (mut taken, mut failed) = (Vec::new(), Vec::new());
        for entry in call.json()["Entries"].as_array().unwrap() {
            let id = entry["Id"].as_str().unwrap();
            match fault(id) {
                None => taken.push(json!({ "Id": id, "MessageId": id, "MD5OfMessageBody": "unchecked" })),
                Some(sender) => failed.push(json!({ "Id": id, "SenderFault": sender, "Code": "InternalError" })),
            }
        }
        Reply::ok(json!({ "Successful": taken, "Failed": failed }).to_string())
    }

    fn ids(call: &Call) -> Vec<String> {
        let body = call.json();
        let entries = body["Entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["Id"].as_str().unwrap().to_owned()).collect()
    }

    #[tokio::test]
    async fn a_message_goes_to_its_queue_as_json_with_its_delay() {
        let (config, calls) = config(|_| Reply::ok(json!({ "MessageId": "1" }).to_string()));
        SqsQueue::new(&config, URL).send(&message(1), Duration::from_millis(599_001)).await.unwrap();

        let sent = calls.lock().unwrap()[0].json();
        assert_eq!(sent["QueueUrl"], URL);
        assert_eq!(sent["DelaySeconds"], 600);
        assert_eq!(Envelope::from_json(sent["MessageBody"].as_str().unwrap()).unwrap(), message(1));
    }

    #[tokio::test]
    async fn a_delay_of_more_than_fifteen_minutes_is_refused_before_the_call() {
        let (config, calls) = config(|_| Reply::ok("{}"));
        let queue = SqsQueue::new(&config, URL);
        let too_long = LONGEST_DELAY + Duration::from_nanos(1);
        assert!(matches!(queue.send(&message(1), too_long).await, Err(QueueError::DelayTooLong(_))));
        let unsent = queue.send_batch(&[OutgoingMessage { message: message(1), delay: too_long }]).await;
        assert!(matches!(unsent[..], [SendFailure { index: 0, error: QueueError::DelayTooLong(_) }]));
        assert!(calls.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_queue_that_is_not_there_is_an_outage() {
        let (config, _) = config(|_| Reply::error("com.amazonaws.sqs#QueueDoesNotExist", "no such queue"));
        let error = SqsQueue::new(&config, URL).send(&message(1), Duration::ZERO).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
    }

    #[tokio::test]
    async fn a_large_batch_goes_in_tens() {
        let (config, calls) = config(|call| batch_answer(call, |_| None));
        assert!(SqsQueue::new(&config, URL).send_batch(&messages(23)).await.is_empty());
        let sizes: Vec<_> = calls.lock().unwrap().iter().map(|call| ids(call).len()).collect();
        assert_eq!(sizes, [10, 10, 3]);
    }

    #[tokio::test]
    async fn an_empty_batch_makes_no_call() {
        let (config, calls) = config(|_| Reply::ok("{}"));
        assert!(SqsQueue::new(&config, URL).send_batch(&[]).await.is_empty());
        assert!(calls.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn of_a_batch_that_was_taken_in_part_only_the_rest_is_sent_again() {
        let first = std::sync::atomic::AtomicBool::new(true);
        let (config, calls) = config(move |call| {
            let first = first.swap(false, std::sync::atomic::Ordering::SeqCst);
            batch_answer(call, |id| (first && id != "1").then_some(false))
        });
        assert!(SqsQueue::new(&config, URL).send_batch(&messages(3)).await.is_empty());
        let calls = calls.lock().unwrap();
        assert_eq!(calls.iter().map(ids).collect::<Vec<_>>(), [vec!["0", "1", "2"], vec!["0", "2"]]);
    }

    #[tokio::test]
    async fn a_message_that_is_the_senders_fault_is_not_sent_again_and_is_reported_by_its_index() {
        let (config, calls) = config(|call| batch_answer(call, |id| (id == "11").then_some(true)));
        let unsent = SqsQueue::new(&config, URL).send_batch(&messages(12)).await;
        assert!(matches!(&unsent[..], [SendFailure { index: 11, error: QueueError::Rejected(_) }]));
        assert_eq!(calls.lock().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn when_a_whole_batch_fails_every_message_of_it_is_reported_and_the_others_go_out() {
        let (config, _) = config(|call| {
            if ids(call).contains(&"0".to_owned()) { Reply::ConnectionLost } else { batch_answer(call, |_| None) }
        });
        let unsent = SqsQueue::new(&config, URL).send_batch(&messages(12)).await;
        assert_eq!(unsent.iter().map(|failure| failure.index).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
        assert!(unsent.iter().all(|failure| failure.error.is_transient()));
    }

    #[test]
    fn delays_are_whole_seconds_and_never_shorter_than_asked_for() {
        let cases = [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (900_000, 900)];
        for (millis, expected) in cases {
            assert_eq!(seconds(Duration::from_millis(millis)).unwrap(), expected, "{millis} ms");
        }
    }

    #[test]
    fn a_message_has_no_form_but_its_own_json() {
        let entry = entry(7, &messages(1)[0]).unwrap();
        let body: Value = serde_json::from_str(entry.message_body()).unwrap();
        assert_eq!((entry.id(), &body["schema"]), ("7", &json!(1)));
    }
}
