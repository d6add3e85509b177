//! The queues of the consumers: which message goes into which.

use api::{Aws, ConfigError, Variable};
use domain::messages::Message;
use gateway::queues::{OutgoingMessage, Queue, SendFailure, SqsQueue};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who acts on messages: one queue each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    Holds,
    Settlements,
    Refunds,
    Notifications,
    Calendars,
    Suspensions,
    Visits,
    Earliest,
    Waitlist,
}

impl Destination {
    /// All of them.
    pub(crate) const ALL: [(Destination, Variable); 9] = [
        (Destination::Holds, Variable::HoldsQueue),
        (Destination::Settlements, Variable::SettlementsQueue),
        (Destination::Refunds, Variable::RefundsQueue),
        (Destination::Notifications, Variable::NotificationsQueue),
        (Destination::Calendars, Variable::CalendarsQueue),
        (Destination::Suspensions, Variable::SuspensionsQueue),
        (Destination::Visits, Variable::VisitsQueue),
        (Destination::Earliest, Variable::FirstFreeSlotsQueue),
        (Destination::Waitlist, Variable::WaitlistQueue),
    ];

    /// Those who act on a message.
    const fn of(message: &Message) -> &'static [Self] {
        match message {
            Message::HoldPlaced { .. } => &[Destination::Holds],
            Message::AppointmentConfirmed { .. }
            | Message::AppointmentRescheduled { .. }
            | Message::AppointmentCancelled { .. }
            | Message::ReminderDue { .. }
            | Message::SlotOffered { .. } => &[Destination::Notifications],
            Message::VisitOver { .. } => &[Destination::Visits],
            Message::PaymentEventStored { .. } | Message::OrderDue { .. } => &[Destination::Settlements],
            Message::RefundPending { .. } | Message::RefundDue { .. } => &[Destination::Refunds],
            Message::ScheduleDue { .. } => &[Destination::Calendars],
            Message::FirstFreeSlotsDue { .. } => &[Destination::Earliest],
            Message::WaitlistDue { .. } => &[Destination::Waitlist],
            Message::DoctorSuspended { .. } => &[Destination::Suspensions, Destination::Earliest],
        }
    }
}

/// All queues.
#[derive(Clone)]
pub(crate) struct Outbox(pub(crate) Arc<BTreeMap<Destination, Arc<dyn Queue>>>);

impl Outbox {
    /// Those that the environment names.
    pub(crate) fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let mut queues: BTreeMap<Destination, Arc<dyn Queue>> = BTreeMap::new();
        for (destination, variable) in Destination::ALL {
            queues.insert(destination, Arc::new(SqsQueue::new(aws.sdk(), aws.variable(variable)?)));
        }
        Ok(Outbox(Arc::new(queues)))
    }

    /// Sends each parcel to its queues, and returns those that were *not* sent, by their place.
    pub(crate) async fn send(&self, parcels: Vec<OutgoingMessage>) -> Vec<SendFailure> {
        let mut sendings: BTreeMap<Destination, (Vec<usize>, Vec<OutgoingMessage>)> = BTreeMap::new();
        for (place, parcel) in parcels.into_iter().enumerate() {
            for destination in Destination::of(&parcel.message.payload) {
                let (places, sending) = sendings.entry(*destination).or_default();
                places.push(place);
                sending.push(parcel.clone());
            }
        }
        let mut all = vec![];
        for (destination, (places, sending)) in sendings {
            let unsent = self.0[&destination].send_batch(&sending).await;
            all.extend(
                unsent.into_iter().map(|SendFailure { index, error }| SendFailure { index: places[index], error }),
            );
        }
        all
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::messages::Envelope;
    use gateway::queues::QueueError;
    use std::sync::Mutex;
    use std::time::Duration;

    /// Takes what it is sent, or refuses all of it.
    #[derive(Default)]
    pub(crate) struct FakeQueue {
        pub(crate) taken: Mutex<Vec<OutgoingMessage>>,
        pub(crate) refusal: Option<fn() -> QueueError>,
    }

    impl Queue for FakeQueue {
        fn send<'a>(&'a self, _: &'a Envelope, _: Duration) -> gateway::Future<'a, Result<(), QueueError>> {
            Box::pin(async { unreachable!("messages go in batches") })
        }

        fn send_batch<'a>(&'a self, parcels: &'a [OutgoingMessage]) -> gateway::Future<'a, Vec<SendFailure>> {
            Box::pin(async move {
                if let Some(refusal) = self.refusal {
                    return (0..parcels.len()).map(|index| SendFailure { index, error: refusal() }).collect();
                }
                self.taken.lock().unwrap().extend_from_slice(parcels);
                vec![]
            })
        }
    }
}
