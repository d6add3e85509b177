//! Chains: each event once, in one chain, whoever else appends to it.

use domain::audit::{AuditEvent, EventType, Head, Outcome, follow};
use jiff::civil::date;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, PageRequest};

pub fn event(id: &str) -> AuditEvent {
    let event_type = EventType::AppointmentBooked;
    AuditEvent {
        id: id.to_owned(),
        event_type,
        category: event_type.category(),
        severity: event_type.severity(),
        outcome: Outcome::Success,
        at: now(),
        actor: "patient-1".to_owned(),
        actor_role: "patient".to_owned(),
        operation: "bookAppointment".to_owned(),
        request_id: "r1".to_owned(),
        session_id: None,
        ip: Some("203.0.113.7".to_owned()),
        user_agent: None,
        resource_type: "appointment".to_owned(),
        resource_id: "a1".to_owned(),
        subjects: vec!["patient-1".to_owned()],
        fields: vec!["state".to_owned()],
        phi_accessed: false,
        data_exported: false,
        detail: None,
    }
}

fn events(range: std::ops::Range<u32>) -> Vec<AuditEvent> {
    range.map(|number| event(&format!("e{number}"))).collect()
}

#[tokio::test]
async fn events_form_one_chain_over_any_number_of_transactions_and_come_back_as_they_were() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    assert_eq!(stack.storage.append(7, events(0..60), &prov).await.unwrap(), 60);

    let mut head = Head::genesis(7);
    let mut page = PageRequest::first(25);
    let mut ids = Vec::new();
    loop {
        let part = stack.storage.events_by_day(date(2026, 11, 30), &page).await.unwrap();
        for chained in part.items {
            head = follow(&head, &chained).unwrap();
            ids.push(chained.event.id);
        }
        let Some(next) = part.next else { break };
        page = PageRequest::new(25, Some(next));
    }
    assert_eq!(ids, (0..60).map(|number| format!("e{number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_event_that_is_delivered_again_is_in_the_chain_once() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.storage.append(7, events(0..3), &prov).await.unwrap();
    // With news among it, twice in the same batch.
    let again = [events(1..5), events(4..5)].concat();
    assert_eq!(stack.storage.append(7, again, &prov).await.unwrap(), 2);
    assert_eq!(stack.storage.append(7, events(0..5), &prov).await.unwrap(), 0);
    let day = stack.storage.events_by_day(date(2026, 11, 30), &PageRequest::first(100)).await.unwrap();
    assert_eq!(day.items.len(), 5);
}

#[tokio::test]
async fn an_append_that_meets_another_begins_again_and_gives_up_in_the_end() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.next(Fault::Conflict);
    assert_eq!(stack.storage.append(7, events(0..2), &prov).await.unwrap(), 2);
    (0..5).for_each(|_| stack.next(Fault::Conflict));
    let busy = stack.storage.append(7, events(2..3), &prov).await;
    assert!(matches!(busy, Err(CommitError::Stale)), "{busy:?}");
    assert_eq!(stack.storage.append(7, events(2..3), &prov).await.unwrap(), 1);
}

#[tokio::test]
async fn events_whose_append_lost_its_reply_are_known_when_they_come_again() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.next(Fault::LoseReply);
    let lost = stack.storage.append(7, events(0..2), &prov).await;
    assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");
    assert_eq!(stack.storage.append(7, events(0..2), &prov).await.unwrap(), 0);
    let day = stack.storage.events_by_day(date(2026, 11, 30), &PageRequest::first(100)).await.unwrap();
    assert_eq!(day.items.len(), 2);
}

#[tokio::test]
async fn an_actors_records_are_those_of_the_time_asked_for() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    let early = AuditEvent { at: at("2026-11-30T03:00:00Z"), ..event("early") };
    let late = AuditEvent { at: at("2026-11-30T03:00:00.5Z"), ..event("late") };
    let others = AuditEvent { actor: "patient-2".to_owned(), ..event("others") };
    stack.storage.append(0, vec![late, others], &prov).await.unwrap();
    stack.storage.append(15, vec![early], &prov).await.unwrap();

    let ids = async |from: &str, to: &str| {
        let page = PageRequest::first(10);
        let found = stack.storage.events_by_actor("patient-1", at(from), at(to), &page).await.unwrap();
        found.items.into_iter().map(|chained| chained.event.id).collect::<Vec<_>>()
    };

    assert_eq!(ids("2026-11-30T03:00:00Z", "2026-11-30T03:00:01Z").await, ["early", "late"]);
    assert_eq!(ids("2026-11-30T03:00:00Z", "2026-11-30T03:00:00.5Z").await, ["early"]);
    assert_eq!(ids("2026-11-30T03:00:00.001Z", "2026-12-01T00:00:00Z").await, ["late"]);
}
