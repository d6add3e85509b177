//! The second consumer of the stream: it turns changes into messages and sends them to the queues of their consumers.
//!
//! It decides nothing: [`storage::changes`] says which changes give messages, and `outbox` has the queues of each kind
//! of message. The id of a message follows from the change, so a second delivery carries the same id.
//!
//! A batch is read in order. If a queue does not take a message, the stream delivers again from that record on; later
//! messages may then be sent twice, which their consumers expect. An unreadable record, and a message that a queue
//! rejects for good, is put into the bucket of failures, from which it can be replayed, and blocks no other: see
//! `record-audit` for why it is not reported as failed.

use crate::outbox::Outbox;
use api::{Aws, BatchOutcome, ConfigError, Consumer, Context, Failure, FromEnvironment, Source, StreamBatch, Variable};
use domain::appointments::booking::LONGEST_HOLD_MINUTES;
use domain::messages::{Envelope, Message};
use gateway::ServiceUnavailable;
use gateway::failures::{FailedRecord, Failures, S3Failures};
use gateway::queues::{LONGEST_DELAY, OutgoingMessage};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use storage::changes::{StreamRecord, Undecodable};

/// `dispatch`
pub static CONSUMER: Consumer<DispatchPorts, StreamBatch, BatchOutcome> =
    Consumer::of(Source::Stream, "dispatch", &handle);

/// The clocks of the functions that place and release a hold differ by less than this.
const AFTER_THE_HOLD: SignedDuration = SignedDuration::from_secs(1);

/// The time after which every booking or capture that read a doctor as active is written or has failed, and is in the
/// index: no function that writes one runs for longer than half of this.
const AFTER_THE_LAST_BOOKING: Duration = Duration::from_secs(60);

/// The queues, and the bucket of failures.
#[derive(Clone)]
pub struct DispatchPorts {
    outbox: Outbox,
    failures: Arc<dyn Failures>,
}

impl FromEnvironment for DispatchPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let failures = S3Failures::new(aws.sdk(), aws.variable(Variable::FailuresBucket)?);
        Ok(DispatchPorts { outbox: Outbox::wire(aws)?, failures: Arc::new(failures) })
    }
}

async fn handle(cx: Context, ports: DispatchPorts, batch: StreamBatch) -> Result<BatchOutcome, Failure> {
    // The index of the record of each message, and of the first record to deliver again.
    let mut places = vec![];
    let mut messages = vec![];
    let mut failed: Option<usize> = None;
    for (place, record) in batch.records.iter().enumerate() {
        match message(record) {
            Ok(Some(message)) if is_repeated(&messages, &message.payload) => {}
            Ok(Some(message)) => {
                for delay in delays(&message.payload, cx.now()) {
                    places.push(place);
                    messages.push(OutgoingMessage { message: message.clone(), delay });
                }
            }
            Ok(None) => {}
            Err(error) => {
                if set_aside(&cx, &ports, record, &error.to_string()).await.is_err() {
                    failed = Some(place);
                    break;
                }
            }
        }
    }
    for unsent in ports.outbox.send(messages).await {
        let (place, error) = (places[unsent.index], unsent.error);
        let record = &batch.records[place];
        if error.is_transient() || set_aside(&cx, &ports, record, &error.to_string()).await.is_err() {
            tracing::error!(record = StreamBatch::sequence_number(record), %error, "a message was not sent");
            failed = Some(failed.map_or(place, |first| first.min(place)));
        }
    }
    Ok(failed.map(|place| BatchOutcome::from_record_on(&batch.records[place])).unwrap_or_default())
}

fn message(record: &Value) -> Result<Option<Envelope>, Undecodable> {
    match StreamRecord::parse(&record.to_string())? {
        Some(record) => record.message(),
        None => Ok(None),
    }
}

/// Whether the batch has this message already: each of several published slots of a day gives the same message.
fn is_repeated(messages: &[OutgoingMessage], message: &Message) -> bool {
    matches!(message, Message::FirstFreeSlotsDue { .. })
        && messages.iter().any(|outgoing| outgoing.message.payload == *message)
}

async fn set_aside(
    cx: &Context,
    ports: &DispatchPorts,
    record: &Value,
    reason: &str,
) -> Result<(), ServiceUnavailable> {
    let sequence = StreamBatch::sequence_number(record);
    tracing::error!(record = sequence, reason, "a record is set aside");
    let failed =
        FailedRecord { function: cx.operation(), request_id: &cx.request.id, sequence, at: cx.now(), reason, record };
    let kept = ports.failures.keep(failed).await;
    kept.inspect_err(|error| tracing::error!(record = sequence, %error, "a record could not be set aside"))
}

/// The delays of a message. A suspension is sent a second time, after every booking and capture that has not read it: a
/// visit that one of these confirmed would otherwise stay confirmed, with a suspended doctor.
fn delays(message: &Message, now: Timestamp) -> impl Iterator<Item = Duration> {
    let again = matches!(message, Message::DoctorSuspended { .. }).then_some(AFTER_THE_LAST_BOOKING);
    std::iter::once(delay(message, now)).chain(again)
}

const _: () = assert!(
    LONGEST_HOLD_MINUTES as u64 * 60 <= LONGEST_DELAY.as_secs(),
    "a queue can't delay a message until the end of a hold"
);

/// The delay of a message: until the end of a hold, zero for all other messages.
fn delay(message: &Message, now: Timestamp) -> Duration {
    let Message::HoldPlaced { until, .. } = message else { return Duration::ZERO };
    let left = until.duration_since(now) + AFTER_THE_HOLD;
    Duration::try_from(left).unwrap_or(Duration::ZERO).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Destination;
    use crate::outbox::tests::FakeQueue;
    use api::{Bound, Clock, Runtime};
    use gateway::queues::{Queue, QueueError};
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    const SAMPLE: &str = include_str!("../../../events/dispatch.json");

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            "2026-11-30T03:50:00Z".parse().unwrap()
        }
    }

    #[derive(Default)]
    struct FakeFailures {
        kept: Mutex<Vec<String>>,
        is_down: bool,
    }

    impl Failures for FakeFailures {
        fn keep<'a>(&'a self, failed: FailedRecord<'a>) -> gateway::Future<'a, Result<(), ServiceUnavailable>> {
            Box::pin(async move {
                if self.is_down {
                    return Err(ServiceUnavailable::new("test", "down"));
                }
                self.kept.lock().unwrap().push(failed.sequence.to_owned());
                Ok(())
            })
        }
    }

    struct Stage {
        queues: BTreeMap<Destination, Arc<FakeQueue>>,
        failures: Arc<FakeFailures>,
    }

    impl Stage {
        fn new() -> Self {
            let queues = Destination::ALL.map(|(destination, _)| (destination, Arc::default()));
            Stage { queues: queues.into(), failures: Arc::default() }
        }

        fn refusing(mut self, destination: Destination, refusal: fn() -> QueueError) -> Self {
            let queue = FakeQueue { refusal: Some(refusal), ..FakeQueue::default() };
            self.queues.insert(destination, Arc::new(queue));
            self
        }

        async fn dispatch(&self, records: &[Value]) -> Vec<String> {
            let queues = self.queues.iter().map(|(destination, queue)| (*destination, queue.clone() as Arc<dyn Queue>));
            let outbox = Outbox(Arc::new(queues.collect()));
            let ports = DispatchPorts { outbox, failures: self.failures.clone() };
            let runtime = Runtime { clock: Arc::new(Noon), ..Runtime::default() };
            let event = json!({ "Records": records }).to_string();
            let bound: Bound = CONSUMER.with(ports);
            let answer = bound.invoke(&runtime, &event, "r-1").await.unwrap();
            let outcome: BatchOutcome = serde_json::from_str(&answer).unwrap();
            outcome.failures.into_iter().map(|failure| failure.item).collect()
        }

        fn taken(&self, destination: Destination) -> Vec<OutgoingMessage> {
            self.queues[&destination].taken.lock().unwrap().clone()
        }
    }

    /// The records of a placed hold, a confirmed appointment and a stored event of the payment gateway.
    fn sample() -> Vec<Value> {
        let event: Value = serde_json::from_str(SAMPLE).unwrap();
        event["Records"].as_array().unwrap().clone()
    }

    fn number(record: &Value) -> String {
        StreamBatch::sequence_number(record).to_owned()
    }

    fn unreadable() -> Value {
        let mut record = sample().remove(0);
        record["dynamodb"]["NewImage"]["ver"] = json!({"N": "one"});
        record["dynamodb"]["SequenceNumber"] = json!("111000000000000000000009");
        record
    }

    #[tokio::test]
    async fn every_message_goes_to_the_queues_of_its_consumers() {
        let stage = Stage::new();
        assert_eq!(stage.dispatch(&sample()).await, [""; 0]);
        let kinds = Destination::ALL.map(|(destination, _)| stage.taken(destination).len());
        assert_eq!(kinds, [1, 1, 0, 1, 0, 0, 0, 0, 0]);
        let hold = &stage.taken(Destination::Holds)[0];
        assert!(matches!(hold.message.payload, Message::HoldPlaced { .. }));
        assert_eq!(hold.delay, Duration::from_secs(601), "ten minutes and a second");
    }

    #[tokio::test]
    async fn a_suspension_is_sent_again_after_the_last_booking_that_did_not_read_it() {
        let doctor = |state: Value| {
            let mut image = json!({
                "PK": {"S": "DOC#1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02"}, "SK": {"S": "DOCTOR"}, "v": {"N": "1"},
                "name": {"S": "Meera Iyer"}, "registration_number": {"S": "KMC/1"}, "qualification": {"S": "MBBS"},
                "specialities": {"L": [{"S": "cardiology"}]}, "languages": {"L": [{"S": "en"}]}, "fee": {"N": "0"},
                "zone": {"S": "Asia/Kolkata"}, "email": {"S": "meera@example.com"}, "ver": {"N": "2"},
                "prov": sample()[0]["dynamodb"]["NewImage"]["prov"],
            });
            image.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
            image
        };
        let mut record = sample().remove(0);
        record["eventName"] = json!("MODIFY");
        record["dynamodb"]["OldImage"] = doctor(json!({"state": {"S": "active"}}));
        record["dynamodb"]["NewImage"] = doctor(json!({
            "state": {"S": "suspended"}, "suspended_at": {"N": "1796010600000"}, "suspended_because": {"S": "fraud"},
        }));
        record["dynamodb"]["Keys"] =
            json!({"PK": record["dynamodb"]["NewImage"]["PK"], "SK": record["dynamodb"]["NewImage"]["SK"]});

        let stage = Stage::new();
        assert_eq!(stage.dispatch(&[record]).await, [""; 0]);

        assert_eq!(stage.taken(Destination::FirstFreeSlots).len(), 2, "the doctor leaves the index");
        let sent = stage.taken(Destination::Suspensions);
        assert!(sent.iter().all(|outgoing| matches!(outgoing.message.payload, Message::DoctorSuspended { .. })));
        assert_eq!(sent.iter().map(|outgoing| outgoing.delay.as_secs()).collect::<Vec<_>>(), [0, 60]);
    }

    #[tokio::test]
    async fn slots_of_a_day_that_are_published_at_once_are_one_message() {
        let slot = |number: usize, start: &str| {
            let mut record = sample().remove(0);
            record["eventName"] = json!("INSERT");
            record["dynamodb"]["SequenceNumber"] = json!(format!("11100000000000000000000{number}"));
            record["dynamodb"]["OldImage"] = json!({});
            record["dynamodb"]["NewImage"] = json!({
                "PK": {"S": "DOC#1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02"}, "SK": {"S": format!("SLOT#{start}")}, "v": {"N": "1"},
                "end": {"N": "1796101200000"}, "state": {"S": "free"}, "ver": {"N": "1"},
                "prov": sample()[0]["dynamodb"]["NewImage"]["prov"],
            });
            record["dynamodb"]["Keys"] =
                json!({"PK": record["dynamodb"]["NewImage"]["PK"], "SK": record["dynamodb"]["NewImage"]["SK"]});
            record
        };
        let stage = Stage::new();
        let records = [slot(1, "20261201T0400Z"), slot(2, "20261201T0430Z"), slot(3, "20261130T2359Z")];
        assert_eq!(stage.dispatch(&records).await, [""; 0]);
        let sent = stage.taken(Destination::FirstFreeSlots);
        let days = sent.iter().map(|outgoing| match outgoing.message.payload {
            Message::FirstFreeSlotsDue { date, .. } => date.unwrap().to_string(),
            _ => panic!("{outgoing:?}"),
        });
        assert_eq!(days.collect::<Vec<_>>(), ["2026-12-01", "2026-11-30"]);
    }

    #[tokio::test]
    async fn a_second_delivery_sends_the_same_messages() {
        let stage = Stage::new();
        stage.dispatch(&sample()).await;
        stage.dispatch(&sample()).await;
        let sent = stage.taken(Destination::Notifications);
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].message, sent[1].message);
    }

    #[tokio::test]
    async fn records_are_delivered_again_from_the_first_untaken_message_on() {
        let down: fn() -> QueueError = || ServiceUnavailable::new("test", "down").into();
        let stage = Stage::new().refusing(Destination::Notifications, down).refusing(Destination::Settlements, down);
        let records = sample();
        assert_eq!(stage.dispatch(&records).await, [number(&records[1])]);
        assert_eq!(stage.taken(Destination::Holds).len(), 1, "the earlier record is done");
    }

    #[tokio::test]
    async fn a_message_that_a_queue_rejects_for_good_is_set_aside() {
        let stage = Stage::new().refusing(Destination::Holds, || QueueError::Rejected("TooLong".to_owned()));
        let records = sample();
        assert_eq!(stage.dispatch(&records).await, [""; 0]);
        assert_eq!(*stage.failures.kept.lock().unwrap(), [number(&records[0])]);
    }

    #[tokio::test]
    async fn an_unreadable_record_is_set_aside_and_blocks_no_other() {
        let stage = Stage::new();
        let mut records = sample();
        records.insert(0, unreadable());
        assert_eq!(stage.dispatch(&records).await, [""; 0]);
        assert_eq!(*stage.failures.kept.lock().unwrap(), [number(&records[0])]);
        assert_eq!(stage.taken(Destination::Holds).len(), 1);
    }

    #[tokio::test]
    async fn a_record_that_can_not_be_set_aside_is_delivered_again() {
        let stage = Stage { failures: Arc::new(FakeFailures { is_down: true, ..Default::default() }), ..Stage::new() };
        let mut records = sample();
        records.insert(1, unreadable());
        assert_eq!(stage.dispatch(&records).await, [number(&records[1])]);
        assert_eq!(stage.taken(Destination::Holds).len(), 1);
        assert_eq!(stage.taken(Destination::Settlements).len(), 0, "later records wait");
    }

    #[test]
    fn the_delay_is_the_rest_of_the_hold_within_the_limit_of_the_queue() {
        let now = Noon.now();
        let appointment = domain::core::id::AppointmentId::from_uuid(uuid::Uuid::nil());
        let of = |seconds| {
            let until = now + SignedDuration::from_secs(seconds);
            delay(&Message::HoldPlaced { appointment, until }, now).as_secs()
        };
        assert_eq!([of(600), of(5_000), of(-30)], [601, 900, 0]);
        assert_eq!(delay(&Message::AppointmentConfirmed { appointment, version: 1 }, now), Duration::ZERO);
    }
}
