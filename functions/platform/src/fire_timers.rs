//! Consumer of a schedule, every minute: it fires the timers that are due, by sending their messages to the queues of
//! their consumers.
//!
//! It decides nothing: the consumer of the message acts on it. A timer is deleted only after its queue has taken the
//! message. So a run that stops anywhere, or two parallel runs, may send a message twice and lose none. After an outage
//! a run works through the hours since then, some thousands of timers at a time, and the next run continues. An
//! unreadable timer, and a message that a queue rejects for good, is put into the bucket of failures and blocks no
//! other.

use crate::outbox::Outbox;
use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, ScheduledEvent, Source, Variable};
use gateway::failures::{FailedRecord, Failures, S3Failures};
use gateway::queues::OutgoingMessage;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use storage::{DueTimer, Storage};

/// `fireTimers`
pub static CONSUMER: Consumer<TimerPorts, ScheduledEvent, ()> = Consumer::of(Source::Schedule, "fireTimers", &handle);

/// The number of timers that are read, fired and deleted at a time.
const AT_ONCE: usize = 500;

/// The number of rounds in a run. A round takes some two seconds, and a run must end within the function's timeout of a
/// minute.
const ROUNDS: usize = 20;

/// The table, the queues, and the bucket of failures.
#[derive(Clone)]
pub struct TimerPorts {
    storage: Storage,
    outbox: Outbox,
    failures: Arc<dyn Failures>,
}

impl FromEnvironment for TimerPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let failures = S3Failures::new(aws.sdk(), aws.variable(Variable::FailuresBucket)?);
        Ok(TimerPorts { storage: aws.storage()?, outbox: Outbox::wire(aws)?, failures: Arc::new(failures) })
    }
}

async fn handle(cx: Context, ports: TimerPorts, _: ScheduledEvent) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let due = ports.storage.due_timers(cx.now(), AT_ONCE).await.map_err(Problem::from)?;
        fire(&cx, &ports, &due.timers).await?;
        cx.retrying(async || Ok(ports.storage.pass_hours(&due, &cx.provenance()).await?)).await?;
        if !due.more {
            return Ok(());
        }
    }
    tracing::warn!(consumer = cx.operation(), "more timers are due than one run fires");
    Ok(())
}

/// Sends the message of each timer, and deletes the timers whose messages were sent.
async fn fire(cx: &Context, ports: &TimerPorts, timers: &[DueTimer]) -> Result<(), Failure> {
    let mut done = vec![];
    let mut readable = vec![];
    let mut messages = vec![];
    for timer in timers {
        match timer.envelope() {
            Ok(message) => {
                readable.push(timer);
                messages.push(OutgoingMessage { message, delay: Duration::ZERO });
            }
            Err(error) => {
                set_aside(cx, ports, timer, &error.to_string()).await?;
                done.push(timer.clone());
            }
        }
    }
    let mut unsent = vec![false; readable.len()];
    for failed in ports.outbox.send(messages).await {
        let timer = readable[failed.index];
        tracing::error!(timer = timer.name(), error = %failed.error, "the message of a timer was not sent");
        if failed.error.is_transient() {
            unsent[failed.index] = true;
        } else {
            set_aside(cx, ports, timer, &failed.error.to_string()).await?;
        }
    }
    done.extend(readable.into_iter().zip(&unsent).filter(|(_, unsent)| !**unsent).map(|(timer, _)| timer.clone()));
    cx.retrying(async || Ok(ports.storage.forget_timers(&done, &cx.provenance()).await?)).await?;
    match unsent.iter().filter(|unsent| **unsent).count() {
        0 => Ok(()),
        left => Err(Failure::Transient(format!("{left} timers were not taken by their queues"))),
    }
}

async fn set_aside(cx: &Context, ports: &TimerPorts, timer: &DueTimer, reason: &str) -> Result<(), Failure> {
    let name = timer.name();
    tracing::error!(timer = name, reason, "a timer is set aside");
    let record = json!({ "timer": name, "message": timer.text() });
    let failed = FailedRecord {
        function: cx.operation(),
        request_id: &cx.request.id,
        sequence: &name.replace('#', "-"),
        at: cx.now(),
        reason,
        record: &record,
    };
    ports.failures.keep(failed).await.map_err(|error| Failure::Transient(error.to_string()))
}
