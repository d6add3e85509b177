//! Visits take place, or do not: who joined says what they were.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Doctor, Patient, World};

/// A paid visit that begins in two hours, and both sides of it.
async fn paid_visit() -> (World, Patient, Doctor, Value) {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let visit = asha.has_visit(&iyer.publishes(2).await).await;
    world.settles().await;
    (world, asha, iyer, visit)
}

#[scenario]
async fn both_join_and_the_doctor_completes_the_visit() {
    let (world, asha, iyer, visit) = paid_visit().await;
    let early = asha.steps(&visit, "check-in").await.problem("visit-not-open");
    assert!(early["detail"].as_str().unwrap().contains("can be joined from"), "{early}");
    world.minutes_pass(100).await;
    let waiting = asha.steps(&visit, "check-in").await.ok();
    assert_eq!(waiting["status"], "checked_in");
    assert!(waiting["patientJoinedAt"].is_string());
    assert_eq!(asha.steps(&visit, "check-in").await.ok(), waiting, "again is no other");
    world.minutes_pass(20).await;
    assert_eq!(iyer.steps(&visit, "begin").await.ok()["status"], "in_progress");
    asha.steps(&visit, "complete").await.problem("forbidden");
    world.minutes_pass(25).await;
    let done = iyer.steps(&visit, "complete").await.ok();
    assert_eq!(done["status"], "completed");
    assert!(done["patientJoinedAt"].is_string() && done["doctorJoinedAt"].is_string());
    assert_eq!(iyer.steps(&visit, "complete").await.ok(), done);
    // Its close finds it ended.
    world.minutes_pass(60).await;
    assert_eq!(asha.views(&visit).await.ok()["status"], "completed");
    assert_eq!(world.stack.services().razorpay.ledger().refunded(), 0);
    let id = visit["id"].as_str().unwrap();
    let trail = world.trail_of(id).await;
    for event in ["APPOINTMENT_CHECKED_IN", "APPOINTMENT_STARTED", "APPOINTMENT_COMPLETED"] {
        assert_eq!(trail.get(event), Some(&1), "{trail:?}");
    }
}

#[scenario]
async fn a_visit_that_the_doctor_does_not_end_is_completed_by_its_time() {
    let (world, asha, iyer, visit) = paid_visit().await;
    world.minutes_pass(121).await;
    let _ = iyer.steps(&visit, "begin").await.ok();
    // The patient joins what the doctor has begun.
    assert_eq!(asha.steps(&visit, "check-in").await.ok()["status"], "in_progress");
    world.minutes_pass(40).await;
    assert_eq!(asha.views(&visit).await.ok()["status"], "in_progress");
    world.minutes_pass(10).await;
    assert_eq!(asha.views(&visit).await.ok()["status"], "completed");
}

#[scenario]
async fn a_patient_who_does_not_come_is_a_no_show_and_the_fee_stays() {
    let (world, asha, iyer, visit) = paid_visit().await;
    world.minutes_pass(121).await;
    let _ = iyer.steps(&visit, "begin").await.ok();
    world.minutes_pass(60).await;
    let missed = asha.views(&visit).await.ok();
    assert_eq!((&missed["status"], &missed["absent"]), (&"no_show".into(), &"patient".into()));
    assert_eq!(world.stack.services().razorpay.ledger().refunded(), 0);
    asha.steps(&visit, "check-in").await.problem("visit-over");
}

#[scenario]
async fn a_doctor_who_does_not_come_costs_the_patient_nothing() {
    let (world, asha, iyer, visit) = paid_visit().await;
    world.minutes_pass(110).await;
    let _ = asha.steps(&visit, "check-in").await.ok();
    world.minutes_pass(70).await;
    world.settles().await;
    let missed = asha.views(&visit).await.ok();
    assert_eq!((&missed["status"], &missed["absent"]), (&"no_show".into(), &"doctor".into()));
    assert_eq!(world.stack.services().razorpay.ledger().retained(), 0);
    iyer.says_it_was(&visit, "completed").await.problem("visit-over");
}

#[scenario]
async fn a_visit_that_no_party_joined_stays_unknown_until_its_outcome_is_recorded() {
    let (world, asha, iyer, visit) = paid_visit().await;
    let admin = world.admin().await;
    iyer.says_it_was(&visit, "completed").await.problem("visit-not-over");
    world.minutes_pass(180).await;
    let unknown = asha.views(&visit).await.ok();
    assert_eq!((&unknown["status"], &unknown["absent"]), (&"confirmed".into(), &Value::Null));
    asha.says_it_was(&visit, "doctor_absent").await.problem("forbidden");
    iyer.says_it_was(&visit, "somehow").await.invalid(&["#/outcome"]);
    let missed = admin.says_it_was(&visit, "doctor_absent").await.ok();
    assert_eq!((&missed["status"], &missed["absent"]), (&"no_show".into(), &"doctor".into()));
    world.settles().await;
    assert_eq!(world.stack.services().razorpay.ledger().retained(), 0);
    assert_eq!(admin.says_it_was(&visit, "doctor_absent").await.ok(), missed, "again is no other");
    iyer.says_it_was(&visit, "patient_absent").await.problem("visit-over");
}

#[scenario]
async fn a_visit_that_took_place_elsewhere_is_recorded_and_makes_the_follow_up_cost_less() {
    let world = World::start().await;
    let terms = json!({ "terms": { "followUp": { "withinDays": 7, "fee": 20_000 } } });
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor_with("Meera Iyer", terms).await);
    let visit = asha.has_visit(&iyer.publishes(2).await).await;
    world.minutes_pass(180).await;
    assert_eq!(iyer.says_it_was(&visit, "completed").await.ok()["status"], "completed");
    world.settles().await;
    assert_eq!(world.stack.services().razorpay.ledger().refunded(), 0);
    let next = iyer.publishes(48).await;
    let next = asha.books_with(&next, &world.key(), json!({ "kind": "follow_up" })).await.created();
    assert_eq!(next["fee"], 20_000);
}

#[scenario]
async fn a_doctor_sees_the_day_in_order_who_waits_and_what_has_changed() {
    let (world, asha, iyer, visit) = paid_visit().await;
    let ravi = world.patient("Ravi Iyer").await;
    let sooner = ravi.has_visit(&iyer.publishes(1).await).await;
    // Five days later, and an unpaid hold: neither is of this day.
    let _ = ravi.has_visit(&iyer.publishes(120).await).await;
    let _ = asha.books(&iyer.publishes(5).await).await.created();
    world.minutes_pass(40).await;
    let _ = ravi.steps(&sooner, "check-in").await.ok();
    world.settles().await;
    let path = format!("/v1/doctors/{}/day", iyer.id);
    let at_once = iyer.get(&path).await.ok();
    let again = iyer.get(&format!("{path}?since={}", at_once["asOf"].as_str().unwrap())).await.ok();
    assert_eq!(again["changed"], json!([sooner["id"]]), "the answer before may have missed it");
    world.minutes_pass(1).await;
    let day = iyer.get(&path).await.ok();
    assert_eq!((&day["date"], &day["zone"]), (&"2026-11-23".into(), &"Asia/Kolkata".into()));
    let ids: Vec<&Value> = day["appointments"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [&sooner["id"], &visit["id"]]);
    assert_eq!(day["waiting"][0]["appointmentId"], sooner["id"]);
    assert_eq!(day["changed"], json!([]));

    world.minutes_pass(1).await;
    let _ = asha.cancels(&visit).await.ok();
    let later = iyer.get(&format!("{path}?date=2026-11-23&since={}", day["asOf"].as_str().unwrap())).await.ok();
    assert_eq!(later["changed"], json!([visit["id"]]));
    assert_eq!(later["appointments"][1]["status"], "cancelled");
    let tomorrow = iyer.get(&format!("{path}?date=2026-11-24")).await.ok();
    assert_eq!(tomorrow["appointments"], json!([]));
}

#[scenario]
async fn a_day_that_is_asked_for_again_and_has_not_changed_is_no_access() {
    let (world, asha, iyer, visit) = paid_visit().await;
    world.settles().await;
    let path = format!("/v1/doctors/{}/day", iyer.id);
    let accesses = async || {
        world.settles().await;
        let list = asha.get("/v1/me/accesses").await.ok();
        list["accesses"].as_array().unwrap().iter().filter(|it| it["who"] == "Dr. Meera Iyer").count()
    };
    let before = accesses().await;
    let first = iyer.get(&path).await;
    let etag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.ok()["appointments"][0]["id"], visit["id"]);
    assert_eq!(accesses().await, before + 1);
    for _ in 0..3 {
        world.minutes_pass(1).await;
        let again = iyer.get(&path).header("if-none-match", &etag).await;
        assert_eq!((again.status(), again.text()), (304, String::new()));
    }
    assert_eq!(accesses().await, before + 1, "nothing was shown");
    // Another tag, and none, get the day, and each is an access.
    assert_eq!(iyer.get(&path).header("if-none-match", "\"x\"").await.status(), 200);
    assert_eq!(accesses().await, before + 2);

    let _ = asha.cancels(&visit).await.ok();
    world.settles().await;
    let changed = iyer.get(&path).header("if-none-match", &etag).await;
    assert_ne!(changed.header("etag").unwrap(), etag);
    assert_eq!(changed.ok()["appointments"][0]["status"], "cancelled");
    assert_eq!(accesses().await, before + 3);
    // A stranger's tag opens nothing, and a session that has ended is told so.
    let other = world.doctor("Vikram Shah").await;
    let _ = other.get(&path).header("if-none-match", "*").await.problem("not-found");
    let _ = iyer.sends(http::Method::POST, "/v1/auth/logout").await.ok();
    let _ = iyer.get(&path).header("if-none-match", "*").await.problem("session-ended");
}

#[scenario]
async fn a_patient_is_reminded_a_day_and_an_hour_before_and_not_of_what_is_cancelled() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let (kept, dropped) = (iyer.publishes(30).await, iyer.publishes(32).await);
    let _ = asha.has_visit(&kept).await;
    let cancelled = asha.has_visit(&dropped).await;
    world.settles().await;
    let _ = asha.cancels(&cancelled).await.ok();
    world.settles().await;
    let reminders = || {
        let mails = world.mails_to(&asha.email);
        mails.iter().filter(|mail| mail.message.subject.starts_with("Reminder")).count()
    };
    world.minutes_pass(6 * 60 - 2).await;
    assert_eq!(reminders(), 0);
    world.minutes_pass(4).await;
    assert_eq!(reminders(), 1);
    world.minutes_pass(23 * 60).await;
    assert_eq!(reminders(), 2);
    world.minutes_pass(10 * 60).await;
    assert_eq!(reminders(), 2);
    assert!(world.mails_to(&iyer.email).iter().all(|mail| !mail.message.subject.starts_with("Reminder")));
}

#[scenario]
async fn a_patient_without_reminders_is_told_of_the_visit_and_not_reminded_of_it() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let path = "/v1/me/preferences";
    let etag = asha.get(path).await.header("etag").unwrap().to_owned();
    let chosen = json!({ "language": "en", "zone": "Asia/Kolkata", "reminders": "none" });
    let _ = asha.put(path, chosen).if_match(&etag).await.ok();
    let _ = asha.has_visit(&iyer.publishes(30).await).await;
    world.settles().await;
    let mails = world.mails_to(&asha.email).len();
    assert!(mails > 0, "the confirmation comes");
    world.minutes_pass(29 * 60).await;
    assert_eq!(world.mails_to(&asha.email).len(), mails);
}

#[scenario]
async fn a_moved_visit_is_reminded_of_and_closed_at_its_new_time_alone() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let (old, new) = (iyer.publishes(30).await, iyer.publishes(54).await);
    let visit = asha.has_visit(&old).await;
    world.settles().await;
    let path = format!("/v1/appointments/{}/reschedule", visit["id"].as_str().unwrap());
    let _ = asha.post(&path, json!({ "slotId": new.slot_id })).await.ok();
    world.settles().await;
    let reminders = || {
        let mails = world.mails_to(&asha.email);
        mails.iter().filter(|mail| mail.message.subject.starts_with("Reminder")).count()
    };
    world.minutes_pass(29 * 60 + 50).await;
    assert_eq!(reminders(), 0, "those of the old time are silent");
    world.minutes_pass(12).await;
    assert_eq!(reminders(), 1);
    world.minutes_pass(60).await;
    assert_eq!(asha.views(&visit).await.ok()["status"], "confirmed", "the old time closes nothing");
    world.minutes_pass(22 * 60 + 30).await;
    assert_eq!(reminders(), 2);
    // Half an hour before the new time.
    let _ = asha.steps(&visit, "check-in").await.ok();
    world.minutes_pass(80).await;
    assert_eq!(asha.views(&visit).await.ok()["absent"], "doctor");
    assert_eq!(reminders(), 2);
}
