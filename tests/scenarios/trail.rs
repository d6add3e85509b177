//! What was done is in the trail: completely, once, and before health data leaves the house.

use local::services::{FAILURES_BUCKET, TABLE};
use scenario::scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use system_tests::World;

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[scenario]
async fn the_main_journey_is_recorded_step_by_step_and_each_step_once() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    let id = visit["id"].as_str().unwrap();
    let _ = asha.pays(&visit).await;
    world.settles().await;
    let _ = iyer.views(&visit).await.ok();
    let _ = asha.cancels(&visit).await.ok();
    world.settles().await;

    // The payment has the id of its appointment, so both are here. A transaction is one event: the payment's success is also the
    // confirmation of the visit, and the cancellation is also the promise of the refund.
    let expected = counts(&[
        ("APPOINTMENT_BOOKED", 1),
        ("APPOINTMENT_CANCELLED", 1),
        ("APPOINTMENT_VIEWED", 1),
        ("PAYMENT_STARTED", 1),
        ("PAYMENT_SUCCESS", 1),
        ("REFUND_COMPLETED", 1),
    ]);
    assert_eq!(world.trail_of(id).await, expected);

    let trail = world.trail().await;
    let of = |kind: &str| trail.iter().find(|event| event["type"] == kind).unwrap_or_else(|| panic!("{kind}"));
    for kind in
        ["LOGIN_SUCCEEDED", "PROFILE_CREATED", "DOCTOR_REGISTERED", "AVAILABILITY_PUBLISHED", "WEBHOOK_RECEIVED"]
    {
        let _ = of(kind);
    }
    let booked = of("APPOINTMENT_BOOKED");
    assert_eq!((booked["actor"].as_str(), booked["actorRole"].as_str()), (Some(asha.id.as_str()), Some("patient")));
    assert_eq!((booked["operation"].as_str(), booked["outcome"].as_str()), (Some("bookAppointment"), Some("success")));
    assert_eq!((booked["ip"].as_str(), booked["userAgent"].as_str()), (Some("127.0.0.1"), Some("system-tests")));
    let viewed = of("APPOINTMENT_VIEWED");
    assert_eq!((viewed["actor"].as_str(), viewed["phiAccessed"].as_bool()), (Some(iyer.id.as_str()), Some(true)));
}

#[scenario]
async fn records_that_are_delivered_again_are_recorded_once() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    world.settles().await;
    let visit = asha.books(&slot).await.created();
    let records = world.stack.services().dynamodb.stream_records(TABLE, None, 1000).unwrap();
    let records: Vec<Value> = records.into_iter().map(|record| record.event).collect();
    let event = json!({ "Records": records }).to_string();
    world.settles().await;
    let before = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(before.get("APPOINTMENT_BOOKED"), Some(&1));
    for attempt in ["again-1", "again-2"] {
        let outcome = world.stack.invoke("RecordAuditFunction", &event, attempt).await.unwrap();
        assert_eq!(outcome, r#"{"batchItemFailures":[]}"#);
    }
    assert_eq!(world.trail_of(visit["id"].as_str().unwrap()).await, before);
}

#[scenario]
async fn the_records_of_a_chain_continue_each_other() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    for slot in iyer.publishes_many(3, 30).await {
        let _ = asha.books(&slot).await.created();
    }
    let mut chains: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for event in world.trail().await {
        chains.entry(event["chain"].as_u64().unwrap()).or_default().push(event);
    }
    for events in chains.values_mut() {
        events.sort_by_key(|event| event["sequence"].as_u64());
        for pair in events.windows(2) {
            assert_eq!(pair[1]["previousHash"], pair[0]["currentHash"]);
            assert_eq!(pair[1]["sequence"].as_u64(), pair[0]["sequence"].as_u64().map(|n| n + 1));
        }
    }
    assert!(chains.values().any(|events| events.len() > 1));
}

#[scenario]
async fn the_doctor_reads_the_reason_the_administrator_does_not_and_both_are_recorded() {
    let world = World::start().await;
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books_with(&slot, "k", json!({ "reason": "Palpitations" })).await.created();
    assert!(visit.get("reason").is_none());
    assert_eq!(iyer.views(&visit).await.ok()["reason"], "Palpitations");
    assert_eq!(asha.views(&visit).await.ok()["reason"], "Palpitations");
    let seen = admin.views(&visit).await;
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    assert!(seen.ok().get("reason").is_none());
    let viewed: Vec<_> =
        world.trail().await.into_iter().filter(|event| event["type"] == "APPOINTMENT_VIEWED").collect();
    let mut actors: Vec<&str> = viewed.iter().filter_map(|event| event["actor"].as_str()).collect();
    let mut expected = [asha.id.as_str(), iyer.id.as_str(), admin.id.as_str()];
    actors.sort_unstable();
    expected.sort_unstable();
    assert_eq!(actors, expected);
}

#[scenario]
async fn without_a_record_of_the_access_no_health_data_leaves() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books_with(&slot, "k", json!({ "reason": "Palpitations" })).await.created();
    world.stack.network().inject(|call| {
        let is_write = matches!(call.action.as_str(), "PutItem" | "TransactWriteItems");
        (call.service == "dynamodb" && is_write).then_some(local::Fault::NotSent)
    });
    let refused = iyer.views(&visit).await;
    assert!(!refused.text().contains("Palpitations"), "{}", refused.text());
    let _ = refused.problem("unavailable");
    let refused = asha.get("/v1/me").await;
    assert!(!refused.text().contains(&asha.email), "{}", refused.text());
    let _ = refused.problem("unavailable");
    world.stack.network().heal();
    assert_eq!(iyer.views(&visit).await.ok()["reason"], "Palpitations");
}

#[scenario]
async fn a_denial_is_recorded_with_who_wanted_what() {
    let world = World::start().await;
    let (asha, vikram, iyer) =
        (world.patient("Asha Rao").await, world.patient("Vikram Shah").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    let _ = vikram.views(&visit).await.problem("not-found");
    let _ = vikram.get("/v1/audit-events").await.problem("forbidden");
    let denials: Vec<_> = world.trail().await.into_iter().filter(|event| event["type"] == "ACCESS_DENIED").collect();
    let of = |operation: &str| denials.iter().find(|event| event["operation"] == operation).unwrap();
    for (operation, detail) in [("viewAppointment", "not-found"), ("listAuditEvents", "forbidden")] {
        let event = of(operation);
        assert_eq!((event["actor"].as_str(), event["outcome"].as_str()), (Some(vikram.id.as_str()), Some("failure")));
        assert_eq!(event["detail"], detail);
    }
    assert_eq!(denials.len(), 2);
}

#[scenario]
async fn no_name_address_or_reason_is_in_the_trail() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let more = json!({ "reason": "Palpitations" });
    let _ = asha.books_with(&slot, "k", more).await.created();
    let _ =
        world.anonymous().post("/v1/auth/login", json!({ "email": asha.email, "password": "Wrong-password-1" })).await;
    let trail = Value::from(world.trail().await).to_string();
    for secret in ["Palpitations", "Asha", asha.email.as_str()] {
        assert!(!trail.contains(secret), "{secret}");
    }
}

#[scenario]
async fn a_record_that_cannot_be_read_is_put_aside_whole_and_holds_up_nothing() {
    let world = World::start().await;
    let broken = json!({
        "eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": "111", "Keys": { "PK": { "S": "APPT#7" }, "SK": { "S": "APPT" } },
            "NewImage": { "PK": { "S": "APPT#7" }, "SK": { "S": "APPT" } },
        },
    });
    let event = json!({ "Records": [broken] }).to_string();
    for (count, function) in ["RecordAuditFunction", "DispatchFunction"].into_iter().enumerate() {
        let outcome = world.stack.invoke(function, &event, "broken").await.unwrap();
        assert_eq!(outcome, r#"{"batchItemFailures":[]}"#, "{function}");
        let kept = world.stack.services().s3.objects(FAILURES_BUCKET);
        assert_eq!(kept.len(), count + 1, "{function}");
        assert!(kept.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("APPT#7")), "{function}");
    }
}
