//! Refunds: never more than was captured, never twice for one key, and an end that comes later.

use jiff::SignedDuration;
use razorpay_emulator::{ApiFault, Config, Method, Outcome, PaymentStatus, RefundMode};
use serde_json::json;

use crate::bench::Bench;

const KEY: &str = "refund-key-0001";

#[test]
fn a_full_refund_has_the_documented_members_and_ends_later() {
    let bench = Bench::new();
    let payment = bench.captured();
    bench.hooks();
    let body = json!({ "notes": { "reason": "late" }, "receipt": "rf-1" });
    let refund = bench.refund(&payment, KEY, body).good();
    let id = refund["id"].as_str().unwrap().to_owned();
    assert_eq!(
        refund,
        json!({
            "id": id, "entity": "refund", "amount": 50_000, "currency": "INR",
            "payment_id": payment, "notes": { "reason": "late" }, "receipt": "rf-1",
            "acquirer_data": { "arn": null }, "created_at": bench.now().as_second(),
            "batch_id": null, "status": "pending", "speed_processed": "normal",
            "speed_requested": "normal",
        })
    );
    assert!(id.starts_with("rfnd_") && id.len() == 19);
    assert_eq!(bench.events(), ["refund.created"]);
    bench.pass(SignedDuration::from_secs(1));
    assert_eq!(bench.events(), ["refund.processed"]);
    let refund = bench.get(&format!("/v1/refunds/{id}")).good();
    assert_eq!(refund["status"], "processed");
    assert!(refund["acquirer_data"]["arn"].is_string());
    let payment = bench.get(&format!("/v1/payments/{payment}")).good();
    assert_eq!(payment["status"], "refunded");
    assert_eq!(payment["refund_status"], "full");
    assert_eq!(payment["captured"], true);
}

#[test]
fn the_same_key_and_body_refund_once() {
    let bench = Bench::new();
    let payment = bench.captured();
    let first = bench.refund(&payment, KEY, json!({ "amount": 20_000 })).good();
    let second = bench.refund(&payment, KEY, json!({ "amount": 20_000 })).good();
    assert_eq!(first, second);
    let list = bench.get(&format!("/v1/payments/{payment}/refunds")).good();
    assert_eq!(list["count"], 1);
    assert_eq!(bench.pending().len(), 4, "three of the payment, one refund.created");
}

#[test]
fn a_key_with_another_body_or_another_payment_is_refused_and_moves_nothing() {
    let bench = Bench::new();
    let (payment, other) = (bench.captured(), bench.captured());
    bench.refund(&payment, KEY, json!({ "amount": 20_000 })).good();
    let wrong_body = bench.refund(&payment, KEY, json!({ "amount": 20_001 })).refused(400);
    assert!(wrong_body.contains("same idempotency key"));
    let wrong_payment = bench.refund(&other, KEY, json!({ "amount": 20_000 })).refused(400);
    assert!(wrong_payment.contains("same idempotency key"));
    let ledger = bench.razorpay.ledger();
    assert_eq!(ledger.of(&payment).unwrap().refund_pending, 20_000);
    assert_eq!(ledger.of(&other).unwrap().refund_pending, 0);
}

#[test]
fn a_refused_refund_does_not_use_up_its_key() {
    let bench = Bench::new();
    let payment = bench.captured();
    bench.refund(&payment, KEY, json!({ "amount": 50_001 })).refused(400);
    bench.refund(&payment, KEY, json!({ "amount": 50_000 })).good();
}

#[test]
fn keys_have_at_least_ten_characters_of_the_documented_alphabet() {
    let bench = Bench::new();
    let payment = bench.captured();
    for key in ["", "123456789", "refund key 1", "refund/key/1"] {
        bench.refund(&payment, key, json!({})).refused(400);
    }
    bench.refund(&payment, "0123456789", json!({})).good();
}

#[test]
fn without_a_key_every_request_is_a_refund_of_its_own() {
    let bench = Bench::new();
    let path = format!("/v1/payments/{}/refund", bench.captured());
    let first = bench.post(&path, json!({ "amount": 10_000 })).good();
    let second = bench.post(&path, json!({ "amount": 10_000 })).good();
    assert_ne!(first["id"], second["id"]);
}

#[test]
fn partial_refunds_never_add_up_to_more_than_was_captured() {
    let bench = Bench::new();
    let payment = bench.captured();
    bench.refund(&payment, "refund-key-a", json!({ "amount": 30_000 })).good();
    let partial = bench.get(&format!("/v1/payments/{payment}")).good();
    assert_eq!(partial["status"], "captured");
    assert_eq!(partial["refund_status"], "partial");
    assert_eq!(partial["amount_refunded"], 30_000);
    let too_much = bench.refund(&payment, "refund-key-b", json!({ "amount": 20_001 }));
    assert!(too_much.refused(400).contains("greater than"));
    let rest = bench.refund(&payment, "refund-key-c", json!({})).good();
    assert_eq!(rest["amount"], 20_000);
    let none_left = bench.refund(&payment, "refund-key-d", json!({})).refused(400);
    assert_eq!(none_left, "The payment has been fully refunded already");
    bench.pass(SignedDuration::from_secs(1));
    let ledger = bench.razorpay.ledger();
    assert_eq!(ledger.refunded(), 50_000);
    assert_eq!(ledger.retained(), 0);
}

#[test]
fn unsound_refunds_are_refused() {
    let bench = Bench::new();
    let payment = bench.captured();
    for body in [
        json!({ "amount": 99 }),
        json!({ "amount": 100.5 }),
        json!({ "amount": -100 }),
        json!({ "speed": "fast" }),
        json!({ "currency": "INR" }),
    ] {
        bench.refund(&payment, KEY, body).refused(400);
    }
    assert_eq!(bench.razorpay.ledger().retained(), 50_000);
}

#[test]
fn only_captured_payments_can_be_refunded() {
    let bench = Bench::new();
    let order = bench.order();
    let failed = bench.razorpay.pay(&order, Method::Card, Outcome::declined()).unwrap();
    let refusal = bench.refund(&failed.payment_id, KEY, json!({})).refused(400);
    assert_eq!(refusal, "The payment status should be captured for action to be taken");
    let unknown = bench.refund("pay_00000000000000", KEY, json!({})).refused(400);
    assert_eq!(unknown, "The id provided does not exist");
}

#[test]
fn a_refund_that_fails_leaves_the_money_with_the_merchant_and_can_be_tried_again() {
    let after = SignedDuration::from_secs(5);
    let bench = Bench::with(Config { refunds: RefundMode::Failed { after }, ..Config::default() });
    let payment = bench.captured();
    bench.hooks();
    bench.refund(&payment, KEY, json!({})).good();
    bench.pass(SignedDuration::from_secs(5));
    let hooks = bench.hooks();
    assert_eq!(hooks[1].event(), "refund.failed");
    let payload = &hooks[1].json()["payload"];
    assert_eq!(payload["refund"]["entity"]["status"], "failed");
    assert_eq!(payload["payment"]["entity"]["amount_refunded"], 0);
    let account = bench.razorpay.ledger().of(&payment).cloned().unwrap();
    assert_eq!((account.retained(), account.refund_pending, account.refund_failed), (50_000, 0, 50_000));
    let status = bench.razorpay.payment(&payment).unwrap().status;
    assert_eq!(status, PaymentStatus::Captured);

    let soon = SignedDuration::from_secs(1);
    bench.razorpay.set_refund_mode(RefundMode::Processed { after: soon });
    bench.refund(&payment, "refund-key-0002", json!({})).good();
    bench.pass(SignedDuration::from_secs(1));
    assert_eq!(bench.razorpay.ledger().retained(), 0);
}

#[test]
fn a_refund_whose_reply_was_lost_is_found_by_its_key() {
    let bench = Bench::new();
    let payment = bench.captured();
    bench.razorpay.inject(ApiFault::ReplyLost);
    bench.refund(&payment, KEY, json!({})).refused(504);
    bench.razorpay.inject(ApiFault::InProgress);
    bench.refund(&payment, KEY, json!({})).refused(409);
    let refund = bench.refund(&payment, KEY, json!({})).good();
    let list = bench.get(&format!("/v1/payments/{payment}/refunds")).good();
    assert_eq!(list["items"], json!([refund]));
}

#[test]
fn a_refund_is_found_under_its_own_payment_only() {
    let bench = Bench::new();
    let (payment, other) = (bench.captured(), bench.captured());
    let refund = bench.refund(&payment, KEY, json!({})).good();
    let id = refund["id"].as_str().unwrap();
    let found = bench.get(&format!("/v1/payments/{payment}/refunds/{id}")).good();
    assert_eq!(found, refund);
    bench.get(&format!("/v1/payments/{other}/refunds/{id}")).refused(400);
}

/// Any mixture of payments and refunds balances, and what the webhooks told adds up to the same.
#[test]
fn the_ledger_balances_with_the_webhooks_after_any_history() {
    for seed in 0..6_u64 {
        let bench = Bench::with(Config { seed, ..Config::default() });
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut draw = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let mut payments = Vec::new();
        for step in 0..120 {
            let order = bench.order();
            let outcome = match draw(4) {
                0 => Outcome::declined(),
                1 => Outcome::LateAuthorised { after: SignedDuration::from_mins(draw(30) as i64) },
                _ => Outcome::Captured,
            };
            let paid = bench.razorpay.pay(&order, Method::Upi, outcome).unwrap();
            payments.push(paid.payment_id);
            let payment = &payments[draw(payments.len() as u64) as usize];
            let amount = 100 + draw(30_000);
            let mode = match draw(3) {
                0 => RefundMode::Failed { after: SignedDuration::from_secs(2) },
                _ => RefundMode::default(),
            };
            bench.razorpay.set_refund_mode(mode);
            let key = format!("refund-{step:04}");
            bench.refund(payment, &key, json!({ "amount": amount }));
            bench.pass_minutes(draw(5) as i64);
        }
        bench.pass_minutes(60);
        let (mut captured, mut refunded) = (0, 0);
        for hook in bench.hooks() {
            let payload = &hook.json()["payload"];
            match hook.event().as_str() {
                "payment.captured" => {
                    captured += payload["payment"]["entity"]["amount"].as_i64().unwrap();
                }
                "refund.processed" => {
                    refunded += payload["refund"]["entity"]["amount"].as_i64().unwrap();
                }
                _ => {}
            }
        }
        let ledger = bench.razorpay.ledger();
        assert_eq!((ledger.captured(), ledger.refunded()), (captured, refunded));
        assert!(captured > 0 && refunded > 0);
        for (payment, account) in ledger.accounts() {
            assert!(account.retained() >= 0, "{payment}: {account:?}");
            assert_eq!(account.refund_pending, 0);
        }
    }
}
