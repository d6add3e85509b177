//! What a patient tells the doctor before a visit: at booking, and changed until the visit begins.

use scenario::scenario;
use serde_json::{Value, json};
use std::future::IntoFuture;
use system_tests::{Patient, Person, Reply, World};

fn path(visit: &Value) -> String {
    format!("/v1/appointments/{}", visit["id"].as_str().unwrap())
}

/// Sends an update of the version that the answer showed.
async fn tells(person: &Person, seen: &Value, body: Value) -> Reply {
    person.put(&path(seen), body).if_match(&format!("\"{}\"", seen["version"])).await
}

#[scenario]
async fn what_a_patient_tells_is_changed_until_the_visit_begins_and_read_by_patient_and_doctor_alone() {
    let world = World::start().await;
    let (meera, rohan) = (world.patient("Meera Iyer").await, world.patient("Rohan Sen").await);
    let (doctor, admin) = (world.doctor("Asha Rao").await, world.admin().await);
    let told = json!({ "reason": "Palpitations", "symptoms": ["dizzy", "सिर दर्द"], "notes": "since Monday\nat night" });
    let visit = meera.books_with(&doctor.publishes(30).await, "k", told.clone()).await.created();
    assert_eq!((&visit["version"], &visit["hasIntake"]), (&json!(1), &json!(true)));
    let texts =
        |shown: &Value| json!({ "reason": shown["reason"], "symptoms": shown["symptoms"], "notes": shown["notes"] });
    let seen = doctor.views(&visit).await.ok();
    assert_eq!(texts(&seen), told);

    // It is replaced as a whole, and the answer shows what was written.
    world.minutes_pass(1).await;
    let changed = tells(&meera, &seen, json!({ "symptoms": ["fever", "fever"], "reason": " " })).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    let changed = changed.ok();
    assert_eq!(texts(&changed), json!({ "reason": null, "symptoms": ["fever"], "notes": null }));
    assert_eq!(
        (&changed["version"], &changed["kind"], &changed["start"]),
        (&json!(2), &visit["kind"], &visit["start"])
    );
    assert!(changed["updatedAt"].as_str() > visit["updatedAt"].as_str());
    assert_eq!(meera.views(&visit).await.ok(), changed);
    for reader in [&*meera, &*doctor, &*admin] {
        let shown = reader.views(&visit).await.ok();
        let sees = if reader.id == admin.id { Value::Null } else { json!(["fever"]) };
        assert_eq!((&shown["symptoms"], &shown["hasIntake"]), (&sees, &json!(true)), "{}", reader.name);
    }
    // Lists tell that there is something to read, and the version of it.
    let list = doctor.get("/v1/appointments").await;
    assert!(!list.text().contains("fever"), "{}", list.text());
    let listed = list.ok()["appointments"][0].clone();
    assert_eq!((&listed["version"], &listed["hasIntake"]), (&json!(2), &json!(true)));

    // Nothing is left when nothing is told.
    let cleared = tells(&meera, &listed, json!({})).await.ok();
    assert_eq!((&cleared["hasIntake"], texts(&doctor.views(&visit).await.ok())), (&json!(false), texts(&Value::Null)));
    let table = world.state().await;
    assert!(!format!("{table:?}").contains("INTAKE"), "what was told stays in the table");

    let _ = meera.put(&path(&visit), json!({})).await.problem("precondition-required");
    let _ = tells(&meera, &seen, json!({ "notes": "more" })).await.problem("version-mismatch");
    let _ = tells(&rohan, &cleared, json!({})).await.problem("not-found");
    let _ = tells(&doctor, &cleared, json!({})).await.problem("forbidden");
    let long = json!({ "reason": "x".repeat(1001), "symptoms": ["ok", "a\nb"], "notes": "x".repeat(2001) });
    tells(&meera, &cleared, long).await.invalid(&["#/reason", "#/symptoms/1", "#/notes"]);
    let many: Vec<String> = (0..21).map(|number| format!("pain {number}")).collect();
    tells(&meera, &cleared, json!({ "symptoms": many })).await.invalid(&["#/symptoms"]);
    let _ = tells(&meera, &cleared, json!({ "kind": "emergency" })).await.problem("invalid-request");

    world.settles().await;
    let trail = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("APPOINTMENT_UPDATED"), Some(&2), "{trail:?}");
}

#[scenario]
async fn a_visit_that_is_over_cancelled_or_begun_is_told_nothing_more() {
    let world = World::start().await;
    let (meera, doctor) = (world.patient("Meera Iyer").await, world.doctor("Asha Rao").await);
    let slots = doctor.publishes_many(3, 1).await;
    let (held, gone) = (meera.books(&slots[1]).await.created(), meera.books(&slots[2]).await.created());
    let visit = meera.has_visit(&slots[0]).await;
    let _ = meera.cancels(&gone).await.ok();
    let seen = meera.views(&gone).await.ok();
    let _ = tells(&meera, &seen, json!({})).await.problem("visit-cancelled");
    world.minutes_pass(35).await;
    let seen = meera.views(&held).await.ok();
    let _ = tells(&meera, &seen, json!({})).await.problem("hold-ended");

    // A patient in the waiting room can still tell something; once the doctor has begun, the two talk.
    let waits = meera.steps(&visit, "check-in").await.ok();
    let told = tells(&meera, &waits, json!({ "notes": "I am here" })).await.ok();
    let begun = doctor.steps(&visit, "begin").await;
    assert_eq!(begun.header("etag"), Some("\"5\""));
    let begun = begun.ok();
    assert_eq!((&told["version"], &begun["version"]), (&json!(4), &json!(5)));
    let _ = tells(&meera, &begun, json!({})).await.problem("visit-begun");
    let _ = doctor.steps(&visit, "complete").await.ok();
    let seen = meera.views(&visit).await.ok();
    assert_eq!(seen["notes"], "I am here");
    let _ = tells(&meera, &seen, json!({})).await.problem("visit-over");
}

#[scenario]
async fn of_two_who_change_one_version_one_is_told_and_a_move_loses_nothing() {
    let world = World::start().await;
    let (meera, doctor) = (world.patient("Meera Iyer").await, world.doctor("Asha Rao").await);
    let (slot, other) = (doctor.publishes(48).await, doctor.publishes(72).await);
    let told = json!({ "notes": "first" });
    let visit = meera.books_with(&slot, "k", told).await.created();
    let _ = meera.pays(&visit).await;
    // An update in between does not disturb the payment.
    let _ = tells(&meera, &visit, json!({ "notes": "second" })).await.ok();
    world.settles().await;
    let seen = doctor.views(&visit).await.ok();
    assert_eq!((&seen["status"], &seen["notes"]), (&json!("confirmed"), &json!("second")));

    let (one, two) =
        tokio::join!(tells(&meera, &seen, json!({ "notes": "one" })), tells(&meera, &seen, json!({ "notes": "two" })));
    let (winner, loser) = if one.status() == 200 { (one, two) } else { (two, one) };
    let _ = loser.problem("version-mismatch");
    let winner = winner.ok();
    assert_eq!(doctor.views(&visit).await.ok()["notes"], winner["notes"]);

    // A move and an update at once: the move takes place, and the text is the one of the version that is shown.
    let moved = meera.post(&format!("{}/reschedule", path(&visit)), json!({ "slotId": other.slot_id }));
    let (moved, update) = tokio::join!(moved.into_future(), tells(&meera, &winner, json!({ "notes": "three" })));
    let moved = moved.ok();
    let now = doctor.views(&visit).await.ok();
    assert_eq!(now["slotId"], moved["slotId"]);
    if update.status() == 200 {
        assert_eq!(now["notes"], "three");
    } else {
        let _ = update.problem("version-mismatch");
        assert_eq!(now["notes"], winner["notes"]);
    }
}

#[scenario]
async fn the_first_health_data_of_a_patient_may_be_an_update() {
    let world = World::start().await;
    let newcomer = Patient::from(world.person("Nia Sen", &["patient"]).await);
    let doctor = world.doctor("Asha Rao").await;
    let visit = newcomer.books(&doctor.publishes(30).await).await.created();
    let told = tells(&newcomer, &visit, json!({ "reason": "Palpitations" })).await.ok();
    assert_eq!(newcomer.views(&visit).await.ok()["reason"], told["reason"]);
}

#[scenario]
async fn each_booking_takes_what_the_patient_tells() {
    let world = World::start().await;
    let meera = world.patient("Meera Iyer").await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let slots = doctor.publishes_many(3, 30).await;
    world.settles().await;
    let told = json!({ "symptoms": ["cough"], "notes": "at night" });
    let mut first = told.clone();
    first["speciality"] = json!("cardiology");
    let earliest = meera.post("/v1/appointments/earliest", first).idempotency_key("e").await.created();
    let mut both = told.clone();
    both["doctorId"] = json!(doctor.id);
    both["slotIds"] = json!([slots[1].slot_id, slots[2].slot_id]);
    let series = meera.post("/v1/series", both).idempotency_key("s").await.created();
    let visits = series["occurrences"].as_array().unwrap();
    let ids = visits.iter().map(|visit| json!({ "id": visit["appointmentId"] }));
    for visit in ids.chain([earliest]) {
        let seen = doctor.views(&visit).await.ok();
        assert_eq!(json!({ "symptoms": seen["symptoms"], "notes": seen["notes"] }), told);
    }
}

#[scenario]
async fn a_reader_learns_which_person_cancelled_and_of_an_administrator_only_administrators_do() {
    let world = World::start().await;
    let (meera, doctor, admin) =
        (world.patient("Meera Iyer").await, world.doctor("Asha Rao").await, world.admin().await);
    let slots = doctor.publishes_many(4, 48).await;
    let cancellers: [&Person; 3] = [&meera, &doctor, &admin];
    for (slot, canceller) in slots.iter().zip(cancellers) {
        let visit = meera.books(slot).await.created();
        let cancelled = canceller.cancels(&visit).await;
        assert_eq!(cancelled.header("etag"), Some("\"2\""));
        assert_eq!(cancelled.ok()["appointment"]["cancelledById"], canceller.id.as_str());
        for reader in cancellers {
            let knows = canceller.id != admin.id || reader.id == admin.id;
            let expected = if knows { json!(canceller.id) } else { Value::Null };
            assert_eq!(
                reader.views(&visit).await.ok()["cancelledById"],
                expected,
                "{} of {}",
                reader.name,
                canceller.name
            );
        }
    }
    // No person ends a hold.
    let held = meera.books(&slots[3]).await.created();
    world.minutes_pass(15).await;
    assert!(admin.views(&held).await.ok()["cancelledById"].is_null());
}
