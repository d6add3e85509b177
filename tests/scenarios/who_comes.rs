//! Who comes and who paid: what a doctor and an administrator learn of a patient.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::World;

fn people(list: &Value, of: &str) -> Vec<Value> {
    list[of].as_array().expect("a list").iter().map(|item| item["patient"].clone()).collect()
}

#[scenario]
async fn the_doctor_of_a_visit_learns_who_comes_and_no_other_reader_does() {
    let world = World::start().await;
    let (meera, rohan) = (world.patient("Meera Iyer").await, world.patient("Rohan Sen").await);
    let (doctor, other) = (world.doctor("Asha Rao").await, world.doctor("Arjun Bose").await);
    let etag = meera.get("/v1/me").await.header("etag").expect("a version").to_owned();
    let me = json!({
        "name": "Meera Iyer", "zone": "Asia/Kolkata", "phone": "+919876543210", "birthDate": "1990-05-31",
        "sex": "female",
    });
    let me = meera.put("/v1/me", me).if_match(&etag).await;
    let etag = me.header("etag").expect("a version").to_owned();
    assert_eq!(me.ok()["sex"], "female");
    let ravi = json!({ "name": "Ravi Iyer", "relation": "husband", "phone": "+919876543211" });
    let contacts = json!({ "contacts": [ravi] });
    let _ = meera.put("/v1/me/emergency-contacts", contacts).if_match(&etag).await.ok();

    let slot = doctor.publishes(30).await;
    let visit = meera.has_visit(&slot).await;
    let held = rohan.books(&doctor.publishes(32).await).await.created();
    world.settles().await;
    let told = json!({ "name": "Meera Iyer", "age": 36, "sex": "female", "phone": "+919876543210" });
    // The contacts serve an emergency in the visit that the doctor looks at; lists leave them out.
    let mut shown = told.clone();
    shown["emergencyContacts"] = json!([ravi]);
    assert_eq!(doctor.views(&visit).await.ok()["patient"], shown);
    let list = doctor.get("/v1/appointments").await.ok();
    assert_eq!(people(&list, "appointments"), [told.clone(), Value::Null], "a hold costs nothing, and tells nothing");
    assert!(doctor.views(&held).await.ok()["patient"].is_null());
    let day = slot.start.to_string()[..10].to_owned();
    let day = doctor.get(&format!("/v1/doctors/{}/day?date={day}", doctor.id)).await.ok();
    assert_eq!(people(&day, "appointments")[0], told);

    // The patient and an administrator see the visit without it; another doctor sees nothing.
    let admin = world.admin().await;
    for person in [&*meera, &*admin] {
        assert!(person.views(&visit).await.ok()["patient"].is_null());
    }
    let all = admin.get(&format!("/v1/appointments?doctorId={}", doctor.id)).await.ok();
    assert!(people(&all, "appointments").iter().all(Value::is_null), "{all}");
    let _ = other.views(&visit).await.problem("not-found");

    // A cancelled visit was one; it can be called about.
    let _ = meera.cancels(&visit).await.ok();
    assert_eq!(doctor.views(&visit).await.ok()["patient"], shown);
    // No mail names the patient's telephone.
    world.settles().await;
    for mail in world.mails_to(&doctor.email) {
        assert!(!mail.message.text.clone().unwrap_or_default().contains("98765"), "{:?}", mail.message.subject);
    }
    let trail = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert!(trail.get("APPOINTMENT_VIEWED").is_some_and(|count| *count >= 3), "{trail:?}");
}

#[scenario]
async fn a_doctor_learns_who_waits() {
    let world = World::start().await;
    let (meera, doctor) = (world.patient("Meera Iyer").await, world.doctor("Asha Rao").await);
    let _ = meera.waits_for(json!({ "doctorId": doctor.id, "to": world.at(48) })).await.created();
    let queue = doctor.get("/v1/waitlist").await.ok();
    assert_eq!(people(&queue, "entries"), [json!({ "name": "Meera Iyer" })]);
    assert_eq!(people(&meera.get("/v1/waitlist").await.ok(), "entries"), [Value::Null]);
    let admin = world.admin().await;
    let queue = admin.get(&format!("/v1/waitlist?doctorId={}", doctor.id)).await.ok();
    assert_eq!(people(&queue, "entries"), [Value::Null]);
}

#[scenario]
async fn an_administrator_learns_who_paid() {
    let world = World::start().await;
    let (meera, doctor) = (world.patient("Meera Iyer").await, world.doctor("Asha Rao").await);
    let visit = meera.has_visit(&doctor.publishes(30).await).await;
    world.settles().await;
    let admin = world.admin().await;
    let list = admin.get(&format!("/v1/payments?patientId={}", meera.id)).await.ok();
    let payment = &list["payments"][0];
    assert_eq!((&payment["payer"]["name"], &payment["patientId"]), (&json!("Meera Iyer"), &json!(meera.id)));
    let path = format!("/v1/payments/{}", visit["paymentId"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.ok()["payer"]["name"], "Meera Iyer");
    assert!(meera.get(&path).await.ok()["payer"].is_null());
}
