//! Doctors come, are found, publish their time, and go.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Person, World};

async fn found(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/v1/doctors?{query}")).await.ok();
    names(&page)
}

fn names(page: &Value) -> Vec<String> {
    page["doctors"].as_array().unwrap().iter().map(|doctor| doctor["name"].as_str().unwrap().to_owned()).collect()
}

#[scenario]
async fn a_doctor_is_found_by_speciality_language_and_the_beginning_of_the_name() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let tamil = json!({ "languages": ["ta"], "specialities": ["dermatology"] });
    let _iyer = world.doctor("Meera Iyer").await;
    let _menon = world.doctor("Meenakshi Nair").await;
    let _bose = world.doctor_with("Arjun Bose", tamil).await;

    assert_eq!(found(&asha, "").await, ["Arjun Bose", "Meenakshi Nair", "Meera Iyer"]);
    assert_eq!(found(&asha, "name=mee").await, ["Meenakshi Nair", "Meera Iyer"]);
    assert_eq!(found(&asha, "speciality=cardiology&name=Meera").await, ["Meera Iyer"]);
    assert_eq!(found(&asha, "language=ta").await, ["Arjun Bose"]);
    assert_eq!(found(&asha, "speciality=cardiology&language=ta").await, Vec::<String>::new());
}

#[scenario]
async fn a_search_is_read_page_by_page_and_a_page_belongs_to_its_search() {
    let world = World::start().await;
    let (asha, other) = (world.patient("Asha Rao").await, world.patient("Vikram Shah").await);
    for name in ["Anil Das", "Bina Das", "Chitra Das"] {
        let _ = world.doctor(name).await;
    }
    let first = asha.get("/v1/doctors?speciality=cardiology&limit=2").await.ok();
    assert_eq!(names(&first), ["Anil Das", "Bina Das"]);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = asha.get(&format!("/v1/doctors?speciality=cardiology&limit=2&cursor={cursor}")).await.ok();
    assert_eq!(names(&second), ["Chitra Das"]);
    assert!(second["nextCursor"].is_null());
    asha.get(&format!("/v1/doctors?language=hi&limit=2&cursor={cursor}")).await.invalid(&["#/cursor"]);
    other.get(&format!("/v1/doctors?speciality=cardiology&limit=2&cursor={cursor}")).await.invalid(&["#/cursor"]);
}

#[scenario]
async fn a_doctor_is_registered_once_and_a_repeated_request_gets_the_same_answer() {
    let world = World::start().await;
    let admin = world.admin().await;
    let body = json!({
        "email": "new.doctor@example.com", "name": "Ravi Kumar", "registrationNumber": "TNMC/2011/77",
        "qualification": "MBBS", "specialities": ["paediatrics"], "languages": ["ta", "en"], "fee": 30_000, "zone": "Asia/Kolkata",
    });
    let register = |key: &str, body: &Value| admin.post("/v1/doctors", body.clone()).idempotency_key(key);
    let first = register("a", &body).await;
    let second = register("a", &body).await;
    assert_eq!(first.text(), second.text());
    let doctor = first.created();
    let seen = admin.get(&format!("/v1/doctors/{}", doctor["id"].as_str().unwrap())).await.ok();
    assert_eq!(seen["name"], "Ravi Kumar");
    // The account is the doctor's own: an invitation was mailed.
    assert!(!world.mails_to("new.doctor@example.com").is_empty());

    let mut cheaper = body.clone();
    cheaper["fee"] = json!(10_000);
    let _ = register("a", &cheaper).await.problem("idempotency-key-reused");
    let _ = register("b", &body).await.problem("already-registered");
    let mut twin = body.clone();
    twin["email"] = json!("another@example.com");
    let _ = register("c", &twin).await.problem("already-registered");
}

#[scenario]
async fn a_doctor_changes_what_patients_see() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let path = format!("/v1/doctors/{}", iyer.id);
    let seen = asha.get(&path).await;
    let etag = seen.header("etag").unwrap().to_owned();
    let change = json!({
        "name": "Meera S. Iyer", "qualification": "MBBS, DM", "specialities": ["neurology"], "languages": ["kn"], "fee": 70_000,
        "zone": "Asia/Kolkata",
    });
    let _ = iyer.put(&path, change.clone()).await.problem("precondition-required");
    let _ = iyer.put(&path, change.clone()).if_match(&etag).await.ok();
    let _ = iyer.put(&path, change).if_match(&etag).await.problem("version-mismatch");
    assert_eq!(asha.get(&path).await.ok()["fee"], 70_000);
    assert_eq!(found(&asha, "speciality=neurology").await, ["Meera S. Iyer"]);
    assert_eq!(found(&asha, "speciality=cardiology").await, Vec::<String>::new());
}

#[scenario]
async fn a_suspended_doctor_is_neither_listed_nor_booked_and_the_visits_are_cancelled_and_refunded() {
    let world = World::start().await;
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let slots = iyer.publishes_many(3, 30).await;
    let paid = asha.has_visit(&slots[0]).await;
    let held = asha.books(&slots[1]).await.created();

    let _ = admin.suspends(&iyer).await;
    world.settles().await;
    assert_eq!(found(&asha, "").await, Vec::<String>::new());
    assert!(asha.free_slots(&iyer.id).await.is_empty());
    let _ = asha.books(&slots[2]).await.problem("doctor-unavailable");
    for visit in [&paid, &held] {
        let seen = asha.views(visit).await.ok();
        assert_eq!((seen["status"].as_str(), seen["cancelledBy"].as_str()), (Some("cancelled"), Some("suspension")));
    }
    let ledger = world.stack.services().razorpay.ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (50_000, 50_000));
}

#[scenario]
async fn weekly_hours_become_slots_and_publishing_them_again_changes_nothing() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let rule = json!({ "rule": {
        "from": "2026-11-24", "to": "2026-11-30", "weekdays": ["tuesday", "thursday"], "start": "10:00", "end": "11:30",
        "slotMinutes": 30, "bufferMinutes": 15,
    }});
    let path = format!("/v1/doctors/{}/slots", iyer.id);
    let first = iyer.post(&path, rule.clone()).await.ok();
    assert_eq!(first, json!({ "published": 4, "alreadyPublished": 0 }));
    let again = iyer.post(&path, rule).await.ok();
    assert_eq!(again, json!({ "published": 0, "alreadyPublished": 4 }));
    // Ten o'clock in India is half past four in UTC.
    let free = asha.free_slots(&iyer.id).await;
    assert_eq!(free, ["20261124T0430Z", "20261124T0515Z", "20261126T0430Z", "20261126T0515Z"]);
    let crossing = json!({ "slots": [{ "start": "2026-11-24T04:45:00Z", "end": "2026-11-24T05:00:00Z" }] });
    let _ = iyer.post(&path, crossing).await.problem("slots-overlap");
    assert_eq!(asha.free_slots(&iyer.id).await, free);
}

#[scenario]
async fn a_free_slot_is_withdrawn_and_a_held_one_stays() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(2, 30).await;
    iyer.withdraws(&slots[0]).await.no_content();
    iyer.withdraws(&slots[0]).await.no_content();
    let _ = asha.books(&slots[0]).await.problem("slot-taken");
    let _ = asha.books(&slots[1]).await.created();
    let _ = iyer.withdraws(&slots[1]).await.problem("slot-in-use");
    assert!(asha.free_slots(&iyer.id).await.is_empty());
    // An unpaid slot is free again, and may be withdrawn.
    world.holds_end().await;
    iyer.withdraws(&slots[1]).await.no_content();
}
