//! The earliest slots of a speciality, and booking one of them with any doctor.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Patient, Person, Reply, Slot, World};
use tokio::task::{JoinSet, LocalSet};

const LIST: &str = "/v1/slots?speciality=cardiology";

/// The slots that the list has for a patient, as doctor and slot.
async fn offered(person: &Person, path: &str) -> Vec<(String, String)> {
    let page = person.get(path).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let slots = page["slots"].as_array().cloned().expect("a list of slots");
    slots.iter().map(|slot| (text(&slot["doctorId"]), text(&slot["slotId"]))).collect()
}

fn named(slots: &[&Slot]) -> Vec<(String, String)> {
    slots.iter().map(|slot| (slot.doctor_id.clone(), slot.slot_id.clone())).collect()
}

async fn books(patient: &Patient, key: &str, more: Value) -> Reply {
    let mut body = json!({ "speciality": "cardiology" });
    for (field, value) in more.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    patient.post("/v1/appointments/earliest", body).idempotency_key(key).await
}

#[track_caller]
fn is_for(visit: &Value, slot: &Slot) {
    assert_eq!((&visit["doctorId"], &visit["slotId"]), (&json!(slot.doctor_id), &json!(slot.slot_id)));
}

#[scenario]
async fn the_earliest_slots_of_a_speciality_follow_what_is_booked_and_what_time_it_is() {
    let world = World::start().await;
    let (asha, arjun) = (world.doctor("Asha Rao").await, world.doctor("Arjun Bose").await);
    let patient = world.patient("Meera Iyer").await;
    let early = asha.publishes_many(2, 4).await;
    let later = arjun.publishes_many(2, 5).await;
    assert_eq!(offered(&patient, LIST).await, [], "it may lag");
    world.settles().await;
    assert_eq!(offered(&patient, LIST).await, named(&[&early[0], &later[0]]));

    // A held slot is not listed at once; it is again when the hold has ended unpaid.
    let visit = patient.books(&early[0]).await.created();
    assert_eq!(offered(&patient, LIST).await, named(&[&later[0]]));
    world.settles().await;
    assert_eq!(offered(&patient, LIST).await, named(&[&early[1], &later[0]]));
    world.holds_end().await;
    assert_eq!(patient.status_of(&visit).await, "cancelled");
    assert_eq!(offered(&patient, LIST).await, named(&[&early[0], &later[0]]));
    asha.withdraws(&early[0]).await.no_content();
    world.settles().await;
    assert_eq!(offered(&patient, LIST).await, named(&[&early[1], &later[0]]));

    // Time alone moves the pointer on, within a minute or two.
    world.minutes_pass(5 * 60 - 8).await;
    assert_eq!(offered(&patient, LIST).await, named(&[&later[1]]));

    let _ = world.admin().await.suspends(&arjun).await.ok();
    assert_eq!(offered(&patient, LIST).await, [], "at once");
    world.settles().await;
    assert_eq!(offered(&patient, LIST).await, []);
}

#[scenario]
async fn the_earliest_slots_are_those_of_the_language_the_mode_and_the_time_that_are_asked_for() {
    let world = World::start().await;
    let asha = world.doctor("Asha Rao").await;
    let limited = json!({ "languages": ["ta"], "specialities": ["cardiology", "ent"], "terms": { "dailyLimit": 1 } });
    let arjun = world.doctor_with("Arjun Bose", limited).await;
    let patient = world.patient("Meera Iyer").await;
    let (first, next) = (asha.publishes(26).await, asha.publishes(74).await);
    let limited = arjun.publishes_many(2, 28).await;
    world.settles().await;

    assert_eq!(offered(&patient, LIST).await, named(&[&first, &limited[0], &next]));
    assert_eq!(offered(&patient, &format!("{LIST}&language=ta")).await, named(&[&limited[0]]));
    assert_eq!(offered(&patient, "/v1/slots?speciality=ent&mode=video").await, named(&[&limited[0]]));
    assert_eq!(offered(&patient, &format!("{LIST}&mode=clinic")).await, []);
    let (from, to) = (world.at(48), world.at(96));
    assert_eq!(offered(&patient, &format!("{LIST}&from={from}")).await, named(&[&next]));
    assert_eq!(offered(&patient, &format!("{LIST}&to={from}&limit=5")).await, named(&[&first, &limited[0]]));
    assert_eq!(offered(&patient, &format!("{LIST}&from={from}&to={to}")).await, named(&[&next]));

    let page = patient.get(&format!("{LIST}&limit=2")).await.ok();
    let cursor = page["nextCursor"].as_str().expect("there is more");
    assert_eq!(offered(&patient, &format!("{LIST}&limit=2&cursor={cursor}")).await, named(&[&next]));
    patient.get(&format!("{LIST}&language=ta&cursor={cursor}")).await.invalid(&["#/cursor"]);
    patient.get(&format!("{LIST}&limit=51")).await.invalid(&["#/limit"]);
    patient.get(&format!("{LIST}&from={to}&to={from}")).await.invalid(&["#/to"]);

    // A doctor with a limit of one visit a day has none left on that day, before and after the index is updated; and has one again.
    let visit = patient.books(&limited[1]).await.created();
    assert_eq!(offered(&patient, &format!("{LIST}&language=ta")).await, []);
    world.settles().await;
    assert_eq!(offered(&patient, &format!("{LIST}&language=ta")).await, []);
    let _ = patient.cancels(&visit).await.ok();
    world.settles().await;
    assert_eq!(offered(&patient, &format!("{LIST}&language=ta")).await, named(&[&limited[0]]));
}

#[scenario]
async fn a_patient_gets_the_earliest_slot_that_suits_and_the_same_answer_again() {
    let world = World::start().await;
    let (asha, arjun) = (world.doctor("Asha Rao").await, world.doctor("Arjun Bose").await);
    let (patient, other) = (world.patient("Meera Iyer").await, world.patient("Rohan Iyer").await);
    let early = asha.publishes_many(3, 26).await;
    let same_time = arjun.publishes_range(early[0].start, early[0].end).await;
    let next_day = arjun.publishes(50).await;
    world.settles().await;

    let first = world.key();
    let booked = books(&patient, &first, json!({ "reason": "Palpitations", "mode": "video" })).await;
    let again = books(&patient, &first, json!({ "reason": "Palpitations", "mode": "video" })).await;
    assert_eq!(booked.header("location"), again.header("location"));
    let visit = booked.created();
    assert_eq!(visit, again.created());
    let _ = books(&patient, &first, json!({})).await.problem("idempotency-key-reused");
    // The choice between the two doctors is open; the other one's slot at that time is not for this patient.
    let second = books(&patient, &world.key(), json!({})).await.created();
    is_for(&second, &early[1]);
    let left = if visit["doctorId"] == asha.id.as_str() { &same_time } else { &early[0] };
    is_for(&books(&other, &world.key(), json!({})).await.created(), left);

    // A person without a profile or a key yet.
    let newcomer = world.person("Nia Sen", &["patient"]).await;
    let wish = json!({ "speciality": "cardiology", "reason": "A check" });
    let third = newcomer.post("/v1/appointments/earliest", wish).idempotency_key(&world.key()).await.created();
    is_for(&third, &early[2]);

    let _ = patient.cancels(&visit).await.ok();
    let _ = patient.cancels(&second).await.ok();
    world.settles().await;
    let window = json!({ "from": world.at(40), "language": "hi" });
    let key = world.key();
    let last = books(&patient, &key, window.clone()).await.created();
    is_for(&last, &next_day);
    // The only slot is one's own by now: the same answer, and under another key there is none.
    assert_eq!(books(&patient, &key, window.clone()).await.created(), last);
    let _ = books(&other, &world.key(), window).await.problem("no-free-slot");
    let _ = books(&other, &world.key(), json!({ "mode": "clinic" })).await.problem("no-free-slot");
    let _ = books(&other, &world.key(), json!({ "language": "ta" })).await.problem("no-free-slot");
    books(&other, &world.key(), json!({ "from": world.at(40), "to": world.at(30) })).await.invalid(&["#/to"]);
}

#[scenario]
async fn the_earliest_slot_of_a_doctor_without_a_fee_is_confirmed_at_once_and_closed_after_its_time() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let patient = world.patient("Meera Iyer").await;
    let slot = doctor.publishes(2).await;
    world.settles().await;
    let visit = books(&patient, &world.key(), json!({})).await.created();
    is_for(&visit, &slot);
    assert_eq!(visit["status"], "confirmed");
    world.settles().await;
    assert_eq!([&patient.email, &doctor.email].map(|email| world.mails_to(email).len()), [1, 1]);
    world.minutes_pass(110).await;
    let _ = patient.steps(&visit, "check-in").await.ok();
    world.minutes_pass(70).await;
    let missed = patient.views(&visit).await.ok();
    assert_eq!((&missed["status"], &missed["absent"]), (&json!("no_show"), &json!("doctor")));
}

#[scenario]
async fn a_full_day_that_is_not_indexed_yet_does_not_hide_the_next_one() {
    let world = World::start().await;
    let arjun = world.doctor_with("Arjun Bose", json!({ "terms": { "dailyLimit": 1 } })).await;
    let (patient, other) = (world.patient("Meera Iyer").await, world.patient("Rohan Iyer").await);
    // Eleven and half past eleven at night, and after midnight, in India: all on one day of UTC.
    let mut slots = vec![];
    for (start, end) in [("17:30", "18:00"), ("18:00", "18:30"), ("19:00", "19:30")] {
        let at = |time: &str| format!("2026-11-25T{time}:00Z").parse().unwrap();
        slots.push(arjun.publishes_range(at(start), at(end)).await);
    }
    world.settles().await;
    let _ = other.books(&slots[1]).await.created();
    // The list still begins with the slot before it, which can not be booked any more.
    is_for(&books(&patient, &world.key(), json!({})).await.created(), &slots[2]);
}

#[scenario]
async fn booking_the_earliest_slot_skips_times_when_the_patient_is_busy() {
    let world = World::start().await;
    let dentist = world.doctor_with("Asha Rao", json!({ "specialities": ["dentistry"] })).await;
    let patient = world.patient("Meera Iyer").await;
    let at = |time: &str| format!("2026-11-25T{time}:00Z").parse().unwrap();
    let visit = dentist.publishes_range(at("17:30"), at("18:00")).await;
    let _ = patient.books(&visit).await.created();
    // Two dozen short ones meanwhile.
    let mut later = vec![];
    for number in 0..8 {
        let doctor = world.doctor(&format!("Doctor {}", char::from(b'A' + number))).await;
        for (start, end) in [("17:30", "17:40"), ("17:40", "17:50"), ("17:50", "18:00")] {
            let _ = doctor.publishes_range(at(start), at(end)).await;
        }
        later.push(doctor.publishes_range(at("18:00"), at("18:10")).await);
    }
    world.settles().await;
    let found = books(&patient, &world.key(), json!({})).await.created();
    assert_eq!(found["slotId"], later[0].slot_id.as_str());
}

#[scenario]
async fn of_many_who_want_the_earliest_slot_at_once_each_gets_another() {
    let world = World::start().await;
    let doctors = [world.doctor("Asha Rao").await, world.doctor("Arjun Bose").await];
    let mut patients = vec![];
    for number in 0..8 {
        patients.push(world.patient(&format!("Patient {number}")).await);
    }
    for doctor in &doctors {
        let _ = doctor.publishes_many(3, 26).await;
    }
    world.settles().await;

    let together = LocalSet::new();
    let replies = together.run_until(async {
        let mut wishes = JoinSet::new();
        for patient in patients {
            let key = world.key();
            wishes.spawn_local(async move { books(&patient, &key, json!({})).await });
        }
        wishes.join_all().await
    });
    let mut got: Vec<(String, String)> = vec![];
    for reply in replies.await {
        match reply.status() {
            201 => {
                let visit = reply.created();
                got.push((visit["doctorId"].to_string(), visit["slotId"].to_string()));
            }
            _ => drop(reply.problem("no-free-slot")),
        }
    }
    assert_eq!(got.len(), 6, "as many as there are slots: {got:?}");
    got.sort();
    got.dedup();
    assert_eq!(got.len(), 6, "each another one");
}
