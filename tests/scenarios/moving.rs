//! Moving a visit to another time, asking for more time to pay, and seeing what a cancellation would pay back.

use domain::appointments::booking::HoldLength;
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Doctor, Patient, Slot, World};

async fn cast() -> (World, Doctor, Patient) {
    let world = World::start().await;
    let (doctor, patient) = (world.doctor("Asha Rao").await, world.patient("Meera Iyer").await);
    (world, doctor, patient)
}

async fn moves(person: &system_tests::Person, visit: &Value, slot: &Slot) -> system_tests::Reply {
    let path = format!("/v1/appointments/{}/reschedule", visit["id"].as_str().unwrap());
    person.post(&path, json!({ "slotId": slot.slot_id })).await
}

#[scenario]
async fn a_moved_visit_keeps_its_id_and_its_payment_and_its_old_slot_is_free_again() {
    let (world, doctor, patient) = cast().await;
    let (old, new) = (doctor.publishes(48).await, doctor.publishes(72).await);
    let visit = patient.has_visit(&old).await;

    let moved = moves(&patient, &visit, &new).await.ok();

    assert_eq!((&moved["id"], &moved["paymentId"]), (&visit["id"], &visit["paymentId"]));
    assert_eq!((moved["slotId"].as_str(), moved["status"].as_str()), (Some(&*new.slot_id), Some("confirmed")));
    assert_eq!(moved["moves"], 1);
    assert_eq!(patient.free_slots(&doctor.id).await, [old.slot_id.as_str()]);
    // Asking again, because the answer was lost, is no second move.
    let again = moves(&patient, &visit, &new).await.ok();
    assert_eq!(again, moved);

    world.settles().await;
    for email in [&patient.email, &doctor.email] {
        let mails = world.mails_to(email);
        let last = mails.last().expect("a mail");
        assert!(last.message.subject.contains("moved to"), "{}", last.message.subject);
    }
    let trail = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("APPOINTMENT_RESCHEDULED"), Some(&1), "{trail:?}");
}

#[scenario]
async fn a_move_that_is_refused_leaves_the_old_time_as_it_was() {
    let (world, doctor, patient) = cast().await;
    let (old, new, third) = (doctor.publishes(48).await, doctor.publishes(72).await, doctor.publishes(96).await);
    let visit = patient.has_visit(&old).await;
    let other = world.patient("Rohan Iyer").await;
    let _ = other.books(&new).await.created();
    let _ = moves(&patient, &visit, &new).await.problem("slot-taken");
    let _ = moves(&other, &visit, &third).await.problem("not-found");
    assert_eq!(patient.views(&visit).await.ok()["slotId"], old.slot_id.as_str());

    // Others may move it too, and the patient so often only.
    let fourth = doctor
        .publishes_range(
            third.start + jiff::SignedDuration::from_hours(24),
            third.end + jiff::SignedDuration::from_hours(24),
        )
        .await;
    for slot in [&third, &fourth, &third] {
        let _ = moves(&patient, &visit, slot).await.ok();
    }
    let refused = moves(&patient, &visit, &fourth).await.problem("moves-used-up");
    assert_eq!(refused["limit"], 3);
    let _ = moves(&doctor, &visit, &fourth).await.ok();
    // What was moved can be cancelled, and pays back what it cost.
    let cancelled = patient.cancels(&visit).await.ok();
    assert_eq!(cancelled["refundAmount"], 50_000);
}

#[scenario]
async fn a_patient_gets_more_time_to_pay_once() {
    let (world, doctor, patient) = cast().await;
    let slot = doctor.publishes(48).await;
    let visit = patient.books(&slot).await.created();
    assert_eq!(visit["holdExtendable"], true);
    world.minutes_pass(HoldLength::DEFAULT.minutes() - 2).await;

    let path = format!("/v1/appointments/{}/extend-hold", visit["id"].as_str().unwrap());
    let longer = patient.post(&path, json!({})).await.ok();
    assert_eq!(longer["holdExtendable"], false);
    let again = patient.post(&path, json!({})).await.ok();
    assert_eq!(again["holdUntil"], longer["holdUntil"]);

    // The first hold is over, and no other patient gets the slot yet.
    world.minutes_pass(4).await;
    assert_eq!(patient.status_of(&visit).await, "held");
    let other = world.patient("Rohan Iyer").await;
    let _ = other.books(&slot).await.problem("slot-taken");
    world.minutes_pass(HoldLength::DEFAULT.most_extended_minutes()).await;
    assert_eq!(patient.status_of(&visit).await, "cancelled");
    let _ = other.books(&slot).await.created();
    let late = patient.post(&path, json!({})).await;
    let _ = late.problem("hold-ended");
}

#[scenario]
async fn what_a_cancellation_would_pay_back_is_what_it_pays_back() {
    let (world, doctor, patient) = cast().await;
    let slot = doctor.publishes(30).await;
    let visit = patient.has_visit(&slot).await;
    let path = format!("/v1/appointments/{}/cancellation", visit["id"].as_str().unwrap());
    let early = patient.get(&path).await.ok();
    assert_eq!((&early["paidAmount"], &early["refundAmount"]), (&json!(50_000), &json!(50_000)));
    world.minutes_pass(10 * 60).await;
    let late = patient.get(&path).await.ok();
    assert_eq!(late["refundAmount"], 25_000);
    let admin = world.admin().await;
    assert_eq!(admin.get(&path).await.ok()["refundAmount"], 50_000, "if an administrator cancels");
    let seen = doctor.get(&path).await.ok();
    assert_eq!(seen["rule"], "cancelled_by_doctor", "{seen}");
    assert!(
        seen.get("paidAmount").is_none() && seen.get("refundAmount").is_none(),
        "a doctor sees no payments: {seen}"
    );
    let trail = world.trail_of(visit["id"].as_str().unwrap()).await;
    // Four previews, and the patient's look at the visit that was paid.
    assert_eq!(trail.get("APPOINTMENT_VIEWED"), Some(&5), "each preview is an access: {trail:?}");
    let cancelled = patient.cancels(&visit).await.ok();
    assert_eq!(cancelled["refundAmount"], late["refundAmount"]);
    let refused = patient.get(&path).await.problem("visit-cancelled");
    assert!(refused["detail"].as_str().unwrap().contains("cancelled by the patient"), "{refused}");
}

#[scenario]
async fn a_patient_who_moves_and_cancels_gets_no_more_than_for_a_cancellation_in_place_of_the_move() {
    let (world, doctor, patient) = cast().await;
    let (soon, later, latest) = (doctor.publishes(10).await, doctor.publishes(72).await, doctor.publishes(96).await);
    let visit = patient.has_visit(&soon).await;
    let path = format!("/v1/appointments/{}/cancellation", visit["id"].as_str().unwrap());
    let refund = async || patient.get(&path).await.ok()["refundAmount"].clone();
    assert_eq!(refund().await, 25_000);
    let _ = moves(&patient, &visit, &later).await.ok();
    assert_eq!(refund().await, 25_000, "days before the visit it is not more");
    let _ = moves(&patient, &visit, &latest).await.ok();
    assert_eq!(refund().await, 25_000);
    // A move by the doctor is not the patient's doing.
    let _ = moves(&doctor, &visit, &later).await.ok();
    assert_eq!(refund().await, 50_000);
    let _ = moves(&doctor, &visit, &doctor.publishes(3).await).await.ok();
    assert_eq!(refund().await, 50_000, "the doctor takes nothing from the patient");
    let cancelled = patient.cancels(&visit).await.ok();
    assert_eq!(cancelled["refundAmount"], 50_000);

    let second = patient.has_visit(&soon).await;
    let _ = moves(&patient, &second, &latest).await.ok();
    world.settles().await;
    assert_eq!(patient.cancels(&second).await.ok()["refundAmount"], 25_000);
    world.settles().await;
    assert_eq!(world.stack.services().razorpay.ledger().retained(), 25_000);
}

#[scenario]
async fn a_reduced_follow_up_moves_within_its_window() {
    let world = World::start().await;
    let terms = json!({ "followUp": { "withinDays": 7, "fee": 20_000 } });
    let doctor = world.doctor_with("Asha Rao", json!({ "terms": terms })).await;
    let patient = world.patient("Meera Iyer").await;
    let seen = patient.has_visit(&doctor.publishes(1).await).await;
    world.minutes_pass(60).await;
    let _ = doctor.steps(&seen, "begin").await.ok();
    let _ = patient.steps(&seen, "check-in").await.ok();
    let _ = doctor.steps(&seen, "complete").await.ok();

    let (within, last, after) =
        (doctor.publishes(24).await, doctor.publishes(48).await, doctor.publishes(24 * 9).await);
    let follow_up = patient.books_with(&within, &world.key(), json!({ "kind": "follow_up" })).await.created();
    assert_eq!(follow_up["fee"], 20_000);
    let _ = patient.pays(&follow_up).await;
    world.settles().await;
    let refused = moves(&patient, &follow_up, &after).await.problem("fee-would-change");
    assert!(refused["until"].is_string(), "{refused}");
    assert_eq!(patient.views(&follow_up).await.ok()["slotId"], within.slot_id.as_str());
    let _ = moves(&patient, &follow_up, &last).await.ok();
    assert_eq!(moves(&doctor, &follow_up, &after).await.ok()["fee"], 20_000);
}

#[scenario]
async fn a_refused_move_says_why_and_until_when() {
    let (world, doctor, patient) = cast().await;
    let (soon, later) = (doctor.publishes(3).await, doctor.publishes(72).await);
    let visit = patient.has_visit(&soon).await;
    world.minutes_pass(90).await;
    let late = moves(&patient, &visit, &later).await.problem("too-late-to-move");
    assert_eq!(late["until"], (soon.start - jiff::SignedDuration::from_hours(2)).to_string());
    world.minutes_pass(100).await;
    let begun = moves(&patient, &visit, &later).await.problem("visit-begun");
    assert_eq!(begun["at"], soon.start.to_string());
    world.minutes_pass(60).await;
    for person in [&*patient, &*doctor] {
        assert_eq!(moves(person, &visit, &later).await.problem("visit-over")["at"], soon.end.to_string());
        let _ = person.cancels(&visit).await.problem("visit-over");
    }

    // Only the patient is told which other visit is in the way.
    let other = world.doctor("Arjun Bose").await;
    let (far, same) = (doctor.publishes(96).await, other.publishes_range(later.start, later.end).await);
    let (mine, busy) = (patient.has_visit(&far).await, patient.has_visit(&same).await);
    let told = moves(&patient, &mine, &later).await.problem("patient-busy");
    assert_eq!(told["appointmentId"], busy["id"]);
    let told = moves(&doctor, &mine, &later).await.problem("patient-busy");
    assert!(told["appointmentId"].is_null() && told["from"].is_null(), "{told}");
}

#[scenario]
async fn kinds_of_visits_take_the_time_and_cost_the_fee_that_the_doctor_sets() {
    let world = World::start().await;
    let terms = json!({
        "kinds": [{ "kind": "emergency", "slots": 2, "fee": 90_000 }],
        "followUp": { "withinDays": 7, "fee": 20_000 },
    });
    let doctor = world.doctor_with("Asha Rao", json!({ "terms": terms })).await;
    let patient = world.patient("Meera Iyer").await;
    let slots = doctor.publishes_many(4, 48).await;

    // The list knows how long a visit of that kind is.
    let list = format!("/v1/doctors/{}/slots?kind=emergency&limit=2", doctor.id);
    let page = patient.get(&list).await.ok();
    let starts = |page: &Value| -> Vec<String> {
        let slots = page["slots"].as_array().cloned().unwrap_or_default();
        slots.iter().map(|slot| slot["slotId"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(starts(&page), [slots[0].slot_id.clone(), slots[1].slot_id.clone()]);
    assert_eq!(page["slots"][0]["end"], json!(slots[1].end));
    let rest = patient.get(&format!("{list}&cursor={}", page["nextCursor"].as_str().unwrap())).await.ok();
    assert_eq!(starts(&rest), [slots[2].slot_id.clone()], "after the last one there is too little time");

    let visit = patient.books_with(&slots[0], &world.key(), json!({ "kind": "emergency" })).await.created();
    assert_eq!(starts(&patient.get(&list).await.ok()), [slots[2].slot_id.clone()]);
    assert_eq!(visit["slotIds"], json!([slots[0].slot_id, slots[1].slot_id]));
    assert_eq!((&visit["fee"], &visit["end"]), (&json!(90_000), &json!(slots[1].end)));
    // After the last one there is too little time, in spite of other free slots.
    let other = world.patient("Rohan Iyer").await;
    other.books_with(&slots[3], &world.key(), json!({ "kind": "emergency" })).await.invalid(&["#/kind"]);
    let _ = other.books(&slots[1]).await.problem("slot-taken");
    // Who has not been here yet pays the usual fee, also for a follow-up.
    let follow_up = other.books_with(&slots[3], &world.key(), json!({ "kind": "follow_up" })).await.created();
    assert_eq!(follow_up["fee"], 50_000);

    // It moves by less than its length, and keeps what it has of the old time.
    let _ = patient.pays(&visit).await;
    world.settles().await;
    let moved = moves(&patient, &visit, &slots[1]).await.ok();
    assert_eq!(moved["slotIds"], json!([slots[1].slot_id, slots[2].slot_id]));
    assert_eq!(other.free_slots(&doctor.id).await, [slots[0].slot_id.as_str()]);
    let _ = patient.cancels(&visit).await.ok();
    let free = other.free_slots(&doctor.id).await;
    assert_eq!(free, [&slots[0], &slots[1], &slots[2]].map(|slot| slot.slot_id.clone()));
}

#[scenario]
async fn of_a_move_and_a_booking_at_once_one_gets_the_last_place_of_a_limited_day() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0, "terms": { "dailyLimit": 1 } })).await;
    let (patient, other) = (world.patient("Meera Iyer").await, world.patient("Rohan Iyer").await);
    let visit = patient.books(&doctor.publishes(30).await).await.created();
    let slots = doctor.publishes_many(2, 80).await;
    let (moved, booked) = tokio::join!(moves(&patient, &visit, &slots[0]), other.books(&slots[1]));
    let won = [moved.status(), booked.status()].iter().filter(|status| (200..300).contains(*status)).count();
    assert_eq!(won, 1, "{} and {}", moved.text(), booked.text());
    let lost = if moved.status() == 200 { booked } else { moved };
    let _ = lost.problem("day-full");
}
