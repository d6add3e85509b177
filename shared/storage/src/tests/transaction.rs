//! What a transaction refuses to be, and how the reasons of a refused one are read.

use domain::audit::EventType;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::audit::Key;
use crate::table::guard::Guard;
use crate::table::item::Item;
use crate::table::transaction::{MAX_ITEMS, OnFailure, Transaction};
use crate::{CommitError, Source};

fn item(number: usize) -> Item {
    Item::new(Key::Activity(number.to_string()), &serde_json::Map::new())
}

fn begin() -> Transaction<&'static str> {
    Transaction::by(&by("another", "r1"))
}

#[tokio::test]
async fn a_transaction_is_refused_before_it_is_sent_if_it_is_too_large_or_says_something_twice() {
    let stack = Stack::new();
    let too_large = (0..=MAX_ITEMS).fold(begin(), |transaction, number| transaction.put_unconditionally(item(number)));
    let twice = begin().put_unconditionally(item(1)).delete_unconditionally(Key::Activity("1".to_owned()));
    let event = |number| item(number).event(EventType::LoggedOut);
    let two_events = begin().put_unconditionally(event(1)).put_unconditionally(event(2));
    for (transaction, detail) in [(too_large, "100 items"), (twice, "twice"), (two_events, "two events")] {
        match transaction.commit(&stack.storage).await {
            Err(CommitError::Inconsistent { detail: found, .. }) => assert!(found.contains(detail), "{found}"),
            other => panic!("{detail}: {other:?}"),
        }
    }
    begin().commit(&stack.storage).await.unwrap();
    assert!(stack.calls().is_empty());
}

#[tokio::test]
async fn reasons_are_read_as_replay_then_stale_then_refusal() {
    let stack = Stack::new();
    let all = (0..4).fold(begin(), |transaction, number| transaction.put_unconditionally(item(number)));
    all.commit(&stack.storage).await.unwrap();
    let refuse = |number| (item(number), Guard::ORDER_NEW, OnFailure::Refuse("refused"));

    let (a, b) = (refuse(0), refuse(1));
    let refused = begin().put(a.0, a.1, a.2).put(b.0, b.1, b.2).commit(&stack.storage).await;
    assert!(matches!(refused, Err(CommitError::Refused("refused"))), "{refused:?}");

    let a = refuse(0);
    let stale =
        begin().put(a.0, a.1, a.2).put(item(1), Guard::ORDER_NEW, OnFailure::Stale).commit(&stack.storage).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");

    let a = refuse(0);
    let replay = begin()
        .put(a.0, a.1, a.2)
        .put(item(1), Guard::ORDER_NEW, OnFailure::Stale)
        .put(item(2), Guard::ORDER_NEW, OnFailure::Replay)
        .commit(&stack.storage)
        .await;
    let Err(CommitError::Replay(stored)) = replay else { panic!("{replay:?}") };
    assert_eq!(stored["PK"].as_s().unwrap(), "ACT#2");
}

#[tokio::test]
async fn a_conflict_or_a_full_table_is_worth_another_try_and_a_lost_reply_is_not_known_to_be() {
    let stack = Stack::new();
    for fault in [Fault::Conflict, Fault::Throttle] {
        stack.next(fault);
        let end = begin().put_unconditionally(item(0)).commit(&stack.storage).await;
        assert!(matches!(end, Err(CommitError::Stale)), "{fault:?}: {end:?}");
    }
    stack.next(Fault::LoseReply);
    let end = begin().put_unconditionally(item(0)).commit(&stack.storage).await;
    assert!(matches!(end, Err(CommitError::Unavailable(_))), "{end:?}");
}

#[tokio::test]
async fn a_conflict_beside_a_refusal_is_a_conflict() {
    let stack = Stack::with_slots(1).await;
    let booking = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    stack.next(Fault::Conflict);
    let end = stack.commit(&booking, "1", &by("p1", "r1")).await;
    assert!(matches!(end, Err(CommitError::Stale)), "{end:?}");
}

#[tokio::test]
async fn every_item_says_who_wrote_it_and_only_the_event_says_from_where() {
    let stack = Stack::with_slots(1).await;
    stack.forget_calls();
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let (_, request) = stack.calls().pop().unwrap();
    let mut events = Vec::new();
    for write in request["TransactItems"].as_array().unwrap() {
        let item = &write["Put"]["Item"];
        let prov = &item["prov"]["M"];
        assert_eq!(prov["actor"]["S"], "patient");
        assert_eq!(prov["req"]["S"].as_str().unwrap(), format!("r-book-{}", appointment_id(1)));
        assert_eq!(prov.get("ip").is_some(), prov.get("event").is_some());
        assert_eq!(item["v"]["N"], "1");
        events.extend(prov.get("event").map(|event| event["S"].clone()));
    }
    assert_eq!(events, ["APPOINTMENT_BOOKED"]);
}

#[test]
fn a_refusal_is_told_apart_from_everything_else() {
    assert!(matches!(CommitError::Refused(7).refusal::<()>(), Ok(7)));
    assert!(matches!(CommitError::<i32>::Stale.refusal::<()>(), Err(CommitError::Stale)));
    let source: Source = "gone".into();
    assert!(matches!(CommitError::<i32>::Unavailable(source).refusal::<()>(), Err(CommitError::Unavailable(_))));
}
