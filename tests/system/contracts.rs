//! Every sample event, through the function that it is a sample for: the shape is right, so nothing may fail.
//!
//! The samples name people and visits of their own; existing ones are put in here.

use local::stack::logical_id;
use razorpay_emulator::webhook_signature;
use serde_json::{Value, json};
use std::fmt::Write;
use system_tests::World;
use system_tests::repository::{is_current, read};

const PATIENT: &str = "5f0c2f5e-8c1b-4f0e-9a63-2d1e6d1f0a01";
const DOCTOR: &str = "1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02";
const ADMIN: &str = "9a3b7e10-2f64-4f9d-8a51-c0de5afe0a03";
const APPOINTMENT: &str = "c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04";
const FEED: &str = "6f1ed002ab5595859014ebf0951522d9f0e1d2c3b4a5968778695a4b3c2d1e0f";
const EVENT: &str = "32dc296e2efeab4b790f68e6fc5f7664c2c0c3ab9cf3826659c6d217a5b2256e";

#[tokio::test]
async fn no_sample_event_fails() {
    let mut table = String::new();
    let contexts = local::functions::contexts();
    for function in contexts.iter().flat_map(|context| context.functions) {
        let name = api::kebab(function.id());
        let world = World::start().await;
        let event = told_of_what_exists(&world, &name).await;
        let answer = world.stack.invoke(&logical_id(function.id()), &event, "sample").await;
        let answer = answer.unwrap_or_else(|error| panic!("{name} failed: {error}"));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let outcome = match (&answer["statusCode"], &answer["batchItemFailures"]) {
            (Value::Number(status), _) => status.to_string(),
            (_, Value::Array(failures)) => {
                assert!(failures.is_empty(), "{name}: {answer}");
                "done".to_owned()
            }
            _ => "answered".to_owned(),
        };
        assert!(!outcome.starts_with('5'), "{name}: {answer}");
        let _ = writeln!(table, "{name:<26}{outcome}");
    }
    is_current("tests/snapshots/contracts.txt", &table);
}

async fn told_of_what_exists(world: &World, name: &str) -> String {
    let event = read(&format!("events/{name}.json"));
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let half_an_hour = jiff::SignedDuration::from_mins(30);
    let at = |time: &str| time.parse::<jiff::Timestamp>().unwrap();
    // In the evening, far from the hours that the sample of `publish-availability` publishes.
    let evening = at("2026-12-01T14:00:00Z");
    let other = iyer.publishes_range(evening, evening + half_an_hour).await;
    let slot = match name {
        "publish-availability" => other.clone(),
        _ => iyer.publishes_range(at("2026-12-01T04:30:00Z"), at("2026-12-01T05:00:00Z")).await,
    };
    let visit =
        asha.books(if matches!(name, "book-appointment" | "withdraw-slot") { &other } else { &slot }).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let mut event = event
        .replace(PATIENT, &asha.id)
        .replace(DOCTOR, &iyer.id)
        .replace(ADMIN, &admin.id)
        .replace(APPOINTMENT, visit["id"].as_str().unwrap())
        .replace("order_RkT3b8Yq1ZsVnM", order["orderId"].as_str().unwrap());
    const OF_MONEY: [&str; 9] = [
        "issue-refund",
        "settle-payment",
        "confirm-payment",
        "send-notification",
        "view-payment",
        "view-receipt",
        "download-receipt",
        "refund-payment",
        "retry-refund",
    ];
    if OF_MONEY.contains(&name) {
        let paid = asha.checks_out(&order, razorpay_emulator::Outcome::Captured);
        event = event
            .replace("pay_RkT5f0Wc7LpQaD", &paid.payment_id)
            .replace("062a9ed71ee4c905feee147f17af8ab1bd5abe0d6c27e89ec127e26e9cd0c2ed", &paid.signature);
        if name != "confirm-payment" {
            world.settles().await;
        }
        if name == "retry-refund" {
            let after = jiff::SignedDuration::from_secs(1);
            world.stack.services().razorpay.set_refund_mode(razorpay_emulator::RefundMode::Failed { after });
        }
        if matches!(name, "issue-refund" | "retry-refund") {
            let _ = iyer.cancels(&visit).await.ok();
            world.settles().await;
        }
        let stored = world.keys_like("HOOK#").await.first().map(|key| key.trim_start_matches("HOOK#").to_owned());
        event = event.replace(EVENT, &stored.unwrap_or_default());
    }
    if matches!(name, "check-in" | "begin-visit" | "complete-visit" | "record-outcome" | "close-visit") {
        let _ = asha.checks_out(&order, razorpay_emulator::Outcome::Captured);
        world.settles().await;
        let joins = at("2026-12-01T04:10:00Z");
        world.stack.clock().advance(joins.duration_since(world.now()));
        if name == "complete-visit" {
            let _ = iyer.steps(&visit, "begin").await.ok();
        }
        if matches!(name, "record-outcome" | "close-visit") {
            world.stack.clock().advance(jiff::SignedDuration::from_mins(70));
        }
    }
    if name == "view-calendar-feed" {
        let made = asha.post("/v1/me/calendar-feed", json!({})).await.ok();
        let token = made["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        event = event.replace(FEED, &token);
    }
    if name == "release-expired-hold" {
        // A message that comes before its hold is over is to come again.
        world
            .stack
            .clock()
            .advance(jiff::SignedDuration::from_mins(domain::appointments::booking::HoldLength::DEFAULT.minutes() + 1));
    }
    with_secrets(world, &asha.email, name, event).await
}

/// What is secret can't be in a sample: codes, tokens, signatures.
async fn with_secrets(world: &World, email: &str, name: &str, event: String) -> String {
    let mut event: Value = serde_json::from_str(&event).unwrap();
    let login = json!({ "email": email, "password": "Correct-horse-9-battery" });
    match name {
        "confirm-authenticator"
        | "renew-recovery-codes"
        | "remove-authenticator"
        | "answer-challenge"
        | "recover-account" => {
            let (asha, password) = (world.patient("Asha Rao").await, "Correct-horse-9-battery");
            let body = if name == "confirm-authenticator" {
                let begun = asha.post("/v1/me/authenticator", json!({ "password": password })).await.ok();
                asha.has_new_authenticator(begun["secret"].as_str().unwrap());
                json!({ "password": password, "code": asha.code() })
            } else {
                let codes = asha.enrols().await;
                match name {
                    "recover-account" => json!({ "email": email, "password": password, "recoveryCode": codes[0] }),
                    "answer-challenge" => {
                        let challenge = world.anonymous().post("/v1/auth/login", login).await.ok();
                        json!({ "email": email, "session": challenge["session"], "code": asha.code() })
                    }
                    _ => json!({ "password": password, "code": asha.code() }),
                }
            };
            event["body"] = body.to_string().into();
            // A log-in after the enrolment, which has ended the sessions.
            if let Some(signed_in) = event.pointer_mut("/requestContext/authorizer/jwt/claims/auth_time") {
                *signed_in = world.now().as_second().to_string().into();
            }
        }
        "log-in" => event["body"] = login.to_string().into(),
        "refresh-session" => {
            let session = world.anonymous().post("/v1/auth/login", login).await.ok();
            event["body"] = json!({ "refreshToken": session["refreshToken"] }).to_string().into();
        }
        "log-out" => {
            let session = world.anonymous().post("/v1/auth/login", login).await.ok();
            event["headers"]["authorization"] = format!("Bearer {}", session["accessToken"].as_str().unwrap()).into();
        }
        "confirm-registration" => {
            let new = json!({ "email": "new@example.com", "password": "Monsoon-clouds-2026", "name": "New" });
            let _ = world.anonymous().post("/v1/auth/register", new).await.accepted();
            let code = world.code_mailed_to("new@example.com");
            event["body"] = json!({ "email": "new@example.com", "code": code }).to_string().into();
        }
        "reset-password" => {
            let _ = world.anonymous().post("/v1/auth/forgot-password", json!({ "email": email })).await.accepted();
            let code = world.code_mailed_to(email);
            let reset = json!({ "email": email, "code": code, "password": "Monsoon-clouds-2027" });
            event["body"] = reset.to_string().into();
        }
        "register-doctor" => {
            let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
            body["email"] = "another.doctor@example.com".into();
            event["body"] = body.to_string().into();
        }
        "create-profile" => event["userPoolId"] = local::services::POOL.into(),
        "razorpay-webhook" => {
            let body = event["body"].as_str().unwrap().to_owned();
            event["headers"]["x-razorpay-signature"] =
                webhook_signature("local-webhook-secret", body.as_bytes()).into();
        }
        _ => {}
    }
    event.to_string()
}
