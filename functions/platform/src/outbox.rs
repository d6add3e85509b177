//! The queues of the consumers, and the queue of each kind of message.

use api::{Aws, ConfigError, Variable};
use domain::messages::Message;
use gateway::queues::{OutgoingMessage, Queue, SendFailure, SqsQueue};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A consumer of messages, which has one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    Holds,
    Settlements,
    Refunds,
    Notifications,
    Calendars,
    Suspensions,
    Visits,
    FirstFreeSlots,
    Waitlist,
}

impl Destination {
    /// All destinations, with the variables that name their queues.
    pub(crate) const ALL: [(Destination, Variable); 9] = [
        (Destination::Holds, Variable::HoldsQueue),
        (Destination::Settlements, Variable::SettlementsQueue),
        (Destination::Refunds, Variable::RefundsQueue),
        (Destination::Notifications, Variable::NotificationsQueue),
        (Destination::Calendars, Variable::CalendarsQueue),
        (Destination::Suspensions, Variable::SuspensionsQueue),
        (Destination::Visits, Variable::VisitsQueue),
        (Destination::FirstFreeSlots, Variable::FirstFreeSlotsQueue),
        (Destination::Waitlist, Variable::WaitlistQueue),
    ];

    /// The destinations of a message.
    const fn of(message: &Message) -> &'static [Self] {
        match message {
            Message::HoldPlaced { .. } => &[Destination::Holds],
            Message::AppointmentConfirmed { .. }
            | Message::AppointmentRescheduled { .. }
            | Message::AppointmentCancelled { .. }
            | Message::ReminderDue { .. }
            | Message::AuthenticatorChanged { .. }
            | Message::SlotOffered { .. } => &[Destination::Notifications],
            Message::VisitOver { .. } => &[Destination::Visits],
            Message::PaymentEventStored { .. } | Message::OrderDue { .. } => &[Destination::Settlements],
            Message::RefundPending { .. } | Message::RefundDue { .. } => &[Destination::Refunds],
            Message::ScheduleDue { .. } => &[Destination::Calendars],
            Message::FirstFreeSlotsDue { .. } => &[Destination::FirstFreeSlots],
            Message::WaitlistDue { .. } => &[Destination::Waitlist],
            Message::DoctorReinstated { .. } => &[Destination::Calendars, Destination::FirstFreeSlots],
            Message::DoctorSuspended { .. } => &[Destination::Suspensions, Destination::FirstFreeSlots],
        }
    }
}

/// The queues of all destinations.
#[derive(Clone)]
pub(crate) struct Outbox(pub(crate) Arc<BTreeMap<Destination, Arc<dyn Queue>>>);

impl Outbox {
    /// The queues that the environment names.
    pub(crate) fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let mut queues: BTreeMap<Destination, Arc<dyn Queue>> = BTreeMap::new();
        for (destination, variable) in Destination::ALL {
            queues.insert(destination, Arc::new(SqsQueue::new(aws.sdk(), aws.variable(variable)?)));
        }
        Ok(Outbox(Arc::new(queues)))
    }

    /// Sends each message to its queues, and returns the failures with the indexes of their messages.
    pub(crate) async fn send(&self, messages: Vec<OutgoingMessage>) -> Vec<SendFailure> {
        let mut sendings: BTreeMap<Destination, (Vec<usize>, Vec<OutgoingMessage>)> = BTreeMap::new();
        for (place, message) in messages.into_iter().enumerate() {
            for destination in Destination::of(&message.message.payload) {
                let (places, sending) = sendings.entry(*destination).or_default();
                places.push(place);
                sending.push(message.clone());
            }
        }
        let mut failures = vec![];
        for (destination, (places, sending)) in sendings {
            let unsent = self.0[&destination].send_batch(&sending).await;
            failures.extend(
                unsent.into_iter().map(|SendFailure { index, error }| SendFailure { index: places[index], error }),
            );
        }
        failures
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::messages::Envelope;
    use gateway::queues::QueueError;
    use std::sync::Mutex;
    use std::time::Duration;

    /// A queue that takes all messages, or refuses all.
    #[derive(Default)]
    pub(crate) struct FakeQueue {
        pub(crate) taken: Mutex<Vec<OutgoingMessage>>,
        pub(crate) refusal: Option<fn() -> QueueError>,
    }

    impl Queue for FakeQueue {
        fn send<'a>(&'a self, _: &'a Envelope, _: Duration) -> gateway::Future<'a, Result<(), QueueError>> {
            Box::pin(async { unreachable!("messages are sent in batches") })
        }

        fn send_batch<'a>(&'a self, messages: &'a [OutgoingMessage]) -> gateway::Future<'a, Vec<SendFailure>> {
            Box::pin(async move {
                if let Some(refusal) = self.refusal {
                    return (0..messages.len()).map(|index| SendFailure { index, error: refusal() }).collect();
                }
                self.taken.lock().unwrap().extend_from_slice(messages);
                vec![]
            })
        }
    }
}
