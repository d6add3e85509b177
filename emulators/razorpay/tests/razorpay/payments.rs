//! Payments: outcomes, late authorisation, capture, double capture.

use jiff::SignedDuration;
use razorpay_emulator::{Config, Method, Outcome, Paid, PaymentStatus, checkout_signature};
use serde_json::json;

use crate::bench::Bench;

fn pay(bench: &Bench, order: &str, outcome: Outcome) -> Paid {
    bench.razorpay.pay(order, Method::Upi, outcome).unwrap()
}

fn status(bench: &Bench, payment: &str) -> PaymentStatus {
    bench.razorpay.payment(payment).unwrap().status
}

#[test]
fn a_captured_payment_has_the_documented_members() {
    let bench = Bench::new();
    let order = bench.order();
    let paid = pay(&bench, &order, Outcome::Captured);
    let payment = bench.get(&format!("/v1/payments/{}", paid.payment_id)).good();
    assert_eq!(
        payment,
        json!({
            "id": paid.payment_id, "entity": "payment", "amount": 50_000, "currency": "INR",
            "status": "captured", "order_id": order, "invoice_id": null, "international": false,
            "method": "upi", "amount_refunded": 0, "refund_status": null, "captured": true,
            "description": null, "card_id": null, "bank": null, "wallet": null,
            "vpa": "patient@okbank", "upi": { "vpa": "patient@okbank" },
            "email": "void@razorpay.com", "contact": "+919999999999", "notes": [],
            "fee": 1_180, "tax": 180, "error_code": null, "error_description": null,
            "error_source": null, "error_step": null, "error_reason": null,
            "acquirer_data": { "rrn": "000000000002" }, "created_at": bench.now().as_second(),
        })
    );
}

#[test]
fn checkout_signs_order_and_payment_with_the_key_secret() {
    let bench = Bench::new();
    let order = bench.order();
    let paid = pay(&bench, &order, Outcome::Captured);
    assert_eq!(paid.order_id, order);
    let secret = Config::default().key_secret;
    let wanted = checkout_signature(&secret, &order, &paid.payment_id);
    assert_eq!(paid.signature, wanted);
}

#[test]
fn a_failed_payment_says_why_and_leaves_the_order_open() {
    let bench = Bench::new();
    let order = bench.order();
    let outcome = Outcome::Failed { code: "GATEWAY_ERROR".to_owned(), description: "Bank down".to_owned() };
    let failed = pay(&bench, &order, outcome);
    let payment = bench.get(&format!("/v1/payments/{}", failed.payment_id)).good();
    assert_eq!(payment["status"], "failed");
    assert_eq!(payment["captured"], false);
    assert_eq!(payment["fee"], json!(null));
    assert_eq!(payment["error_code"], "GATEWAY_ERROR");
    assert_eq!(payment["error_description"], "Bank down");
    assert_eq!(payment["error_reason"], "payment_failed");
    assert_eq!(bench.razorpay.ledger().captured(), 0);
    pay(&bench, &order, Outcome::Captured);
    assert_eq!(bench.razorpay.ledger().captured(), 50_000);
}

#[test]
fn the_payments_of_an_order_are_listed_newest_first() {
    let bench = Bench::new();
    let order = bench.order();
    let failed = pay(&bench, &order, Outcome::declined());
    let paid = pay(&bench, &order, Outcome::Captured);
    let list = bench.get(&format!("/v1/orders/{order}/payments")).good();
    assert_eq!(list["count"], 2);
    assert_eq!(list["items"][0]["id"], paid.payment_id);
    assert_eq!(list["items"][1]["id"], failed.payment_id);
}

#[test]
fn a_silent_payment_fails_when_it_times_out() {
    let bench = Bench::new();
    let order = bench.order();
    let pending = pay(&bench, &order, Outcome::Pending).payment_id;
    bench.pass_minutes(9);
    assert_eq!(status(&bench, &pending), PaymentStatus::Created);
    assert!(bench.events().is_empty());
    bench.pass_minutes(1);
    assert_eq!(status(&bench, &pending), PaymentStatus::Failed);
    let hooks = bench.hooks();
    assert_eq!(hooks.len(), 1);
    let entity = &hooks[0].json()["payload"]["payment"]["entity"];
    assert_eq!(entity["error_reason"], "payment_timed_out");
}

#[test]
fn a_payment_that_failed_may_be_authorised_days_later_and_is_captured() {
    let bench = Bench::new();
    let order = bench.order();
    let failed = pay(&bench, &order, Outcome::declined()).payment_id;
    assert_eq!(bench.events(), ["payment.failed"]);
    bench.pass(SignedDuration::from_hours(50));
    bench.razorpay.authorise_late(&failed).unwrap();
    let payment = bench.get(&format!("/v1/payments/{failed}")).good();
    assert_eq!(payment["status"], "captured");
    assert_eq!(payment["error_code"], json!(null));
    assert_eq!(bench.events(), ["payment.authorized", "payment.captured", "order.paid"]);
    assert_eq!(bench.get(&format!("/v1/orders/{order}")).good()["status"], "paid");
}

#[test]
fn late_authorisation_comes_by_itself_after_the_time_out() {
    let bench = Bench::new();
    let order = bench.order();
    let after = SignedDuration::from_mins(12);
    let late = pay(&bench, &order, Outcome::LateAuthorised { after }).payment_id;
    bench.pass_minutes(11);
    bench.razorpay.tick();
    assert_eq!(status(&bench, &late), PaymentStatus::Failed);
    bench.pass_minutes(1);
    bench.razorpay.tick();
    assert_eq!(status(&bench, &late), PaymentStatus::Captured);
    assert_eq!(bench.events(), ["payment.failed", "payment.authorized", "payment.captured", "order.paid"]);
}

#[test]
fn late_authorisation_before_the_time_out_never_fails() {
    let bench = Bench::new();
    let order = bench.order();
    let after = SignedDuration::from_mins(5);
    let late = pay(&bench, &order, Outcome::LateAuthorised { after }).payment_id;
    bench.pass_minutes(60);
    assert_eq!(bench.events(), ["payment.authorized", "payment.captured", "order.paid"]);
    assert_eq!(status(&bench, &late), PaymentStatus::Captured);
}

#[test]
fn an_authorised_payment_is_not_authorised_again() {
    let bench = Bench::new();
    let payment = bench.captured();
    let refusal = bench.razorpay.authorise_late(&payment).unwrap_err();
    assert_eq!(refusal.description, "This payment has already been authorized");
    let unknown = bench.razorpay.authorise_late("pay_00000000000000");
    assert_eq!(unknown.unwrap_err().description, "The id provided does not exist");
}

#[test]
fn an_order_that_is_paid_takes_no_further_payment_unless_forced() {
    let bench = Bench::new();
    let order = bench.order();
    pay(&bench, &order, Outcome::Captured);
    let refusal = bench.razorpay.pay(&order, Method::Card, Outcome::Captured);
    assert_eq!(refusal.unwrap_err().description, "Payment already done for this order.");
    bench.razorpay.pay_again(&order, Method::Card, Outcome::Captured).unwrap();
    assert_eq!(bench.razorpay.ledger().captured(), 100_000);
}

#[test]
fn two_payments_of_one_order_may_both_be_captured_but_the_order_is_paid_once() {
    let bench = Bench::new();
    let order = bench.order();
    let slow = pay(&bench, &order, Outcome::Pending).payment_id;
    let quick = pay(&bench, &order, Outcome::Captured).payment_id;
    bench.hooks();
    bench.razorpay.authorise_late(&slow).unwrap();
    assert_eq!(bench.events(), ["payment.authorized", "payment.captured"]);
    let ledger = bench.razorpay.ledger();
    assert_eq!(ledger.of(&slow).unwrap().captured, 50_000);
    assert_eq!(ledger.of(&quick).unwrap().captured, 50_000);
    let order = bench.get(&format!("/v1/orders/{order}")).good();
    assert_eq!(order["amount_paid"], 50_000);
    assert_eq!(order["amount_due"], 0);
}

#[test]
fn manual_capture_takes_the_authorised_amount_once() {
    let bench = Bench::with(Config { auto_capture: false, ..Config::default() });
    let order = bench.order();
    let paid = pay(&bench, &order, Outcome::Captured).payment_id;
    assert_eq!(bench.events(), ["payment.authorized"]);
    let path = format!("/v1/payments/{paid}/capture");
    let body = |amount: i64| json!({ "amount": amount, "currency": "INR" });
    let less = bench.post(&path, body(49_999)).refused(400);
    assert_eq!(less, "Capture amount must be equal to the amount authorized");
    let captured = bench.post(&path, body(50_000)).good();
    assert_eq!(captured["status"], "captured");
    let again = bench.post(&path, body(50_000)).refused(400);
    assert_eq!(again, "This payment has already been captured");
    assert_eq!(bench.events(), ["payment.captured", "order.paid"]);
}

#[test]
fn a_failed_payment_can_not_be_captured_over_the_api() {
    let bench = Bench::new();
    let order = bench.order();
    let failed = pay(&bench, &order, Outcome::declined()).payment_id;
    let body = json!({ "amount": 50_000, "currency": "INR" });
    let refusal = bench.post(&format!("/v1/payments/{failed}/capture"), body).refused(400);
    assert!(refusal.starts_with("Only payments which have been authorized"));
}

#[test]
fn a_payment_that_is_not_captured_is_refunded_after_three_days_with_events() {
    let bench = Bench::new();
    let wish = json!({ "amount": 50_000, "currency": "INR", "payment": { "capture": "manual" } });
    let order = bench.post("/v1/orders", wish).good();
    let order = order["id"].as_str().unwrap();
    let paid = pay(&bench, order, Outcome::Captured).payment_id;
    bench.hooks();
    bench.pass(SignedDuration::from_hours(72));
    let hooks = bench.hooks();
    assert_eq!(hooks[0].event(), "refund.created");
    let entity = &hooks[0].json()["payload"]["payment"]["entity"];
    assert_eq!(entity["captured"], false);
    assert_eq!(entity["status"], "refunded");
    assert_eq!(bench.razorpay.ledger().of(&paid), None);
    bench.pass(SignedDuration::from_secs(1));
    assert_eq!(bench.events(), ["refund.processed"]);
}
