//! Versions, Object Lock, lists, and signatures.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_emulator::s3::{BucketSpec, DefaultRetention, LockMode, S3, Signer};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{
    ObjectLockLegalHold, ObjectLockLegalHoldStatus, ObjectLockMode, ObjectLockRetention, ObjectLockRetentionMode,
};
use jiff::{SignedDuration, Timestamp};

use crate::sdk;
use crate::support::{TestClock, code, credentials};

const PLAIN: &str = "failed-events";
const LOCKED: &str = "checkpoints";

fn clock() -> TestClock {
    TestClock::at("2026-12-01T04:30:00Z")
}

fn open(dir: Option<&Path>, clock: &TestClock) -> (Arc<S3>, Client) {
    let buckets = vec![
        BucketSpec { name: PLAIN.to_owned(), object_lock: false, default_retention: None },
        BucketSpec {
            name: LOCKED.to_owned(),
            object_lock: true,
            default_retention: Some(DefaultRetention { mode: LockMode::Governance, days: 1 }),
        },
    ];
    let signer = Signer { access_key_id: "test-key", secret_access_key: "test-secret" };
    let service = Arc::new(S3::open(dir, buckets, Some(signer), clock.clock()).unwrap());
    let client = Client::new(&sdk!(service));
    (service, client)
}

/// Stores an object; its version.
async fn put(client: &Client, bucket: &str, key: &str, body: &'static str) -> String {
    let put = client.put_object().bucket(bucket).key(key).body(ByteStream::from_static(body.as_bytes()));
    put.send().await.unwrap().version_id.unwrap()
}

async fn get(client: &Client, bucket: &str, key: &str, version: Option<&str>) -> String {
    let object = client.get_object().bucket(bucket).key(key).set_version_id(version.map(str::to_owned));
    let body = object.send().await.unwrap().body.collect().await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn date(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}

#[tokio::test]
async fn an_object_comes_back_whole_with_its_description() {
    let (service, client) = open(None, &clock());
    let put = client.put_object().bucket(PLAIN).key("a/ü.json").body(ByteStream::from_static(b"{\"a\":1}"));
    let put = put.content_type("application/json").metadata("reason", "timeout").send().await.unwrap();
    let object = client.get_object().bucket(PLAIN).key("a/ü.json").send().await.unwrap();
    assert_eq!(object.content_type(), Some("application/json"));
    assert_eq!(object.metadata().unwrap()["reason"], "timeout");
    assert_eq!(object.e_tag(), put.e_tag());
    assert_eq!(object.last_modified(), Some(&date(clock().now())));
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"{\"a\":1}");

    let head = client.head_object().bucket(PLAIN).key("a/ü.json").send().await.unwrap();
    assert_eq!(head.content_length(), Some(7));
    let part = client.get_object().bucket(PLAIN).key("a/ü.json").range("bytes=1-3").send().await.unwrap();
    assert_eq!(part.content_range(), Some("bytes 1-3/7"));
    assert_eq!(part.body.collect().await.unwrap().to_vec(), b"\"a\"");

    assert!(service.put(PLAIN, "from-lambda", "application/json", "{}"));
    assert_eq!(get(&client, PLAIN, "from-lambda", None).await, "{}");
    assert_eq!(service.objects(PLAIN).len(), 2);
}

#[tokio::test]
async fn deleting_hides_an_object_and_keeps_its_versions() {
    let (_service, client) = open(None, &clock());
    let first = put(&client, PLAIN, "key", "one").await;
    let second = put(&client, PLAIN, "key", "two").await;
    assert_eq!(get(&client, PLAIN, "key", None).await, "two");
    let deleted = client.delete_object().bucket(PLAIN).key("key").send().await.unwrap();
    assert_eq!(deleted.delete_marker(), Some(true));
    assert_eq!(code(client.get_object().bucket(PLAIN).key("key").send().await), "NoSuchKey");
    assert_eq!(get(&client, PLAIN, "key", Some(&first)).await, "one");
    assert!(client.list_objects_v2().bucket(PLAIN).send().await.unwrap().contents().is_empty());

    let versions = client.list_object_versions().bucket(PLAIN).send().await.unwrap();
    let ids: Vec<_> = versions.versions().iter().map(|version| version.version_id().unwrap()).collect();
    assert_eq!(ids, [second.as_str(), &first]);
    let marker = deleted.version_id().unwrap();
    assert_eq!(versions.delete_markers()[0].version_id(), Some(marker));
    client.delete_object().bucket(PLAIN).key("key").version_id(marker).send().await.unwrap();
    assert_eq!(get(&client, PLAIN, "key", None).await, "two");
    client.delete_object().bucket(PLAIN).key("key").version_id(&second).send().await.unwrap();
    assert_eq!(get(&client, PLAIN, "key", None).await, "one");
}

#[tokio::test]
async fn a_version_in_compliance_mode_stays_until_its_retention_is_over() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    let until = clock.now() + SignedDuration::from_hours(48);
    let put = client.put_object().bucket(LOCKED).key("root").body(ByteStream::from_static(b"hash"));
    let put = put.object_lock_mode(ObjectLockMode::Compliance).object_lock_retain_until_date(date(until));
    let id = put.send().await.unwrap().version_id.unwrap();

    let delete = |bypass| {
        let delete = client.delete_object().bucket(LOCKED).key("root").version_id(&id);
        delete.bypass_governance_retention(bypass).send()
    };
    let retain = |mode: ObjectLockRetentionMode, until: Timestamp| {
        let retention = ObjectLockRetention::builder().mode(mode).retain_until_date(date(until)).build();
        let retain = client.put_object_retention().bucket(LOCKED).key("root").version_id(&id).retention(retention);
        retain.bypass_governance_retention(true).send()
    };
    assert_eq!(code(delete(false).await), "AccessDenied");
    assert_eq!(code(delete(true).await), "AccessDenied");
    let earlier = until - SignedDuration::from_hours(1);
    assert_eq!(code(retain(ObjectLockRetentionMode::Compliance, earlier).await), "AccessDenied");
    assert_eq!(code(retain(ObjectLockRetentionMode::Governance, until).await), "AccessDenied");
    retain(ObjectLockRetentionMode::Compliance, until + SignedDuration::from_hours(1)).await.unwrap();

    // Hiding it is allowed, and so is putting another version on top.
    client.delete_object().bucket(LOCKED).key("root").send().await.unwrap();
    assert_eq!(get(&client, LOCKED, "root", Some(&id)).await, "hash");
    clock.advance(SignedDuration::from_hours(48));
    assert_eq!(code(delete(true).await), "AccessDenied", "it was extended by an hour");
    clock.advance(SignedDuration::from_hours(1));
    delete(false).await.unwrap();
    let gone = client.get_object().bucket(LOCKED).key("root").version_id(&id).send().await;
    assert!(["NoSuchVersion", "NoSuchKey"].contains(&code(gone).as_str()));
}

#[tokio::test]
async fn a_version_in_governance_mode_gives_way_to_those_who_ask_to_bypass_it() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    let id = put(&client, LOCKED, "root", "hash").await;
    let lock = client.get_object_retention().bucket(LOCKED).key("root").send().await.unwrap().retention.unwrap();
    assert_eq!(lock.mode(), Some(&ObjectLockRetentionMode::Governance), "the bucket's default");
    assert_eq!(lock.retain_until_date(), Some(&date(clock.now() + SignedDuration::from_hours(24))));

    let delete = client.delete_object().bucket(LOCKED).key("root").version_id(id);
    assert_eq!(code(delete.clone().send().await), "AccessDenied");
    delete.bypass_governance_retention(true).send().await.unwrap();
}

#[tokio::test]
async fn locks_are_refused_where_they_can_not_hold() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    let put = |bucket: &str, until: Timestamp| {
        let put = client.put_object().bucket(bucket).key("root").body(ByteStream::from_static(b"hash"));
        put.object_lock_mode(ObjectLockMode::Governance).object_lock_retain_until_date(date(until)).send()
    };
    assert_eq!(code(put(PLAIN, clock.now() + SignedDuration::from_hours(1)).await), "InvalidRequest");
    assert_eq!(code(put(LOCKED, clock.now()).await), "InvalidArgument");
}

#[tokio::test]
async fn lists_are_paged_and_grouped_without_losing_a_key() {
    let (_service, client) = open(None, &clock());
    let keys = ["a", "b/1", "b/2", "b/3", "c", "d/1", "e"];
    for key in keys {
        put(&client, PLAIN, key, "x").await;
    }
    let (mut seen, mut token) = (Vec::new(), None);
    loop {
        let page =
            client.list_objects_v2().bucket(PLAIN).max_keys(2).set_continuation_token(token).send().await.unwrap();
        assert!(page.contents().len() <= 2);
        seen.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
        token = page.next_continuation_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, keys);

    let (mut groups, mut token) = (Vec::new(), None);
    loop {
        let page = client.list_objects_v2().bucket(PLAIN).delimiter("/").max_keys(1).set_continuation_token(token);
        let page = page.send().await.unwrap();
        groups.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
        groups.extend(page.common_prefixes().iter().map(|group| group.prefix().unwrap().to_owned()));
        token = page.next_continuation_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(groups, ["a", "b/", "c", "d/", "e"]);
    let inside = client.list_objects_v2().bucket(PLAIN).prefix("b/").send().await.unwrap();
    assert_eq!(inside.key_count(), Some(3));
}

#[tokio::test]
async fn buckets_are_created_once_and_missing_ones_are_missed() {
    let (_service, client) = open(None, &clock());
    let location = aws_sdk_s3::types::CreateBucketConfiguration::builder().build();
    client.create_bucket().bucket("fresh").create_bucket_configuration(location).send().await.unwrap();
    put(&client, "fresh", "key", "x").await;
    assert_eq!(code(client.create_bucket().bucket("fresh").send().await), "BucketAlreadyOwnedByYou");
    let absent = client.put_object().bucket("nowhere").key("key").send().await;
    assert_eq!(code(absent), "NoSuchBucket");
    assert!(client.head_bucket().bucket("nowhere").send().await.is_err());
}

#[tokio::test]
async fn requests_that_are_not_signed_with_the_key_are_refused() {
    let (service, client) = open(None, &clock());
    put(&client, PLAIN, "key", "x").await;
    let stranger = aws_sdk_s3::config::Builder::from(&sdk!(service)).credentials_provider(credentials("wrong")).build();
    let refused = Client::from_conf(stranger).get_object().bucket(PLAIN).key("key").send().await;
    assert_eq!(code(refused), "SignatureDoesNotMatch");

    let path = |uri: &str| http::Request::get(uri).body(bytes::Bytes::new()).unwrap();
    let unsigned = service.handle(path(&format!("https://s3.ap-south-1.amazonaws.com/{PLAIN}/key"))).await;
    assert_eq!(unsigned.status(), 403);

    let minute = aws_sdk_s3::presigning::PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let link = client.get_object().bucket(PLAIN).key("key").presigned(minute).await.unwrap();
    let opened = service.handle(path(link.uri())).await;
    assert_eq!((opened.status().as_u16(), &opened.body()[..]), (200, &b"x"[..]));
    let tampered = service.handle(path(&link.uri().replace("/key?", "/other?"))).await;
    assert_eq!(tampered.status(), 403);
}

#[tokio::test]
async fn objects_and_locks_outlive_a_restart() {
    let clock = clock();
    let dir = tempfile::tempdir().unwrap();
    let (service, client) = open(Some(dir.path()), &clock);
    let id = put(&client, LOCKED, "root", "hash").await;
    drop((service, client));
    let (_service, client) = open(Some(dir.path()), &clock);
    assert_eq!(get(&client, LOCKED, "root", Some(&id)).await, "hash");
    let delete = client.delete_object().bucket(LOCKED).key("root").version_id(id).send().await;
    assert_eq!(code(delete), "AccessDenied");
}

#[tokio::test]
async fn a_legal_hold_can_not_be_bypassed_until_it_is_lifted() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    let id = put(&client, LOCKED, "root", "hash").await;
    let hold = |bucket: &'static str, status: ObjectLockLegalHoldStatus| {
        let hold = ObjectLockLegalHold::builder().status(status).build();
        client.put_object_legal_hold().bucket(bucket).key("root").legal_hold(hold).send()
    };
    hold(LOCKED, ObjectLockLegalHoldStatus::On).await.unwrap();
    let held = client.get_object_legal_hold().bucket(LOCKED).key("root").send().await.unwrap().legal_hold.unwrap();
    assert_eq!(held.status(), Some(&ObjectLockLegalHoldStatus::On));

    // Neither the end of the retention nor the right to bypass it helps.
    clock.advance(SignedDuration::from_hours(48));
    let delete = client.delete_object().bucket(LOCKED).key("root").version_id(id).bypass_governance_retention(true);
    assert_eq!(code(delete.clone().send().await), "AccessDenied");
    hold(LOCKED, ObjectLockLegalHoldStatus::Off).await.unwrap();
    delete.send().await.unwrap();
    assert_eq!(code(hold(PLAIN, ObjectLockLegalHoldStatus::On).await), "InvalidRequest");
}
