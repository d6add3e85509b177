//! The stream, as it really comes: one audit event for each transaction, the right message for the right change,
//! and nothing from what its own readers write.

use domain::audit::{CHAINS, EventType, Outcome, chain_of};
use domain::core::cancelled_by::CancelledBy;
use domain::messages::{Envelope, Message};
use serde_json::{Value, json};

use super::payments::promised_refund;
use super::samples::*;
use super::stack::Stack;
use crate::changes::{AuditableChange, StreamRecord, Undecodable};
use crate::{Activity, StoredEvent};

fn records(stack: &Stack) -> Vec<StreamRecord> {
    stack.stream().iter().filter_map(|json| StreamRecord::parse(json).unwrap()).collect()
}

fn audited(stack: &Stack) -> Vec<AuditableChange> {
    records(stack).iter().filter_map(|record| record.auditable().unwrap()).collect()
}

fn messages(stack: &Stack) -> Vec<Envelope> {
    records(stack).iter().filter_map(|record| record.message().unwrap()).collect()
}

fn types(stack: &Stack) -> Vec<EventType> {
    audited(stack).iter().map(|change| change.event.event_type).collect()
}

#[tokio::test]
async fn a_booking_of_four_items_is_one_event_that_names_fields_and_no_values() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;

    assert_eq!(
        types(&stack),
        [EventType::DoctorRegistered, EventType::AvailabilityPublished, EventType::AppointmentBooked]
    );
    let AuditableChange { event, chain: found } = audited(&stack).pop().unwrap();
    assert_eq!(found, chain_of(&format!("APPT#{}", appointment_id(1))));
    assert!(found < CHAINS);
    assert_eq!((event.actor.as_str(), event.operation.as_str()), ("patient", "testOperation"));
    assert_eq!(event.request_id, format!("r-book-{}", appointment_id(1)));
    assert_eq!((event.at, event.outcome), (now(), Outcome::Success));
    assert_eq!(event.ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(event.session_id.as_deref(), Some("session-1"));
    assert_eq!((event.resource_type.as_str(), event.resource_id), ("appointment", appointment_id(1).to_string()));
    assert!(event.fields.contains(&"state".to_owned()) && event.fields.contains(&"patient".to_owned()));
    assert!(!event.fields.iter().any(|field| ["PK", "GSI1PK", "prov", "ver", "v"].contains(&field.as_str())));
}

#[tokio::test]
async fn a_change_names_only_what_changed_and_has_the_same_id_at_every_delivery() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let cancelled = cancel(visit, CancelledBy::Patient, None, now());
    stack
        .storage
        .commit_cancellation(&stack.offered(cancelled.unwrap()).await, &by("patient", "r-cancel"))
        .await
        .unwrap();

    let first = audited(&stack);
    assert_eq!(first.last().unwrap().event.fields, ["by", "hold_until", "sequence", "since", "state"]);
    assert_eq!(first, audited(&stack));
    let ids: std::collections::HashSet<_> = first.iter().map(|change| &change.event.id).collect();
    assert_eq!(ids.len(), first.len());
}

#[tokio::test]
async fn consumers_hear_of_holds_confirmations_cancellations_events_refunds_schedules_and_suspensions() {
    let stack = Stack::with_slots(1).await;
    let refund = promised_refund(&stack).await;
    let event = StoredEvent { key: "k1".to_owned(), body: "{}".to_owned(), received_at: now() };
    stack.storage.store_event(&event, &by("razorpay", "w1")).await.unwrap();
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let cancelled = cancel(visit, CancelledBy::Patient, None, now());
    stack
        .storage
        .commit_cancellation(&stack.offered(cancelled.unwrap()).await, &by("patient", "r-cancel"))
        .await
        .unwrap();
    let doctor = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    stack.storage.commit_schedule(&schedule(9, 13, 0), &by("doctor", "r-schedule")).await.unwrap();
    let suspended = authorized(doctor).suspend("fraud".to_owned(), now()).unwrap();
    stack.storage.commit_suspension(&suspended, &by("admin", "r-suspend")).await.unwrap();
    let suspended = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let reinstated = authorized(suspended.clone()).reinstate().unwrap();
    stack.storage.commit_reinstatement(&suspended, &reinstated, &by("admin", "r-reinstate")).await.unwrap();

    let mut found = messages(&stack);
    // Published, held, given back.
    let is_of_the_day = |envelope: &Envelope| match envelope.payload {
        Message::FirstFreeSlotsDue { doctor, date } => {
            assert_eq!((doctor, date), (doctor_id(1), Some(jiff::civil::date(2026, 12, 1))));
            true
        }
        _ => false,
    };
    assert_eq!(found.extract_if(.., |envelope| is_of_the_day(envelope)).count(), 3);

    let until = jiff::Timestamp::from_millisecond((now() + minutes(10)).as_millisecond()).unwrap();
    let appointment = appointment_id(1);
    assert_eq!(
        found.iter().map(|envelope| envelope.payload.clone()).collect::<Vec<_>>(),
        [
            Message::HoldPlaced { appointment, until },
            Message::RefundPending { payment: refund.payment, refund: refund.id },
            Message::PaymentEventStored { event: "k1".to_owned() },
            Message::AppointmentCancelled { appointment, version: 2 },
            Message::ScheduleDue { doctor: doctor_id(1) },
            Message::DoctorSuspended { doctor: doctor_id(1) },
            Message::DoctorReinstated { doctor: doctor_id(1) },
        ]
    );
    assert_eq!(found[2].correlation_id, "w1");
    assert_eq!(found[2].source, "testOperation");
}

#[tokio::test]
async fn an_activity_becomes_the_event_that_it_describes() {
    let stack = Stack::new();
    let activity = Activity {
        event_type: EventType::AppointmentViewed,
        outcome: Outcome::Success,
        resource_type: "appointment".to_owned(),
        resource_id: "a1".to_owned(),
        subjects: vec!["patient-1".to_owned()],
        fields: vec!["reason".to_owned()],
        data_exported: true,
        detail: Some("one of three".to_owned()),
    };
    stack.storage.record_activity(&activity, &by("doctor-1", "r1")).await.unwrap();
    stack.storage.record_activity(&activity, &by("doctor-1", "r1")).await.unwrap();

    let mut events: Vec<_> = audited(&stack).into_iter().map(|change| change.event).collect();
    events.dedup();
    let [event] = events.try_into().unwrap();
    assert_eq!(event.event_type, EventType::AppointmentViewed);
    assert_eq!((event.resource_id.as_str(), event.fields.as_slice()), ("a1", ["reason".to_owned()].as_slice()));
    assert!(event.phi_accessed && event.data_exported);
    assert_eq!(event.subjects, ["patient-1"]);
    assert_eq!((event.actor.as_str(), event.detail.as_deref()), ("doctor-1", Some("one of three")));
    assert!(messages(&stack).is_empty());
}

#[tokio::test]
async fn what_the_readers_write_themselves_and_what_ttl_removes_is_nothing() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.storage.append(3, vec![super::audit::event("e1")], &super::audit::KEPT, &prov).await.unwrap();
    // Long past its time, so that TTL takes it.
    let old = StoredEvent { key: "k1".to_owned(), body: "{}".to_owned(), received_at: at("2026-01-01T00:00:00Z") };
    stack.storage.store_event(&old, &prov).await.unwrap();
    assert_eq!(stack.sweep(), 1);
    assert_eq!(stack.stream().len(), 5);
    assert_eq!(records(&stack).len(), 1);
    assert_eq!(types(&stack), [EventType::WebhookReceived]);
}

#[test]
fn a_record_that_no_writer_of_ours_wrote_is_an_error_that_says_why() {
    let record = |keys: Value, image: Value| {
        json!({ "eventName": "INSERT", "dynamodb": { "Keys": keys, "NewImage": image } }).to_string()
    };
    let key = |pk: &str, sk: &str| json!({ "PK": { "S": pk }, "SK": { "S": sk } });

    assert!(matches!(StreamRecord::parse("{"), Err(Undecodable::Shape(_))));
    assert!(matches!(StreamRecord::parse(&record(json!({}), json!({}))), Err(Undecodable::Shape(_))));
    assert!(matches!(StreamRecord::parse(&record(key("X#1", "Y"), json!({}))), Err(Undecodable::Key { .. })));
    let set = json!({ "PK": { "SS": ["a"] } });
    assert!(matches!(StreamRecord::parse(&record(key("ACT#1", "ACT"), set)), Err(Undecodable::Shape(_))));
    let bare = record(key("ACT#1", "ACT"), key("ACT#1", "ACT"));
    let bare = StreamRecord::parse(&bare).unwrap().unwrap();
    assert!(matches!(bare.auditable(), Err(Undecodable::Image(_))));
    // No consumer hears of an activity, so `dispatch` does not read its image; it reads that of a doctor.
    assert!(matches!(bare.message(), Ok(None)));
    let doctor = format!("DOC#{}", doctor_id(1));
    let bare = record(key(&doctor, "DOCTOR"), key(&doctor, "DOCTOR"));
    assert!(matches!(StreamRecord::parse(&bare).unwrap().unwrap().message(), Err(Undecodable::Image(_))));
}
