//! Waiting for a doctor or a speciality, and being offered what others give back.

use super::schedules::{self, every_day, replaces};
use domain::appointments::waitlist::MAX_PASSED;
use jiff::SignedDuration;
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Doctor, Patient, Person, Slot, World};
use tokio::task::{JoinSet, LocalSet};

/// A doctor with a single slot, a day ahead and paid for, and two patients who want it.
struct Cast {
    world: World,
    doctor: Doctor,
    holder: Patient,
    slot: Slot,
    visit: Value,
    first: Patient,
    second: Patient,
}

async fn cast() -> Cast {
    let world = World::start().await;
    let (doctor, holder) = (world.doctor("Asha Rao").await, world.patient("Meera Iyer").await);
    let (first, second) = (world.patient("Rohan Iyer").await, world.patient("Nia Sen").await);
    let slot = doctor.publishes(26).await;
    let visit = holder.has_visit(&slot).await;
    Cast { world, doctor, holder, slot, visit, first, second }
}

impl Cast {
    /// The entry of a patient who waits for the doctor from now on, for two days.
    async fn joins(&self, patient: &Patient) -> Value {
        patient.waits_for(json!({ "doctorId": self.doctor.id, "to": self.world.at(48) })).await.created()
    }

    /// Both wait, the first for longer; and the visit is cancelled.
    async fn both_wait_and_it_is_cancelled(&self) -> [Value; 2] {
        let first = self.joins(&self.first).await;
        self.world.minutes_pass(1).await;
        let second = self.joins(&self.second).await;
        let _ = self.holder.cancels(&self.visit).await.ok();
        self.world.settles().await;
        [first, second]
    }
}

fn path(entry: &Value, step: &str) -> String {
    let id = entry["id"].as_str().expect("an entry has an id");
    format!("/v1/waitlist/{id}{step}")
}

/// The entry as its patient sees it now.
async fn now(patient: &Person, entry: &Value) -> Value {
    let page = patient.get("/v1/waitlist").await.ok();
    let entries = page["entries"].as_array().cloned().expect("a list of entries");
    entries.into_iter().find(|seen| seen["id"] == entry["id"]).expect("one's own entry")
}

#[scenario]
async fn the_patient_who_waits_first_is_offered_a_cancelled_slot_and_no_other_patient_gets_it() {
    let cast = cast().await;
    let Cast { world, doctor, slot, first, second, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;

    let offered = now(first, &entry).await;
    assert_eq!((&offered["status"], &offered["offer"]["slotId"]), (&json!("offered"), &json!(slot.slot_id)));
    assert_eq!(now(second, &later).await["status"], "waiting");
    let mail = world.mails_to(&first.email).pop().expect("a mail");
    assert!(mail.message.subject.contains("kept for you until"), "{}", mail.message.subject);
    assert_eq!(world.mails_to(&second.email).len(), 0);

    // For other patients the slot is taken.
    assert_eq!(second.free_slots(&doctor.id).await, [""; 0]);
    assert_eq!(first.free_slots(&doctor.id).await, [slot.slot_id.as_str()]);
    let _ = second.books(slot).await.problem("slot-taken");
    let _ = second.accepts(&later, slot).await.problem("no-offer");
    let _ = second.accepts(&entry, slot).await.problem("not-found");

    // Accepting is a booking like any other, and repeated it is the same one.
    let key = world.key();
    let accept = async || {
        let reason = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id, "reason": "Palpitations" });
        first.post(&path(&entry, "/accept"), reason).idempotency_key(&key).await
    };
    let visit = accept().await.created();
    assert_eq!(accept().await.created(), visit);
    let _ = first.accepts(&entry, slot).await.problem("no-offer");
    assert_eq!((&visit["status"], &visit["slotId"]), (&json!("held"), &json!(slot.slot_id)));
    let _ = first.pays(&visit).await;
    world.settles().await;
    assert_eq!(first.status_of(&visit).await, "confirmed");
    let booked = now(first, &entry).await;
    assert_eq!((&booked["status"], &booked["appointmentId"]), (&json!("booked"), &visit["id"]));
    assert!(booked["offer"].is_null());
    // Long after the offer would have been over, nothing has changed.
    world.minutes_pass(60).await;
    assert_eq!(first.status_of(&visit).await, "confirmed");
    assert_eq!(now(second, &later).await["status"], "waiting");
    let trail = world.trail_of(entry["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("WAITLIST_JOINED"), Some(&1), "{trail:?}");
}

#[scenario]
async fn a_patient_who_waits_for_a_clinic_is_offered_no_video_call_and_gets_the_address() {
    let Cast { world, doctor, holder, slot: by_video, visit, first, second } = cast().await;
    let mut afternoons = every_day("17:00", "18:00");
    afternoons["rules"][0]["hours"]["place"] = json!({ "mode": "clinic", "name": "Indiranagar" });
    let _ = replaces(&world, &doctor, afternoons).await;
    let in_clinic = schedules::slot(&doctor, "20261124T1130Z");
    let other_visit = holder.has_visit(&in_clinic).await;
    world.settles().await;
    let told = |patient: &Patient| {
        let message = &world.mails_to(&patient.email).pop().expect("a mail").message;
        let attached = message.attachments.iter().map(|it| String::from_utf8_lossy(&it.content).into_owned());
        message.text.clone().into_iter().chain(attached).collect::<String>()
    };
    assert!(told(&holder).contains("Where: Indiranagar"), "{}", told(&holder));
    assert!(told(&holder).contains("LOCATION:Indiranagar"), "{}", told(&holder));
    let feed = holder.post("/v1/me/calendar-feed", json!({})).await.ok()["path"].as_str().unwrap().to_owned();
    let feed = world.anonymous().get(&feed).await.text();
    assert_eq!(feed.matches("LOCATION:Indiranagar").count(), 1, "{feed}");

    let wish = |mode: &str| json!({ "speciality": "cardiology", "mode": mode, "to": world.at(48) });
    first.waits_for(wish("home")).await.invalid(&["#/mode"]);
    let entry = first.waits_for(wish("clinic")).await.created();
    assert_eq!(entry["mode"], "clinic");
    world.minutes_pass(1).await;
    let later = second.waits_for(wish("video")).await.created();
    // The first entry does not want the second's slot, and gets the first slot that neither was offered before.
    let _ = holder.cancels(&visit).await.ok();
    assert_eq!(now(&first, &entry).await["status"], "waiting");
    let offer = now(&second, &later).await["offer"].clone();
    assert_eq!((&offer["slotId"], &offer["clinic"]), (&json!(by_video.slot_id), &Value::Null));
    let _ = holder.cancels(&other_visit).await.ok();
    let offer = now(&first, &entry).await["offer"].clone();
    assert_eq!((&offer["slotId"], &offer["clinic"]), (&json!(in_clinic.slot_id), &json!("Indiranagar")));
    world.settles().await;
    assert!(told(&first).contains("Where: Indiranagar"), "{}", told(&first));
    assert!(told(&second).contains("Where: by video"), "{}", told(&second));
    let accepted = first.accepts(&entry, &in_clinic).await.created();
    assert_eq!(accepted["clinic"], "Indiranagar");
}

#[scenario]
async fn an_offer_that_is_declined_or_expires_goes_to_the_next_entry_and_at_last_the_slot_is_free() {
    let cast = cast().await;
    let Cast { world, doctor, slot, holder, first, second, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;

    let _ = first
        .declines(&entry, &Slot { slot_id: "20261201T0430Z".to_owned(), ..slot.clone() })
        .await
        .problem("no-offer");
    assert_eq!(first.declines(&entry, slot).await.ok()["status"], "waiting");
    assert_eq!(first.declines(&entry, slot).await.ok()["status"], "waiting", "the answer was lost");
    let _ = first.accepts(&entry, slot).await.problem("no-offer");
    assert_eq!(now(second, &later).await["offer"]["slotId"], json!(slot.slot_id));
    world.settles().await;
    assert_eq!(world.mails_to(&second.email).len(), 1);
    world.minutes_pass(29).await;
    assert_eq!(now(second, &later).await["status"], "offered");
    assert_eq!(holder.free_slots(&doctor.id).await, [""; 0]);
    world.minutes_pass(3).await;
    // Both have let this time pass, and keep their places for another one.
    assert_eq!([now(first, &entry).await, now(second, &later).await].map(|it| it["status"].clone()), ["waiting"; 2]);
    assert_eq!(holder.free_slots(&doctor.id).await, [slot.slot_id.as_str()]);
    let _ = holder.books(slot).await.created();
    let trail = world.trail_of(entry["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("OFFER_DECLINED"), Some(&1), "{trail:?}");
    let trail = world.trail_of(later["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("OFFER_LAPSED"), Some(&1), "{trail:?}");
}

#[scenario]
async fn a_doctor_sees_who_waits_and_says_for_whom_it_is_urgent() {
    let cast = cast().await;
    let Cast { world, doctor, holder, visit, first, second, .. } = &cast;
    let entry = cast.joins(first).await;
    world.minutes_pass(1).await;
    let later = cast.joins(second).await;
    let line = async || {
        let page = doctor.get(&format!("/v1/waitlist?doctorId={}", doctor.id)).await.ok();
        page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(line().await, [entry["id"].clone(), later["id"].clone()]);
    let page = doctor.get("/v1/waitlist?limit=1").await.ok();
    assert_eq!((page["entries"].as_array().unwrap().len(), page["nextCursor"].is_string()), (1, true));
    let _ = first.get(&format!("/v1/waitlist?doctorId={}", doctor.id)).await.problem("not-found");
    let _ = first.post(&path(&entry, "/priority"), json!({ "priority": "urgent" })).await.problem("forbidden");
    first.post(&path(&entry, "/priority"), json!({})).await.problem("forbidden");
    doctor.post(&path(&later, "/priority"), json!({ "priority": "soon" })).await.invalid(&["#/priority"]);
    for _ in 0..2 {
        doctor.post(&path(&later, "/priority"), json!({ "priority": "urgent" })).await.no_content();
    }
    assert_eq!(now(second, &later).await["priority"], "urgent");
    assert_eq!(line().await, [later["id"].clone(), entry["id"].clone()]);
    let _ = holder.cancels(visit).await.ok();
    world.settles().await;
    assert_eq!(now(second, &later).await["status"], "offered");
    assert_eq!(line().await, [entry["id"].clone()]);
}

#[scenario]
async fn a_wait_ends_with_its_time_or_when_its_patient_leaves() {
    let cast = cast().await;
    let Cast { world, holder, visit, first, second, .. } = &cast;
    let short = json!({ "speciality": "cardiology", "to": world.at(3) });
    let entry = first.waits_for(short).await.created();
    let later = cast.joins(second).await;
    world.minutes_pass(3 * 60 + 2).await;
    let over = now(first, &entry).await;
    assert_eq!((&over["status"], &over["endedBecause"]), (&json!("ended"), &json!("window_over")));

    let _ = first.delete(&path(&later, "")).await.problem("not-found");
    second.delete(&path(&later, "")).await.no_content();
    second.delete(&path(&later, "")).await.no_content();
    assert_eq!(now(second, &later).await["status"], "left");
    let _ = holder.cancels(visit).await.ok();
    world.settles().await;
    assert_eq!([world.mails_to(&first.email).len(), world.mails_to(&second.email).len()], [0, 0]);
}

#[scenario]
async fn a_patient_who_leaves_releases_the_offered_slot_to_the_next_entry() {
    let cast = cast().await;
    let Cast { first, second, slot, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;
    first.delete(&path(&entry, "")).await.no_content();
    assert_eq!(now(first, &entry).await["status"], "left");
    assert_eq!(now(second, &later).await["offer"]["slotId"], json!(slot.slot_id));
}

#[scenario]
async fn an_offer_without_an_answer_goes_to_the_patient_who_waits_next() {
    let cast = cast().await;
    let Cast { world, slot, first, second, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;
    world.minutes_pass(32).await;
    assert_eq!(now(first, &entry).await["status"], "waiting");
    assert_eq!(now(second, &later).await["offer"]["slotId"], json!(slot.slot_id));
    world.settles().await;
    assert_eq!(world.mails_to(&second.email).len(), 1);
    // This offer ends, too.
    world.minutes_pass(32).await;
    assert_eq!(now(second, &later).await["status"], "waiting");
    let _ = first.books(slot).await.created();
}

#[scenario]
async fn a_patient_who_books_the_offered_slot_directly_has_what_the_entry_waited_for() {
    let cast = cast().await;
    let Cast { world, slot, first, second, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;
    let visit = first.has_visit(slot).await;
    // Nothing is left to answer, and neither answer touches the visit.
    let _ = first.accepts(&entry, slot).await.problem("no-offer");
    let _ = first.declines(&entry, slot).await.problem("no-offer");
    world.minutes_pass(32).await;
    let booked = now(first, &entry).await;
    assert_eq!((&booked["status"], &booked["appointmentId"]), (&json!("booked"), &visit["id"]));
    assert_eq!(first.status_of(&visit).await, "confirmed");
    assert_eq!(now(second, &later).await["status"], "waiting");
    let trail = world.trail_of(entry["id"].as_str().unwrap()).await;
    assert_eq!(trail.get("OFFER_TAKEN"), Some(&1), "{trail:?}");
}

#[scenario]
async fn a_patient_who_books_the_offered_slot_directly_and_leaves_the_list_keeps_the_visit() {
    let cast = cast().await;
    let Cast { slot, first, second, .. } = &cast;
    let [entry, later] = cast.both_wait_and_it_is_cancelled().await;
    let visit = first.books(slot).await.created();
    first.delete(&path(&entry, "")).await.no_content();
    assert_eq!(now(first, &entry).await["status"], "left");
    assert_eq!(first.status_of(&visit).await, "held");
    assert_eq!(now(second, &later).await["status"], "waiting");
    let _ = second.books(slot).await.problem("slot-taken");
}

#[scenario]
async fn a_patient_who_declines_as_many_offers_as_an_entry_gets_is_offered_no_more_and_may_join_again() {
    let world = World::start().await;
    // Without a fee each visit is confirmed at once, so that its slot is offered when it is cancelled.
    let doctor = world.doctor_with("Asha Rao", json!({ "fee": 0 })).await;
    let patient = world.patient("Rohan Iyer").await;
    // Two, since a patient who cancels that many free visits books no other one.
    let holders = [world.patient("Meera Iyer").await, world.patient("Nia Sen").await];
    let wish = json!({ "doctorId": doctor.id, "to": world.at(48) });
    let entry = patient.waits_for(wish.clone()).await.created();
    let slots = doctor.publishes_many(i64::try_from(MAX_PASSED).unwrap(), 26).await;
    for (slot, holder) in slots.iter().zip(holders.iter().cycle()) {
        assert_eq!(now(&patient, &entry).await["status"], "waiting");
        let visit = holder.books(slot).await.created();
        let _ = holder.cancels(&visit).await.ok();
        let _ = patient.declines(&entry, slot).await.ok();
    }
    let over = now(&patient, &entry).await;
    assert_eq!((&over["status"], &over["endedBecause"]), (&json!("ended"), &json!("offers_passed")));
    assert_eq!(holders[0].free_slots(&doctor.id).await.len(), slots.len(), "no slot is kept");
    let _ = patient.waits_for(wish).await.created();
}

#[scenario]
async fn what_a_shorter_visit_does_not_need_of_an_offer_goes_to_the_next_one() {
    let world = World::start().await;
    let terms = json!({ "terms": { "kinds": [{ "kind": "emergency", "slots": 2, "fee": 90_000 }] } });
    let doctor = world.doctor_with("Asha Rao", terms).await;
    let slots = doctor.publishes_many(2, 26).await;
    let holder = world.patient("Meera Iyer").await;
    let visit = holder.books_with(&slots[0], &world.key(), json!({ "kind": "emergency" })).await.created();
    let _ = holder.pays(&visit).await;
    world.settles().await;
    // A patient who has not been here before, and whose reason needs a key.
    let first = Patient::from(world.person("Nia Sen", &["patient"]).await);
    let second = world.patient("Rohan Iyer").await;
    let long = json!({ "doctorId": doctor.id, "kind": "emergency", "to": world.at(48) });
    let entry = first.waits_for(long).await.created();
    world.minutes_pass(1).await;
    let short = json!({ "doctorId": doctor.id, "to": world.at(48) });
    let later = second.waits_for(short).await.created();
    let _ = holder.cancels(&visit).await.ok();
    let offer = now(&first, &entry).await["offer"].clone();
    assert_eq!((&offer["start"], &offer["end"]), (&json!(slots[0].start), &json!(slots[1].end)));
    assert_eq!(now(&second, &later).await["status"], "waiting", "both slots are kept for the first");

    // The doctor's visits are shorter by now and limited per day; an offer counts as one for other patients only.
    let path_of = format!("/v1/doctors/{}", doctor.id);
    let seen = doctor.get(&path_of).await;
    let etag = seen.header("etag").expect("a version").to_owned();
    let mut shorter = json!({ "zone": "Asia/Kolkata", "terms": { "dailyLimit": 2 } });
    let seen = seen.ok();
    for field in ["name", "qualification", "specialities", "languages", "fee"] {
        shorter[field] = seen[field].clone();
    }
    let _ = doctor.put(&path_of, shorter).if_match(&etag).await.ok();
    let slot = &slots[0];
    let reason = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id, "reason": "Palpitations" });
    let accepted = first.post(&path(&entry, "/accept"), reason).idempotency_key(&world.key()).await.created();
    assert_eq!((&accepted["start"], &accepted["end"]), (&json!(slots[0].start), &json!(slots[0].end)));
    assert_eq!(now(&second, &later).await["offer"]["slotId"], json!(slots[1].slot_id));
}

#[scenario]
async fn one_waits_for_nothing_twice_and_for_what_there_is() {
    let cast = cast().await;
    let Cast { world, doctor, first, .. } = &cast;
    let (soon, late) = (world.at(24), world.at(48));
    let entry = cast.joins(first).await;
    let again = json!({ "doctorId": doctor.id, "from": soon, "to": late });
    let _ = first.waits_for(again).await.problem("already-waiting");
    let wrong = [
        (json!({ "to": late }), "#/doctorId"),
        (json!({ "doctorId": doctor.id, "speciality": "ent", "to": late }), "#/doctorId"),
        (json!({ "doctorId": doctor.id, "language": "hi", "to": late }), "#/language"),
        (json!({ "speciality": "ent", "from": late, "to": soon }), "#/to"),
        (json!({ "speciality": "ent", "to": world.at(-1) }), "#/to"),
        (json!({ "speciality": "ent", "to": world.at(24 * 93) }), "#/to"),
        (json!({ "speciality": "ent" }), "#/to"),
        (
            json!({ "speciality": "ent", "from": soon, "to": soon.checked_add(SignedDuration::from_mins(29)).unwrap() }),
            "#/to",
        ),
    ];
    for (wish, pointer) in wrong {
        first.waits_for(wish).await.invalid(&[pointer]);
    }
    let unknown = json!({ "doctorId": first.id, "to": late });
    let _ = first.waits_for(unknown).await.problem("not-found");
    for number in 1..10 {
        let wish = json!({ "doctorId": doctor.id, "from": world.at(48 + number), "to": world.at(49 + number) });
        let _ = first.waits_for(wish).await.created();
    }
    let _ = first.waits_for(json!({ "speciality": "ent", "to": late })).await.problem("too-many-waiting");
    first.delete(&path(&entry, "")).await.no_content();

    // The same request, twice at once and once more: one entry.
    let key = world.key();
    let wish = json!({ "speciality": "ent", "to": late });
    let post = async || first.post("/v1/waitlist", wish.clone()).idempotency_key(&key).await;
    let (one, other) = tokio::join!(post(), post());
    let one = one.created();
    assert_eq!([other.created(), post().await.created()], [one.clone(), one]);
}

#[scenario]
async fn a_moved_visit_offers_its_old_time_and_a_suspended_doctor_offers_nothing() {
    let cast = cast().await;
    let Cast { world, doctor, holder, visit, slot, first, .. } = &cast;
    let entry = cast.joins(first).await;
    let other = doctor.publishes(50).await;
    let moved = format!("/v1/appointments/{}/reschedule", visit["id"].as_str().unwrap());
    let _ = holder.post(&moved, json!({ "slotId": other.slot_id })).await.ok();
    assert_eq!(now(first, &entry).await["offer"]["slotId"], json!(slot.slot_id));

    // Accepting a time of a doctor who was suspended meanwhile is refused, and the wait goes on.
    let _ = world.admin().await.suspends(doctor).await.ok();
    let _ = first.accepts(&entry, slot).await.problem("doctor-unavailable");
    world.minutes_pass(32).await;
    assert_eq!(now(first, &entry).await["status"], "waiting");
    let _ = first
        .waits_for(json!({ "doctorId": doctor.id, "from": world.at(60), "to": world.at(70) }))
        .await
        .problem("doctor-unavailable");
}

#[scenario]
async fn a_free_slot_is_not_offered_and_a_doctor_can_withdraw_an_offered_one() {
    let cast = cast().await;
    let Cast { world, doctor, holder, visit, slot, first, second, .. } = &cast;
    let entry = cast.joins(first).await;
    // Held and released: the slot was free for every patient, and is.
    let free = doctor.publishes(28).await;
    let held = second.books(&free).await.created();
    let _ = second.cancels(&held).await.ok();
    assert_eq!(now(first, &entry).await["status"], "waiting");

    let _ = holder.cancels(visit).await.ok();
    world.settles().await;
    assert_eq!(now(first, &entry).await["status"], "offered");
    doctor.withdraws(slot).await.no_content();
    let _ = first.accepts(&entry, slot).await.problem("no-offer");
    world.minutes_pass(32).await;
    assert_eq!(now(first, &entry).await["status"], "waiting");
    assert_eq!(second.free_slots(&doctor.id).await, [free.slot_id.as_str()]);
}

#[scenario]
async fn slots_that_are_given_back_at_once_are_offered_to_one_each() {
    let world = World::start().await;
    let doctor = world.doctor("Asha Rao").await;
    let slots = doctor.publishes_many(4, 26).await;
    let (mut holders, mut waiting) = (Vec::new(), Vec::new());
    for (number, slot) in slots.iter().enumerate() {
        let holder = world.patient(&format!("Holder {number}")).await;
        let visit = holder.has_visit(slot).await;
        holders.push((holder, visit));
    }
    for number in 0..6 {
        let patient = world.patient(&format!("Waiting {number}")).await;
        let entry = patient.waits_for(json!({ "doctorId": doctor.id, "to": world.at(48) })).await.created();
        waiting.push((patient, entry));
        world.minutes_pass(1).await;
    }
    LocalSet::new()
        .run_until(async move {
            let mut cancelling = JoinSet::new();
            for (holder, visit) in holders {
                cancelling.spawn_local(async move { holder.cancels(&visit).await.ok() });
            }
            cancelling.join_all().await;
        })
        .await;
    let mut offered = Vec::new();
    for (number, (patient, entry)) in waiting.iter().enumerate() {
        let entry = now(patient, entry).await;
        let is_offered = entry["status"] == "offered";
        assert_eq!(is_offered, number < 4, "the first four are served: {entry}");
        offered.extend(entry["offer"]["slotId"].as_str().map(str::to_owned));
    }
    offered.sort();
    assert_eq!(offered, slots.iter().map(|slot| slot.slot_id.clone()).collect::<Vec<_>>(), "each slot to one");
}

#[scenario]
async fn a_patient_who_is_busy_at_that_time_is_passed_over() {
    let cast = cast().await;
    let Cast { world, slot, first, second, .. } = &cast;
    let other = world.doctor("Arjun Bose").await;
    let _ = first.has_visit(&other.publishes_range(slot.start, slot.end).await).await;
    let [busy, next] = cast.both_wait_and_it_is_cancelled().await;
    assert_eq!(now(first, &busy).await["status"], "waiting");
    assert_eq!(now(second, &next).await["status"], "offered");
    let _ = second.accepts(&next, slot).await.created();
}

#[scenario]
async fn on_a_limited_day_a_released_slot_goes_from_one_waiting_patient_to_the_next() {
    let world = World::start().await;
    let doctor = world.doctor_with("Asha Rao", json!({ "terms": { "dailyLimit": 1 } })).await;
    let holder = world.patient("Meera Iyer").await;
    let slot = doctor.publishes(26).await;
    let visit = holder.has_visit(&slot).await;
    let mut waiting = Vec::new();
    for name in ["Rohan Iyer", "Nia Sen", "Vikram Shah", "Tara Bose"] {
        let patient = world.patient(name).await;
        let entry = patient.waits_for(json!({ "doctorId": doctor.id, "to": world.at(48) })).await.created();
        waiting.push((patient, entry));
        world.minutes_pass(1).await;
    }
    let is_offered = async |place: usize| {
        let (patient, entry) = &waiting[place];
        now(patient, entry).await["status"] == "offered"
    };
    let _ = holder.cancels(&visit).await.ok();
    assert!(is_offered(0).await, "after the cancellation");
    let (patient, entry) = &waiting[0];
    let _ = patient.declines(entry, &slot).await.ok();
    assert!(is_offered(1).await, "after one has declined");
    let (patient, entry) = &waiting[1];
    patient.delete(&path(entry, "")).await.no_content();
    assert!(is_offered(2).await, "after one has left");
    world.minutes_pass(32).await;
    assert!(is_offered(3).await, "after an offer has lapsed");
}
