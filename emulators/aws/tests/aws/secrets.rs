//! Reading and rotating secrets.

use std::sync::Arc;

use aws_emulator::secrets::Secrets;
use aws_sdk_secretsmanager::Client;
use jiff::SignedDuration;

use crate::sdk;
use crate::support::{TestClock, code};

const NAME: &str = "vaidya/razorpay";

#[tokio::test]
async fn a_rotated_secret_has_a_current_and_a_previous_version() {
    let clock = TestClock::at("2026-12-01T04:30:00Z");
    let dir = tempfile::tempdir().unwrap();
    let open = |initial: &str| {
        Client::new(&sdk!(Arc::new(Secrets::open(Some(dir.path()), &[(NAME, initial)], clock.clock()).unwrap())))
    };
    let secrets = open("one");
    let first = secrets.get_secret_value().secret_id(NAME).send().await.unwrap();
    assert_eq!(first.secret_string(), Some("one"));
    assert_eq!(first.version_stages(), ["AWSCURRENT"]);

    clock.advance(SignedDuration::from_hours(1));
    secrets.put_secret_value().secret_id(first.arn().unwrap()).secret_string("two").send().await.unwrap();
    // A restart with the initial value must not undo the rotation.
    let secrets = open("one");
    let current = secrets.get_secret_value().secret_id(NAME).send().await.unwrap();
    assert_eq!(current.secret_string(), Some("two"));
    let previous = secrets.get_secret_value().secret_id(NAME).version_stage("AWSPREVIOUS").send().await.unwrap();
    assert_eq!(previous.secret_string(), Some("one"));
    assert_eq!(previous.version_id(), first.version_id());

    let described = secrets.describe_secret().secret_id(NAME).send().await.unwrap();
    assert_eq!(described.last_changed_date().unwrap().secs(), clock.now().as_second());
    assert_eq!(described.version_ids_to_stages().unwrap().len(), 2);
}

#[tokio::test]
async fn putting_a_secret_again_is_harmless_and_putting_another_under_its_token_is_refused() {
    let clock = TestClock::at("2026-12-01T04:30:00Z");
    let secrets = Client::new(&sdk!(Arc::new(Secrets::open(None, &[(NAME, "one")], clock.clock()).unwrap())));
    let put = |text: &str| {
        let put = secrets.put_secret_value().secret_id(NAME).secret_string(text);
        put.client_request_token("0123456789abcdef0123456789abcdef").send()
    };
    put("two").await.unwrap();
    put("two").await.unwrap();
    assert_eq!(code(put("three").await), "ResourceExistsException");
    let previous = secrets.get_secret_value().secret_id(NAME).version_stage("AWSPREVIOUS").send().await.unwrap();
    assert_eq!(previous.secret_string(), Some("one"), "the retry has not pushed it out");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let clock = TestClock::at("2026-12-01T04:30:00Z");
    let secrets = Client::new(&sdk!(Arc::new(Secrets::open(None, &[(NAME, "one")], clock.clock()).unwrap())));
    let absent = secrets.get_secret_value().secret_id("vaidya/other").send().await;
    assert_eq!(code(absent), "ResourceNotFoundException");
    let previous = secrets.get_secret_value().secret_id(NAME).version_stage("AWSPREVIOUS").send().await;
    assert_eq!(code(previous), "ResourceNotFoundException");
}
