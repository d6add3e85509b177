//! The adapter over fixed answers: the requests to Razorpay, the reading of its answers, the errors that failures
//! become.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::core::sensitive::Sensitive;
use serde_json::{Value, json};

use super::*;
use crate::testing::{Call, Calls, Reply, client};

/// A key that is always available, or never.
struct Known(bool);

impl Secret<RazorpayKey> for Known {
    fn get(&self) -> Future<'_, Result<Arc<RazorpayKey>, SecretsError>> {
        Box::pin(async {
            if !self.0 {
                return Err(SecretsError::Malformed("as arranged"));
            }
            Ok(Arc::new(RazorpayKey { id: "rzp_test_1".to_owned(), secret: Sensitive::new("secret".to_owned()) }))
        })
    }
}

fn razorpay(answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Razorpay, Calls) {
    let (client, calls) = client(answer);
    (Razorpay::new(client, Arc::new(Known(true))), calls)
}

fn answering(body: Value) -> (Razorpay, Calls) {
    razorpay(move |_| Reply::ok(body.to_string()))
}

fn call(calls: &Calls, index: usize) -> Call {
    calls.lock().unwrap()[index].clone()
}

fn order_id() -> OrderId {
    "order_QUg5vtkywCanxg".parse().unwrap()
}

fn payment_id() -> GatewayPaymentId {
    "pay_QUg6V5UmtqzQKE".parse().unwrap()
}

fn rupees(rupees: i64) -> Paise {
    Paise::new(rupees * 100).unwrap()
}

fn order(receipt: &str) -> Value {
    json!({
        "id": "order_QUg5vtkywCanxg", "entity": "order", "amount": 50000, "amount_paid": 0, "amount_due": 50000,
        "currency": "INR", "receipt": receipt, "offer_id": null, "status": "created", "attempts": 0, "notes": [],
        "created_at": 1_764_563_400,
    })
}

fn payment(status: &str) -> Value {
    json!({
        "id": "pay_QUg6V5UmtqzQKE", "entity": "payment", "amount": 50000, "currency": "INR", "status": status,
        "order_id": "order_QUg5vtkywCanxg", "method": "upi", "amount_refunded": 0, "refund_status": null,
        "captured": status == "captured", "email": "asha@example.com", "contact": "+919876543210",
        "vpa": "asha@bank", "notes": {}, "error_code": null, "error_reason": null, "created_at": 1_764_563_460,
    })
}

fn refund() -> Value {
    json!({
        "id": "rfnd_QV1BcZJnYx2w5r", "entity": "refund", "amount": 25000, "currency": "INR",
        "payment_id": "pay_QUg6V5UmtqzQKE", "notes": { "reason": "late" }, "receipt": null,
        "acquirer_data": { "arn": null }, "created_at": 1_764_563_520, "batch_id": null, "status": "pending",
        "speed_processed": "normal", "speed_requested": "normal",
    })
}

const NEW_ORDER: NewOrder<'_> =
    NewOrder { receipt: "receipt-1", amount: Paise::ZERO, currency: "INR", notes: &[("appointment", "a-1")] };

#[tokio::test]
async fn an_order_is_made_with_basic_authentication_and_captures_automatically() {
    let (razorpay, calls) = answering(order("receipt-1"));
    let made = razorpay.create_order(NewOrder { amount: rupees(500), ..NEW_ORDER }).await.unwrap();
    assert_eq!((made.id, made.amount, made.status), (order_id(), rupees(500), OrderStatus::Created));
    assert_eq!(made.created_at, "2025-12-01T04:30:00Z".parse().unwrap());

    let call = call(&calls, 0);
    assert_eq!((call.method.as_str(), call.uri.as_str()), ("POST", "https://api.razorpay.com/v1/orders"));
    // RFC 7617: base64 of `rzp_test_1:secret`.
    assert_eq!(call.header("authorization"), Some("Basic cnpwX3Rlc3RfMTpzZWNyZXQ="));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(
        call.json(),
        json!({
            "amount": 50000, "currency": "INR", "receipt": "receipt-1", "notes": { "appointment": "a-1" },
            "partial_payment": false, "payment_capture": true,
        })
    );
}

#[tokio::test]
async fn orders_are_found_by_exactly_their_receipt() {
    let items = json!([order("a&b"), order("a"), order("A&B")]);
    let (razorpay, calls) = answering(json!({ "entity": "collection", "count": 3, "items": items }));
    let found = razorpay.orders_by_receipt("a&b").await.unwrap();
    assert_eq!(found.iter().map(|order| order.receipt.as_deref()).collect::<Vec<_>>(), [Some("a&b")]);
    assert_eq!(call(&calls, 0).uri, "https://api.razorpay.com/v1/orders?receipt=a%26b&count=100");
}

#[tokio::test]
async fn every_entity_is_read_at_its_own_address() {
    let (razorpay, calls) = razorpay(|call| {
        let body = match call.uri.rsplit('/').next().unwrap() {
            "payments" => json!({ "items": [payment("failed"), payment("captured")] }),
            last if last.starts_with("order_") => order("receipt-1"),
            last if last.starts_with("rfnd_") => refund(),
            _ => payment("captured"),
        };
        Reply::ok(body.to_string())
    });
    assert_eq!(razorpay.order(&order_id()).await.unwrap().id, order_id());
    let attempts = razorpay.payments_of_order(&order_id()).await.unwrap();
    assert_eq!(attempts.iter().map(GatewayPayment::was_captured).collect::<Vec<_>>(), [false, true]);
    let paid = razorpay.payment(&payment_id()).await.unwrap();
    assert_eq!((paid.order_id, paid.status), (Some(order_id()), PaymentStatus::Captured));
    let back = razorpay.refund(&"rfnd_QV1BcZJnYx2w5r".parse().unwrap()).await.unwrap();
    assert_eq!((back.amount, back.status), (rupees(250), RefundStatus::Pending));

    let asked: Vec<_> = calls.lock().unwrap().iter().map(|call| format!("{} {}", call.method, call.uri)).collect();
    let base = "https://api.razorpay.com/v1";
    assert_eq!(
        asked,
        [
            format!("GET {base}/orders/order_QUg5vtkywCanxg"),
            format!("GET {base}/orders/order_QUg5vtkywCanxg/payments"),
            format!("GET {base}/payments/pay_QUg6V5UmtqzQKE"),
            format!("GET {base}/refunds/rfnd_QV1BcZJnYx2w5r"),
        ]
    );
}

fn new_refund(payment: &GatewayPaymentId) -> NewRefund<'_> {
    NewRefund { payment, amount: rupees(250), key: "stable-key-1", receipt: "refund-1", notes: &[("reason", "late")] }
}

#[tokio::test]
async fn a_refund_carries_its_key() {
    let (razorpay, calls) = answering(refund());
    razorpay.create_refund(new_refund(&payment_id())).await.unwrap();
    let call = call(&calls, 0);
    assert_eq!(call.uri, "https://api.razorpay.com/v1/payments/pay_QUg6V5UmtqzQKE/refund");
    assert_eq!(call.header("x-refund-idempotency"), Some("stable-key-1"));
    assert_eq!(
        call.json(),
        json!({ "amount": 25000, "speed": "normal", "receipt": "refund-1", "notes": { "reason": "late" } })
    );
}

#[tokio::test]
async fn a_key_that_would_break_the_header_is_not_sent() {
    let (razorpay, calls) = answering(refund());
    let payment = payment_id();
    let evil = NewRefund { key: "stable\r\nx-evil: 1", ..new_refund(&payment) };
    assert!(razorpay.create_refund(evil).await.is_err());
    assert!(calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_carries_razorpays_code_and_description_and_is_permanent() {
    let (razorpay, _) = razorpay(|_| {
        let error =
            json!({ "code": "BAD_REQUEST_ERROR", "description": "The id provided does not exist", "field": null });
        Reply::new(400, json!({ "error": error }).to_string())
    });
    let error = razorpay.order(&order_id()).await.unwrap_err();
    assert_eq!(
        error,
        PaymentGatewayError::BadRequest {
            code: "BAD_REQUEST_ERROR".to_owned(),
            description: "The id provided does not exist".to_owned(),
        }
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_refusal_in_another_form_is_still_a_refusal() {
    for body in ["", "<html>", "{}", r#"{"error":{"code":null}}"#, r#"{"error":"no"}"#] {
        let (razorpay, _) = razorpay(move |_| Reply::new(404, body));
        assert!(!razorpay.order(&order_id()).await.unwrap_err().is_transient(), "{body}");
    }
}

#[tokio::test]
async fn a_failure_that_may_pass_is_an_outage() {
    for status in [301, 401, 403, 408, 409, 429, 500, 502, 503, 504] {
        let (razorpay, calls) = razorpay(move |_| Reply::new(status, "{}"));
        let error = razorpay.create_refund(new_refund(&payment_id())).await.unwrap_err();
        assert!(error.is_transient(), "{status}: {error}");
        assert_eq!(calls.lock().unwrap().len(), 1, "the adapter does not repeat a request that was answered");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_as_documented_is_an_outage_that_does_not_quote_it() {
    for body in ["asha@example.com", r#"{"id":"asha@example.com"}"#, ""] {
        let (razorpay, _) = razorpay(move |_| Reply::ok(body));
        let error = razorpay.payment(&payment_id()).await.unwrap_err();
        assert!(error.is_transient());
        assert!(!format!("{error} {error:?}").contains("asha@"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let (razorpay, _) = razorpay(|_| Reply::ok(" ".repeat(300 * 1024)));
    let error = razorpay.payment(&payment_id()).await.unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}

/// Loses the first connection.
fn shaky(body: Value) -> (Razorpay, Calls) {
    let count = AtomicUsize::new(0);
    razorpay(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::ConnectionLost,
        _ => Reply::ok(body.to_string()),
    })
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_where_that_can_do_no_harm() {
    let (razorpay, calls) = shaky(payment("captured"));
    razorpay.payment(&payment_id()).await.unwrap();
    assert_eq!(calls.lock().unwrap().len(), 2);

    let (razorpay, calls) = shaky(refund());
    razorpay.create_refund(new_refund(&payment_id())).await.unwrap();
    let keys: Vec<_> =
        calls.lock().unwrap().iter().map(|call| call.header("x-refund-idempotency").map(str::to_owned)).collect();
    assert_eq!(keys, [Some("stable-key-1".to_owned()), Some("stable-key-1".to_owned())]);
}

#[tokio::test]
async fn an_order_is_not_made_twice_when_the_connection_is_lost() {
    let (razorpay, calls) = shaky(order("receipt-1"));
    let error = razorpay.create_order(NewOrder { amount: rupees(500), ..NEW_ORDER }).await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_without_an_answer_ends_after_five_seconds() {
    let (razorpay, _) = razorpay(|_| Reply::Never);
    let answer = tokio::time::timeout(Duration::from_secs(8), razorpay.payment(&payment_id())).await;
    let error = answer.expect("the adapter gives up first").unwrap_err();
    assert_eq!(error.to_string(), "razorpay payment: timed out");
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let (client, calls) = client(|_| Reply::ok("{}"));
    let razorpay = Razorpay::new(client, Arc::new(Known(false)));
    assert!(razorpay.payment(&payment_id()).await.unwrap_err().is_transient());
    assert!(calls.lock().unwrap().is_empty());
}
