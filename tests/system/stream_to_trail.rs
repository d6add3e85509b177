//! The audit trail's writer under everything that a stream does to it: batches that come again, records of different keys in another
//! order, a crash at every call, two of it at once. The chains end the same, each event once.

use local::Fault;
use local::services::TABLE;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use system_tests::World;

/// The content of the chains: chain and number of each event, with its id and content. Not its hash: events of patients commit to
/// their client's values under random openings.
type Chains = BTreeMap<(u8, u64), (String, String)>;

/// The records of a patient's way from the first look to the cancellation, of several kinds of items.
async fn records() -> Vec<Value> {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(4, 30).await;
    for slot in &slots[..3] {
        let visit = asha.books(slot).await.created();
        let _ = iyer.views(&visit).await.ok();
        let _ = asha.cancels(&visit).await.ok();
    }
    let _ = asha.get("/v1/audit-events").await.problem("forbidden");
    let records = world.stack.services().dynamodb.stream_records(TABLE, None, 1000).unwrap();
    records.into_iter().map(|record| record.event).collect()
}

/// A world whose chains are empty.
async fn untouched() -> World {
    let world = World::start().await;
    assert!(chains(&world).await.is_empty());
    world
}

/// Gives records to the writer, until it has dealt with all of them; returns how often it was called.
async fn deliver(world: &World, records: &[Value]) -> usize {
    let mut left = records;
    for attempt in 0..100 {
        let Some(first) = left.first() else { return attempt };
        let event = json!({ "Records": left }).to_string();
        let Ok(answer) = world.stack.invoke("RecordAuditFunction", &event, "delivered").await else { continue };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let Some(failed) = answer["batchItemFailures"][0]["itemIdentifier"].as_str() else { return attempt + 1 };
        let sequence = |record: &Value| record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned();
        let at = left.iter().position(|record| sequence(record) == failed);
        assert!(at.is_some(), "{failed} is not in the batch that begins with {}", sequence(first));
        left = &left[at.unwrap()..];
    }
    panic!("the writer never gets to the end");
}

/// Reads the chains from the table itself, and follows them.
async fn chains(world: &World) -> Chains {
    let storage = world.stack.aws().storage().unwrap();
    let mut chains = Chains::new();
    for chain in 0..domain::audit::CHAINS {
        let mut head = domain::audit::Head::genesis(chain);
        for chained in storage.chain_part(chain, 1, u64::MAX).await.unwrap() {
            head = domain::audit::follow(&head, &chained).expect("the chain holds");
            chains.insert((chain, chained.sequence), (chained.event.id.clone(), format!("{:?}", chained.event)));
        }
    }
    chains
}

fn ids(chains: &Chains) -> Vec<&str> {
    let mut ids: Vec<&str> = chains.values().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn every_batch_five_times_is_the_same_chain() {
    let records = records().await;
    let once = untouched().await;
    deliver(&once, &records).await;
    let expected = chains(&once).await;
    assert!(expected.len() > 12, "{expected:?}");
    for size in [1, 3, 7, 1000] {
        let world = untouched().await;
        for batch in records.chunks(size) {
            for _ in 0..5 {
                deliver(&world, batch).await;
            }
        }
        // And once more, from the beginning.
        deliver(&world, &records).await;
        assert_eq!(chains(&world).await, expected, "batches of {size}");
    }
}

#[tokio::test]
async fn records_of_different_keys_in_another_order_are_the_same_events() {
    let records = records().await;
    let once = untouched().await;
    deliver(&once, &records).await;
    let expected = chains(&once).await;
    let key = |record: &Value| record["dynamodb"]["Keys"].to_string();
    let keys: BTreeSet<String> = records.iter().map(key).collect();
    for turn in 0..4 {
        // Key by key, as from shards that were split; the records of one key stay in their order.
        let mut keys: Vec<&String> = keys.iter().collect();
        let by = turn * keys.len() / 4;
        keys.rotate_left(by);
        let reordered: Vec<Value> =
            keys.iter().flat_map(|wanted| records.iter().filter(|record| key(record) == **wanted)).cloned().collect();
        let world = untouched().await;
        for batch in reordered.chunks(5) {
            deliver(&world, batch).await;
        }
        assert_eq!(ids(&chains(&world).await), ids(&expected));
    }
}

#[tokio::test]
async fn a_crash_at_every_call_leads_to_the_same_chain() {
    // A few of several kinds are enough for every call that it makes.
    let records: Vec<Value> = records().await.into_iter().take(9).collect();
    let once = untouched().await;
    let counted = Arc::new(AtomicUsize::new(0));
    let count = counted.clone();
    once.stack.network().inject(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        None
    });
    deliver(&once, &records).await;
    once.stack.network().heal();
    let expected = chains(&once).await;
    let calls = counted.load(Ordering::Relaxed);
    assert!(calls > 4, "{calls}");
    for fault in [Fault::NotSent, Fault::ReplyLost] {
        for at in 0..calls {
            let world = untouched().await;
            let made = Arc::new(AtomicUsize::new(0));
            // From this call on the function is gone.
            world.stack.network().inject(move |_| match made.fetch_add(1, Ordering::Relaxed) {
                call if call == at => Some(fault),
                call if call > at => Some(Fault::NotSent),
                _ => None,
            });
            let event = json!({ "Records": records }).to_string();
            let _ = world.stack.invoke("RecordAuditFunction", &event, "crashed").await;
            world.stack.network().heal();
            deliver(&world, &records).await;
            let found = chains(&world).await;
            assert_eq!(ids(&found), ids(&expected), "{fault:?} at call {at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_of_the_same_chains_lose_nothing_and_write_nothing_twice() {
    let records = records().await;
    let once = untouched().await;
    deliver(&once, &records).await;
    let expected = chains(&once).await;
    for overlap in [0, records.len() / 2, records.len()] {
        let world = untouched().await;
        let middle = records.len() / 2;
        let first = records[..(middle + overlap / 2).min(records.len())].to_vec();
        let second = records[middle.saturating_sub(overlap / 2)..].to_vec();
        let writers = [first, second].map(|records| {
            let world = world.clone();
            tokio::spawn(async move { deliver(&world, &records).await })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(ids(&chains(&world).await), ids(&expected), "overlap {overlap}");
    }
}

#[tokio::test]
async fn fed_with_its_own_output_it_does_nothing() {
    let records = records().await;
    let world = untouched().await;
    deliver(&world, &records).await;
    let before = chains(&world).await;
    let own = world.stack.services().dynamodb.stream_records(TABLE, None, 1000).unwrap();
    let own: Vec<Value> = own.into_iter().map(|record| record.event).collect();
    assert!(own.len() > before.len());
    let calls = Arc::new(AtomicUsize::new(0));
    let made = calls.clone();
    world.stack.network().inject(move |_| {
        made.fetch_add(1, Ordering::Relaxed);
        None
    });
    for function in ["RecordAuditFunction", "DispatchFunction"] {
        let event = json!({ "Records": own }).to_string();
        let answer = world.stack.invoke(function, &event, "own").await.unwrap();
        assert_eq!(answer, r#"{"batchItemFailures":[]}"#, "{function}");
    }
    world.stack.network().heal();
    assert_eq!((calls.load(Ordering::Relaxed), chains(&world).await), (0, before));
}
