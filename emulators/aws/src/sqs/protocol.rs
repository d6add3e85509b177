//! The JSON protocol of SQS: requests, answers, limits, errors.

use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::queue::{HandleError, Received};
use super::{LONGEST_DELAY, LONGEST_MESSAGE, Sqs};
use crate::md5;
use crate::wire::{self, Refusal};

/// The most entries of a batch, and the most messages of a receive.
const MOST_MESSAGES: usize = 10;

/// The longest visibility timeout: twelve hours.
const LONGEST_VISIBILITY: i64 = 43_200;

/// The longest wait of a receive, in seconds.
const LONGEST_WAIT: i64 = 20;

impl Sqs {
    pub(super) fn answer(&self, request: &Request<Bytes>) -> Result<Value, Refusal> {
        match wire::target(request.headers(), &["AmazonSQS."])? {
            "SendMessage" => {
                let input: ToQueue<SendInput> = wire::parse(request)?;
                self.send(&input.queue()?, input.rest)
            }
            "SendMessageBatch" => {
                let input: ToQueue<BatchInput<SendInput>> = wire::parse(request)?;
                input.rest.check()?;
                let bytes: usize = input.rest.entries.iter().map(|entry| entry.rest.message_body.len()).sum();
                if bytes > LONGEST_MESSAGE {
                    let message = format!(
                        "Batch requests cannot be longer than {LONGEST_MESSAGE} bytes. You have sent {bytes} bytes."
                    );
                    return Err(Refusal::of("com.amazonaws.sqs#BatchRequestTooLong", message));
                }
                let queue = input.queue()?;
                self.each(&queue, input.rest, |entry| self.send(&queue, entry))
            }
            "ReceiveMessage" => {
                let input: ToQueue<ReceiveInput> = wire::parse(request)?;
                self.receive_messages(&input.queue()?, input.rest)
            }
            "DeleteMessage" => {
                let input: ToQueue<HandleInput> = wire::parse(request)?;
                self.delete_message(&input.queue()?, input.rest)
            }
            "DeleteMessageBatch" => {
                let input: ToQueue<BatchInput<HandleInput>> = wire::parse(request)?;
                input.rest.check()?;
                let queue = input.queue()?;
                self.each(&queue, input.rest, |entry| self.delete_message(&queue, entry))
            }
            "ChangeMessageVisibility" => {
                let input: ToQueue<VisibilityInput> = wire::parse(request)?;
                self.change_visibility(&input.queue()?, &input.rest)
            }
            "ChangeMessageVisibilityBatch" => {
                let input: ToQueue<BatchInput<VisibilityInput>> = wire::parse(request)?;
                input.rest.check()?;
                let queue = input.queue()?;
                self.each(&queue, input.rest, |entry| self.change_visibility(&queue, &entry))
            }
            "GetQueueUrl" => {
                let input: NameInput = wire::parse(request)?;
                self.spec(&input.queue_name)?;
                Ok(json!({ "QueueUrl": Self::url(&input.queue_name) }))
            }
            "GetQueueAttributes" => {
                let input: ToQueue<AttributesInput> = wire::parse(request)?;
                self.attributes(&input.queue()?, &input.rest.attribute_names)
            }
            "ListQueues" => {
                let urls: Vec<_> = self.specs.keys().map(|name| Self::url(name)).collect();
                Ok(json!({ "QueueUrls": urls }))
            }
            "PurgeQueue" => {
                let input: ToQueue<Map<String, Value>> = wire::parse(request)?;
                self.change(&input.queue()?, |queue, _| queue.purge())?;
                Ok(json!({}))
            }
            other => Err(Refusal::unknown_operation(other)),
        }
    }

    fn send(&self, queue: &str, input: SendInput) -> Result<Value, Refusal> {
        input.check()?;
        let delay = match input.delay_seconds {
            None => SignedDuration::ZERO,
            Some(seconds) if (0..=LONGEST_DELAY.as_secs()).contains(&seconds) => SignedDuration::from_secs(seconds),
            Some(seconds) => {
                let range = format!("must be >= 0 and <= {}", LONGEST_DELAY.as_secs());
                return Err(out_of_range("DelaySeconds", seconds, &range));
            }
        };
        let md5 = md5::hex(input.message_body.as_bytes());
        let id = self.change(queue, |state, now| state.send(queue, input.message_body, delay, now))?;
        Ok(json!({ "MessageId": id, "MD5OfMessageBody": md5 }))
    }

    fn receive_messages(&self, queue: &str, input: ReceiveInput) -> Result<Value, Refusal> {
        let max = match usize::try_from(input.max_number_of_messages.unwrap_or(1)) {
            Ok(max @ 1..=MOST_MESSAGES) => max,
            _ => {
                let value = input.max_number_of_messages.unwrap_or_default();
                return Err(out_of_range("MaxNumberOfMessages", value, "must be between 1 and 10, if provided"));
            }
        };
        if let Some(wait) = input.wait_time_seconds.filter(|wait| !(0..=LONGEST_WAIT).contains(wait)) {
            return Err(out_of_range("WaitTimeSeconds", wait, "must be >= 0 and <= 20, if provided"));
        }
        let hide_for = input.visibility_timeout.map(visibility).transpose()?;
        let asked: Vec<_> = input.attribute_names.into_iter().chain(input.message_system_attribute_names).collect();
        let messages: Vec<_> =
            self.receive(queue, max, hide_for)?.iter().map(|message| message_json(message, &asked)).collect();
        // SQS leaves the list out when it is empty.
        Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
    }

    fn delete_message(&self, queue: &str, input: HandleInput) -> Result<Value, Refusal> {
        self.change(queue, |state, _| {
            if !state.knows(queue, &input.receipt_handle) {
                return Err(invalid_handle());
            }
            state.delete(&input.receipt_handle);
            Ok(json!({}))
        })?
    }

    fn change_visibility(&self, queue: &str, input: &VisibilityInput) -> Result<Value, Refusal> {
        let hide_for = visibility(input.visibility_timeout)?;
        let changed = self.change(queue, |state, now| {
            if !state.knows(queue, &input.receipt_handle) {
                return Err(HandleError::Invalid);
            }
            state.change_visibility(&input.receipt_handle, hide_for, now)
        })?;
        match changed {
            Ok(()) => Ok(json!({})),
            Err(HandleError::Invalid) => Err(invalid_handle()),
            Err(HandleError::NotInFlight) => Err(Refusal::of(
                "com.amazonaws.sqs#MessageNotInflight",
                "The message is not in flight and its visibility timeout can't be changed.",
            )),
        }
    }

    fn attributes(&self, queue: &str, asked: &[String]) -> Result<Value, Refusal> {
        let spec = self.spec(queue)?;
        let depth = self.depth(queue).unwrap_or_default();
        let mut all = json!({
            "QueueArn": Self::arn(queue),
            "ApproximateNumberOfMessages": depth.visible.to_string(),
            "ApproximateNumberOfMessagesNotVisible": depth.in_flight.to_string(),
            "ApproximateNumberOfMessagesDelayed": depth.delayed.to_string(),
            "VisibilityTimeout": spec.visibility_timeout.as_secs().to_string(),
            "DelaySeconds": "0",
            "MaximumMessageSize": LONGEST_MESSAGE.to_string(),
            "ReceiveMessageWaitTimeSeconds": "0",
        });
        if let Some(redrive) = &spec.redrive {
            let policy = json!({
                "deadLetterTargetArn": Self::arn(&redrive.dead_letter_queue),
                "maxReceiveCount": redrive.max_receive_count,
            });
            all["RedrivePolicy"] = policy.to_string().into();
        }
        Ok(json!({ "Attributes": chosen(all, asked) }))
    }

    /// Runs a batch: each entry succeeds or fails separately.
    fn each<T>(
        &self,
        queue: &str,
        batch: BatchInput<T>,
        run: impl Fn(T) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        self.spec(queue)?;
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in batch.entries {
            match run(entry.rest) {
                Ok(mut answer) => {
                    answer["Id"] = entry.id.into();
                    successful.push(answer);
                }
                Err(refusal) => failed.push(json!({
                    "Id": entry.id,
                    "SenderFault": refusal.status.is_client_error(),
                    "Code": query_code(&refusal.kind),
                    "Message": refusal.message,
                })),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }
}

/// An input that names its queue.
#[derive(Deserialize)]
struct ToQueue<T> {
    #[serde(rename = "QueueUrl")]
    queue_url: String,
    #[serde(flatten)]
    rest: T,
}

impl<T> ToQueue<T> {
    /// The queue's name, which is all that counts of the URL: the host differs between in-process and HTTP clients.
    fn queue(&self) -> Result<String, Refusal> {
        match self.queue_url.rsplit('/').next() {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            _ => Err(Refusal::of("com.amazonaws.sqs#InvalidAddress", "The address is not valid for this endpoint.")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendInput {
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: Map<String, Value>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl SendInput {
    fn check(&self) -> Result<(), Refusal> {
        if self.message_body.is_empty() {
            return Err(Refusal::of(
                "com.amazonaws.sqs#MissingParameter",
                "The request must contain the parameter MessageBody.",
            ));
        }
        if self.message_body.len() > LONGEST_MESSAGE {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {LONGEST_MESSAGE} bytes."
            );
            return Err(invalid_parameter(message));
        }
        // https://www.w3.org/TR/REC-xml/#charsets
        let allowed =
            |c: char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
        if !self.message_body.chars().all(allowed) {
            let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
                           #xE000 to #xFFFD | #x10000 to #x10FFFF";
            return Err(Refusal::of("com.amazonaws.sqs#InvalidMessageContents", message));
        }
        if !self.message_attributes.is_empty()
            || self.message_group_id.is_some()
            || self.message_deduplication_id.is_some()
        {
            let message = "Message attributes and FIFO queues are not emulated.";
            return Err(Refusal::of("com.amazonaws.sqs#UnsupportedOperation", message));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveInput {
    max_number_of_messages: Option<i64>,
    wait_time_seconds: Option<i64>,
    visibility_timeout: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HandleInput {
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VisibilityInput {
    receipt_handle: String,
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NameInput {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributesInput {
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchInput<T> {
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
struct Entry<T> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    rest: T,
}

impl<T> BatchInput<T> {
    fn check(&self) -> Result<(), Refusal> {
        let mut ids: Vec<_> = self.entries.iter().map(|entry| entry.id.as_str()).collect();
        ids.sort_unstable();
        let well_formed = |id: &&str| {
            (1..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        let (kind, message) = if ids.is_empty() {
            ("EmptyBatchRequest", "There should be at least one entry in the request.")
        } else if ids.len() > MOST_MESSAGES {
            ("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
        } else if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            ("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
        } else if !ids.iter().all(well_formed) {
            ("InvalidBatchEntryId", "An Id may have alphanumeric characters, hyphens and underscores, at most 80.")
        } else {
            return Ok(());
        };
        Err(Refusal::of(format!("com.amazonaws.sqs#{kind}"), message))
    }
}

fn message_json(message: &Received, asked: &[String]) -> Value {
    let mut out = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt_handle,
        "Body": message.body,
        "MD5OfBody": md5::hex(message.body.as_bytes()),
    });
    if !asked.is_empty() {
        out["Attributes"] = chosen(message.attributes(), asked);
    }
    out
}

/// The attributes that were asked for.
fn chosen(mut all: Value, asked: &[String]) -> Value {
    if let Value::Object(all) = &mut all {
        all.retain(|name, _| asked.iter().any(|asked| asked == name || asked == "All"));
    }
    all
}

fn visibility(seconds: i64) -> Result<SignedDuration, Refusal> {
    if (0..=LONGEST_VISIBILITY).contains(&seconds) {
        Ok(SignedDuration::from_secs(seconds))
    } else {
        Err(out_of_range("VisibilityTimeout", seconds, "must be >= 0 and <= 43200, if provided"))
    }
}

fn out_of_range(name: &str, value: i64, range: &str) -> Refusal {
    invalid_parameter(format!("Value {value} for parameter {name} is invalid. Reason: {name} {range}."))
}

fn invalid_parameter(message: String) -> Refusal {
    Refusal::of("com.amazon.coral.service#InvalidParameterValueException", message)
}

fn invalid_handle() -> Refusal {
    Refusal::of("com.amazonaws.sqs#ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
}

/// The code that the query protocol had for an error, and whose fault it is. The SDKs recognise errors by it.
pub(super) fn query_error(refusal: &Refusal) -> String {
    let fault = if refusal.status.is_client_error() { "Sender" } else { "Receiver" };
    format!("{};{fault}", query_code(&refusal.kind))
}

fn query_code(kind: &str) -> String {
    match kind.rsplit('#').next().unwrap_or(kind) {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "InvalidParameterValueException" => "InvalidParameterValue".to_owned(),
        long @ ("MessageNotInflight"
        | "EmptyBatchRequest"
        | "TooManyEntriesInBatchRequest"
        | "BatchEntryIdsNotDistinct"
        | "BatchRequestTooLong"
        | "InvalidBatchEntryId"
        | "UnsupportedOperation") => format!("AWS.SimpleQueueService.{long}"),
        other => other.to_owned(),
    }
}
