//! Checkpoints under every failure of a run: a crash at every call, replies that are lost, two runs at once, a backlog, and an attacker
//! who changes the chains. Only one history is signed.

use domain::audit::archive::Part;
use domain::audit::{AuditEvent, CHAINS, Checkpoint, EventType, Outcome, Retention};
use local::Fault;
use local::export::{AuditExport, overwrite};
use local::services::ARCHIVE_BUCKET;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use storage::{Keeping, Provenance};
use system_tests::World;
use system_tests::repository::in_full;
use verify_audit::Kind;

const FUNCTION: &str = "CheckpointAuditFunction";
const DUE: &str = r#"{"time":"2026-11-23T03:15:00Z"}"#;

/// An event of a chain, one of many.
fn event(number: usize) -> AuditEvent {
    let event_type = EventType::AppointmentViewed;
    AuditEvent {
        id: format!("event-{number}"),
        event_type,
        category: event_type.category(),
        severity: event_type.severity(),
        outcome: Outcome::Success,
        at: "2026-11-23T02:59:00Z".parse().unwrap(),
        actor: "1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02".to_owned(),
        actor_role: "doctor".to_owned(),
        operation: "viewAppointment".to_owned(),
        request_id: format!("request-{number}"),
        session_id: None,
        ip: Some("203.0.113.7".to_owned()),
        user_agent: None,
        resource_type: "appointment".to_owned(),
        resource_id: "c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04".to_owned(),
        subjects: vec![],
        fields: vec!["reason".to_owned()],
        phi_accessed: false,
        data_exported: false,
        detail: None,
    }
}

/// Lets a chain grow by these events.
async fn grows(world: &World, chain: u8, numbers: std::ops::Range<usize>) {
    let prov = Provenance {
        actor: "recordAudit".to_owned(),
        role: "system".to_owned(),
        operation: "recordAudit".to_owned(),
        request_id: format!("batch-{chain}-{}", numbers.start),
        at: world.now(),
        ip: None,
        user_agent: None,
        session: None,
    };
    let storage = world.stack.aws().storage().unwrap();
    let events: Vec<AuditEvent> = numbers.map(event).collect();
    let keeping = Keeping { retention: Retention::default(), secret: [7; 32] };
    assert_eq!(storage.append(chain, events.clone(), &keeping, &prov).await.unwrap(), events.len());
}

/// A world with a few events in three chains, none of them signed.
async fn grown() -> World {
    let world = World::start().await;
    for (chain, count) in [(2, 3), (3, 1), (9, 2)] {
        grows(&world, chain, usize::from(chain) * 1_000..usize::from(chain) * 1_000 + count).await;
    }
    world
}

async fn run(world: &World) -> Result<String, String> {
    world.stack.invoke(FUNCTION, DUE, "run").await
}

/// The archive, by the keys of its objects, with the signatures taken out, since no two of them are equal.
fn archive(world: &World) -> BTreeMap<String, String> {
    let text = |body: &[u8]| match serde_json::from_slice::<Checkpoint>(body) {
        Ok(checkpoint) => format!("{:?}", Checkpoint { signature: String::new(), ..checkpoint }),
        Err(_) => String::from_utf8(body.to_vec()).unwrap(),
    };
    let objects = world.stack.services().s3.objects(ARCHIVE_BUCKET);
    let own_key = |key: &str| key.starts_with("audit/keys/");
    objects.into_iter().filter(|(key, _)| !own_key(key)).map(|(key, body)| (key, text(&body))).collect()
}

/// The archive without what differs between worlds: each has a key of its own, so that checkpoints and their hashes do.
fn without_keys(archive: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_checkpoint = |key: &str| matches!(Part::of_object(key), Some(Part::Checkpoint { .. }));
    let cut = |(key, body): (&String, &String)| {
        let body = if is_checkpoint(key) {
            // From the chains on: what comes before is the hash of the one before it, and what comes after the root.
            let chains = body.split_once("chains: ").map(|(_, rest)| rest).unwrap_or_default();
            chains.split_once("signature").map(|(chains, _)| chains.to_owned()).unwrap()
        } else {
            body.clone()
        };
        (key.clone(), body)
    };
    archive.iter().map(cut).collect()
}

async fn verified(world: &World) -> verify_audit::Report {
    let report = AuditExport::of_table(&world.stack).await.unwrap().verify().unwrap();
    assert!(report.verified, "{report:?}");
    report
}

#[tokio::test]
async fn what_has_grown_is_signed_once_and_what_has_not_is_not() {
    let world = grown().await;
    run(&world).await.unwrap();
    let report = verified(&world).await;
    assert_eq!((report.events, report.unsigned_events, report.checkpoints), (6, 0, 1));
    let after = archive(&world);
    run(&world).await.unwrap();
    assert_eq!(archive(&world), after, "nothing has grown");
    grows(&world, 3, 10..13).await;
    assert_eq!(verified(&world).await.unsigned_events, 3);
    run(&world).await.unwrap();
    let report = verified(&world).await;
    assert_eq!((report.events, report.unsigned_events, report.checkpoints), (9, 0, 2));
    // What the archive holds is, line for line, what the table holds.
    let lines: BTreeSet<String> = archive(&world)
        .into_iter()
        .filter(|(key, _)| key.contains("/events/"))
        .flat_map(|(_, body)| body.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let table = AuditExport::of_table(&world.stack).await.unwrap();
    let shown: BTreeSet<String> = table
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("events/"))
        .flat_map(|(_, text)| text.lines().map(str::to_owned))
        .collect();
    assert_eq!(lines, shown);
}

#[tokio::test]
async fn a_crash_at_every_call_leads_to_the_same_checkpoints() {
    let once = grown().await;
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    once.stack.network().inject(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        None
    });
    run(&once).await.unwrap();
    once.stack.network().heal();
    let expected = without_keys(&archive(&once));
    let calls = made.load(Ordering::Relaxed);
    assert!(calls >= 11, "{calls}");
    for fault in [Fault::NotSent, Fault::ReplyLost] {
        for at in 0..calls {
            let world = grown().await;
            let made = Arc::new(AtomicUsize::new(0));
            // From this call on the function is gone.
            world.stack.network().inject(move |_| match made.fetch_add(1, Ordering::Relaxed) {
                call if call == at => Some(fault),
                call if call > at => Some(Fault::NotSent),
                _ => None,
            });
            let _ = run(&world).await;
            world.stack.network().heal();
            // The chains have grown by the time of the next run, which first ends what was begun.
            grows(&world, 9, 20..21).await;
            run(&world).await.unwrap();
            let report = verified(&world).await;
            assert_eq!((report.events, report.unsigned_events), (7, 0), "{fault:?} at call {at}");
            let found = without_keys(&archive(&world));
            // If nothing was claimed before the crash, the first checkpoint has the new event, too.
            let is_claimed = report.checkpoints == 2;
            let same = expected.iter().filter(|(key, body)| found.get(*key) == Some(body)).count();
            assert!(!is_claimed || same == expected.len(), "{fault:?} at call {at}: {found:#?}");
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_lost_is_asked_for_again_and_signs_nothing_twice() {
    // The SDK repeats requests without an answer: no effect may be visible.
    let calls = 14;
    for at in 0..calls {
        let world = grown().await;
        let made = Arc::new(AtomicUsize::new(0));
        world.stack.network().inject(move |_| (made.fetch_add(1, Ordering::Relaxed) == at).then_some(Fault::ReplyLost));
        run(&world).await.unwrap_or_else(|error| panic!("call {at}: {error}"));
        world.stack.network().heal();
        let report = verified(&world).await;
        assert_eq!((report.unsigned_events, report.checkpoints), (0, 1), "call {at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_make_one_history() {
    for round in 0..6 {
        let world = grown().await;
        for turn in 0..3 {
            let runs = [0, 1].map(|_| {
                let world = world.clone();
                tokio::spawn(async move { run(&world).await })
            });
            for run in runs {
                run.await.unwrap().unwrap_or_else(|error| panic!("round {round}, turn {turn}: {error}"));
            }
            grows(&world, 2, 100 + turn * 10..102 + turn * 10).await;
        }
        let report = verified(&world).await;
        assert_eq!((report.checkpoints, report.unsigned_events), (3, 2), "round {round}");
        // No object was ever written a second time: each has one version.
        let keys = world.archive_client().versions().await;
        assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len(), "{keys:?}");
    }
}

#[tokio::test]
async fn a_backlog_is_closed_in_bounded_parts() {
    // Two and a half checkpoints' worth, in two chains; in full, a hundred thousand events.
    let (chains, each) = if in_full() { (CHAINS, 6_250) } else { (2, 5_500) };
    let world = World::start().await;
    for chain in 0..chains {
        let first = usize::from(chain) * 100_000;
        grows(&world, chain, first..first + each).await;
    }
    run(&world).await.unwrap();
    let all = u64::from(chains) * each as u64;
    let report = verified(&world).await;
    assert_eq!((report.events, report.unsigned_events, report.checkpoints), (all, 0, all.div_ceil(10_000)));
    let most =
        archive(&world).into_iter().filter(|(key, _)| key.contains("/events/")).map(|(_, body)| body.lines().count());
    assert_eq!(most.max(), Some(1_000));
}

#[tokio::test]
async fn a_chain_that_was_changed_is_not_signed() {
    // Changed before it was ever signed.
    let world = grown().await;
    run(&world).await.unwrap();
    grows(&world, 2, 100..104).await;
    let before = archive(&world);
    for (sequence, change) in [(5, "SET actor = :x"), (4, "SET previous_hash = :x"), (6, "SET detail = :x")] {
        world.changes_record(2, sequence, change, "other").await;
    }
    let error = run(&world).await.unwrap_err();
    assert!(error.contains("chain 2, event 4"), "{error}");
    assert_eq!(archive(&world), before);

    // Cut off, behind what is signed.
    let world = grown().await;
    run(&world).await.unwrap();
    world.sets_head(2, 1, &"0".repeat(64)).await;
    let error = run(&world).await.unwrap_err();
    assert!(error.contains("chain 2, event 1"), "{error}");

    // Written anew, in the same length.
    let world = grown().await;
    run(&world).await.unwrap();
    world.sets_head(2, 3, &"0".repeat(64)).await;
    let error = run(&world).await.unwrap_err();
    assert!(error.contains("chain 2, event 3"), "{error}");
}

#[tokio::test]
async fn an_overwritten_record_is_found_with_chain_and_position_and_the_archive_still_has_what_it_was() {
    let world = grown().await;
    run(&world).await.unwrap();
    let (chain, sequence) = overwrite(&world.stack).await.unwrap();
    assert_eq!((chain, sequence), (2, 3));
    let report = AuditExport::of_table(&world.stack).await.unwrap().verify().unwrap();
    let [finding] = &report.findings[..] else { panic!("{report:?}") };
    assert_eq!((finding.chain, finding.sequence, &finding.kind), (Some(2), Some(3), &Kind::Changed));
    let archived = archive(&world);
    assert!(archived.values().all(|body| !body.contains("another-actor")));
}

#[tokio::test]
async fn a_day_whose_last_checkpoint_is_not_made_yet_is_not_put_on_hold_by_halves() {
    let world = grown().await;
    let today = domain::audit::archive::day(world.now());
    world.stack.network().inject(|call| (call.service == "s3").then_some(Fault::NotSent));
    let _ = run(&world).await.unwrap_err();
    world.stack.advance(jiff::SignedDuration::from_hours(24)).await;
    let admin = world.admin().await;
    let (path, reason) = (format!("/v1/audit-days/{today}/hold"), json!({ "reason": "Case 7" }));
    let _ = admin.post(&path, reason.clone()).await.problem("conflict");
    world.stack.network().heal();
    world.minutes_pass(15).await;
    // What was claimed on that day is archived under it, though a day later, and is on hold with it.
    let held = admin.post(&path, reason).await.ok();
    assert_eq!((held["held"].as_bool(), held["objects"].as_u64()), (Some(true), Some(3)));
    assert_eq!(verified(&world).await.unsigned_events, 0);
}
