//! Webhooks: envelope and headers, at least once, in any order, until the merchant is given up.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::FutureExt as _;
use futures::executor::block_on;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use razorpay_emulator::{Config, DeliveryOrder, Faults, Method, Outcome, Razorpay, WebhookState, webhook_signature};
use serde_json::json;

use crate::bench::Bench;

const PAID: [&str; 3] = ["payment.authorized", "payment.captured", "order.paid"];

#[test]
fn an_event_has_the_documented_envelope() {
    let bench = Bench::new();
    let payment = bench.captured();
    let hooks = bench.hooks();
    let captured = hooks[1].json();
    let entity = bench.get(&format!("/v1/payments/{payment}")).good();
    assert_eq!(
        captured,
        json!({
            "entity": "event", "account_id": "acc_VaidyaLocal001", "event": "payment.captured",
            "contains": ["payment"], "payload": { "payment": { "entity": entity } },
            "created_at": bench.now().as_second(),
        })
    );
    let paid = hooks[2].json();
    assert_eq!(paid["contains"], json!(["payment", "order"]));
    let order = paid["payload"]["order"]["entity"]["id"].as_str().unwrap();
    let order = bench.get(&format!("/v1/orders/{order}")).good();
    assert_eq!(paid["payload"]["order"]["entity"], order);
    let refund = bench.refund(&payment, "refund-key-1", json!({})).good();
    let created = bench.hooks()[0].json();
    assert_eq!(created["contains"], json!(["refund", "payment"]));
    assert_eq!(created["payload"]["refund"]["entity"], refund);
}

#[test]
fn a_payload_is_a_snapshot_of_its_moment() {
    let bench = Bench::new();
    bench.captured();
    let hooks = bench.hooks();
    let entity = |index: usize| hooks[index].json()["payload"]["payment"]["entity"].clone();
    assert_eq!(entity(0)["status"], "authorized");
    assert_eq!(entity(0)["captured"], false);
    assert_eq!(entity(1)["status"], "captured");
}

#[test]
fn a_webhook_is_signed_over_its_raw_bytes_and_goes_to_the_configured_address() {
    let bench = Bench::new();
    bench.captured();
    let hooks = bench.hooks();
    assert_eq!(hooks.len(), 3);
    let secret = Config::default().webhook_secret;
    for hook in &hooks {
        assert_eq!(hook.url, "http://localhost/webhooks/razorpay");
        assert_eq!(hook.content_type, "application/json");
        assert_eq!(hook.signature, webhook_signature(&secret, &hook.body));
        assert_eq!(hook.signature.len(), 64);
    }
    assert_ne!(hooks[0].event_id, hooks[1].event_id);
}

#[test]
fn nothing_is_sent_before_it_is_delivered_and_nothing_twice() {
    let bench = Bench::new();
    bench.captured();
    assert_eq!(bench.pending().len(), 3);
    assert_eq!(bench.events(), PAID);
    assert!(bench.pending().is_empty());
    assert!(bench.events().is_empty());
}

#[test]
fn an_answer_other_than_2xx_is_retried_with_growing_waits_and_the_same_bytes() {
    let bench = Bench::new();
    bench.captured();
    for refusal in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::FOUND] {
        bench.answer_with(refusal);
        bench.hooks();
        bench.pass_minutes(2);
    }
    bench.answer_with(StatusCode::OK);
    // Refused at 0 and at 2 minutes: the next attempts are due at 4.
    bench.pass(SignedDuration::from_secs(-1));
    assert!(bench.events().is_empty());
    bench.pass(SignedDuration::from_secs(1));
    let pending = bench.razorpay.pending_webhooks();
    assert!(pending.iter().all(|hook| hook.attempts == 2));
    let last = bench.hooks();
    assert_eq!(last.len(), 3);
    assert!(bench.pending().is_empty());
}

#[test]
fn a_retry_repeats_identifier_body_and_signature() {
    let bench = Bench::new();
    bench.captured();
    bench.answer_with(StatusCode::BAD_GATEWAY);
    let first = bench.hooks();
    bench.pass_minutes(1);
    let second = bench.hooks();
    assert_eq!(first, second);
}

#[test]
fn after_24_hours_of_failure_the_webhook_is_disabled() {
    let bench = Bench::new();
    bench.answer_with(StatusCode::SERVICE_UNAVAILABLE);
    bench.captured();
    let start = bench.now();
    let mut attempts = 0;
    while bench.razorpay.webhook() == WebhookState::Active {
        attempts += bench.hooks().len();
        if let Some(due) = bench.razorpay.next_due() {
            bench.pass(due.duration_since(bench.now()));
        }
    }
    let since = start + SignedDuration::from_hours(24);
    assert_eq!(bench.razorpay.webhook(), WebhookState::Disabled { since });
    assert!((30..40).contains(&attempts), "{attempts}");
    assert!(bench.pending().is_empty());

    // The webhook misses events from now on; the API has them.
    bench.answer_with(StatusCode::OK);
    let silent = bench.captured();
    assert!(bench.events().is_empty());
    assert_eq!(bench.get(&format!("/v1/payments/{silent}")).good()["status"], "captured");

    bench.razorpay.enable_webhook();
    assert!(bench.events().is_empty());
    bench.captured();
    assert_eq!(bench.events(), PAID);
}

#[test]
fn one_success_within_24_hours_keeps_the_webhook_active() {
    let bench = Bench::new();
    bench.answer_with(StatusCode::SERVICE_UNAVAILABLE);
    bench.captured();
    bench.hooks();
    bench.pass(SignedDuration::from_hours(23));
    bench.answer_with(StatusCode::NO_CONTENT);
    assert_eq!(bench.events(), PAID);
    assert_eq!(bench.razorpay.webhook(), WebhookState::Active);
}

#[test]
fn duplicates_have_the_same_identifier_and_bytes() {
    let bench = Bench::new();
    bench.razorpay.set_faults(Faults { duplicates: 2, ..Faults::default() });
    bench.captured();
    let hooks = bench.hooks();
    assert_eq!(hooks.len(), 9);
    for copies in hooks.chunks(3) {
        assert!(copies.iter().all(|copy| *copy == copies[0]));
    }
}

#[test]
fn events_can_come_in_reverse() {
    let bench = Bench::new();
    bench.razorpay.set_faults(Faults { order: DeliveryOrder::Reversed, ..Faults::default() });
    bench.captured();
    assert_eq!(bench.events(), ["order.paid", "payment.captured", "payment.authorized"]);
}

#[test]
fn events_can_come_shuffled_in_an_order_that_follows_from_the_seed() {
    let run = |seed| {
        let bench = Bench::with(Config { seed, ..Config::default() });
        bench.razorpay.set_faults(Faults { order: DeliveryOrder::Shuffled, ..Faults::default() });
        for _ in 0..5 {
            bench.captured();
        }
        bench.events()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let in_order: Vec<&str> = PAID.iter().copied().cycle().take(15).collect();
    assert_ne!(run(1), in_order);
}

#[test]
fn events_can_come_late() {
    let bench = Bench::new();
    bench.razorpay.set_faults(Faults { delay: SignedDuration::from_mins(20), ..Faults::default() });
    bench.captured();
    bench.pass_minutes(19);
    assert!(bench.events().is_empty());
    bench.pass_minutes(1);
    assert_eq!(bench.events(), PAID);
}

#[test]
fn a_dropped_first_attempt_arrives_with_the_first_retry() {
    let bench = Bench::new();
    bench.razorpay.set_faults(Faults { drop_first_attempt: true, ..Faults::default() });
    bench.captured();
    let attempts = block_on(bench.razorpay.deliver_due());
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|attempt| attempt.status.is_none() && attempt.attempt == 1));
    assert!(bench.events().is_empty());
    bench.pass_minutes(1);
    assert_eq!(bench.events(), PAID);
}

#[test]
fn after_a_rotation_retries_keep_the_old_secret_and_new_events_use_the_new_one() {
    let bench = Bench::new();
    bench.answer_with(StatusCode::BAD_GATEWAY);
    bench.captured();
    bench.hooks();
    bench.razorpay.rotate_webhook_secret("the-next-secret");
    bench.captured();
    bench.answer_with(StatusCode::OK);
    bench.pass_minutes(1);
    let hooks = bench.hooks();
    assert_eq!(hooks.len(), 6);
    let old = Config::default().webhook_secret;
    let (retries, fresh): (Vec<_>, Vec<_>) = hooks.iter().partition(|hook| hook.is_signed_with(&old));
    assert_eq!((retries.len(), fresh.len()), (3, 3));
    assert!(fresh.iter().all(|hook| hook.is_signed_with("the-next-secret")));
}

#[test]
fn deliveries_go_out_by_due_time_across_retries_and_new_events() {
    let bench = Bench::new();
    bench.answer_with(StatusCode::BAD_GATEWAY);
    let old = bench.captured();
    bench.hooks();
    bench.pass_minutes(2);
    bench.answer_with(StatusCode::OK);
    let new = bench.captured();
    let of: Vec<String> = (bench.hooks().iter())
        .map(|hook| hook.json()["payload"]["payment"]["entity"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(of, [&old, &old, &old, &new, &new, &new].map(String::as_str));
}

/// The merchant refunds as soon as it gets the capture's event, over the API, from within the delivery.
#[test]
fn the_merchant_may_call_the_api_during_a_webhook() {
    let this: Arc<Mutex<Option<Arc<Razorpay>>>> = Arc::default();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let (merchant, heard) = (Arc::clone(&this), Arc::clone(&told));
    let outlet = move |request: Request<Bytes>| {
        let razorpay = merchant.lock().unwrap().clone().unwrap();
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let event = body["event"].as_str().unwrap().to_owned();
        heard.lock().unwrap().push(event.clone());
        async move {
            if event == "payment.captured" {
                let id = body["payload"]["payment"]["entity"]["id"].as_str().unwrap();
                let refund = Request::post(format!("/v1/payments/{id}/refund"))
                    .header("authorization", "Basic cnpwX3Rlc3RfdmFpZHlhTG9jYWwxOmxvY2FsLWtleS1zZWNyZXQ=")
                    .body(Bytes::new());
                let answer = razorpay.handle(refund.unwrap()).await;
                assert_eq!(answer.status(), StatusCode::OK);
            }
            StatusCode::OK
        }
        .boxed()
    };
    let now = "2026-12-01T04:30:00Z".parse().unwrap();
    let razorpay = Razorpay::open(Config::default(), Arc::new(move || now), Arc::new(outlet));
    let razorpay = Arc::new(razorpay.unwrap());
    *this.lock().unwrap() = Some(Arc::clone(&razorpay));
    let order = Request::post("/v1/orders")
        .header("authorization", "Basic cnpwX3Rlc3RfdmFpZHlhTG9jYWwxOmxvY2FsLWtleS1zZWNyZXQ=")
        .body(Bytes::from(r#"{"amount":100,"currency":"INR"}"#));
    let order = block_on(razorpay.handle(order.unwrap()));
    let order: serde_json::Value = serde_json::from_slice(order.body()).unwrap();
    let order = order["id"].as_str().unwrap();
    razorpay.pay(order, Method::Card, Outcome::Captured).unwrap();
    block_on(razorpay.deliver_due());
    let told = told.lock().unwrap().clone();
    assert_eq!(told, ["payment.authorized", "payment.captured", "order.paid", "refund.created"]);
}
