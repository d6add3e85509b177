//! A patient holds a slot; others want it too.

use domain::appointments::booking::HoldLength;
use scenario::scenario;
use serde_json::json;
use system_tests::World;

#[scenario]
async fn a_repeated_booking_gets_the_same_answer_to_the_byte() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(2, 30).await;
    let first = asha.books_with(&slots[0], "intent-1", json!({})).await;
    world.minutes_pass(3).await;
    let second = asha.books_with(&slots[0], "intent-1", json!({})).await;
    assert_eq!(first.text(), second.text());
    for header in ["location", "etag", "content-type"] {
        assert_eq!(first.header(header), second.header(header), "{header}");
    }
    let visit = first.created();
    let _ = second.created();
    assert_eq!((visit["status"].as_str(), visit["fee"].as_i64()), (Some("held"), Some(50_000)));
    assert_eq!(asha.get("/v1/appointments").await.ok()["appointments"].as_array().unwrap().len(), 1);

    let _ = asha.books_with(&slots[1], "intent-1", json!({})).await.problem("idempotency-key-reused");
    // A key is its caller's own.
    let vikram = world.patient("Vikram Shah").await;
    let _ = vikram.books_with(&slots[1], "intent-1", json!({})).await.created();
}

#[scenario]
async fn a_slot_is_one_patients_and_a_patient_is_in_one_place() {
    let world = World::start().await;
    let (asha, vikram) = (world.patient("Asha Rao").await, world.patient("Vikram Shah").await);
    let (iyer, bose) = (world.doctor("Meera Iyer").await, world.doctor("Arjun Bose").await);
    let slot = iyer.publishes(30).await;
    let _ = asha.books(&slot).await.created();
    let _ = vikram.books(&slot).await.problem("slot-taken");
    // Half of it lies within the visit that she holds.
    let quarter = jiff::SignedDuration::from_mins(15);
    let overlapping = bose.publishes_range(slot.start + quarter, slot.end + quarter).await;
    let busy = asha.books(&overlapping).await.problem("patient-busy");
    assert!(busy["detail"].as_str().unwrap().contains(busy["appointmentId"].as_str().unwrap()), "{busy}");
    let own = asha.books(&slot).await.problem("slot-yours");
    assert_eq!((&own["appointmentId"], own["until"].is_string()), (&busy["appointmentId"], true), "{own}");
    // What begins when the other ends does not overlap.
    let adjacent = bose.publishes_range(slot.end + quarter, slot.end + quarter + quarter).await;
    let _ = asha.books(&adjacent).await.created();
    let _ = vikram.books(&overlapping).await.created();
}

#[scenario]
async fn a_patient_holds_three_unpaid_slots_at_most() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(4, 30).await;
    for slot in &slots[..3] {
        let _ = asha.books(slot).await.created();
    }
    let refused = asha.books(&slots[3]).await.problem("too-many-holds");
    assert_eq!(refused["limit"], 3);
    assert!(refused["until"].is_string(), "{refused}");
    world.holds_end().await;
    let _ = asha.books(&slots[3]).await.created();
}

#[scenario]
async fn an_unpaid_hold_ends_before_a_consumer_has_cleaned_up() {
    let world = World::start().await;
    let (asha, vikram, iyer) =
        (world.patient("Asha Rao").await, world.patient("Vikram Shah").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    assert!(vikram.free_slots(&iyer.id).await.is_empty());

    // The clock alone moves: no consumer runs.
    world.stack.clock().advance(jiff::SignedDuration::from_mins(HoldLength::DEFAULT.minutes()));
    assert_eq!(vikram.free_slots(&iyer.id).await, std::slice::from_ref(&slot.slot_id));
    let seen = asha.views(&visit).await.ok();
    assert_eq!((seen["status"].as_str(), seen["cancelledBy"].as_str()), (Some("cancelled"), Some("expiry")));
    let _ = asha.starts_payment(&visit).await.problem("hold-ended");
    let next = vikram.books(&slot).await.created();

    // The cleaning up comes late, and leaves the new hold alone.
    world.settles().await;
    assert_eq!(vikram.status_of(&next).await, "held");
    assert_eq!(asha.views(&visit).await.ok()["cancelledBy"], "expiry");
}

#[scenario]
async fn a_visit_that_costs_nothing_is_confirmed_at_once() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let free = world.doctor_with("Arjun Bose", json!({ "fee": 0 })).await;
    let slot = free.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    assert_eq!(visit["status"], "confirmed");
    let _ = asha.starts_payment(&visit).await.problem("nothing-to-pay");
    world.settles().await;
    assert_eq!(world.mails_to(&asha.email).len(), 1);
    assert_eq!(world.mails_to(&free.email).len(), 1);
    // A party that joins before the mails are sent does not stop them.
    let soon = asha.books(&free.publishes(1).await).await.created();
    world.stack.clock().advance(jiff::SignedDuration::from_mins(35));
    let _ = asha.steps(&soon, "check-in").await.ok();
    world.settles().await;
    assert_eq!([&asha.email, &free.email].map(|email| world.mails_to(email).len()), [2, 2]);
}

#[scenario]
async fn patients_and_doctors_list_their_own_appointments_and_no_reason_is_in_a_list() {
    let world = World::start().await;
    let (asha, vikram) = (world.patient("Asha Rao").await, world.patient("Vikram Shah").await);
    let (iyer, admin) = (world.doctor("Meera Iyer").await, world.admin().await);
    let slots = iyer.publishes_many(3, 30).await;
    let more = json!({ "reason": "Palpitations", "kind": "follow_up" });
    let visit = asha.books_with(&slots[0], "k-1", more).await.created();
    let _ = vikram.books(&slots[1]).await.created();
    let list = async |person: &system_tests::Person, query: &str| {
        let page = person.get(&format!("/v1/appointments{query}")).await;
        assert!(!page.text().contains("Palpitations"));
        page.ok()["appointments"].as_array().unwrap().len()
    };
    assert_eq!(list(&asha, "").await, 1);
    assert_eq!(list(&iyer, "").await, 2);
    assert_eq!(list(&admin, &format!("?doctorId={}", iyer.id)).await, 2);
    assert_eq!(list(&admin, &format!("?patientId={}", asha.id)).await, 1);
    assert_eq!(list(&asha, "?status=confirmed").await, 0);
    admin.get("/v1/appointments").await.invalid(&["#/patientId"]);
    let _ = asha.get(&format!("/v1/appointments?patientId={}", vikram.id)).await.problem("not-found");
    assert_eq!(visit["kind"], "follow_up");
}

#[scenario]
async fn a_booking_whose_reply_is_lost_is_found_again_under_its_key() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    world.stack.network().inject(|call| {
        let lost = call.function == "BookAppointmentFunction" && call.action == "TransactWriteItems";
        lost.then_some(local::Fault::ReplyLost)
    });
    // The SDK repeats it: the second time the table knows the request, or its own record answers.
    let first = asha.books_with(&slot, "intent-1", json!({})).await;
    assert!(matches!(first.status(), 201 | 503), "{}", first.text());
    world.stack.network().heal();
    let again = asha.books_with(&slot, "intent-1", json!({})).await.created();
    assert_eq!(asha.status_of(&again).await, "held");
    assert_eq!(asha.get("/v1/appointments").await.ok()["appointments"].as_array().unwrap().len(), 1);
}

#[scenario]
async fn a_booking_that_always_conflicts_with_another_transaction_is_asked_to_retry() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let before = world.state().await;
    world
        .stack
        .network()
        .inject(|call| (call.action == "TransactWriteItems").then_some(local::Fault::TransactionConflict));
    let refused = asha.books(&slot).await;
    assert!(refused.header("retry-after").is_some());
    let _ = refused.problem("unavailable");
    world.stack.network().heal();
    assert_eq!(world.state().await, before);
    let _ = asha.books(&slot).await.created();
}

#[scenario]
async fn a_patient_who_never_looked_at_their_profile_books_with_a_reason() {
    let world = World::start().await;
    let iyer = world.doctor("Meera Iyer").await;
    let vikram = world.person("Vikram Shah", &["patient"]).await;
    let slot = iyer.publishes(30).await;
    let body = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id, "reason": "Palpitations" });
    let visit = vikram.post("/v1/appointments", body).idempotency_key("k").await.created();
    assert_eq!(iyer.views(&visit).await.ok()["reason"], "Palpitations");
}

#[scenario]
async fn a_free_visit_that_is_booked_and_cancelled_again_and_again_is_refused_for_a_day() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let iyer = world.doctor_with("Meera Iyer", json!({ "fee": 0 })).await;
    let slot = iyer.publishes(30).await;
    for _ in 0..domain::appointments::agenda::MAX_FREE_CANCELLATIONS {
        let visit = asha.books(&slot).await.created();
        let _ = asha.cancels(&visit).await.ok();
    }
    let refused = asha.books(&slot).await.problem("too-many-cancellations");
    assert!(refused["until"].is_string(), "{refused}");
    // Others are not concerned, and another doctor is not either.
    let vikram = world.patient("Vikram Shah").await;
    let _ = vikram.books(&slot).await.created();
    let bose = world.doctor_with("Arjun Bose", json!({ "fee": 0 })).await;
    let _ = asha.books(&bose.publishes(40).await).await.created();
    world.minutes_pass(24 * 60).await;
    let _ = asha.books(&iyer.publishes(30).await).await.created();
}
