//! Consumer of a daily event of EventBridge Scheduler: sends `ScheduleDue` for each doctor in the directory, so that
//! the slots of the days that have come within the horizon are published.
//!
//! The consumer has no state. A run that fails begins again from the start, and a second message for a doctor changes
//! nothing. About a hundred thousand doctors fit into one run.

use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, ScheduledEvent, Source, Variable};
use domain::core::id::DoctorId;
use domain::messages::{Envelope, Message};
use gateway::queues::{OutgoingMessage, Queue, SqsQueue};
use std::sync::Arc;
use std::time::Duration;
use storage::{PageRequest, Storage};

/// The consumer `extendSchedules`.
pub static CONSUMER: Consumer<ExtendPorts, ScheduledEvent, ()> =
    Consumer::of(Source::Schedule, "extendSchedules", &handle);

/// The table, and the queue of `applySchedule`.
#[derive(Clone)]
pub struct ExtendPorts {
    storage: Storage,
    calendars: Arc<dyn Queue>,
}

impl FromEnvironment for ExtendPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let calendars = SqsQueue::new(aws.sdk(), aws.variable(Variable::CalendarsQueue)?);
        Ok(ExtendPorts { storage: aws.storage()?, calendars: Arc::new(calendars) })
    }
}

async fn handle(cx: Context, ports: ExtendPorts, event: ScheduledEvent) -> Result<(), Failure> {
    let mut request = PageRequest::first(PageRequest::MAX);
    loop {
        let page = ports.storage.listed_doctors(&request).await;
        let page = page.map_err(|error| Failure::Transient(error.to_string()))?;
        let messages: Vec<OutgoingMessage> = page.items.iter().map(|&doctor| due(&cx, &event, doctor)).collect();
        if let Some(failed) = ports.calendars.send_batch(&messages).await.first() {
            return Err(Failure::Transient(failed.error.to_string()));
        }
        match page.next {
            Some(next) => request = PageRequest::new(PageRequest::MAX, Some(next)),
            None => return Ok(()),
        }
    }
}

fn due(cx: &Context, event: &ScheduledEvent, doctor: DoctorId) -> OutgoingMessage {
    // The id is the same in each run for the same instant.
    let id = format!("{}/{}/{doctor}", cx.operation(), event.time);
    let payload = Message::ScheduleDue { doctor };
    let message = Envelope::new(id, cx.now(), cx.request.id.clone(), cx.operation().to_owned(), payload);
    OutgoingMessage { message, delay: Duration::ZERO }
}
