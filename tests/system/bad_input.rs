//! What bad input gets: the right status, a pointer to the field, and nothing changed.

use http::Method;
use serde_json::{Value, json};
use system_tests::{Doctor, Patient, World};

struct Scene {
    world: World,
    asha: Patient,
    iyer: Doctor,
    visit: Value,
    booking: Value,
    slots: String,
}

async fn scene() -> Scene {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(2, 30).await;
    let visit = asha.books(&slots[0]).await.created();
    let booking = json!({ "doctorId": iyer.id, "slotId": slots[1].slot_id });
    let path = format!("/v1/doctors/{}/slots", iyer.id);
    world.settles().await;
    Scene { world, asha, iyer, visit, booking, slots: path }
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

#[tokio::test]
async fn what_is_not_json_is_refused_before_its_fields_are_looked_at() {
    let Scene { world, asha, iyer, slots, visit, .. } = scene().await;
    let admin = world.admin().await;
    let before = world.state().await;
    let cancel = format!("/v1/appointments/{}/cancel", visit["id"].as_str().unwrap());
    for text in ["", "{", "{\"a\":}", "nonsense", "{} {}"] {
        let _ =
            asha.sends(Method::POST, "/v1/appointments").idempotency_key("k").raw(text).await.problem("invalid-json");
        let _ = asha.sends(Method::POST, &cancel).raw(text).await.problem("invalid-json");
        let _ = iyer.sends(Method::POST, &slots).raw(text).await.problem("invalid-json");
        let _ = asha.sends(Method::PUT, "/v1/me").if_match("\"1\"").raw(text).await.problem("invalid-json");
        let _ = admin.sends(Method::POST, "/v1/doctors").idempotency_key("k").raw(text).await.problem("invalid-json");
        let _ = world.anonymous().sends(Method::POST, "/v1/auth/login").raw(text).await.problem("invalid-json");
        let _ = world.anonymous().sends(Method::POST, "/v1/auth/register").raw(text).await.problem("invalid-json");
    }
    let plain = asha.sends(Method::POST, "/v1/appointments").idempotency_key("k").header("content-type", "text/plain");
    let _ = plain.await.problem("unsupported-media-type");
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn every_wrong_field_of_a_booking_is_pointed_at() {
    let Scene { world, asha, booking, .. } = scene().await;
    let before = world.state().await;
    let books = |body: Value| asha.post("/v1/appointments", body).idempotency_key("k");
    books(with(&booking, "discount", json!(100))).await.invalid(&["#/discount"]);
    books(with(&booking, "slotId", json!(7))).await.invalid(&["#/slotId"]);
    books(with(&booking, "slotId", json!("tomorrow"))).await.invalid(&["#/slotId"]);
    books(with(&booking, "doctorId", json!("Dr. Iyer"))).await.invalid(&["#/doctorId"]);
    books(with(&booking, "kind", json!("party"))).await.invalid(&["#/kind"]);
    books(with(&booking, "reason", json!(""))).await.invalid(&["#/reason"]);
    books(with(&booking, "reason", json!("x".repeat(1001)))).await.invalid(&["#/reason"]);
    books(json!({ "slotId": booking["slotId"] })).await.invalid(&["#/doctorId"]);
    let _ = books(json!([])).await.problem("invalid-request");
    let _ = books(with(&booking, "slotId", json!("20261201T0431Z"))).await.problem("not-found");
    let _ = books(with(&booking, "doctorId", json!(asha.id))).await.problem("not-found");
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn a_slot_that_has_begun_is_not_booked() {
    let Scene { world, asha, booking, .. } = scene().await;
    world.minutes_pass(31 * 60).await;
    let before = world.state().await;
    asha.post("/v1/appointments", booking).idempotency_key("k").await.invalid(&["#/slotId"]);
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn an_idempotency_key_is_required_and_has_a_form() {
    let Scene { world, asha, booking, .. } = scene().await;
    let before = world.state().await;
    let _ = asha.post("/v1/appointments", booking.clone()).await.problem("invalid-idempotency-key");
    for key in ["", "a b", &"k".repeat(256)] {
        let request = asha.post("/v1/appointments", booking.clone()).idempotency_key(key);
        let _ = request.await.problem("invalid-idempotency-key");
    }
    assert_eq!(world.state().await, before);
    let _ = asha.post("/v1/appointments", booking).idempotency_key(&"k".repeat(255)).await.created();
}

#[tokio::test]
async fn every_wrong_slot_or_rule_is_pointed_at() {
    let Scene { world, iyer, slots, .. } = scene().await;
    let before = world.state().await;
    let publishes = |body: Value| iyer.post(&slots, body);
    let slot = |start: &str, end: &str| json!({ "slots": [{ "start": start, "end": end }] });
    publishes(slot("2026-12-01T05:00:00Z", "2026-12-01T04:30:00Z")).await.invalid(&["#/slots/0/end"]);
    publishes(slot("2026-12-01T05:00:00Z", "2026-12-01T05:00:00Z")).await.invalid(&["#/slots/0/end"]);
    publishes(slot("2026-12-01T05:00:00Z", "2026-12-01T13:01:00Z")).await.invalid(&["#/slots/0/end"]);
    publishes(slot("2026-12-01T05:00:30Z", "2026-12-01T05:30:00Z"))
        .await
        .invalid(&["#/slots/0/start", "#/slots/0/end"]);
    publishes(slot("2026-11-22T05:00:00Z", "2026-11-22T05:30:00Z")).await.invalid(&["#"]);
    let _ = publishes(slot("tomorrow", "2026-12-01T05:00:00Z")).await.problem("invalid-request");
    publishes(json!({})).await.invalid(&["#"]);
    publishes(json!({ "slots": [] })).await.invalid(&["#"]);
    publishes(json!({ "slots": [], "colour": "blue" })).await.invalid(&["#/colour"]);
    let rule = json!({
        "from": "2026-12-01", "to": "2026-12-07", "weekdays": ["monday"], "start": "09:00", "end": "12:00", "slotMinutes": 30,
    });
    let ruled = |field: &str, value: Value| publishes(json!({ "rule": with(&rule, field, value) }));
    ruled("zone", json!("Mars/Olympus")).await.invalid(&["#/rule/zone"]);
    ruled("slotMinutes", json!(481)).await.invalid(&["#/rule/slotMinutes"]);
    ruled("slotMinutes", json!("thirty")).await.invalid(&["#/rule/slotMinutes"]);
    ruled("to", json!("2026-11-01")).await.invalid(&["#/rule/to"]);
    ruled("weekdays", json!(["someday"])).await.invalid(&["#/rule/weekdays/0"]);
    ruled("bufferMinutes", json!(-5)).await.invalid(&["#/rule/bufferMinutes"]);
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn ids_and_parameters_that_are_none_are_pointed_at() {
    let Scene { world, asha, iyer, slots, visit, .. } = scene().await;
    let before = world.state().await;
    asha.get("/v1/appointments/17").await.invalid(&["#/appointmentId"]);
    asha.get("/v1/doctors/iyer").await.invalid(&["#/doctorId"]);
    asha.post("/v1/payments/none/confirm", json!({})).await.invalid(&["#/paymentId"]);
    iyer.delete(&format!("{slots}/monday")).await.invalid(&["#/slotId"]);
    asha.get(&format!("{slots}?from=soon")).await.invalid(&["#/from"]);
    asha.get(&format!("{slots}?limit=0")).await.invalid(&["#/limit"]);
    asha.get(&format!("{slots}?limit=many")).await.invalid(&["#/limit"]);
    asha.get(&format!("{slots}?to=2026-11-01T00:00:00Z")).await.invalid(&["#/to"]);
    asha.get("/v1/doctors?limit=101").await.invalid(&["#/limit"]);
    asha.get("/v1/doctors?cursor=xyz").await.invalid(&["#/cursor"]);
    asha.get("/v1/doctors?planet=mars").await.invalid(&["#/planet"]);
    asha.get("/v1/appointments?status=lost").await.invalid(&["#/status"]);
    let payment = format!("/v1/payments/{}/confirm", visit["paymentId"].as_str().unwrap());
    let signed = json!({ "razorpay_order_id": "ORDER", "razorpay_payment_id": "pay_1", "razorpay_signature": "" });
    asha.post(&payment, signed).await.invalid(&["#/razorpay_order_id"]);
    let unknown = uuid::Uuid::nil();
    let _ = asha.get(&format!("/v1/appointments/{unknown}")).await.problem("not-found");
    let _ = asha.get(&format!("/v1/doctors/{unknown}")).await.problem("not-found");
    asha.get("/v1/nothing").await.gateway_refusal(404);
    asha.delete("/v1/doctors").await.gateway_refusal(404);
    assert_eq!(world.state().await, before);
}

/// Texts that show nothing, or something else than they say.
const UNREADABLE: [&str; 6] = ["\u{200b}", "\u{200d}\u{200c}", "\u{301}", "\u{3164}", "a\u{202e}b", "a\u{0}b"];

#[tokio::test]
async fn every_wrong_field_of_an_account_or_a_doctor_is_pointed_at() {
    let Scene { world, asha, .. } = scene().await;
    let admin = world.admin().await;
    let before = world.state().await;
    let account = json!({ "email": "new@example.com", "password": "Monsoon-clouds-2026", "name": "New" });
    let visitor = world.anonymous();
    let registers = |field: &str, value: Value| visitor.post("/v1/auth/register", with(&account, field, value));
    registers("email", json!("nobody")).await.invalid(&["#/email"]);
    registers("password", json!("short")).await.invalid(&["#/password"]);
    registers("name", json!(" ")).await.invalid(&["#/name"]);
    registers("role", json!("admin")).await.invalid(&["#/role"]);

    for name in UNREADABLE {
        registers("name", json!(name)).await.invalid(&["#/name"]);
    }

    let me = json!({ "name": "Asha Rao", "zone": "Asia/Kolkata" });
    let changes = |field: &str, value: Value| asha.put("/v1/me", with(&me, field, value)).if_match("\"1\"");
    for zone in ["Mars/Olympus", "Factory", "posixrules", "localtime", "right/Asia/Kolkata"] {
        changes("zone", json!(zone)).await.invalid(&["#/zone"]);
    }
    for text in UNREADABLE {
        changes("name", json!(text)).await.invalid(&["#/name"]);
    }
    changes("address", json!("14 MG Road")).await.invalid(&["#/address"]);
    changes("address", json!({ "street": "\u{200b}", "postalCode": "SW1A 1AA" }))
        .await
        .invalid(&["#/address/street", "#/address/postalCode"]);
    changes("address", json!({ "country": "XX" })).await.invalid(&["#/address/country"]);
    changes("language", json!("Hindi!")).await.invalid(&["#/language"]);
    changes("birthDate", json!("2026-11-24")).await.invalid(&["#/birthDate"]);
    changes("phone", json!("12")).await.invalid(&["#/phone"]);
    changes("email", json!("other@example.com")).await.invalid(&["#/email"]);

    let doctor = json!({
        "email": "new.doctor@example.com", "name": "Ravi Kumar", "registrationNumber": "TNMC/2011/77", "qualification": "MBBS",
        "specialities": ["paediatrics"], "languages": ["ta"], "fee": 30_000, "zone": "Asia/Kolkata",
    });
    let enters =
        |field: &str, value: Value| admin.post("/v1/doctors", with(&doctor, field, value)).idempotency_key("k");
    enters("fee", json!(-1)).await.invalid(&["#/fee"]);
    enters("fee", json!(99)).await.invalid(&["#/fee"]);
    enters("fee", json!("free")).await.invalid(&["#/fee"]);
    enters("zone", json!("Nowhere")).await.invalid(&["#/zone"]);
    enters("zone", json!("Factory")).await.invalid(&["#/zone"]);
    for text in UNREADABLE {
        enters("name", json!(text)).await.invalid(&["#/name"]);
        enters("qualification", json!(text)).await.invalid(&["#/qualification"]);
        enters("title", json!(text)).await.invalid(&["#/title"]);
    }
    for text in ["Twenty \u{202e}years", &"x".repeat(501)] {
        enters("bio", json!(text)).await.invalid(&["#/bio"]);
    }
    enters("specialities", json!([])).await.invalid(&["#/specialities"]);
    enters("registrationNumber", json!("??")).await.invalid(&["#/registrationNumber"]);
    enters("version", json!(3)).await.invalid(&["#/version"]);
    assert!(world.mails_to("new@example.com").is_empty());
    assert!(world.mails_to("new.doctor@example.com").is_empty());
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn a_body_of_more_than_a_megabyte_is_refused() {
    let Scene { world, asha, booking, .. } = scene().await;
    let before = world.state().await;
    let large = with(&booking, "reason", json!("x".repeat(1_048_576)));
    let _ = asha.post("/v1/appointments", large).idempotency_key("k").await.problem("body-too-large");
    // The gateway's own limit lies above ours, and its answer is its own.
    let huge = vec![b'x'; 10 * 1024 * 1024 + 1];
    asha.sends(Method::POST, "/v1/appointments").idempotency_key("k").raw(huge).await.gateway_refusal(413);
    assert_eq!(world.state().await, before);
}
