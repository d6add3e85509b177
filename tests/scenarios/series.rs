//! Several visits to one doctor, booked at once.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Patient, Reply, Slot, World};

/// A slot of half an hour in each of a number of weeks, the first in two days.
async fn weeks(doctor: &system_tests::Doctor, count: i64) -> Vec<Slot> {
    let mut slots = vec![];
    for week in 0..count {
        slots.push(doctor.publishes(48 + week * 7 * 24).await);
    }
    slots
}

async fn books(patient: &Patient, key: &str, body: Value) -> Reply {
    patient.post("/v1/series", body).idempotency_key(key).await
}

/// Why each occurrence can't be had, or that it can.
fn reasons(shown: &Value) -> Vec<String> {
    let occurrences = shown["occurrences"].as_array().expect("occurrences");
    occurrences.iter().map(|it| it["reason"].as_str().unwrap_or("available").to_owned()).collect()
}

#[scenario]
async fn a_series_is_booked_as_a_whole_or_as_far_as_it_is_available() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let (patient, other) = (world.patient("Meera Iyer").await, world.patient("Rohan Iyer").await);
    let slots = weeks(&doctor, 4).await;
    let _ = other.books(&slots[1]).await.created();
    let rule = json!({ "doctorId": doctor.id, "first": slots[0].slot_id, "everyDays": 7, "count": 5 });

    // The preview agrees with the answer of the booking.
    let query = format!("?doctorId={}&first={}&everyDays=7&count=5", doctor.id, slots[0].slot_id);
    let preview = patient.get(&format!("/v1/series/preview{query}")).await.ok();
    let expected = ["available", "slot-taken", "available", "available", "not-published"];
    assert_eq!(reasons(&preview), expected);
    let problem = books(&patient, &world.key(), rule.clone()).await.problem("series-not-free");
    let told: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["detail"].as_str().unwrap()))
        .collect();
    // The rule's slots follow from its first one.
    let missing = slots[3].start + jiff::SignedDuration::from_hours(7 * 24);
    let missing = missing.strftime("%Y%m%dT%H%MZ");
    let expected_reasons = [format!("{}: slot-taken", slots[1].slot_id), format!("{missing}: not-published")];
    assert_eq!(told, [("#/first", expected_reasons[0].as_str()), ("#/first", expected_reasons[1].as_str())]);
    let listed = json!({ "doctorId": doctor.id, "slotIds": [slots[2].slot_id, slots[1].slot_id] });
    let problem = books(&patient, &world.key(), listed).await.problem("series-not-free");
    assert_eq!(problem["errors"][0]["pointer"], "#/slotIds/1", "the place of the slot in what was sent");
    assert_eq!(patient.free_slots(&doctor.id).await.len(), 3, "nothing was booked");

    let key = world.key();
    let mut some = rule.clone();
    some["mode"] = json!("available");
    some["reason"] = json!("Physiotherapy");
    let booked = books(&patient, &key, some.clone()).await;
    let again = books(&patient, &key, some.clone()).await;
    assert_eq!(booked.text(), again.text(), "the same answer under the same key");
    assert_eq!(booked.header("location"), again.header("location"));
    let series = booked.created();
    assert_eq!(reasons(&series), expected);
    let _ = books(&patient, &key, rule.clone()).await.problem("idempotency-key-reused");
    assert_eq!(patient.free_slots(&doctor.id).await, [""; 0]);

    // Each is an appointment of its own: with the reason, a confirmation by mail, and an end of its own.
    let path = format!("/v1/series/{}", series["id"].as_str().unwrap());
    let visits = patient.get(&path).await.ok()["appointments"].as_array().cloned().unwrap();
    let ids: Vec<&Value> = series["occurrences"].as_array().unwrap().iter().map(|it| &it["appointmentId"]).collect();
    assert_eq!(visits.iter().map(|visit| &visit["id"]).collect::<Vec<_>>(), [ids[0], ids[2], ids[3]]);
    assert!(visits.iter().all(|visit| visit["status"] == "confirmed"));
    assert_eq!(doctor.views(&visits[1]).await.ok()["reason"], "Physiotherapy");
    world.settles().await;
    assert_eq!(world.mails_to(&patient.email).len(), 3);
    let _ = patient.cancels(&visits[1]).await.ok();
    assert_eq!(doctor.get(&path).await.ok()["appointments"][1]["status"], "cancelled");
    let _ = other.get(&path).await.problem("not-found");
    let trail = world.trail_of(series["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("SERIES_BOOKED"), Some(&1), "{trail:?}");
}

#[scenario]
async fn visits_of_a_series_that_cost_something_wait_for_payment_three_at_a_time() {
    let world = World::start().await;
    let terms = json!({ "kinds": [{ "kind": "emergency", "slots": 2, "fee": 90_000 }], "dailyLimit": 3 });
    let doctor = world.doctor_with("Asha Rao", json!({ "terms": terms })).await;
    let newcomer = Patient::from(world.person("Nia Sen", &["patient"]).await);
    let slots = weeks(&doctor, 4).await;
    let named: Vec<&String> = slots.iter().map(|slot| &slot.slot_id).collect();
    let wish = json!({ "doctorId": doctor.id, "slotIds": named, "mode": "available", "reason": "A course" });
    let series = books(&newcomer, &world.key(), wish).await.created();
    assert_eq!(reasons(&series), ["available", "available", "available", "too-many-holds"]);
    let first = &series["occurrences"][0];
    assert!(first["holdUntil"].is_string() && first["fee"] == 50_000, "{first}");

    // One is paid, and stays; the others end unpaid, each separately.
    let visit = json!({ "id": first["appointmentId"] });
    let _ = newcomer.pays(&visit).await;
    world.settles().await;
    world.holds_end().await;
    let path = format!("/v1/series/{}", series["id"].as_str().unwrap());
    let visits = newcomer.get(&path).await.ok();
    let statuses: Vec<&Value> = visits["appointments"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, ["confirmed", "cancelled", "cancelled"]);

    // A kind that takes two slots needs two, each time.
    let pairs = doctor.publishes_many(2, 100).await;
    let query = format!("?doctorId={}&first={}&count=2&kind=emergency", doctor.id, pairs[0].slot_id);
    let preview = newcomer.get(&format!("/v1/series/preview{query}")).await.ok();
    assert_eq!(reasons(&preview), ["available", "not-published"]);
    let query = format!("?doctorId={}&first={}&count=2&kind=emergency", doctor.id, pairs[1].slot_id);
    let preview = newcomer.get(&format!("/v1/series/preview{query}")).await.ok();
    assert_eq!(reasons(&preview), ["too-few-slots", "not-published"]);
}

#[scenario]
async fn a_series_that_does_not_hold_together_is_refused_at_its_fields() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let patient = world.patient("Meera Iyer").await;
    let slot = doctor.publishes(48).await.slot_id;
    let wish = |more: Value| {
        let mut body = json!({ "doctorId": doctor.id });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, pointer) in [
        (json!({}), "#"),
        (json!({ "slotIds": [slot, slot] }), "#/slotIds"),
        (json!({ "slotIds": [slot] }), "#/slotIds"),
        (json!({ "slotIds": [slot], "first": slot, "count": 2 }), "#"),
        (json!({ "first": slot }), "#/count"),
        (json!({ "first": slot, "count": 13 }), "#/count"),
        (json!({ "first": slot, "count": 2, "everyDays": 0 }), "#/everyDays"),
    ] {
        books(&patient, &world.key(), wish(more)).await.invalid(&[pointer]);
    }
    let unknown = json!({ "doctorId": patient.id, "first": slot, "count": 2 });
    let _ = books(&patient, &world.key(), unknown).await.problem("not-found");
}

#[scenario]
async fn a_series_is_cancelled_at_once_with_one_preview_of_its_refund() {
    let world = World::start().await;
    let doctor = world.doctor("Asha Rao").await;
    let (patient, other) = (world.patient("Meera Iyer").await, world.patient("Rohan Iyer").await);
    let slots = [doctor.publishes(5).await, doctor.publishes(48).await, doctor.publishes(72).await];
    let ids: Vec<&str> = slots.iter().map(|slot| slot.slot_id.as_str()).collect();
    let wish = json!({ "doctorId": doctor.id, "slotIds": ids });
    let series = books(&patient, &world.key(), wish).await.created();
    let visits: Vec<Value> = series["occurrences"].as_array().unwrap().clone();
    for visit in &visits[..2] {
        let visit = json!({ "id": visit["appointmentId"], "paymentId": visit["appointmentId"] });
        let _ = patient.pays(&visit).await;
    }
    let _ = patient.cancels(&json!({ "id": visits[2]["appointmentId"] })).await.ok();
    world.settles().await;
    let entry = other.waits_for(json!({ "doctorId": doctor.id, "to": world.at(60) })).await.created();

    let path = format!("/v1/series/{}", series["id"].as_str().unwrap());
    let preview = patient.get(&format!("{path}/cancellation")).await.ok();
    assert_eq!(preview["refundAmount"], 75_000);
    let refunds: Vec<&Value> =
        preview["cancelled"].as_array().unwrap().iter().map(|visit| &visit["refundAmount"]).collect();
    assert_eq!(refunds, [&json!(25_000), &json!(50_000)]);
    assert_eq!(preview["left"][0]["reason"], "visit-cancelled");
    // The doctor sees the rules and no amounts.
    let seen = doctor.get(&format!("{path}/cancellation")).await.ok();
    assert_eq!((seen.get("refundAmount"), seen["cancelled"].as_array().unwrap().len()), (None, 2));
    let _ = other.get(&format!("{path}/cancellation")).await.problem("not-found");

    let cancel = format!("{path}/cancel");
    let _ = other.post(&cancel, json!({})).await.problem("not-found");
    let done = patient.post(&cancel, json!({ "reason": "I am well again" })).await.ok();
    assert_eq!((&done["refundAmount"], &done["cancelled"]), (&preview["refundAmount"], &preview["cancelled"]));
    world.settles().await;
    let statuses = patient.get(&path).await.ok();
    assert!(statuses["appointments"].as_array().unwrap().iter().all(|visit| visit["status"] == "cancelled"));
    assert_eq!(world.stack.services().razorpay.ledger().refunded(), 75_000);
    let offered = other.get("/v1/waitlist").await.ok();
    assert_eq!((&offered["entries"][0]["id"], &offered["entries"][0]["status"]), (&entry["id"], &json!("offered")));
    // Asking again finds nothing more to cancel.
    let again = patient.post(&cancel, json!({})).await.ok();
    assert_eq!((&again["refundAmount"], again["left"].as_array().unwrap().len()), (&json!(0), 3));
    let trail = world.trail_of(series["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("SERIES_CANCELLED"), Some(&1), "{trail:?}");
}

#[scenario]
async fn a_monthly_series_is_booked_on_the_same_day_of_each_month() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let patient = world.patient("Meera Iyer").await;
    let first = doctor.publishes(48).await;
    let query = format!("?doctorId={}&first={}&count=3&monthly=day", doctor.id, first.slot_id);
    let preview = patient.get(&format!("/v1/series/preview{query}")).await.ok();
    assert_eq!(reasons(&preview), ["available", "not-published", "not-published"]);
    let day = |number: usize| preview["occurrences"][number]["start"].as_str().unwrap()[8..].to_owned();
    assert_eq!([day(1), day(2)], [day(0), day(0)]);
    let both = json!({ "doctorId": doctor.id, "first": first.slot_id, "count": 2, "monthly": "day", "everyDays": 7 });
    books(&patient, &world.key(), both).await.invalid(&["#/monthly"]);
}
