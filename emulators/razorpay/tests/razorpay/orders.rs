//! Orders and what every request needs: credentials, known paths, sound bodies.

use bytes::Bytes;
use http::Request;
use razorpay_emulator::{ApiFault, Method, Outcome};
use serde_json::json;

use crate::bench::Bench;

#[test]
fn an_order_has_the_documented_members() {
    let bench = Bench::new();
    let wish = json!({
        "amount": 50_000, "currency": "INR", "receipt": "0197-abc", "notes": { "visit": "v1" },
    });
    let order = bench.post("/v1/orders", wish).good();
    let id = order["id"].as_str().unwrap().to_owned();
    assert_eq!(
        order,
        json!({
            "id": id, "entity": "order", "amount": 50_000, "amount_paid": 0, "amount_due": 50_000,
            "currency": "INR", "receipt": "0197-abc", "offer_id": null, "status": "created",
            "attempts": 0, "notes": { "visit": "v1" }, "created_at": bench.now().as_second(),
        })
    );
    assert!(id.starts_with("order_") && id.len() == 20);
    assert_eq!(bench.get(&format!("/v1/orders/{id}")).good(), order);
}

#[test]
fn notes_that_are_empty_are_an_array() {
    let bench = Bench::new();
    let order = bench.post("/v1/orders", json!({ "amount": 100, "currency": "INR" }));
    let order = order.good();
    assert_eq!(order["notes"], json!([]));
    assert_eq!(order["receipt"], json!(null));
}

#[test]
fn the_notes_of_an_order_are_replaced_and_nothing_else_is() {
    let bench = Bench::new();
    let wish =
        json!({ "amount": 50_000, "currency": "INR", "receipt": "r-1", "notes": { "visit": "v1", "desk": "2" } });
    let mut order = bench.post("/v1/orders", wish).good();
    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let changed = bench.patch(&path, json!({ "notes": { "visit": "v2" } })).good();
    order["notes"] = json!({ "visit": "v2" });
    assert_eq!(changed, order);
    assert_eq!(bench.get(&path).good(), order);
    for wrong in [json!({}), json!({ "notes": "v3" }), json!({ "notes": {}, "amount": 100 })] {
        let _ = bench.patch(&path, wrong).refused(400);
    }
    let _ = bench.patch("/v1/orders/order_AAAAAAAAAAAAAA", json!({ "notes": {} })).refused(400);
    assert_eq!(bench.get(&path).good(), order);
}

#[test]
fn identifiers_follow_from_the_seed() {
    assert_eq!(Bench::new().order(), Bench::new().order());
}

#[test]
fn an_unsound_order_is_refused_and_the_field_is_named() {
    let bench = Bench::new();
    let cases = [
        (json!({ "currency": "INR" }), "amount"),
        (json!({ "amount": 99, "currency": "INR" }), "amount"),
        (json!({ "amount": 100.5, "currency": "INR" }), "amount"),
        (json!({ "amount": "100", "currency": "INR" }), "amount"),
        (json!({ "amount": 500_000_001, "currency": "INR" }), "amount"),
        (json!({ "amount": 100 }), "currency"),
        (json!({ "amount": 100, "currency": "USD" }), "currency"),
        (json!({ "amount": 100, "currency": "INR", "receipt": "x".repeat(41) }), "receipt"),
        (json!({ "amount": 100, "currency": "INR", "notes": { "a": ["b"] } }), "notes"),
        (json!({ "amount": 100, "currency": "INR", "partial_payment": true }), "partial_payment"),
    ];
    for (wish, field) in cases {
        let answer = bench.post("/v1/orders", wish.clone());
        assert_eq!(answer.json()["error"]["field"], field, "{wish}");
        answer.refused(400);
    }
    let listed = bench.get("/v1/orders").good();
    assert_eq!(listed["count"], 0);
}

#[test]
fn an_error_has_the_documented_members() {
    let bench = Bench::new();
    let answer = bench.post("/v1/orders", json!({ "amount": 1, "currency": "INR" }));
    assert_eq!(
        answer.json(),
        json!({ "error": {
            "code": "BAD_REQUEST_ERROR",
            "description": "Order amount less than minimum amount allowed",
            "source": "business", "step": "payment_initiation", "reason": "input_validation_failed",
            "metadata": {}, "field": "amount",
        }})
    );
}

#[test]
fn an_unknown_member_is_refused() {
    let wish = json!({ "amount": 100, "currency": "INR", "amout": 1 });
    let answer = Bench::new().post("/v1/orders", wish);
    assert_eq!(answer.refused(400), "amout is/are not required and should not be sent");
}

#[test]
fn a_body_that_is_not_a_json_object_is_refused() {
    let bench = Bench::new();
    assert!(bench.post("/v1/orders", json!([1])).refused(400).contains("JSON object"));
}

#[test]
fn orders_are_found_by_receipt_newest_first() {
    let bench = Bench::new();
    let (first, second) = (bench.order(), bench.order());
    let other = json!({ "amount": 100, "currency": "INR", "receipt": "r-2" });
    bench.post("/v1/orders", other).good();
    let found = bench.get("/v1/orders?receipt=r-1").good();
    assert_eq!(found["entity"], "collection");
    assert_eq!(found["count"], 2);
    assert_eq!(found["items"][0]["id"], second.as_str());
    assert_eq!(found["items"][1]["id"], first.as_str());
    assert_eq!(bench.get("/v1/orders?receipt=r-9").good()["count"], 0);
    let page = bench.get("/v1/orders?receipt=r-1&count=1&skip=1").good();
    assert_eq!(page["items"][0]["id"], first.as_str());
}

#[test]
fn lists_are_bounded_and_filtered_by_time() {
    let bench = Bench::new();
    bench.order();
    let then = bench.now().as_second();
    bench.pass_minutes(1);
    bench.order();
    let before = bench.get(&format!("/v1/orders?to={then}")).good();
    assert_eq!(before["count"], 1);
    let after = bench.get(&format!("/v1/orders?from={}", then + 1)).good();
    assert_eq!(after["count"], 1);
    bench.get("/v1/orders?count=101").refused(400);
    bench.get("/v1/orders?recipt=r-1").refused(400);
}

#[test]
fn requests_without_the_right_credentials_are_refused() {
    let bench = Bench::new();
    let ask = |authorization: Option<&str>| {
        let mut request = Request::get("https://api.razorpay.com/v1/orders");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        bench.send(request.body(Bytes::new()).unwrap())
    };
    ask(None).refused(401);
    for wrong in ["Basic", "Basic !!", "Bearer abc", "Basic cnpwX3Rlc3Q6eA=="] {
        assert_eq!(ask(Some(wrong)).refused(401), "Authentication failed");
    }
}

#[test]
fn unknown_identifiers_and_paths_are_400_as_at_razorpay() {
    let bench = Bench::new();
    let unknown = bench.get("/v1/orders/order_00000000000000").refused(400);
    assert_eq!(unknown, "The id provided does not exist");
    let malformed = bench.get("/v1/orders/pay_00000000000000").refused(400);
    assert_eq!(malformed, "pay_00000000000000 is not a valid id");
    for path in ["/v1/invoices", "/v2/orders", "/orders"] {
        assert!(bench.get(path).refused(400).contains("URL was not found"));
    }
}

#[test]
fn a_lost_reply_leaves_an_order_that_is_found_by_its_receipt() {
    let bench = Bench::new();
    let wish = json!({ "amount": 50_000, "currency": "INR", "receipt": "r-1" });
    bench.razorpay.inject(ApiFault::ReplyLost);
    bench.post("/v1/orders", wish.clone()).refused(504);
    assert_eq!(bench.get("/v1/orders?receipt=r-1").good()["count"], 1);
    bench.razorpay.inject(ApiFault::Unavailable);
    bench.post("/v1/orders", wish).refused(503);
    assert_eq!(bench.get("/v1/orders?receipt=r-1").good()["count"], 1);
}

#[test]
fn an_order_goes_from_created_to_attempted_to_paid() {
    let bench = Bench::new();
    let order = bench.order();
    let look = || bench.get(&format!("/v1/orders/{order}")).good();
    let pay = |outcome| bench.razorpay.pay(&order, Method::Card, outcome).unwrap();
    pay(Outcome::declined());
    let attempted = look();
    assert_eq!(attempted["status"], "attempted");
    assert_eq!(attempted["amount_due"], 50_000);
    pay(Outcome::Captured);
    let paid = look();
    assert_eq!(paid["status"], "paid");
    assert_eq!(paid["attempts"], 2);
    assert_eq!(paid["amount_paid"], 50_000);
    assert_eq!(paid["amount_due"], 0);
}
