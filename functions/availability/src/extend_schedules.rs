//! Consumer of a schedule, once a day: lets the slots of every doctor in the directory be brought in line with the schedule, so that the
//! days which have come within the horizon are published.
//!
//! It decides nothing and remembers nothing: a run that fails begins again from the start, and a doctor who is told of twice is up to date
//! the second time. Some hundred thousand doctors fit into a run.

use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, ScheduledEvent, Source, Variable};
use domain::core::id::DoctorId;
use domain::messages::{Envelope, Message};
use gateway::queues::{OutgoingMessage, Queue, SqsQueue};
use std::sync::Arc;
use std::time::Duration;
use storage::{PageRequest, Storage};

/// `extendSchedules`
pub static CONSUMER: Consumer<ExtendPorts, ScheduledEvent, ()> =
    Consumer::of(Source::Schedule, "extendSchedules", &handle);

/// The table, and the queue of those who apply schedules.
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
        let page = ports.storage.search(None, None, None, &request).await;
        let page = page.map_err(|error| Failure::Transient(error.to_string()))?;
        let parcels: Vec<OutgoingMessage> =
            page.items.iter().map(|listed| parcel(&cx, &event, listed.doctor)).collect();
        if let Some(unsent) = ports.calendars.send_batch(&parcels).await.first() {
            return Err(Failure::Transient(unsent.error.to_string()));
        }
        match page.next {
            Some(next) => request = PageRequest::new(PageRequest::MAX, Some(next)),
            None => return Ok(()),
        }
    }
}

fn parcel(cx: &Context, event: &ScheduledEvent, doctor: DoctorId) -> OutgoingMessage {
    // The same for every run of one instant.
    let id = format!("{}/{}/{doctor}", cx.operation(), event.time);
    let payload = Message::ScheduleDue { doctor };
    let message = Envelope::new(id, cx.now(), cx.request.id.clone(), cx.operation().to_owned(), payload);
    OutgoingMessage { message, delay: Duration::ZERO }
}
