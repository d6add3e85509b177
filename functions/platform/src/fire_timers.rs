//! Consumer of a schedule, every minute: tells what was planned for a time that has come, to the queue of whoever acts on it.
//!
//! It decides nothing: what a timer means is known by whoever gets its message. A timer is forgotten only when its queue has taken the
//! message, so a run that stops anywhere, or two runs at once, tell it again and lose none. After an outage it goes through the hours
//! since, some thousands of timers in a run, and the next minute goes on. What can't be read, and what a queue will never take, is put
//! into the bucket of failures and holds up nothing.

use crate::outbox::Outbox;
use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, ScheduledEvent, Source, Variable};
use gateway::failures::{FailedRecord, Failures, S3Failures};
use gateway::queues::OutgoingMessage;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use storage::{DueTimer, Storage};

/// `fireTimers`
pub static CONSUMER: Consumer<RingPorts, ScheduledEvent, ()> = Consumer::of(Source::Schedule, "fireTimers", &handle);

/// How many timers are read, told and forgotten at a time.
const AT_ONCE: usize = 500;

/// How often that is done in a run: some two seconds each, within the function's minute.
const ROUNDS: usize = 20;

/// The table, the queues, and the bucket of failures.
#[derive(Clone)]
pub struct RingPorts {
    storage: Storage,
    outbox: Outbox,
    failures: Arc<dyn Failures>,
}

impl FromEnvironment for RingPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let failures = S3Failures::new(aws.sdk(), aws.variable(Variable::FailuresBucket)?);
        Ok(RingPorts { storage: aws.storage()?, outbox: Outbox::wire(aws)?, failures: Arc::new(failures) })
    }
}

async fn handle(cx: Context, ports: RingPorts, _: ScheduledEvent) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let due = ports.storage.due_timers(cx.now(), AT_ONCE).await.map_err(Problem::from)?;
        ring(&cx, &ports, &due.timers).await?;
        cx.retrying(async || Ok(ports.storage.pass_hours(&due, &cx.provenance()).await?)).await?;
        if !due.more {
            return Ok(());
        }
    }
    tracing::warn!(consumer = cx.operation(), "there are more timers than one run rings");
    Ok(())
}

/// Tells each, and forgets those that were told.
async fn ring(cx: &Context, ports: &RingPorts, timers: &[DueTimer]) -> Result<(), Failure> {
    let mut done = vec![];
    let mut readable = vec![];
    let mut parcels = vec![];
    for timer in timers {
        match timer.envelope() {
            Ok(message) => {
                readable.push(timer);
                parcels.push(OutgoingMessage { message, delay: Duration::ZERO });
            }
            Err(error) => {
                put_aside(cx, ports, timer, &error.to_string()).await?;
                done.push(timer.clone());
            }
        }
    }
    let mut unsent = vec![false; readable.len()];
    for failed in ports.outbox.send(parcels).await {
        let timer = readable[failed.index];
        tracing::error!(timer = timer.name(), error = %failed.error, "a timer was not told");
        if failed.error.is_transient() {
            unsent[failed.index] = true;
        } else {
            put_aside(cx, ports, timer, &failed.error.to_string()).await?;
        }
    }
    done.extend(readable.into_iter().zip(&unsent).filter(|(_, unsent)| !**unsent).map(|(timer, _)| timer.clone()));
    cx.retrying(async || Ok(ports.storage.forget_timers(&done, &cx.provenance()).await?)).await?;
    match unsent.iter().filter(|unsent| **unsent).count() {
        0 => Ok(()),
        left => Err(Failure::Transient(format!("{left} timers were not taken by their queues"))),
    }
}

async fn put_aside(cx: &Context, ports: &RingPorts, timer: &DueTimer, reason: &str) -> Result<(), Failure> {
    let name = timer.name();
    tracing::error!(timer = name, reason, "a timer is put aside");
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
