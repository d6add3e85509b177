//! The audit trail leaves the house: signed, archived, exported, kept.

use bytes::Bytes;
use domain::audit::archive::{Part, day};
use http::Request;
use jiff::SignedDuration;
use local::export::AuditExport;
use local::services::ARCHIVE_BUCKET;
use local::{Fault, Stack};
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Person, World};

/// Something happens, and a quarter of an hour later it is signed.
async fn something_is_signed(world: &World) {
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let visit = asha.books(&iyer.publishes(30).await).await.created();
    let _ = iyer.views(&visit).await.ok();
    world.settles().await;
    world.minutes_pass(15).await;
}

/// Sends a request to S3, as a client beyond the functions does.
async fn s3(stack: &Stack, request: Request<Bytes>) -> (u16, String) {
    let response = stack.services().s3.handle(request).await;
    (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
}

/// Fetches everything that an administrator gets for these days, page by page.
async fn export(world: &World, admin: &Person, from: &str, to: &str) -> AuditExport {
    let mut export = AuditExport::default();
    let mut wish = json!({ "from": from, "to": to });
    loop {
        let page = admin.post("/v1/audit-exports", wish.clone()).await.ok();
        export.since = page["since"].as_u64();
        for file in page["files"].as_array().unwrap() {
            let url = file["url"].as_str().unwrap();
            let (status, body) = s3(&world.stack, Request::get(url).body(Bytes::new()).unwrap()).await;
            assert_eq!(status, 200, "{url}: {body}");
            export.files.entry(file["path"].as_str().unwrap().to_owned()).or_default().push_str(&body);
        }
        match page["next"].as_u64() {
            Some(next) => wish["after"] = next.into(),
            None => return export,
        }
    }
}

#[scenario]
async fn an_export_is_verified_without_our_help_and_is_recorded_in_the_trail() {
    let world = World::start().await;
    let admin = world.admin().await;
    something_is_signed(&world).await;
    let today = day(world.now()).to_string();
    let whole = export(&world, &admin, &today, &today).await;
    let report = whole.verify().unwrap();
    assert!(report.verified && report.checkpoints == 1 && report.events > 7, "{report:?}");
    assert_eq!((report.unsigned_events, whole.since), (0, None));

    let trail = world.trail().await;
    let exported: Vec<&Value> = trail.iter().filter(|event| event["type"] == "AUDIT_TRAIL_EXPORTED").collect();
    let [exported] = exported[..] else { panic!("{exported:?}") };
    assert_eq!((exported["dataExported"].as_bool(), exported["actor"].as_str()), (Some(true), Some(admin.id.as_str())));
    assert_eq!(exported["resourceId"], format!("{today}/{today}"));

    // The next day begins behind the last checkpoint of the one before.
    world.minutes_pass(24 * 60).await;
    let _ = admin.get("/v1/audit-events").await.ok();
    world.settles().await;
    world.minutes_pass(15).await;
    let tomorrow = day(world.now()).to_string();
    let part = export(&world, &admin, &tomorrow, &tomorrow).await;
    let report = part.verify().unwrap();
    assert!(report.verified && part.since.is_some_and(|since| since >= 1) && report.events > 0, "{report:?}");
    let both = export(&world, &admin, &today, &tomorrow).await.verify().unwrap();
    assert!(both.verified && both.events > report.events, "{both:?}");
    let before = admin.post("/v1/audit-exports", json!({ "from": "2026-11-01", "to": "2026-11-02" })).await.ok();
    assert_eq!((before["files"].as_array().map(Vec::len), before["checkpoints"].as_u64()), (Some(0), Some(0)));
}

#[scenario]
async fn an_export_has_as_many_pages_as_it_needs_and_they_meet() {
    let world = World::start().await;
    let admin = world.admin().await;
    // More checkpoints than an answer covers: something happens in each quarter of an hour.
    for _ in 0..42 {
        let _ = admin.get("/v1/audit-events").await.ok();
        world.settles().await;
        world.minutes_pass(15).await;
    }
    let today = day(world.now()).to_string();
    let first = admin.post("/v1/audit-exports", json!({ "from": today, "to": today })).await.ok();
    assert_eq!((first["checkpoints"].as_u64(), first["next"].as_u64()), (Some(42), Some(40)));
    let report = export(&world, &admin, &today, &today).await.verify().unwrap();
    assert!(report.verified && report.checkpoints == 42, "{report:?}");
    let beyond = admin.post("/v1/audit-exports", json!({ "from": today, "to": today, "after": 99 })).await;
    assert_eq!(beyond.problem("invalid-request")["errors"][0]["pointer"], "#/after");
    let reversed = admin.post("/v1/audit-exports", json!({ "from": today, "to": "2026-11-01" })).await;
    assert_eq!(reversed.problem("invalid-request")["errors"][0]["pointer"], "#/to");
}

#[scenario]
async fn an_export_without_a_record_fails_and_only_an_administrator_gets_one() {
    let world = World::start().await;
    let (admin, asha) = (world.admin().await, world.patient("Asha Rao").await);
    something_is_signed(&world).await;
    let _ = admin.get("/v1/me").await.ok();
    let wish = json!({ "from": "2026-11-01", "to": "2026-11-30" });
    world
        .stack
        .network()
        .inject(|call| (call.service == "dynamodb" && call.action == "PutItem").then_some(Fault::NotSent));
    let refused = admin.post("/v1/audit-exports", wish.clone()).await;
    assert!(!refused.text().contains("X-Amz-Signature"), "{}", refused.text());
    let _ = refused.problem("unavailable");
    world.stack.network().heal();
    let _ = asha.post("/v1/audit-exports", wish).await.problem("forbidden");

    // An address is for what it was signed for, and for nothing else.
    let page = admin.post("/v1/audit-exports", json!({ "from": "2026-11-01", "to": "2026-11-30" })).await.ok();
    let url = page["files"][0]["url"].as_str().unwrap();
    let (status, _) = s3(&world.stack, Request::get(url).body(Bytes::new()).unwrap()).await;
    assert_eq!(status, 200);
    let other = url.replace("/audit/keys/", "/audit/checkpoints/");
    let (status, _) = s3(&world.stack, Request::get(&other).body(Bytes::new()).unwrap()).await;
    assert_eq!(status, 403);
    let (status, _) = s3(&world.stack, Request::delete(url).body(Bytes::new()).unwrap()).await;
    assert_eq!(status, 403);
}

#[scenario]
async fn a_day_on_hold_outlives_its_retention_until_it_is_released() {
    let world = World::start().await;
    let (admin, asha) = (world.admin().await, world.patient("Vikram Shah").await);
    something_is_signed(&world).await;
    let today = day(world.now());
    let path = |verb: &str| format!("/v1/audit-days/{today}/{verb}");
    let reason = json!({ "reason": "Court order 2026/1187", "patientId": asha.id });
    let early = admin.post(&path("hold"), reason.clone()).await.problem("invalid-request");
    assert_eq!(early["errors"][0]["pointer"], "#/day");
    world.minutes_pass(24 * 60).await;
    let _ = admin.post(&path("hold"), json!({ "reason": "" })).await.problem("invalid-request");
    let _ = asha.post(&path("hold"), reason.clone()).await.problem("forbidden");

    let held = admin.post(&path("hold"), reason.clone()).await.ok();
    let objects = held["objects"].as_u64().unwrap();
    assert!(held["held"] == true && objects > 3, "{held}");
    // Asked again, it is the same again.
    assert_eq!(admin.post(&path("hold"), reason.clone()).await.ok(), held);

    // The bucket's own retention, of a day here, is over: nothing but the hold keeps the objects.
    world.stack.advance(SignedDuration::from_hours(48)).await;
    let client = world.archive_client();
    let prefix = Part::events_of_day(0, today).replace("chain=00", "chain=");
    let prefix = prefix.split("chain=").next().unwrap().to_owned();
    let of_day = |key: &str| key.starts_with(&prefix) && key.contains(&format!("/day={today}/"));
    let keys: Vec<String> = world.stack.services().s3.objects(ARCHIVE_BUCKET).into_iter().map(|(key, _)| key).collect();
    let keys: Vec<&String> = keys.iter().filter(|key| of_day(key)).collect();
    assert_eq!(keys.len() as u64, objects);
    for key in &keys {
        assert!(client.remove(key).await.is_err(), "{key} is on hold");
    }
    let released = admin.post(&path("release"), json!({ "reason": "The order is withdrawn" })).await.ok();
    assert_eq!((released["held"].as_bool(), released["objects"].as_u64()), (Some(false), Some(objects)));
    assert!(client.remove(keys[0]).await.is_ok());

    world.settles().await;
    let trail = admin.get("/v1/audit-events?from=2026-11-23T00:00:00Z&severity=high&limit=100").await.ok();
    let of = |kind: &str| {
        let events = trail["events"].as_array().unwrap();
        let found: Vec<Value> = events.iter().filter(|event| event["type"] == kind).cloned().collect();
        (found.len(), found.last().cloned().unwrap_or_default())
    };
    let (holds, last) = of("LEGAL_HOLD_SET");
    assert_eq!((holds, last["detail"].as_str()), (2, Some("Court order 2026/1187")));
    assert_eq!((last["resourceId"].as_str(), &last["subjects"]), (Some(today.to_string().as_str()), &json!([asha.id])));
    assert_eq!(of("LEGAL_HOLD_LIFTED").0, 1);
}
