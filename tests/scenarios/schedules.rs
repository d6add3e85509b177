//! A doctor has hours, changes them, is away; patients see what follows from them. It is Monday, half past eight in India.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Doctor, Patient, Slot, World};

/// Half hours of every day between two times in India.
pub(super) fn every_day(start: &str, end: &str) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    json!({
        "rules": [{ "weekdays": days, "hours": { "start": start, "end": end, "slotMinutes": 30 } }],
        "horizonDays": 1,
    })
}

fn path(doctor: &Doctor) -> String {
    format!("/v1/doctors/{}/schedule", doctor.id)
}

/// Replaces the schedule that there is, and lets the slots follow.
pub(super) async fn replaces(world: &World, doctor: &Doctor, schedule: Value) -> Value {
    let seen = doctor.get(&path(doctor)).await;
    let etag = seen.header("etag").expect("an ETag").to_owned();
    let answer = doctor.put(&path(doctor), schedule).if_match(&etag).await.ok();
    world.settles().await;
    answer
}

pub(super) fn slot(doctor: &Doctor, slot_id: &str) -> Slot {
    let start = jiff::civil::DateTime::strptime("%Y%m%dT%H%MZ", slot_id).unwrap();
    let start = start.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let end = start + jiff::SignedDuration::from_mins(30);
    Slot { doctor_id: doctor.id.clone(), slot_id: slot_id.to_owned(), start, end }
}

async fn doctor_and_patient(world: &World) -> (Doctor, Patient) {
    (world.doctor("Meera Iyer").await, world.patient("Asha Rao").await)
}

#[scenario]
async fn a_changed_rule_changes_free_slots_and_names_the_visits_outside_it() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let first = replaces(&world, &iyer, every_day("10:00", "11:00")).await;
    assert_eq!(first["outside"], json!([]));
    assert_eq!(first["schedule"]["rules"][0]["hours"]["zone"], "Asia/Kolkata");
    let free = ["20261123T0430Z", "20261123T0500Z", "20261124T0430Z", "20261124T0500Z"];
    assert_eq!(asha.free_slots(&iyer.id).await, free);
    let visit = asha.has_visit(&slot(&iyer, "20261124T0430Z")).await;

    let second = replaces(&world, &iyer, every_day("15:00", "16:00")).await;

    let [outside] = second["outside"].as_array().unwrap().as_slice() else { panic!("{second}") };
    assert_eq!(outside["slotId"], "20261124T0430Z");
    assert_eq!((&outside["state"], &outside["appointmentId"]), (&json!("booked"), &visit["id"]));
    let free = ["20261123T0930Z", "20261123T1000Z", "20261124T0930Z", "20261124T1000Z"];
    assert_eq!(asha.free_slots(&iyer.id).await, free);
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    // A later reader sees the same, and can put back what they saw.
    let seen = iyer.get(&path(&iyer)).await;
    let etag = seen.header("etag").expect("an ETag").to_owned();
    let seen = seen.ok();
    assert_eq!(seen, second);
    let again = iyer.put(&path(&iyer), seen["schedule"].clone()).if_match(&etag).await.ok();
    assert_eq!(again["outside"], second["outside"]);
    // Cancelling it does not open the hours again that the doctor has given up.
    let _ = asha.cancels(&visit).await.ok();
    assert_eq!(asha.free_slots(&iyer.id).await, free);
    let vikram = world.patient("Vikram Shah").await;
    vikram.books(&slot(&iyer, "20261124T0430Z")).await.invalid(&["#/slotId"]);
    world.settles().await;
    assert_eq!(asha.free_slots(&iyer.id).await, free);
}

#[scenario]
async fn a_leave_takes_free_slots_and_gives_them_back_when_it_is_over() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let _ = replaces(&world, &iyer, every_day("10:00", "11:00")).await;
    let held = asha.books(&slot(&iyer, "20261124T0500Z")).await.created();

    let mut away = every_day("10:00", "11:00");
    away["blocked"] = json!([{ "kind": "days", "first": "2026-11-24", "last": "2026-11-30" }]);
    let answer = replaces(&world, &iyer, away).await;
    assert_eq!(answer["outside"][0]["appointmentId"], held["id"]);
    assert_eq!(answer["outside"][0]["state"], "held");
    assert_eq!(asha.free_slots(&iyer.id).await, ["20261123T0430Z", "20261123T0500Z"]);
    // The patient does not pay, and the hold ends: the slot is not offered again.
    world.holds_end().await;
    assert_eq!(asha.free_slots(&iyer.id).await, ["20261123T0430Z", "20261123T0500Z"]);

    let _ = replaces(&world, &iyer, every_day("10:00", "11:00")).await;
    let free = ["20261123T0430Z", "20261123T0500Z", "20261124T0430Z", "20261124T0500Z"];
    assert_eq!(asha.free_slots(&iyer.id).await, free);
}

#[scenario]
async fn a_slot_closes_as_early_as_the_doctor_wants_to_know() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let mut careful = every_day("10:00", "12:00");
    careful["noticeMinutes"] = 120.into();
    let _ = replaces(&world, &iyer, careful).await;
    // At 08:30, 10:30 is two hours away and closed already.
    let today = |free: Vec<String>| free.into_iter().filter(|slot| slot.starts_with("20261123")).collect::<Vec<_>>();
    assert_eq!(today(asha.free_slots(&iyer.id).await), ["20261123T0530Z", "20261123T0600Z"]);
    world.minutes_pass(30).await;
    assert_eq!(today(asha.free_slots(&iyer.id).await), ["20261123T0600Z"]);
    asha.books(&slot(&iyer, "20261123T0530Z")).await.invalid(&["#/slotId"]);
    let _ = asha.books(&slot(&iyer, "20261123T0600Z")).await.created();
}

#[scenario]
async fn the_horizon_rolls_on_by_itself_day_by_day() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let _ = replaces(&world, &iyer, every_day("10:00", "10:30")).await;
    assert_eq!(asha.free_slots(&iyer.id).await, ["20261123T0430Z", "20261124T0430Z"]);
    for (last, day) in [("20261125T0430Z", 1), ("20261126T0430Z", 2)] {
        // Into the next day in India.
        world.minutes_pass(24 * 60).await;
        let free = asha.free_slots(&iyer.id).await;
        assert_eq!((free.len(), free.last().map(String::as_str)), (2, Some(last)), "day {day}: {free:?}");
    }
}

#[scenario]
async fn the_schedule_of_a_reinstated_doctor_is_published_for_the_days_since() {
    let world = World::start().await;
    let ((iyer, asha), admin) = (doctor_and_patient(&world).await, world.admin().await);
    let _ = replaces(&world, &iyer, every_day("10:00", "10:30")).await;
    let _ = admin.suspends(&iyer).await.ok();
    world.minutes_pass(2 * 24 * 60).await;
    let _ = admin.reinstates(&iyer).await.ok();
    world.settles().await;
    assert_eq!(asha.free_slots(&iyer.id).await, ["20261125T0430Z", "20261126T0430Z"]);
}

#[scenario]
async fn of_two_who_replace_a_schedule_at_once_one_has_to_look_again() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let admin = world.admin().await;
    let (path, morning, evening) = (path(&iyer), every_day("10:00", "10:30"), every_day("18:00", "18:30"));
    let _ = iyer.put(&path, morning.clone()).await.problem("precondition-required");
    let first = iyer.put(&path, morning.clone()).if_match("\"0\"");
    let second = admin.put(&path, evening.clone()).if_match("\"0\"");
    let (first, second) = tokio::join!(first.into_future(), second.into_future());
    let mut statuses = [first.status(), second.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    world.settles().await;
    let won = if first.status() == 200 { "0430Z" } else { "1230Z" };
    let free = asha.free_slots(&iyer.id).await;
    assert!(free.len() == 2 && free.iter().all(|slot| slot.ends_with(won)), "{free:?}");
}

#[scenario]
async fn a_schedule_that_does_not_hold_together_is_refused_at_its_fields_and_changes_nothing() {
    let world = World::start().await;
    let (iyer, bose) = (world.doctor("Meera Iyer").await, world.doctor("Arjun Bose").await);
    let mut wrong = every_day("10:00", "11:00");
    wrong["rules"][0]["hours"]["slotMinutes"] = 3.into();
    wrong["rules"][0]["weekdays"] = json!([]);
    wrong["blocked"] = json!([{ "kind": "time", "from": "2026-12-01T10:00:00Z", "to": "2026-12-01T09:00:00Z" }]);
    wrong["horizonDays"] = 28.into();
    let pointers = ["#/rules/0/hours/slotMinutes", "#/rules/0/weekdays", "#/blocked/0/to"];
    iyer.put(&path(&iyer), wrong).if_match("\"0\"").await.invalid(&pointers);
    let seen = iyer.get(&path(&iyer)).await;
    assert_eq!(seen.header("etag"), Some("\"0\""));
    assert_eq!(seen.ok()["schedule"]["rules"], json!([]));
    let _ = bose.get(&path(&iyer)).await.problem("not-found");
    let _ = bose.put(&path(&iyer), every_day("10:00", "11:00")).if_match("\"0\"").await.problem("not-found");
}

#[scenario]
async fn what_is_published_by_hand_stays_beside_the_schedule() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let by_hand =
        iyer.publishes_range("2026-11-24T04:45:00Z".parse().unwrap(), "2026-11-24T05:00:00Z".parse().unwrap());
    let by_hand = by_hand.await;
    let _ = replaces(&world, &iyer, every_day("10:00", "11:00")).await;
    let free = ["20261123T0430Z", "20261123T0500Z", "20261124T0445Z", "20261124T0500Z"];
    assert_eq!(asha.free_slots(&iyer.id).await, free);
    let nothing = json!({ "rules": [] });
    let _ = replaces(&world, &iyer, nothing).await;
    assert_eq!(asha.free_slots(&iyer.id).await, [by_hand.slot_id]);
}

#[scenario]
async fn a_schedule_names_the_visits_that_were_booked_before_it_is_applied() {
    let world = World::start().await;
    let (iyer, asha) = doctor_and_patient(&world).await;
    let _ = replaces(&world, &iyer, every_day("10:00", "11:00")).await;
    let etag = iyer.get(&path(&iyer)).await.header("etag").expect("an ETag").to_owned();
    // The message to apply it waits while a patient books.
    let answer = iyer.put(&path(&iyer), every_day("15:00", "16:00")).if_match(&etag).await.ok();
    assert_eq!(answer["outside"], json!([]));
    let held = asha.books(&slot(&iyer, "20261124T0430Z")).await.created();
    world.settles().await;
    let seen = iyer.get(&path(&iyer)).await.ok();
    let [outside] = seen["outside"].as_array().unwrap().as_slice() else { panic!("{seen}") };
    assert_eq!((&outside["state"], &outside["appointmentId"]), (&json!("held"), &held["id"]));
}

#[scenario]
async fn a_daily_limit_holds_and_the_list_of_free_slots_follows_it() {
    let world = World::start().await;
    let iyer = world.doctor_with("Meera Iyer", json!({ "terms": { "dailyLimit": 2 } })).await;
    let [asha, vikram] = [world.patient("Asha Rao").await, world.patient("Vikram Shah").await];
    let _ = replaces(&world, &iyer, every_day("10:00", "12:00")).await;
    let today = ["20261123T0430Z", "20261123T0500Z", "20261123T0530Z", "20261123T0600Z"].map(|id| slot(&iyer, id));
    assert_eq!(vikram.free_slots(&iyer.id).await.len(), 8);
    let visit = asha.has_visit(&today[0]).await;
    let _ = asha.books(&today[1]).await.created();
    // Tomorrow is another day.
    assert!(vikram.free_slots(&iyer.id).await.iter().all(|slot| slot.starts_with("20261124")));
    let _ = vikram.books(&today[2]).await.problem("day-full");
    // A cancelled visit and an unpaid hold make room.
    let _ = asha.cancels(&visit).await.ok();
    assert_eq!(vikram.free_slots(&iyer.id).await.len(), 7);
    world.holds_end().await;
    let _ = vikram.books(&today[2]).await.created();
    let _ = vikram.books(&today[3]).await.created();
    let _ = asha.books(&today[0]).await.problem("day-full");
}
