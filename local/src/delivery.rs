//! Deliveries behind the API: schedules, stream mappings, queue mappings, webhooks. Each works as in AWS, one batch at a time.
//!
//! A schedule that was due several times since the last check fires once, for the latest instant: a thousand runs after a
//! sleep would be of no use. [`Delivery::stops`] has the instants at which a clock that is moved must stop for a check.

use crate::services::{FAILURES_BUCKET, Services, TABLE};
use crate::template::{EventSource, ScheduledSource, StreamFilter, Template};
use api::BatchOutcome;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Mutex;

/// The number of tries of a stream batch before it goes to the failure destination.
const STREAM_ATTEMPTS: u32 = 8;

/// The most instants at which a schedule fires during one move of the clock.
const MOST_STOPS: usize = 24;

/// What delivery needs of the system whose functions it invokes.
pub trait Host: Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
    /// The id of the next invocation.
    fn request_id(&self) -> String;
    /// The services that are read and written.
    fn services(&self) -> &Services;
    /// Invokes a function by its logical id.
    ///
    /// # Errors
    /// The error that Lambda would report.
    fn invoke(
        &self,
        function: &str,
        event: &str,
        request_id: &str,
    ) -> impl Future<Output = Result<String, String>> + Send;
}

/// The mappings of the template, and the position of each.
pub struct Delivery {
    schedules: Vec<ScheduleMapping>,
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

struct ScheduleMapping {
    function: String,
    source: ScheduledSource,
}

/// An asynchronous invocation, which Lambda retries until it succeeds or is given up.
struct Invocation {
    function: String,
    event: String,
    due: Timestamp,
    /// The number of tries so far.
    made: u32,
    source: ScheduledSource,
}

#[derive(Default)]
struct State {
    /// The instant up to which the schedules have fired.
    fired: Timestamp,
    /// Failed invocations of schedules, which are retried.
    again: Vec<Invocation>,
    /// The last record that each stream mapping has processed, by function.
    read: BTreeMap<String, u64>,
    /// Failed tries of the next batch, by function.
    attempts: BTreeMap<String, u32>,
}

impl Delivery {
    /// The mappings of a template. What was due before `now` does not fire.
    pub fn of(template: &Template, now: Timestamp) -> Self {
        let state = State { fired: now, ..State::default() };
        let mut delivery = Delivery { schedules: vec![], streams: vec![], queues: vec![], state: Mutex::new(state) };
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
                    EventSource::Schedule(source) => {
                        delivery.schedules.push(ScheduleMapping { function: function.clone(), source: source.clone() });
                    }
                    EventSource::Trigger(_) | EventSource::Url => {}
                }
            }
        }
        delivery
    }

    /// The instants at which a clock that is moved over `(from, until]` must stop for the schedules: each instant of a schedule with at
    /// most [`MOST_STOPS`] of them; otherwise that many, evenly spread, with the last always among them.
    pub fn stops(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let spread = |mapping: &ScheduleMapping| {
            let instants: Vec<Timestamp> = mapping.source.schedule.between(from, until).collect();
            let step = instants.len().div_ceil(MOST_STOPS).max(1);
            instants.into_iter().rev().step_by(step).collect::<Vec<_>>()
        };
        self.schedules.iter().flat_map(spread).collect()
    }

    /// The next instant with a delivery: a delayed or hidden message, a webhook, a failed invocation.
    pub async fn next_change(&self, host: &impl Host) -> Option<Timestamp> {
        let now = host.now();
        let services = host.services();
        let messages = self.queues.iter().filter_map(|mapping| services.sqs.next_change(&mapping.queue));
        let state = self.state.lock().await;
        let invocations = state.again.iter().map(|invocation| invocation.due);
        messages.chain(invocations).chain(services.razorpay.next_due()).filter(|at| *at > now).min()
    }

    /// Invokes the functions whose schedules are due, and retries failed invocations.
    async fn fire(&self, host: &impl Host, state: &mut State) -> bool {
        let now = host.now();
        let (mut due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.again).into_iter().partition(|invocation| invocation.due <= now);
        state.again = later;
        for ScheduleMapping { function, source } in &self.schedules {
            if let Some(at) = source.schedule.between(state.fired, now).last() {
                let event = source.event(at, &host.request_id());
                due.push(Invocation { function: function.clone(), event, due: at, made: 0, source: source.clone() });
            }
        }
        state.fired = state.fired.max(now);
        due.sort_by_key(|invocation| invocation.due);
        let moved = !due.is_empty();
        for invocation in due {
            state.again.extend(invocation.make(host).await);
        }
        moved
    }

    /// Delivers until nothing is left.
    pub async fn settle(&self, host: &impl Host) {
        // One at a time: each mapping reads its source in order.
        let mut state = self.state.lock().await;
        loop {
            let mut moved = self.fire(host, &mut state).await;
            for mapping in &self.streams {
                moved |= mapping.read(host, &mut state).await;
            }
            for mapping in &self.queues {
                moved |= mapping.receive(host).await;
            }
            moved |= host
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
            // Both mappings have read them. Keeping records would only make the engine slower.
            if let Err(error) = host.services().dynamodb.delete_consumed(TABLE, consumed) {
                tracing::warn!(%error, "stream records were not removed");
            }
        }
    }
}

impl ScheduledSource {
    /// The function's event for an instant.
    fn event(&self, at: Timestamp, id: &str) -> String {
        let time = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let arn = format!(
            "arn:aws:scheduler:{}:{}:schedule/default/{}",
            aws_emulator::REGION,
            aws_emulator::ACCOUNT,
            self.name
        );
        match &self.input {
            Some(input) => input
                .replace("<aws.scheduler.scheduled-time>", &time)
                .replace("<aws.scheduler.schedule-arn>", &arn)
                .replace("<aws.scheduler.execution-id>", id)
                .replace("<aws.scheduler.attempt-number>", "1"),
            None => json!({
                "version": "0", "id": id, "detail-type": "Scheduled Event", "source": "aws.scheduler",
                "account": aws_emulator::ACCOUNT, "time": time, "region": aws_emulator::REGION, "resources": [arn], "detail": "{}",
            })
            .to_string(),
        }
    }
}

impl Invocation {
    /// Makes one try. A failed one is retried after one minute, then after two, as Lambda does with asynchronous invocations; an
    /// invocation that is given up goes to the function's failure destination.
    async fn make(mut self, host: &impl Host) -> Option<Self> {
        let request_id = host.request_id();
        let error = host.invoke(&self.function, &self.event, &request_id).await.err()?;
        self.made += 1;
        tracing::error!(function = self.function, made = self.made, error, "a scheduled invocation failed");
        if self.made <= self.source.retries {
            self.due = host.now() + SignedDuration::from_mins(self.made.into());
            return Some(self);
        }
        let record = json!({
            "version": "1.0",
            "timestamp": host.now().to_string(),
            "requestContext": {
                "requestId": request_id,
                "functionArn": format!("arn:aws:lambda:{}:{}:function:{}", aws_emulator::REGION, aws_emulator::ACCOUNT, self.function),
                "condition": "RetriesExhausted",
                "approximateInvokeCount": self.made,
            },
            "requestPayload": serde_json::from_str::<Value>(&self.event).unwrap_or_default(),
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": error},
        });
        let kept =
            self.source.dead_letters.as_ref().is_some_and(|queue| host.services().sqs.put(queue, record.to_string()));
        if !kept {
            tracing::error!(function = self.function, "an invocation that was given up could not be kept");
        }
        None
    }
}

impl StreamMapping {
    async fn read(&self, host: &impl Host, state: &mut State) -> bool {
        let after = state.read.get(&self.function).copied();
        let records = match host.services().dynamodb.stream_records(TABLE, after, self.batch) {
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
        let failed_from = match host.invoke(&self.function, &event, &host.request_id()).await {
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
        // The records before the failed one are done.
        let failed_at =
            records.iter().find(|record| record.event.pointer("/dynamodb/SequenceNumber") == Some(&json!(failed_from)));
        let failed_sequence = failed_at.or(records.first()).map_or(last, |record| record.sequence);
        let progressed = after.is_none_or(|after| failed_sequence > after + 1) && failed_at.is_some();
        state.read.insert(self.function.clone(), failed_sequence.saturating_sub(1));
        let attempts = state.attempts.entry(self.function.clone()).or_default();
        *attempts += 1;
        if *attempts >= STREAM_ATTEMPTS {
            state.attempts.remove(&self.function);
            let key = format!("aws/lambda/{}/{}", self.function, host.request_id());
            let payload = json!({ "payload": { "Records": batch } }).to_string();
            if !host.services().s3.put(FAILURES_BUCKET, &key, "application/json", payload) {
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
    async fn receive(&self, host: &impl Host) -> bool {
        let sqs = &host.services().sqs;
        let messages = sqs.receive_due(&self.queue, self.batch);
        if messages.is_empty() {
            return false;
        }
        let records: Vec<Value> = messages.iter().map(|message| message.event_record(&self.queue)).collect();
        let event = json!({ "Records": records }).to_string();
        let failed: Vec<String> = match host.invoke(&self.function, &event, &host.request_id()).await {
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
