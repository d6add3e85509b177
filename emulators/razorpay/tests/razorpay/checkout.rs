//! The checkout page: what it shows, what its buttons do, and what the merchant gets back.

use http::StatusCode;
use razorpay_emulator::{Config, checkout_signature};
use serde_json::json;

use crate::bench::Bench;

const CALLBACK: &str = "callback_url=http%3A%2F%2Flocalhost%3A3000%2Fpaid";

#[test]
fn the_page_shows_merchant_and_amount_and_offers_every_outcome() {
    let bench = Bench::new();
    let order = bench.order();
    let page = bench.open_page(&format!("order_id={order}&{CALLBACK}"));
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for wanted in ["Vaidya", "₹500.00", &order, "r-1", "lang=\"en\""] {
        assert!(text.contains(wanted), "{wanted} is missing");
    }
    for action in ["card", "upi", "fail", "pending", "late"] {
        assert!(text.contains(&format!("value=\"{action}\"")), "{action}");
    }
}

#[test]
fn a_success_is_posted_to_the_callback_with_a_good_signature() {
    let bench = Bench::new();
    let order = bench.order();
    let page = bench.press(&format!("order_id={order}&{CALLBACK}"), "action=card", "text/html");
    let text = page.text();
    assert!(text.contains("action=\"http://localhost:3000/paid\""));
    let payment = bench.razorpay.order(&order).unwrap().payments[0].clone();
    let signature = checkout_signature(&Config::default().key_secret, &order, &payment);
    for (name, value) in
        [("razorpay_order_id", &order), ("razorpay_payment_id", &payment), ("razorpay_signature", &signature)]
    {
        let input = format!("name=\"{name}\" value=\"{value}\"");
        assert!(text.contains(&input), "{input} is missing in {text}");
    }
    assert_eq!(bench.razorpay.ledger().captured(), 50_000);
}

#[test]
fn a_callback_by_get_is_a_redirect() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}&{CALLBACK}%3Fvisit%3D1&callback_method=get");
    let answer = bench.press(&query, "action=upi", "text/html");
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = answer.location.unwrap();
    let wanted = format!("http://localhost:3000/paid?visit=1&razorpay_order_id={order}&");
    assert!(location.starts_with(&wanted), "{location}");
    assert!(location.contains("&razorpay_signature="));
}

#[test]
fn a_program_gets_json() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}&{CALLBACK}");
    let paid = bench.press(&query, "action=upi", "application/json").good();
    let payment = paid["razorpay_payment_id"].as_str().unwrap();
    let signature = checkout_signature(&Config::default().key_secret, &order, payment);
    assert_eq!(
        paid,
        json!({
            "razorpay_order_id": order, "razorpay_payment_id": payment,
            "razorpay_signature": signature,
        })
    );
}

#[test]
fn a_failure_hands_out_no_signature() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}&{CALLBACK}");
    let failed = bench.press(&query, "action=fail", "application/json").good();
    let payment = bench.razorpay.order(&order).unwrap().payments[0].clone();
    assert_eq!(failed["error"]["code"], "BAD_REQUEST_ERROR");
    assert_eq!(failed["error"]["metadata"], json!({ "payment_id": payment, "order_id": order }));
    let page = bench.press(&query, "action=fail", "text/html").text();
    assert!(page.contains("name=\"error[code]\""));
    assert!(!page.contains("razorpay_signature"));
}

#[test]
fn a_silent_bank_sends_the_customer_back_only_when_it_answers() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}&{CALLBACK}");
    let waiting = bench.press(&query, "action=pending", "text/html").text();
    assert!(waiting.contains("Waiting for the bank") && !waiting.contains("localhost:3000"));
    let payment = bench.razorpay.order(&order).unwrap().payments[0].clone();
    let page = bench.open_page(&query).text();
    assert!(page.contains("authorise"), "the attempt offers to be authorised");
    let form = format!("action=authorise&payment_id={payment}");
    let paid = bench.press(&query, &form, "application/json").good();
    assert_eq!(paid["razorpay_payment_id"], payment.as_str());
}

#[test]
fn late_authorisation_comes_after_the_minutes_of_the_form() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}");
    bench.press(&query, "action=late&minutes=15", "text/html");
    bench.pass_minutes(14);
    assert_eq!(bench.events(), ["payment.failed"]);
    bench.pass_minutes(1);
    assert_eq!(bench.events(), ["payment.authorized", "payment.captured", "order.paid"]);
    let never = bench.press(&query, "action=late&minutes=4294967295", "application/json");
    assert_eq!(never.status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_paid_order_is_not_paid_again_by_reloading() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}");
    bench.press(&query, "action=card", "text/html");
    let page = bench.open_page(&query).text();
    assert!(page.contains("This order is paid.") && !page.contains("value=\"card\""));
    let again = bench.press(&query, "action=card", "application/json").refused(400);
    assert_eq!(again, "Payment already done for this order.");
    assert_eq!(bench.razorpay.ledger().captured(), 50_000);
}

#[test]
fn a_stranger_s_payment_can_not_be_authorised_through_this_order() {
    let bench = Bench::new();
    let (mine, other) = (bench.order(), bench.order());
    bench.press(&format!("order_id={other}"), "action=pending", "text/html");
    let payment = bench.razorpay.order(&other).unwrap().payments[0].clone();
    let form = format!("action=authorise&payment_id={payment}");
    bench.press(&format!("order_id={mine}"), &form, "application/json").refused(400);
}

#[test]
fn only_web_addresses_are_called_back() {
    let bench = Bench::new();
    let order = bench.order();
    for callback in ["javascript%3Aalert(1)", "nowhere", "file%3A%2F%2F%2Fetc"] {
        let page = bench.open_page(&format!("order_id={order}&callback_url={callback}"));
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{callback}");
    }
}

#[test]
fn what_the_merchant_wrote_is_escaped() {
    let bench = Bench::new();
    let wish = json!({ "amount": 100, "currency": "INR", "receipt": "<script>alert(1)</script>" });
    let order = bench.post("/v1/orders", wish).good();
    let page = bench.open_page(&format!("order_id={}", order["id"].as_str().unwrap()));
    assert!(!page.text().contains("<script>alert"));
}

#[test]
fn other_addresses_and_unknown_orders_are_refused_with_a_page() {
    let bench = Bench::new();
    let page = bench.open_page("order_id=order_00000000000000");
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text().contains("The id provided does not exist"));
    assert_eq!(bench.open_page("").status, StatusCode::BAD_REQUEST);
}

const EMBEDDED: &str = "embedded_in=http%3A%2F%2F127.0.0.1%3A8085&key=rzp_test_vaidyaLocal1";

#[test]
fn in_a_frame_a_success_is_handed_to_the_page_around_it() {
    let bench = Bench::new();
    let order = bench.order();
    let text = bench.press(&format!("order_id={order}&{EMBEDDED}&amount=50000"), "action=upi", "text/html").text();
    assert!(text.contains("data-parent=\"http://127.0.0.1:8085\" data-event=\"payment.success\""), "{text}");
    for name in ["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"] {
        assert!(text.contains(&format!("name=\"{name}\"")), "{name}");
    }
}

#[test]
fn in_a_frame_a_failure_is_told_and_can_be_tried_again() {
    let bench = Bench::new();
    let order = bench.order();
    let query = format!("order_id={order}&{EMBEDDED}");
    let failed = bench.press(&query, "action=fail", "text/html").text();
    assert!(failed.contains("data-event=\"payment.failed\"") && failed.contains("name=\"error[code]\""), "{failed}");
    assert!(!failed.contains("razorpay_signature"));
    assert!(failed.contains(&format!("href=\"/checkout?order_id={order}&#38;embedded_in=")), "{failed}");
    let silent = bench.press(&query, "action=pending", "text/html").text();
    assert!(silent.contains("data-event=\"\""), "{silent}");
}

#[test]
fn a_page_that_says_something_else_than_the_order_is_refused() {
    let bench = Bench::new();
    let order = bench.order();
    for (wrong, status) in
        [("amount=49900", 400), ("currency=USD", 400), ("key=rzp_test_other", 401), ("embedded_in=data%3Ax", 400)]
    {
        let page = bench.open_page(&format!("order_id={order}&{wrong}"));
        assert_eq!(page.status.as_u16(), status, "{wrong}");
    }
}

#[test]
fn the_script_of_a_merchants_page_is_there() {
    let bench = Bench::new();
    let request = http::Request::get("/v1/checkout.js").body(bytes::Bytes::new()).unwrap();
    let response = futures::executor::block_on(bench.razorpay.page(request));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
    assert!(std::str::from_utf8(response.body()).unwrap().contains("window.Razorpay = Razorpay"));
}
