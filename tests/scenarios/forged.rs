//! Webhooks that are not what they claim to be: refused or recorded, and no visit changes.

use bytes::Bytes;
use http::Request;
use razorpay_emulator::webhook_signature;
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Patient, World};

/// The webhook's secret in the local stack.
const SECRET: &str = "local-webhook-secret";

async fn held() -> (World, Patient, Value) {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let visit = asha.books(&iyer.publishes(30).await).await.created();
    world.settles().await;
    (world, asha, visit)
}

/// Posts an event to the webhook as Razorpay would.
async fn posts(world: &World, body: &str, signature: Option<&str>) -> u16 {
    let mut request =
        Request::post("/").header("content-type", "application/json").header("x-razorpay-event-id", "evt_1");
    if let Some(signature) = signature {
        request = request.header("x-razorpay-signature", signature);
    }
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    world.stack.webhook(request).await.status().as_u16()
}

fn captured(payment: &str, order: &str, amount: i64, currency: &str) -> String {
    json!({
        "entity": "event", "event": "payment.captured", "created_at": 1_795_402_800,
        "payload": { "payment": { "entity": {
            "id": payment, "entity": "payment", "amount": amount, "currency": currency, "status": "captured",
            "order_id": order, "captured": true, "amount_refunded": 0, "created_at": 1_795_402_800,
        }}},
    })
    .to_string()
}

#[scenario]
async fn a_webhook_without_a_good_signature_is_refused_and_recorded() {
    let (world, asha, visit) = held().await;
    let order = asha.starts_payment(&visit).await.ok();
    world.settles().await;
    let before = world.state().await;
    let body = captured("pay_Forged0000000", order["orderId"].as_str().unwrap(), 50_000, "INR");
    assert_eq!(posts(&world, &body, None).await, 401);
    assert_eq!(posts(&world, &body, Some("")).await, 401);
    assert_eq!(posts(&world, &body, Some(&webhook_signature("guess", body.as_bytes()))).await, 401);
    let signature = webhook_signature(SECRET, body.as_bytes());
    assert_eq!(posts(&world, &body.replace("50000", "50001"), Some(&signature)).await, 401);
    world.settles().await;
    assert_eq!(world.state().await, before);
    let refusals = world.trail().await.into_iter().filter(|event| event["type"] == "WEBHOOK_REFUSED").count();
    // Once for each address, minute and reason.
    assert_eq!(refusals, 2);
    assert_eq!(asha.status_of(&visit).await, "held");
}

/// What is there of visits and payments, apart from what tells that an event came.
async fn ledger_of(world: &World) -> Vec<(String, Value)> {
    let state = world.state().await;
    state.into_iter().filter(|(key, _)| !key.contains("HOOK#") && !key.contains("ATTEMPT#")).collect()
}

#[scenario]
async fn a_capture_of_another_amount_or_an_unknown_order_changes_no_visit_and_is_recorded() {
    let (world, asha, visit) = held().await;
    let order = asha.starts_payment(&visit).await.ok();
    let order = order["orderId"].as_str().unwrap().to_owned();
    world.settles().await;
    let before = ledger_of(&world).await;
    let bodies = [
        captured("pay_Forged0000001", &order, 1, "INR"),
        captured("pay_Forged0000002", &order, 50_000, "USD"),
        captured("pay_Forged0000003", "order_Unknown000001", 50_000, "INR"),
    ];
    for (count, body) in bodies.iter().enumerate() {
        assert_eq!(posts(&world, body, Some(&webhook_signature(SECRET, body.as_bytes()))).await, 200);
        world.settles().await;
        assert_eq!(ledger_of(&world).await, before, "{body}");
        let refused = world.trail().await.into_iter().filter(|event| event["type"] == "PAYMENT_REFUSED").count();
        assert_eq!(refused, count + 1, "{body}");
    }
    assert_eq!(asha.status_of(&visit).await, "held");
}
