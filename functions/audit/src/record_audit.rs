//! The first consumer of the stream: it appends changes to the audit trail, once and in order.
//!
//! Each record is read separately. Events are grouped by their chain and appended by one transaction for each part of a
//! chain, which also stores their ids: an event that is delivered again is recognised. So a failure may cut a batch
//! anywhere. After a failure of the table the stream delivers again from the first record that may be missing; later
//! events that were appended stay.
//!
//! An unreadable record is *not* reported as failed. The stream would deliver it again until it is twelve hours old,
//! and block its whole shard meanwhile: one bad record would stop the trail. The record is put into the bucket of
//! failures, where Lambda also puts the records that it gives up; every object of that bucket raises an alarm. It is
//! replayed after its cause is fixed, and enters its chain late but with the instant of the change. If the bucket fails
//! as well, the record and all later ones are reported as failed: a delay is better than a loss.
//!
//! The consumer ignores its own writes: audit records, heads of chains and idempotency records are not auditable
//! ([`storage::changes`]), and the template's filter does not even invoke the function for them.

use api::{Aws, BatchOutcome, ConfigError, Consumer, Context, Failure, FromEnvironment, Source, StreamBatch, Variable};
use domain::audit::{AuditEvent, Retention};
use gateway::ServiceUnavailable;
use gateway::failures::{FailedRecord, Failures, S3Failures};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::changes::{AuditableChange, StreamRecord, Undecodable};
use storage::{Keeping, Storage};

/// `recordAudit`
pub static CONSUMER: Consumer<RecordPorts, StreamBatch, BatchOutcome> =
    Consumer::of(Source::Stream, "recordAudit", &handle);

/// The table, and the bucket of failures.
#[derive(Clone)]
pub struct RecordPorts {
    storage: Storage,
    failures: Arc<dyn Failures>,
    retention: Retention,
}

impl FromEnvironment for RecordPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let failures = S3Failures::new(aws.sdk(), aws.variable(Variable::FailuresBucket)?);
        let years = Variable::AuditRetention;
        let retention = aws.variable(years)?.parse().map_err(|_| ConfigError(years.name()))?;
        Ok(RecordPorts { storage: aws.storage()?, failures: Arc::new(failures), retention })
    }
}

/// The content of a batch: the events by chain, and the unreadable records, each with the index of its record.
#[derive(Debug, Default)]
struct Findings {
    chains: BTreeMap<u8, Vec<(usize, AuditEvent)>>,
    unreadable: Vec<(usize, Undecodable)>,
}

async fn handle(cx: Context, ports: RecordPorts, batch: StreamBatch) -> Result<BatchOutcome, Failure> {
    let findings = read(&batch.records);
    let keeping = Keeping { retention: ports.retention, secret: secret(&cx) };
    let mut failed: Vec<usize> = vec![];
    for (place, error) in findings.unreadable {
        if set_aside(&cx, &ports, &batch.records[place], &error.to_string()).await.is_err() {
            failed.push(place);
        }
    }
    for (chain, found) in findings.chains {
        let first = found.first().map_or(0, |(place, _)| *place);
        let events = found.into_iter().map(|(_, event)| event).collect();
        match ports.storage.append(chain, events, &keeping, &cx.provenance()).await {
            Ok(appended) => tracing::debug!(chain, appended, "events were appended to a chain"),
            Err(error) => {
                tracing::error!(chain, %error, "events could not be appended to a chain");
                failed.push(first);
            }
        }
    }
    Ok(failed.into_iter().min().map(|place| BatchOutcome::from_record_on(&batch.records[place])).unwrap_or_default())
}

/// Random bytes that are used for this batch and not stored: two random ids, of 122 random bits each.
fn secret(cx: &Context) -> [u8; 32] {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(cx.new_id().as_bytes());
    secret[16..].copy_from_slice(cx.new_id().as_bytes());
    secret
}

/// Reads each record separately, in the order of the shard.
fn read(records: &[Value]) -> Findings {
    let mut findings = Findings::default();
    for (place, record) in records.iter().enumerate() {
        match change(record) {
            Ok(Some(change)) => findings.chains.entry(change.chain).or_default().push((place, change.event)),
            Ok(None) => {}
            Err(error) => findings.unreadable.push((place, error)),
        }
    }
    findings
}

fn change(record: &Value) -> Result<Option<AuditableChange>, Undecodable> {
    match StreamRecord::parse(&record.to_string())? {
        Some(record) => record.auditable(),
        None => Ok(None),
    }
}

async fn set_aside(cx: &Context, ports: &RecordPorts, record: &Value, reason: &str) -> Result<(), ServiceUnavailable> {
    let sequence = StreamBatch::sequence_number(record);
    tracing::error!(record = sequence, reason, "a record is set aside");
    let failed =
        FailedRecord { function: cx.operation(), request_id: &cx.request.id, sequence, at: cx.now(), reason, record };
    let kept = ports.failures.keep(failed).await;
    kept.inspect_err(|error| tracing::error!(record = sequence, %error, "a record could not be set aside"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::EventType;
    use serde_json::json;

    const SAMPLE: &str = include_str!("../../../events/record-audit.json");

    /// The records of a held appointment and of an activity.
    fn sample() -> Vec<Value> {
        let event: Value = serde_json::from_str(SAMPLE).unwrap();
        event["Records"].as_array().unwrap().clone()
    }

    fn written(pk: &str, sk: &str) -> Value {
        let mut record = sample().remove(0);
        for image in ["Keys", "NewImage"] {
            record["dynamodb"][image]["PK"] = json!({ "S": pk });
            record["dynamodb"][image]["SK"] = json!({ "S": sk });
        }
        record
    }

    fn events(findings: &Findings) -> Vec<&AuditEvent> {
        findings.chains.values().flatten().map(|(_, event)| event).collect()
    }

    #[test]
    fn a_change_becomes_an_event_of_the_chain_of_its_partition() {
        let records = sample();
        let findings = read(&records);
        assert!(findings.unreadable.is_empty());
        let found = events(&findings);
        assert_eq!(found.len(), records.len());
        let booked = found.iter().find(|event| event.event_type == EventType::AppointmentBooked).unwrap();
        assert_eq!(booked.operation, "bookAppointment");
        let chain = domain::audit::chain_of("APPT#c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04");
        assert!(findings.chains[&chain].iter().any(|(_, event)| event.id == booked.id));
    }

    #[test]
    fn its_own_writes_give_no_events() {
        let own = [
            written("AUDIT#03", "00000000000000000001"),
            written("CHAIN#03", "HEAD"),
            written("CHAIN#03", "SEEN#0a1b"),
            written("IDEM#0a1b", "IDEM"),
        ];
        let findings = read(&own);
        assert!(events(&findings).is_empty() && findings.unreadable.is_empty(), "{findings:?}");
    }

    #[test]
    fn a_second_delivery_has_the_same_ids() {
        let (first, second) = (read(&sample()), read(&sample()));
        let ids = |findings: &Findings| events(findings).iter().map(|event| event.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&first), ids(&second));
    }

    #[test]
    fn events_of_a_chain_keep_the_order_of_the_shard() {
        let mut later = sample().remove(0);
        later["eventName"] = json!("MODIFY");
        later["dynamodb"]["NewImage"]["ver"] = json!({ "N": "2" });
        let first = sample().remove(0);
        let findings = read(&[first, later]);
        let places: Vec<_> = findings.chains.values().flatten().map(|(place, _)| *place).collect();
        assert_eq!(places, [0, 1]);
    }

    #[test]
    fn an_unreadable_record_blocks_no_other() {
        let mut records = sample();
        records.insert(0, json!({ "eventName": "INSERT" }));
        records.insert(1, written("NOBODY#1", "X"));
        let mut unstamped = sample().remove(0);
        unstamped["dynamodb"]["NewImage"].as_object_mut().unwrap().remove("prov");
        records.push(unstamped);
        let findings = read(&records);
        let places: Vec<_> = findings.unreadable.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [0, 1, records.len() - 1]);
        assert_eq!(events(&findings).len(), sample().len());
    }

    #[test]
    fn a_removal_by_ttl_is_no_event() {
        let mut record = sample().remove(1);
        record["eventName"] = json!("REMOVE");
        let findings = read(&[record]);
        assert!(events(&findings).is_empty() && findings.unreadable.is_empty());
    }
}
