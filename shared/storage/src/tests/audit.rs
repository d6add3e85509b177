//! Chains: each event once, in one chain, also while others append to it.

use std::sync::LazyLock;

use domain::audit::{AuditEvent, CHAINS, EventType, Head, Outcome, Retention, follow};
use jiff::civil::date;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::audit::Key;
use crate::table::transaction::Transaction;
use crate::{CheckpointState, CommitError, Keeping, PageRequest};

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

/// For six years.
pub static KEPT: LazyLock<Keeping> = LazyLock::new(|| Keeping { retention: Retention::default(), secret: [7; 32] });

pub fn checkpoint(number: u64, version: u64) -> CheckpointState {
    CheckpointState {
        number,
        to: (0..CHAINS).map(Head::genesis).collect(),
        previous: "0".repeat(64),
        at: now(),
        settled: None,
        version,
    }
}

fn events(range: std::ops::Range<u32>) -> Vec<AuditEvent> {
    range.map(|number| event(&format!("e{number}"))).collect()
}

#[tokio::test]
async fn events_form_one_chain_over_any_number_of_transactions_and_come_back_as_they_were() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    assert_eq!(stack.storage.append(7, events(0..60), &KEPT, &prov).await.unwrap(), 60);

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
    stack.storage.append(7, events(0..3), &KEPT, &prov).await.unwrap();
    // With news among it, twice in the same batch.
    let again = [events(1..5), events(4..5)].concat();
    assert_eq!(stack.storage.append(7, again, &KEPT, &prov).await.unwrap(), 2);
    assert_eq!(stack.storage.append(7, events(0..5), &KEPT, &prov).await.unwrap(), 0);
    let day = stack.storage.events_by_day(date(2026, 11, 30), &PageRequest::first(100)).await.unwrap();
    assert_eq!(day.items.len(), 5);
}

#[tokio::test]
async fn an_append_that_meets_another_begins_again_and_gives_up_in_the_end() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.next(Fault::Conflict);
    assert_eq!(stack.storage.append(7, events(0..2), &KEPT, &prov).await.unwrap(), 2);
    (0..5).for_each(|_| stack.next(Fault::Conflict));
    let busy = stack.storage.append(7, events(2..3), &KEPT, &prov).await;
    assert!(matches!(busy, Err(CommitError::Stale)), "{busy:?}");
    assert_eq!(stack.storage.append(7, events(2..3), &KEPT, &prov).await.unwrap(), 1);
}

#[tokio::test]
async fn events_whose_append_lost_its_reply_are_known_when_they_come_again() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    stack.next(Fault::LoseReply);
    let lost = stack.storage.append(7, events(0..2), &KEPT, &prov).await;
    assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");
    assert_eq!(stack.storage.append(7, events(0..2), &KEPT, &prov).await.unwrap(), 0);
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
    stack.storage.append(0, vec![late, others], &KEPT, &prov).await.unwrap();
    stack.storage.append(15, vec![early], &KEPT, &prov).await.unwrap();

    let ids = async |from: &str, to: &str| {
        let page = PageRequest::first(10);
        let found = stack.storage.events_by_actor("patient-1", at(from), at(to), &page).await.unwrap();
        found.items.into_iter().map(|chained| chained.event.id).collect::<Vec<_>>()
    };

    assert_eq!(ids("2026-11-30T03:00:00Z", "2026-11-30T03:00:01Z").await, ["early", "late"]);
    assert_eq!(ids("2026-11-30T03:00:00Z", "2026-11-30T03:00:00.5Z").await, ["early"]);
    assert_eq!(ids("2026-11-30T03:00:00.001Z", "2026-12-01T00:00:00Z").await, ["late"]);
}

#[tokio::test]
async fn a_search_by_type_and_time_finds_all_and_each_once_with_pages_of_any_size() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    let types = [EventType::AccessDenied, EventType::LoginFailed, EventType::AppointmentBooked];
    let mut written = Vec::new();
    for number in 0_u32..60 {
        let event_type = types[number as usize % 3];
        // Over four days, with gaps, several at one instant.
        let moment = at("2026-11-30T23:00:00Z") + minutes(i64::from(number / 4) * 300);
        let id = format!("e{number:02}");
        let event = AuditEvent { at: moment, event_type, ..event(&id) };
        stack.storage.append(u8::try_from(number % 5).unwrap(), vec![event], &KEPT, &prov).await.unwrap();
        written.push((moment, event_type, id));
    }
    let find = async |wanted: &[EventType], from: &str, to: &str, limit: u8| {
        let (mut found, mut page, mut pages) = (Vec::new(), PageRequest::first(limit), 0);
        loop {
            let part = stack.storage.events_in(wanted, at(from), at(to), &page).await.unwrap();
            assert!(part.items.len() <= limit.into());
            found.extend(part.items.into_iter().map(|chained| chained.event.id));
            pages += 1;
            assert!(pages < 100, "the pages have no end");
            match part.next {
                Some(next) => page = PageRequest::new(limit, Some(next)),
                None => break found,
            }
        }
    };
    let expected = |wanted: &[EventType], from: &str, to: &str| {
        let is_wanted = |event_type: &EventType| wanted.is_empty() || wanted.contains(event_type);
        let ids = written
            .iter()
            .filter(|(moment, event_type, _)| is_wanted(event_type) && *moment >= at(from) && *moment < at(to));
        let mut ids: Vec<String> = ids.map(|(_, _, id)| id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    for wanted in [&types[..], &types[..2], &types[2..], &[]] {
        for (from, to) in [
            ("2026-11-01T00:00:00Z", "2026-12-20T00:00:00Z"),
            ("2026-12-01T04:00:00Z", "2026-12-02T00:00:00Z"),
            ("2026-12-01T04:00:00.001Z", "2026-12-02T05:00:00Z"),
            ("2026-12-01T04:00:00Z", "2026-12-01T04:00:00Z"),
        ] {
            for limit in [1, 2, 7, 100] {
                let mut found = find(wanted, from, to, limit).await;
                found.sort_unstable();
                assert_eq!(found, expected(wanted, from, to), "{wanted:?} {from} {to} {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_a_search_by_type_reads_no_more_than_it_shows_of_each_type() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    let denied = |number: u32| AuditEvent { event_type: EventType::AccessDenied, ..event(&format!("d{number}")) };
    stack.storage.append(1, events(0..90), &KEPT, &prov).await.unwrap();
    stack.storage.append(2, (0..3).map(denied).collect(), &KEPT, &prov).await.unwrap();
    stack.forget_calls();
    let types = [EventType::AccessDenied];
    let (from, to) = (at("2026-11-30T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    let page = stack.storage.events_in(&types, from, to, &PageRequest::first(2)).await.unwrap();
    assert_eq!(page.items.len(), 2);
    let calls = stack.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].0.as_str(), calls[0].1["Limit"].as_u64()), ("Query", Some(2)));
}

#[tokio::test]
async fn a_patient_finds_every_access_newest_first_and_a_second_delivery_adds_none() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    let (mine, other) = (patient_id(1), patient_id(2));
    let seen = |number: i64, subjects: Vec<String>| AuditEvent {
        event_type: EventType::AppointmentsListed,
        phi_accessed: true,
        at: now() + minutes(number),
        subjects,
        ..event(&format!("e{number}"))
    };
    let both = vec![mine.to_string(), other.to_string()];
    let events = vec![seen(1, both), seen(2, vec![mine.to_string()]), seen(3, vec![other.to_string()])];
    for _ in 0..2 {
        stack.storage.append(4, events.clone(), &KEPT, &prov).await.unwrap();
    }
    // A change that shows nothing, and an attempt that failed, are no accesses.
    let change = AuditEvent { subjects: vec![mine.to_string()], ..event("change") };
    let failed = AuditEvent { outcome: Outcome::Failure, id: "failed".to_owned(), ..seen(4, vec![mine.to_string()]) };
    stack.storage.append(4, vec![change, failed], &KEPT, &prov).await.unwrap();

    let ids = async |patient, page: PageRequest| {
        let found = stack.storage.accesses(patient, &page).await.unwrap();
        (found.items.into_iter().map(|access| access.event).collect::<Vec<_>>(), found.next)
    };
    assert_eq!(ids(mine, PageRequest::first(10)).await, (vec!["e2".to_owned(), "e1".to_owned()], None));
    assert_eq!(ids(other, PageRequest::first(10)).await.0, ["e3", "e1"]);
    let (first, next) = ids(mine, PageRequest::first(1)).await;
    assert_eq!((first, ids(mine, PageRequest::new(1, next)).await.0), (vec!["e2".to_owned()], vec!["e1".to_owned()]));
}

#[tokio::test]
async fn what_a_patients_event_says_of_its_client_can_be_erased_and_the_chain_holds() {
    let stack = Stack::new();
    let prov = by("system", "batch");
    let patient = patient_id(1);
    let own = |id: &str| AuditEvent { actor: patient.to_string(), user_agent: Some("app".to_owned()), ..event(id) };
    let staff = AuditEvent { actor_role: "doctor".to_owned(), ..own("staff") };
    let silent = AuditEvent { ip: None, user_agent: None, ..own("silent") };
    let events = vec![own("e1"), staff, own("e2"), silent];
    stack.storage.append(7, events.clone(), &KEPT, &prov).await.unwrap();

    // The chain itself has no values of the patient's, and holds; of staff they stay in the hash.
    let chain = stack.storage.chain_part(7, 1, 9).await.unwrap();
    let end = chain.iter().try_fold(Head::genesis(7), |head, next| follow(&head, next)).unwrap();
    let shown = |chained: &domain::audit::ChainedEvent| (chained.commitment.is_some(), chained.event.ip.is_some());
    assert_eq!(
        chain.iter().map(shown).collect::<Vec<_>>(),
        [(true, false), (false, true), (true, false), (false, false)]
    );

    // Who searches sees all of them, proven by their openings.
    let list = async || {
        let page = PageRequest::first(10);
        let day = (at("2026-11-30T00:00:00Z"), at("2026-12-01T00:00:00Z"));
        let mut found = stack.storage.events_in(&[], day.0, day.1, &page).await.unwrap().items;
        found.sort_by_key(|chained| chained.sequence);
        let by_actor = stack.storage.events_by_actor(&patient.to_string(), day.0, day.1, &page).await.unwrap().items;
        assert_eq!(by_actor.len(), found.len());
        found
    };
    let found = list().await;
    assert_eq!(found.iter().map(|chained| chained.event.clone()).collect::<Vec<_>>(), events);
    assert_eq!(found.iter().try_fold(Head::genesis(7), |head, next| follow(&head, next)).unwrap(), end);
    let openings: Vec<_> = found.iter().filter_map(|chained| chained.commitment.clone()?.opening).collect();
    assert!(openings.len() == 2 && openings[0] != openings[1]);

    // One of them is erased.
    let erased = Transaction::<std::convert::Infallible>::by(&prov)
        .delete_unconditionally(Key::ClientValues(patient, "e1".to_owned()));
    erased.commit(&stack.storage).await.unwrap();
    let found = list().await;
    assert_eq!(found.iter().map(|chained| chained.event.ip.is_some()).collect::<Vec<_>>(), [false, true, true, false]);
    assert_eq!(found.iter().try_fold(Head::genesis(7), |head, next| follow(&head, next)).unwrap(), end);
}
