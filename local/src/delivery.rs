//! What runs behind the API: stream mappings, queue mappings, webhooks. Each as AWS does it, one batch at a time.

use crate::stack::{FAILURES_BUCKET, Stack, TABLE};
use crate::template::{EventSource, StreamFilter, Template};
use api::BatchOutcome;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// How often a stream batch is tried before it goes to the failure destination.
const STREAM_ATTEMPTS: u32 = 8;

/// The mappings of the template, and how far each has read.
pub struct Delivery {
    streams: Vec<StreamMapping>,
    queues: Vec<QueueMapping>,
    state: Mutex<State>,
}

struct StreamMapping {
    function: String,
    batch: usize,
    filter: StreamFilter,
}

struct QueueMapping {
    function: String,
    queue: String,
    batch: usize,
}

#[derive(Default)]
struct State {
    /// The last record that each stream mapping has dealt with, by function.
    read: BTreeMap<String, u64>,
    /// Failed attempts at the batch that is next, by function.
    attempts: BTreeMap<String, u32>,
}

impl Delivery {
    /// The mappings of a template.
    pub fn of(template: &Template) -> Self {
        let mut delivery = Delivery { streams: vec![], queues: vec![], state: Mutex::default() };
        for (function, stanza) in &template.functions {
            for source in &stanza.sources {
                match source {
                    EventSource::Stream { batch, filter } => delivery.streams.push(StreamMapping {
                        function: function.clone(),
                        batch: *batch,
                        filter: filter.clone(),
                    }),
                    EventSource::Queue { queue, batch } => delivery.queues.push(QueueMapping {
                        function: function.clone(),
                        queue: queue.clone(),
                        batch: *batch,
                    }),
                    EventSource::Trigger(_) | EventSource::Url => {}
                }
            }
        }
        delivery
    }

    /// Delivers until nothing moves.
    pub async fn settle(&self, stack: &Stack) {
        // One at a time: each mapping reads its source in order.
        let mut state = self.state.lock().await;
        loop {
            let mut moved = false;
            for mapping in &self.streams {
                moved |= mapping.read(stack, &mut state).await;
            }
            for mapping in &self.queues {
                moved |= mapping.receive(stack).await;
            }
            moved |= stack
                .services()
                .razorpay
                .deliver_due()
                .await
                .iter()
                .any(|delivered| delivered.status.is_some_and(|status| status.is_success()));
            if !moved {
                break;
            }
        }
        if let Some(consumed) = self.streams.iter().map(|m| state.read.get(&m.function).copied().unwrap_or(0)).min() {
            // Both have read it. Keeping records would only make the engine slower.
            if let Err(error) = stack.services().dynamodb.delete_consumed(TABLE, consumed) {
                tracing::warn!(%error, "stream records were not removed");
            }
        }
    }
}

impl StreamMapping {
    async fn read(&self, stack: &Stack, state: &mut State) -> bool {
        let after = state.read.get(&self.function).copied();
        let records = match stack.services().dynamodb.stream_records(TABLE, after, self.batch) {
            Ok(records) => records,
            Err(error) => {
                tracing::error!(%error, "the stream could not be read");
                return false;
            }
        };
        let Some(last) = records.last().map(|record| record.sequence) else { return false };
        let batch: Vec<&Value> =
            records.iter().map(|record| &record.event).filter(|record| self.filter.admits(record)).collect();
        if batch.is_empty() {
            state.read.insert(self.function.clone(), last);
            return true;
        }
        let event = json!({ "Records": batch }).to_string();
        let failed_from = match stack.invoke(&self.function, &event, &stack.request_id()).await {
            Ok(answer) => first_failure(&answer),
            Err(error) => {
                tracing::error!(function = self.function, error, "a batch failed");
                Some(String::new())
            }
        };
        let Some(failed_from) = failed_from else {
            state.read.insert(self.function.clone(), last);
            state.attempts.remove(&self.function);
            return true;
        };
        // What stands before the record that failed is done.
        let failed_at =
            records.iter().find(|record| record.event.pointer("/dynamodb/SequenceNumber") == Some(&json!(failed_from)));
        let failed_sequence = failed_at.or(records.first()).map_or(last, |record| record.sequence);
        let progressed = after.is_none_or(|after| failed_sequence > after + 1) && failed_at.is_some();
        state.read.insert(self.function.clone(), failed_sequence.saturating_sub(1));
        let attempts = state.attempts.entry(self.function.clone()).or_default();
        *attempts += 1;
        if *attempts >= STREAM_ATTEMPTS {
            state.attempts.remove(&self.function);
            let key = format!("aws/lambda/{}/{}", self.function, stack.request_id());
            let payload = json!({ "payload": { "Records": batch } }).to_string();
            if !stack.services().s3.put(FAILURES_BUCKET, &key, "application/json", payload) {
                tracing::error!(function = self.function, "a batch that was given up could not be kept");
            }
            state.read.insert(self.function.clone(), last);
            return true;
        }
        progressed || *attempts < STREAM_ATTEMPTS
    }
}

fn first_failure(answer: &str) -> Option<String> {
    let outcome: BatchOutcome = serde_json::from_str(answer).unwrap_or_default();
    outcome.failures.into_iter().next().map(|failure| failure.item)
}

impl QueueMapping {
    async fn receive(&self, stack: &Stack) -> bool {
        let sqs = &stack.services().sqs;
        let messages = sqs.receive_due(&self.queue, self.batch);
        if messages.is_empty() {
            return false;
        }
        let records: Vec<Value> = messages.iter().map(|message| message.event_record(&self.queue)).collect();
        let event = json!({ "Records": records }).to_string();
        let failed: Vec<String> = match stack.invoke(&self.function, &event, &stack.request_id()).await {
            Ok(answer) => {
                let outcome: BatchOutcome = serde_json::from_str(&answer).unwrap_or_default();
                outcome.failures.into_iter().map(|failure| failure.item).collect()
            }
            Err(error) => {
                tracing::error!(function = self.function, error, "a batch failed");
                return true;
            }
        };
        for message in &messages {
            if !failed.contains(&message.message_id) {
                sqs.delete(&self.queue, &message.receipt_handle);
            }
        }
        true
    }
}
