//! Money after the payment: the views of patients, payments that were not reported, and the acts of administrators.

use jiff::SignedDuration;
use razorpay_emulator::{Faults, Method, Outcome, RefundMode};
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Admin, Doctor, Patient, Slot, World};

struct Practice {
    world: World,
    asha: Patient,
    iyer: Doctor,
    admin: Admin,
    slot: Slot,
}

async fn practice() -> Practice {
    let world = World::start().await;
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let slot = iyer.publishes(24 * 9).await;
    Practice { world, asha, iyer, admin, slot }
}

fn payment(visit: &Value) -> String {
    format!("/v1/payments/{}", visit["paymentId"].as_str().unwrap())
}

impl Practice {
    fn razorpay(&self) -> &razorpay_emulator::Razorpay {
        &self.world.stack.services().razorpay
    }

    /// Razorpay's webhooks are lost from now on.
    fn no_webhook_arrives(&self) {
        self.razorpay().set_faults(Faults { delay: SignedDuration::from_hours(24 * 30), ..Faults::default() });
    }

    async fn details(&self, visit: &Value) -> Value {
        self.admin.get(&payment(visit)).await.ok()
    }

    async fn is_balanced(&self) -> bool {
        let day = self.world.now().strftime("%Y-%m-%d").to_string();
        self.admin.get(&format!("/v1/ledger?day={day}")).await.ok()["balanced"] == true
    }
}

#[scenario]
async fn a_patient_sees_only_their_own_payments_and_receipts() {
    let practice = practice().await;
    let Practice { world, asha, slot, admin, .. } = &practice;
    let vikram = world.patient("Vikram Shah").await;
    let visit = asha.has_visit(slot).await;
    let seen = asha.get(&payment(&visit)).await.ok();
    assert_eq!((seen["state"].as_str(), seen["captured"].as_i64()), (Some("captured"), Some(50_000)));
    assert_eq!(seen["accounts"][0]["rule"], "visit_confirmed");
    assert_eq!(seen["attempts"][0]["state"], "captured");

    let own = asha.get("/v1/payments").await.ok();
    assert_eq!(own["payments"][0]["id"], visit["paymentId"]);
    assert_eq!(vikram.get("/v1/payments").await.ok()["payments"], json!([]));
    for path in [payment(&visit), format!("{}/receipt", payment(&visit))] {
        let _ = vikram.get(&path).await.problem("not-found");
    }
    let _ = vikram.get(&format!("/v1/payments?patientId={}", asha.id)).await.problem("not-found");
    vikram.get("/v1/payments?state=open").await.problem("not-found");
    let day = world.now().strftime("%Y-%m-%d").to_string();
    let captured = admin.get(&format!("/v1/payments?state=captured&day={day}")).await.ok();
    assert_eq!(captured["payments"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get("/v1/payments?state=open").await.ok()["payments"], json!([]));

    let receipt = asha.get(&format!("{}/receipt", payment(&visit))).await.ok();
    assert_eq!((receipt["number"].as_str(), receipt["amount"].as_i64()), (Some("VAI/26-27/000001"), Some(50_000)));
    assert_eq!(receipt["doctorName"], "Dr. Meera Iyer");
    // The checkout was paid by card, and the account of the payment says so, too.
    let account = asha.get(&payment(&visit)).await.ok()["accounts"][0].clone();
    assert_eq!((receipt["method"].as_str(), account["method"].as_str()), (Some("card"), Some("card")));
    assert!(receipt["registrationNumber"].as_str().unwrap().starts_with("KMC/2009/"));
    assert_eq!((receipt["patientName"].as_str(), receipt["payerName"].as_str()), (Some("Asha Rao"), Some("Asha Rao")));
    assert_eq!(
        (receipt["visit"]["outcome"].as_str(), receipt["visit"]["start"].as_str()),
        (Some("booked"), visit["start"].as_str())
    );
    assert_eq!(receipt["issuer"]["gstin"], "29AAAAA0000A1ZY");
    assert_eq!((receipt["retained"].as_i64(), receipt["refundDue"].as_i64()), (Some(50_000), Some(0)));
    // The receipt is issued once, for all callers.
    assert_eq!(admin.get(&format!("{}/receipt", payment(&visit))).await.ok(), receipt);
    let counts = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(counts.get("RECEIPT_ISSUED"), Some(&1), "{counts:?}");
}

#[scenario]
async fn a_receipt_is_a_page_to_print_with_the_same_number() {
    let practice = practice().await;
    let Practice { asha, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let page = asha.get(&format!("{}/receipt.pdf", payment(&visit))).await;
    assert_eq!((page.status(), page.header("content-type")), (200, Some("application/pdf")));
    assert!(page.header("content-disposition").unwrap().contains("receipt-VAI-26-27-000001.pdf"));
    assert!(page.text().starts_with("%PDF-1.7"));
    assert!(page.text().contains("<pdfaid:part>2") && page.text().contains("VAI/26-27/000001"));
    let receipt = asha.get(&format!("{}/receipt", payment(&visit))).await.ok();
    assert_eq!(receipt["number"], "VAI/26-27/000001");
}

#[scenario]
async fn a_receipt_keeps_the_names_of_its_issue_and_follows_the_visit() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let path = format!("{}/receipt", payment(&visit));
    let issued = asha.get(&path).await.ok();
    let me = asha.get("/v1/me").await;
    let renamed = json!({ "name": "आशा राव", "zone": "America/Los_Angeles" });
    let _ = asha.put("/v1/me", renamed).if_match(me.header("etag").unwrap()).await.ok();
    let _ = asha.cancels(&visit).await.ok();
    world.settles().await;
    let later = asha.get(&path).await.ok();
    for kept in ["number", "issuedAt", "paidAt", "patientName", "payerName", "amount", "tax", "issuer"] {
        assert_eq!(later[kept], issued[kept], "{kept}");
    }
    assert_eq!(later["visit"]["outcome"], "cancelled");
    let all: i64 = ["refunded", "refundDue", "retained"].map(|part| later[part].as_i64().unwrap()).iter().sum();
    assert_eq!((all, later["retained"].as_i64()), (50_000, Some(0)));
}

#[scenario]
async fn an_order_that_was_not_reported_is_settled_by_the_check_with_razorpay() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    practice.no_webhook_arrives();
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let _ = asha.checks_out(&order, Outcome::declined());
    let _ = asha.checks_out(&order, Outcome::Captured);
    world.holds_end().await;
    assert_eq!(asha.views(&visit).await.ok()["cancelledBy"], "expiry");
    // At a quarter of an hour Razorpay is asked; the slot is still free, so the visit is confirmed after all.
    for _ in 0..5 {
        world.minutes_pass(1).await;
    }
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    let details = practice.details(&visit).await;
    let states: Vec<&str> =
        details["attempts"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"failed") && states.contains(&"captured"), "{states:?}");
    assert!(practice.is_balanced().await);
}

#[scenario]
async fn a_second_payment_that_was_not_reported_is_found_and_refunded() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    practice.no_webhook_arrives();
    let order = practice.details(&visit).await["orderId"].as_str().unwrap().to_owned();
    practice.razorpay().pay_again(&order, Method::Upi, Outcome::Captured).unwrap();
    // One that is paid is asked about once more, when no second payment can come any more.
    for _ in 0..(4 * 24 + 2) {
        world.minutes_pass(60).await;
    }
    let ledger = practice.razorpay().ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (100_000, 50_000));
    let details = practice.details(&visit).await;
    assert_eq!((details["captured"].as_i64(), details["retained"].as_i64()), (Some(100_000), Some(50_000)));
}

#[scenario]
async fn a_refund_that_was_not_reported_is_checked_after_a_day() {
    let practice = practice().await;
    let Practice { world, asha, iyer, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    practice.no_webhook_arrives();
    let _ = iyer.cancels(&visit).await.ok();
    world.settles().await;
    assert_eq!(practice.details(&visit).await["refunds"][0]["state"], "requested");
    for _ in 0..25 {
        world.minutes_pass(60).await;
    }
    assert_eq!(practice.details(&visit).await["refunds"][0]["state"], "processed");
}

#[scenario]
async fn a_refund_that_fails_is_listed_and_tried_again_by_an_administrator() {
    let practice = practice().await;
    let Practice { world, asha, iyer, admin, slot } = &practice;
    let after = SignedDuration::from_secs(1);
    practice.razorpay().set_refund_mode(RefundMode::Failed { after });
    let visit = asha.has_visit(slot).await;
    let _ = iyer.cancels(&visit).await.ok();
    world.settles().await;
    world.settles().await;
    let failed = admin.get("/v1/refunds").await.ok();
    let refund = &failed["refunds"][0];
    assert_eq!((refund["state"].as_str(), refund["amount"].as_i64()), (Some("failed"), Some(50_000)));
    assert!(practice.is_balanced().await, "what failed is owed still");
    let _ = asha.get("/v1/refunds").await.problem("forbidden");

    practice.razorpay().set_refund_mode(RefundMode::Processed { after });
    let retry = format!("{}/refunds/{}/retry", payment(&visit), refund["id"].as_str().unwrap());
    let again = admin.sends(http::Method::POST, &retry).await.ok();
    assert_eq!((again["state"].as_str(), again["tries"].as_i64()), (Some("pending"), Some(1)));
    world.settles().await;
    world.settles().await;
    assert_eq!(admin.get("/v1/refunds").await.ok()["refunds"], json!([]));
    let details = practice.details(&visit).await;
    assert_eq!((details["refunds"][0]["state"].as_str(), details["retained"].as_i64()), (Some("processed"), Some(0)));
    assert_eq!(details["refundedAt"], details["refunds"][0]["since"]);
    assert_eq!((&details["entityType"], &details["entityId"]), (&json!("appointment"), &visit["id"]));
    assert_eq!(practice.razorpay().ledger().refunded(), 50_000);
    // What has arrived is not sent again.
    let _ = admin.sends(http::Method::POST, &retry).await.problem("refund-not-failed");
    let counts = world.trail_of(visit["id"].as_str().unwrap()).await;
    for kind in ["REFUND_FAILED", "REFUND_RETRIED", "REFUND_COMPLETED"] {
        assert_eq!(counts.get(kind), Some(&1), "{kind}: {counts:?}");
    }
}

#[scenario]
async fn a_visit_that_the_platform_spoiled_is_refunded_with_any_outcome() {
    let practice = practice().await;
    let Practice { world, asha, admin, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let path = format!("{}/refunds", payment(&visit));
    let says = async |key: &str, body: Value| admin.post(&path, body).idempotency_key(key).await;
    says("f-1", json!({ "reason": "No picture" })).await.invalid(&["#/amount"]);
    says("f-2", json!({ "fault": "platform", "amount": 100, "reason": "No picture" })).await.invalid(&["#/fault"]);
    says("f-3", json!({ "fault": "doctor", "reason": "No picture" })).await.invalid(&["#/fault"]);
    let refund = says("f-4", json!({ "fault": "platform", "reason": "No picture" })).await.created();
    assert_eq!((refund["reason"].as_str(), refund["amount"].as_i64()), (Some("platform_fault"), Some(50_000)));
    assert_eq!(says("f-4", json!({ "fault": "platform", "reason": "No picture" })).await.created(), refund);
    let _ = says("f-5", json!({ "fault": "platform", "reason": "Once more" })).await.problem("refund-too-large");
    world.settles().await;
    let details = practice.details(&visit).await;
    assert_eq!((details["retained"].as_i64(), &details["accounts"][0]["rule"]), (Some(0), &json!("platform_fault")));
    assert_eq!(practice.razorpay().ledger().refunded(), 50_000);
    assert!(practice.is_balanced().await);
}

#[scenario]
async fn an_administrator_grants_parts_and_never_more_than_was_captured() {
    let practice = practice().await;
    let Practice { world, asha, iyer, admin, slot } = &practice;
    let visit = asha.has_visit(slot).await;
    let path = format!("{}/refunds", payment(&visit));
    let grant = async |key: &str, amount: i64| {
        admin.post(&path, json!({ "amount": amount, "reason": "Began late" })).idempotency_key(key).await
    };
    let first = grant("grant-1", 20_000).await.created();
    assert_eq!((first["state"].as_str(), first["reason"].as_str()), (Some("pending"), Some("granted")));
    assert_eq!(grant("grant-1", 20_000).await.created(), first, "the same request is the same refund");
    let _ = grant("grant-1", 10_000).await.problem("idempotency-key-reused");
    let _ = grant("grant-2", 30_001).await.problem("refund-too-large");
    grant("grant-3", 99).await.invalid(&["#/amount"]);
    grant("grant-6", 29_950).await.invalid(&["#/amount"]);
    let body = json!({ "amount": 100, "reason": "I want it" });
    let _ = asha.post(&path, body).idempotency_key("k").await.problem("forbidden");
    let second = grant("grant-4", 10_000).await.created();
    assert_ne!(second["id"], first["id"]);
    world.settles().await;
    assert_eq!(practice.razorpay().ledger().refunded(), 30_000);
    assert!(practice.is_balanced().await);

    // The rest goes back when the doctor cancels, and no more than the rest.
    let _ = iyer.cancels(&visit).await.ok();
    world.settles().await;
    let ledger = practice.razorpay().ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (50_000, 50_000));
    assert_eq!(practice.details(&visit).await["retained"], 0);
    let _ = grant("grant-5", 100).await.problem("refund-too-large");
    let counts = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(counts.get("REFUND_GRANTED"), Some(&2), "{counts:?}");
}

#[scenario]
async fn a_refund_made_at_the_dashboard_enters_the_ledger() {
    let practice = practice().await;
    let Practice { world, asha, iyer, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let attempt = practice.details(&visit).await["accounts"][0]["gatewayPaymentId"].as_str().unwrap().to_owned();
    practice.razorpay().refund_at_dashboard(&attempt, 15_000).unwrap();
    world.settles().await;
    let details = practice.details(&visit).await;
    assert_eq!(details["refunds"][0]["reason"], "made_by_gateway");
    assert_eq!(
        (details["refunds"][0]["state"].as_str(), details["retained"].as_i64()),
        (Some("processed"), Some(35_000))
    );
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    assert!(practice.is_balanced().await);
    let _ = iyer.cancels(&visit).await.ok();
    world.settles().await;
    assert_eq!(practice.razorpay().ledger().retained(), 0);
    assert!(practice.is_balanced().await);
}

#[scenario]
async fn the_ledger_of_a_day_balances_and_says_where_it_does_not() {
    let practice = practice().await;
    let Practice { world, asha, admin, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let ledger = admin.get("/v1/ledger").await.ok();
    let entry = &ledger["entries"][0];
    assert_eq!((ledger["balanced"].as_bool(), entry["captured"].as_i64()), (Some(true), Some(50_000)));
    assert_eq!((entry["retained"].as_i64(), entry["gatewayRefunded"].as_i64()), (Some(50_000), Some(0)));
    let _ = asha.get("/v1/ledger").await.problem("forbidden");

    practice.no_webhook_arrives();
    let attempt = practice.details(&visit).await["accounts"][0]["gatewayPaymentId"].as_str().unwrap().to_owned();
    practice.razorpay().refund_at_dashboard(&attempt, 15_000).unwrap();
    world.settles().await;
    let ledger = admin.get("/v1/ledger").await.ok();
    assert_eq!(
        (ledger["balanced"].as_bool(), ledger["entries"][0]["gatewayRefunded"].as_i64()),
        (Some(false), Some(15_000))
    );
    let found = world.trail_of(visit["paymentId"].as_str().unwrap()).await;
    assert_eq!(found.get("LEDGER_MISMATCH"), Some(&1), "{found:?}");
}

#[scenario]
async fn every_payment_is_compared_on_the_fourth_day_and_a_difference_is_reported() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.has_visit(slot).await;
    let id = visit["paymentId"].as_str().unwrap();
    let other = asha.has_visit(&practice.iyer.publishes(24 * 8).await).await;
    let ids = [id, other["paymentId"].as_str().unwrap()];
    // Whose books differ, by the trail of each day that passes.
    let days_pass = async |days: i64| {
        let mut told = vec![];
        for hour in 1..=days * 24 {
            world.minutes_pass(60).await;
            if hour % 6 == 0 {
                for id in ids {
                    let found = world.trail_of(id).await.contains_key("LEDGER_MISMATCH");
                    told.extend((found && !told.contains(&id)).then_some(id));
                }
            }
        }
        told
    };
    // An attacker changes what was written down, past all functions.
    let mut item = world.item(&format!("PAY#{id}"), "PAY").await;
    item["accounts"]["L"][0]["M"]["captured"]["N"] = json!("40000");
    world.puts_item(item).await;
    assert!(days_pass(3).await.is_empty());
    assert_eq!(days_pass(2).await, [id]);
}

#[scenario]
async fn the_ledger_shows_money_for_an_order_that_was_not_reported() {
    let practice = practice().await;
    let Practice { world: _, asha, admin, slot, .. } = &practice;
    practice.no_webhook_arrives();
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let open = admin.get("/v1/ledger?state=open").await.ok();
    assert_eq!((open["balanced"].as_bool(), open["entries"][0]["gatewayCaptured"].as_i64()), (Some(true), Some(0)));
    let _ = asha.checks_out(&order, Outcome::Captured);
    let open = admin.get("/v1/ledger?state=open").await.ok();
    let entry = &open["entries"][0];
    assert_eq!((open["balanced"].as_bool(), &entry["paymentId"]), (Some(false), &visit["paymentId"]));
    assert_eq!((entry["captured"].as_i64(), entry["gatewayCaptured"].as_i64()), (Some(0), Some(50_000)));
    assert!(admin.get("/v1/ledger").await.ok()["entries"].as_array().unwrap().is_empty());
    let _ = admin.get("/v1/ledger?state=intent").await.problem("invalid-request");
}

#[scenario]
async fn an_event_that_is_not_known_is_kept_and_acknowledged() {
    let practice = practice().await;
    let Practice { world, .. } = &practice;
    let body = br#"{"event":"payment.dispute.created","payload":{"dispute":{"entity":{"id":"disp_1"}}},"created_at":1796010600}"#;
    let request = http::Request::builder()
        .method("POST")
        .uri("http://webhook.local/")
        .header("x-razorpay-event-id", "evt_1")
        .header("x-razorpay-signature", razorpay_emulator::webhook_signature("local-webhook-secret", body))
        .body(bytes::Bytes::from_static(body))
        .unwrap();
    assert_eq!(world.stack.webhook(request).await.status(), 200);
    let events = world.trail().await;
    assert!(events.iter().any(|event| event["type"] == "WEBHOOK_RECEIVED"), "{events:?}");
    // Nothing was refused, and nothing waits.
    assert!(world.stack.services().sqs.receive_due("SettlementsDeadLetters", 1).is_empty());
}

#[scenario]
async fn a_checkout_that_is_confirmed_too_late_gives_the_money_back() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let vikram = world.patient("Vikram Shah").await;
    practice.no_webhook_arrives();
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    world.holds_end().await;
    let _ = vikram.books(slot).await.created();
    let paid = asha.checks_out(&order, Outcome::Captured);
    let told = asha.confirms_payment(&visit, &paid).await.ok();
    assert_eq!((told["state"].as_str(), told["appointmentStatus"].as_str()), (Some("refunding"), Some("cancelled")));
    world.settles().await;
    assert_eq!(practice.razorpay().ledger().retained(), 0);
    assert_eq!(practice.details(&visit).await["accounts"][0]["rule"], "late_capture");
    let receipt = asha.get(&format!("{}/receipt", payment(&visit))).await.ok();
    assert_eq!(receipt["visit"]["outcome"], "cancelled_before_payment");
}

#[scenario]
async fn a_receipt_for_what_is_not_paid_is_refused() {
    let practice = practice().await;
    let Practice { asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let _ = asha.get(&format!("{}/receipt", payment(&visit))).await.problem("not-found");
    let _ = asha.starts_payment(&visit).await.ok();
    let _ = asha.get(&format!("{}/receipt", payment(&visit))).await.problem("not-paid");
    let _ = asha.get(&format!("{}/receipt.pdf", payment(&visit))).await.problem("not-paid");
}

#[scenario]
async fn money_that_went_back_before_the_patient_returns_from_the_checkout_confirms_nothing() {
    // In part at the dashboard, and as a whole.
    for (amount, state) in [(20_000, "refunding"), (50_000, "refunded")] {
        let practice = practice().await;
        let Practice { world, asha, slot, .. } = &practice;
        practice.no_webhook_arrives();
        let visit = asha.books(slot).await.created();
        let order = asha.starts_payment(&visit).await.ok();
        let paid = asha.checks_out(&order, Outcome::Captured);
        practice.razorpay().refund_at_dashboard(&paid.payment_id, amount).unwrap();
        let told = asha.confirms_payment(&visit, &paid).await.ok();
        assert_eq!((told["state"].as_str(), told["appointmentStatus"].as_str()), (Some(state), Some("held")));
        world.minutes_pass(17).await;
        assert_eq!(asha.status_of(&visit).await, "cancelled");
        assert_eq!(practice.details(&visit).await["retained"], 0);
        assert!(practice.is_balanced().await);
    }
}

#[scenario]
async fn a_payment_that_was_refunded_before_it_was_reported_confirms_nothing() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    practice.no_webhook_arrives();
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let paid = asha.checks_out(&order, Outcome::Captured);
    practice.razorpay().refund_at_dashboard(&paid.payment_id, 50_000).unwrap();
    // The order is asked about after a quarter of an hour.
    world.minutes_pass(17).await;
    assert_eq!(asha.status_of(&visit).await, "cancelled");
    let details = practice.details(&visit).await;
    assert_eq!((details["captured"].as_i64(), details["retained"].as_i64()), (Some(50_000), Some(0)));
    assert_eq!(details["refunds"][0]["reason"], "made_by_gateway");
    assert!(practice.is_balanced().await);
}
