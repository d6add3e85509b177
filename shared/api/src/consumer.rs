//! A consumer: a function that is invoked by a queue, a stream, a schedule, a trigger or a Lambda URL.
//!
//! Events are delivered at least once, in batches. Each record of a batch is read separately, so that a record that
//! can't be read holds up no other. Failures are reported for each record.

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

/// The source that invokes a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The table's stream.
    Stream,
    /// An SQS queue, by its short name.
    Queue(&'static str),
    /// A schedule; the template states its times.
    Schedule,
    /// A trigger of the user pool, by its name.
    Trigger(&'static str),
    /// A Lambda URL.
    Url,
}

/// Why a consumer did not handle an event.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A later attempt may succeed: the service delivers the event again.
    #[error("try again later: {0}")]
    Transient(String),
    /// No attempt will succeed: the event goes to the failure queue, for an operator.
    #[error("can't be handled: {0}")]
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

/// A batch of stream records. The consumer reads each record separately.
#[derive(Debug, Deserialize)]
pub struct StreamBatch {
    /// The records, in the order of the shard.
    #[serde(rename = "Records")]
    pub records: Vec<Value>,
}

/// The records of a batch that the service delivers again.
#[derive(Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct BatchOutcome {
    /// The identifiers of the records.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<BatchItemFailure>,
}

/// A record that the service delivers again.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct BatchItemFailure {
    /// The id of the queue message, or the sequence number of the stream record.
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
    /// Reports `record` as the first failure. A stream is read in order: this record and all later ones are delivered
    /// again.
    pub fn from_record_on(record: &Value) -> Self {
        BatchOutcome { failures: vec![BatchItemFailure { item: StreamBatch::sequence_number(record).to_owned() }] }
    }
}

impl QueueBatch {
    /// Handles each message separately. A message that fails is delivered again, and after some attempts goes to the
    /// failure queue. A message that can't be read does too, although no repetition would mend it.
    pub async fn each<F>(self, cx: &Context, mut handle: impl FnMut(Message) -> F) -> BatchOutcome
    where
        F: Future<Output = Result<(), Failure>>,
    {
        let mut outcome = BatchOutcome::default();
        for record in self.records {
            let handled = match Envelope::from_json(&record.body) {
                Ok(envelope) => handle(envelope.payload).await,
                Err(error) => Err(Failure::Permanent(error.to_string())),
            };
            if let Err(failure) = handled {
                tracing::error!(consumer = cx.operation(), message.id = record.message_id, %failure, "a message was not handled");
                outcome.failures.push(BatchItemFailure { item: record.message_id });
            }
        }
        outcome
    }
}

/// The event of a schedule that is due. It comes at least once for each instant, late after an outage, and two of them
/// may be in progress at once. The consumer searches for the work that is due, and does not rely on an event for every
/// instant.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ScheduledEvent {
    /// The instant for which the event was planned. It serves work that is done once for an instant, such as a day's
    /// report; [`Context::now`] decides which work is due.
    pub time: Timestamp,
}

/// A request to a Lambda URL, with the body as the bytes that were signed.
#[derive(Debug)]
pub struct UrlRequest {
    /// The body, decoded from base64.
    pub body: Vec<u8>,
    /// The headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The client's IP address.
    pub ip: Option<String>,
    /// The HTTP method.
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
    /// The headers of the answer.
    pub headers: BTreeMap<&'static str, String>,
    /// The body of the answer.
    pub body: String,
}

impl UrlResponse {
    /// A status with a body of plain text.
    pub fn text(status: u16, body: &str) -> Self {
        let headers =
            [("content-type", "text/plain; charset=utf-8".to_owned()), ("cache-control", "no-store".to_owned())];
        UrlResponse { status_code: status, headers: headers.into(), body: body.to_owned() }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send>>;

/// A handler with its types erased, implemented for every `async fn(Context, Ports, Event) -> Result<Answer, Failure>`.
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
    /// The source that invokes the consumer.
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
    /// The source that invokes the consumer.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Handles an event.
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
            known: None,
            session: None,
        };
        let handled = (self.call)(cx, event).await;
        match &handled {
            Ok(_) => tracing::info!(consumer = self.id, request.id = request_id, "consumed"),
            Err(failure) => tracing::error!(consumer = self.id, request.id = request_id, %failure, "failed"),
        }
        handled
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
