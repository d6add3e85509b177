//! A consumer: a function that is invoked by a queue, a stream, a schedule, a trigger or a Lambda URL.
//!
//! Events are delivered at least once, and in batches some of whose records may be odd: each record is read by itself, so that one
//! that can't be read holds up no other, and failures are told record by record.

use crate::caller::Caller;
use crate::context::{Context, RequestInfo, Runtime};
use crate::env::{Aws, ConfigError, FromEnvironment};
use crate::function::{Bound, Function};
use crate::problem::Problem;
use base64::Engine;
use domain::messages::{Envelope, Message};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// What invokes a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The table's stream.
    Stream,
    /// An SQS queue, by its short name.
    Queue(&'static str),
    /// A schedule; the template says when.
    Schedule,
    /// A trigger of the user pool, by its name.
    Trigger(&'static str),
    /// A Lambda URL.
    Url,
}

/// Why an event was not dealt with.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It may succeed later: the service delivers it again.
    #[error("try again later: {0}")]
    Transient(String),
    /// It never will: the event goes to the failure queue for a person to look at.
    #[error("can't be dealt with: {0}")]
    Permanent(String),
}

impl Failure {
    /// A message that belongs to another queue.
    pub fn misrouted() -> Self {
        Failure::Permanent("the message belongs to another queue".into())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let cause = problem.cause_text().unwrap_or_default();
        if problem.is_stale() || problem.kind.status >= 500 {
            Failure::Transient(format!("{problem} {cause}"))
        } else {
            Failure::Permanent(format!("{problem} {cause}"))
        }
    }
}

/// A batch of queue messages.
#[derive(Debug, Deserialize)]
pub struct QueueBatch {
    #[serde(rename = "Records")]
    records: Vec<QueueRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueueRecord {
    message_id: String,
    body: String,
}

/// A batch of stream records, each still to be read by itself.
#[derive(Debug, Deserialize)]
pub struct StreamBatch {
    /// The records, in the order of the shard.
    #[serde(rename = "Records")]
    pub records: Vec<Value>,
}

/// Which records of a batch are to be delivered again.
#[derive(Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Their identifiers.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<BatchItemFailure>,
}

/// A record that is to be delivered again.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct BatchItemFailure {
    /// The message's id, or the stream record's sequence number.
    #[serde(rename = "itemIdentifier")]
    pub item: String,
}

impl StreamBatch {
    /// The sequence number of a record.
    pub fn sequence_number(record: &Value) -> &str {
        record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default()
    }
}

impl BatchOutcome {
    /// A stream is read in order: from the first record that failed, everything is delivered again.
    pub fn from_record_on(record: &Value) -> Self {
        BatchOutcome { failures: vec![BatchItemFailure { item: StreamBatch::sequence_number(record).to_owned() }] }
    }
}

impl QueueBatch {
    /// Deals with each message by itself. A message that fails is delivered again, and after some tries goes to the failure
    /// queue; so does one that can't be read, which no repetition would mend.
    pub async fn each<F>(self, cx: &Context, mut deal: impl FnMut(Message) -> F) -> BatchOutcome
    where
        F: Future<Output = Result<(), Failure>>,
    {
        let mut outcome = BatchOutcome::default();
        for record in self.records {
            let dealt = match Envelope::from_json(&record.body) {
                Ok(envelope) => deal(envelope.payload).await,
                Err(error) => Err(Failure::Permanent(error.to_string())),
            };
            if let Err(failure) = dealt {
                tracing::error!(consumer = cx.operation(), message.id = record.message_id, %failure, "a message was not dealt with");
                outcome.failures.push(BatchItemFailure { item: record.message_id });
            }
        }
        outcome
    }
}

/// A schedule is due. It comes at least once for each instant, late after an outage, and two of them may be under way at once: whoever
/// acts on it looks for what there is to do, and does not count on having been there at every instant.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ScheduledEvent {
    /// The instant for which it was planned. What is due by now is asked of [`Context::now`]; this is for what is done once for an
    /// instant, such as a day's report.
    pub time: Timestamp,
}

/// A request to a Lambda URL, with the body as the bytes that were signed.
#[derive(Debug)]
pub struct UrlRequest {
    /// The body, base64 undone.
    pub body: Vec<u8>,
    /// The headers, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The client's address.
    pub ip: Option<String>,
    /// The method.
    pub method: String,
}

impl<'de> Deserialize<'de> for UrlRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Raw {
            body: Option<String>,
            #[serde(default)]
            is_base64_encoded: bool,
            #[serde(default)]
            headers: BTreeMap<String, String>,
            request_context: RawContext,
        }
        #[derive(Deserialize)]
        struct RawContext {
            http: RawHttp,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct RawHttp {
            method: String,
            source_ip: Option<String>,
        }
        let raw = Raw::deserialize(deserializer)?;
        let text = raw.body.unwrap_or_default();
        let body = if raw.is_base64_encoded {
            base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)?
        } else {
            text.into_bytes()
        };
        let headers = raw.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(UrlRequest {
            body,
            headers,
            ip: raw.request_context.http.source_ip,
            method: raw.request_context.http.method,
        })
    }
}

/// The answer of a Lambda URL.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UrlResponse {
    /// The HTTP status.
    pub status_code: u16,
    /// The headers.
    pub headers: BTreeMap<&'static str, String>,
    /// The body.
    pub body: String,
}

impl UrlResponse {
    /// A status with a word of plain text.
    pub fn text(status: u16, body: &str) -> Self {
        let headers =
            [("content-type", "text/plain; charset=utf-8".to_owned()), ("cache-control", "no-store".to_owned())];
        UrlResponse { status_code: status, headers: headers.into(), body: body.to_owned() }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send>>;

/// A handler, with its types erased. Implemented for every `async fn(Context, Ports, Event) -> Result<Answer, Failure>`.
pub trait EventHandler<P, I, O>: Sync {
    /// Reads the event, runs the handler, and returns its answer as JSON.
    fn call(&'static self, cx: Context, ports: P, event: Value) -> Answer;
}

impl<F, Fut, P, I, O> EventHandler<P, I, O> for F
where
    F: Fn(Context, P, I) -> Fut + Sync + 'static,
    Fut: Future<Output = Result<O, Failure>> + Send,
    P: Send + 'static,
    I: DeserializeOwned + Send + 'static,
    O: Serialize + 'static,
{
    fn call(&'static self, cx: Context, ports: P, event: Value) -> Answer {
        Box::pin(async move {
            let event = serde_json::from_value(event).map_err(|error| Failure::Permanent(error.to_string()))?;
            let answer = self(cx, ports, event).await?;
            serde_json::to_value(answer).map_err(|error| Failure::Permanent(error.to_string()))
        })
    }
}

/// A function that is invoked with an event.
pub struct Consumer<P: 'static, I: 'static, O: 'static> {
    /// What invokes it.
    pub source: Source,
    id: &'static str,
    handler: &'static dyn EventHandler<P, I, O>,
    types: PhantomData<fn(P, I) -> O>,
}

impl<P: 'static, I: 'static, O: 'static> Consumer<P, I, O> {
    /// A consumer of `source`.
    pub const fn of(source: Source, id: &'static str, handler: &'static dyn EventHandler<P, I, O>) -> Self {
        Consumer { source, id, handler, types: PhantomData }
    }
}

impl<P: Clone + Send + Sync + 'static, I: 'static, O: 'static> Consumer<P, I, O> {
    /// The consumer with its ports, ready to be invoked.
    pub fn with(&'static self, ports: P) -> Bound {
        let handler = self.handler;
        let call = Arc::new(move |cx: Context, event: Value| handler.call(cx, ports.clone(), event));
        Bound::Event(Arc::new(EventFunction { id: self.id, source: self.source, call }))
    }
}

impl<P: FromEnvironment + Clone + Send + Sync + 'static, I: 'static, O: 'static> Function for Consumer<P, I, O> {
    fn id(&self) -> &'static str {
        self.id
    }

    fn bind(&'static self, aws: &Aws) -> Result<Bound, ConfigError> {
        Ok(self.with(P::wire(aws)?))
    }
}

type Call = dyn Fn(Context, Value) -> Answer + Send + Sync;

/// A consumer with its ports.
pub struct EventFunction {
    id: &'static str,
    source: Source,
    call: Arc<Call>,
}

impl EventFunction {
    /// What invokes it.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Deals with an event.
    ///
    /// # Errors
    /// [`Failure`], which Lambda reports as a failed invocation.
    pub async fn handle(&self, runtime: &Runtime, event: Value, request_id: &str) -> Result<Value, Failure> {
        let cx = Context {
            caller: Caller::Anonymous,
            request: RequestInfo { id: request_id.to_owned(), ..RequestInfo::default() },
            operation: self.id,
            now: runtime.now(),
            runtime: runtime.clone(),
            claim: None,
            if_match: None,
            bearer: None,
        };
        let dealt = (self.call)(cx, event).await;
        match &dealt {
            Ok(_) => tracing::info!(consumer = self.id, request.id = request_id, "consumed"),
            Err(failure) => tracing::error!(consumer = self.id, request.id = request_id, %failure, "failed"),
        }
        dealt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_url_request_is_the_bytes_that_were_signed() {
        let event = |body: &str, base64: bool| {
            serde_json::json!({
                "headers": {"X-Razorpay-Signature": "00"}, "body": body, "isBase64Encoded": base64,
                "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.1"}}
            })
        };
        let plain: UrlRequest = serde_json::from_value(event("{ \"a\": 1 }", false)).unwrap();
        let encoded: UrlRequest = serde_json::from_value(event("eyAiYSI6IDEgfQ==", true)).unwrap();
        assert_eq!(plain.body, b"{ \"a\": 1 }");
        assert_eq!(encoded.body, plain.body);
        assert_eq!(plain.headers["x-razorpay-signature"], "00");
        assert!(serde_json::from_value::<UrlRequest>(event("%%%", true)).is_err());
    }

    #[test]
    fn a_scheduled_event_is_read_whether_its_input_is_ours_or_eventbridges_own() {
        let ours = serde_json::json!({"time": "2026-11-30T03:50:00Z"});
        let default = serde_json::json!({
            "version": "0", "id": "4cbb1b9d-0f7e-4b34-a3a2-7f1c1ed3b7f4", "detail-type": "Scheduled Event",
            "source": "aws.scheduler", "time": "2026-11-30T03:50:00Z", "region": "ap-south-1", "detail": "{}",
        });
        for event in [ours, default] {
            let event: ScheduledEvent = serde_json::from_value(event).unwrap();
            assert_eq!(event.time, "2026-11-30T03:50:00Z".parse().unwrap());
        }
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_read_holds_up_no_other() {
        let good = Envelope::new(
            "m".into(),
            "2026-11-22T06:00:00Z".parse().unwrap(),
            "r".into(),
            "test".into(),
            Message::PaymentEventStored { event: "e".into() },
        );
        let records = [("bad", "{".to_owned()), ("good", good.to_json()), ("newer", r#"{"schema":99}"#.to_owned())]
            .map(|(id, body)| serde_json::json!({"messageId": id, "body": body}));
        let batch: QueueBatch = serde_json::from_value(serde_json::json!({ "Records": records })).unwrap();
        let cx = Context::for_test(Caller::Anonymous);
        let seen = std::cell::Cell::new(0);
        let outcome = batch
            .each(&cx, async |_| {
                seen.set(seen.get() + 1);
                Ok(())
            })
            .await;
        assert_eq!(seen.get(), 1);
        let failed: Vec<_> = outcome.failures.iter().map(|f| f.item.as_str()).collect();
        assert_eq!(failed, ["bad", "newer"]);
    }
}
