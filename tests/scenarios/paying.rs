//! Money comes: in time, late, twice, in any order, or not at all. And it goes back when it can't buy the visit.

use jiff::SignedDuration;
use local::Fault;
use razorpay_emulator::{DeliveryOrder, Faults, Ledger, Method, Outcome};
use scenario::scenario;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use system_tests::{Doctor, Patient, Slot, World};

struct Practice {
    world: World,
    asha: Patient,
    vikram: Patient,
    iyer: Doctor,
    slot: Slot,
}

async fn practice() -> Practice {
    let world = World::start().await;
    let (asha, vikram, iyer) =
        (world.patient("Asha Rao").await, world.patient("Vikram Shah").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    Practice { world, asha, vikram, iyer, slot }
}

impl Practice {
    fn ledger(&self) -> Ledger {
        self.world.stack.services().razorpay.ledger()
    }

    fn captures(&self, order: &Value, again: bool) {
        let razorpay = &self.world.stack.services().razorpay;
        let order = order["orderId"].as_str().unwrap();
        let paid = if again {
            razorpay.pay_again(order, Method::Upi, Outcome::Captured)
        } else {
            razorpay.pay(order, Method::Upi, Outcome::Captured)
        };
        let _ = paid.unwrap();
    }
}

#[scenario]
async fn a_visit_that_is_paid_is_confirmed_by_the_webhook() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    assert_eq!((order["amount"].as_i64(), order["currency"].as_str()), (Some(50_000), Some("INR")));
    // Asked again, it is the same order.
    assert_eq!(asha.starts_payment(&visit).await.ok()["orderId"], order["orderId"]);
    let _ = asha.checks_out(&order, Outcome::Captured);
    assert_eq!(asha.status_of(&visit).await, "held");
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    assert_eq!(practice.ledger().retained(), 50_000);
    let _ = asha.starts_payment(&visit).await.problem("nothing-to-pay");
}

#[scenario]
async fn the_checkouts_signature_confirms_before_the_webhook_and_the_webhook_finds_it_settled() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let paid = asha.pays(&visit).await;
    let told = asha.confirms_payment(&visit, &paid).await.ok();
    assert_eq!((told["state"].as_str(), told["appointmentStatus"].as_str()), (Some("captured"), Some("confirmed")));
    world.settles().await;
    let again = asha.confirms_payment(&visit, &paid).await.ok();
    assert_eq!(again, told);
    assert_eq!(practice.ledger().refunded(), 0);
}

#[scenario]
async fn a_signature_of_another_payment_confirms_nothing() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let mut paid = asha.pays(&visit).await;
    paid.signature = "0".repeat(64);
    let _ = asha.confirms_payment(&visit, &paid).await.problem("signature-invalid");
    assert_eq!(asha.status_of(&visit).await, "held");
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
}

#[scenario]
async fn a_failed_attempt_leaves_the_hold_and_the_next_one_pays() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let _ = asha.checks_out(&order, Outcome::declined());
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "held");
    let payment = format!("/v1/payments/{}", visit["paymentId"].as_str().unwrap());
    let shown = asha.get(&payment).await.ok();
    assert_eq!(shown["failedAt"], shown["attempts"][0]["at"]);
    assert_eq!(asha.starts_payment(&visit).await.ok()["orderId"], order["orderId"]);
    let _ = asha.checks_out(&order, Outcome::Captured);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    assert!(asha.get(&payment).await.ok()["failedAt"].is_null());
}

#[scenario]
async fn money_that_comes_late_takes_the_slot_again_if_it_is_still_free() {
    let practice = practice().await;
    let Practice { world, asha, vikram, iyer, slot } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    world.holds_end().await;
    assert_eq!(asha.views(&visit).await.ok()["cancelledBy"], "expiry");
    practice.captures(&order, false);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    assert!(vikram.free_slots(&iyer.id).await.is_empty());
    let _ = vikram.books(slot).await.problem("slot-taken");
    assert_eq!(practice.ledger().refunded(), 0);
}

#[scenario]
async fn money_that_comes_after_the_slot_was_taken_goes_back() {
    let practice = practice().await;
    let Practice { world, asha, vikram, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    world.holds_end().await;
    let taken = vikram.has_visit(slot).await;
    practice.captures(&order, false);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "cancelled");
    assert_eq!(vikram.status_of(&taken).await, "confirmed");
    let ledger = practice.ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (100_000, 50_000));
    let counts = world.trail_of(visit["id"].as_str().unwrap()).await;
    for kind in ["APPOINTMENT_EXPIRED", "REFUND_STARTED", "REFUND_COMPLETED"] {
        assert_eq!(counts.get(kind), Some(&1), "{kind}: {counts:?}");
    }
}

#[scenario]
async fn money_that_comes_after_the_doctors_day_has_filled_goes_back() {
    let mut practice = practice().await;
    practice.iyer = practice.world.doctor_with("Arjun Bose", json!({ "terms": { "dailyLimit": 1 } })).await;
    let Practice { world, asha, vikram, iyer, .. } = &practice;
    let slots = iyer.publishes_many(2, 30).await;
    let visit = asha.books(&slots[0]).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    world.holds_end().await;
    let taken = vikram.books(&slots[1]).await.created();
    let paid = vikram.pays(&taken).await;
    let told = vikram.confirms_payment(&taken, &paid).await.ok();
    assert_eq!(told["appointmentStatus"], "confirmed");
    practice.captures(&order, false);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "cancelled");
    assert_eq!(practice.ledger().refunded(), 50_000);
}

#[scenario]
async fn money_for_a_cancelled_hold_goes_back() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    let _ = asha.cancels(&visit).await.ok();
    practice.captures(&order, false);
    world.settles().await;
    assert_eq!(asha.views(&visit).await.ok()["cancelledBy"], "patient");
    assert_eq!(practice.ledger().retained(), 0);
}

#[scenario]
async fn webhooks_that_come_twice_and_in_reverse_lead_to_the_same_end() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let faults = Faults { duplicates: 2, order: DeliveryOrder::Reversed, ..Faults::default() };
    world.stack.services().razorpay.set_faults(faults);
    let visit = asha.has_visit(slot).await;
    world.settles().await;
    let counts = world.trail_of(visit["id"].as_str().unwrap()).await;
    assert_eq!(counts.get("PAYMENT_SUCCESS"), Some(&1), "{counts:?}");
    assert_eq!(practice.ledger().retained(), 50_000);
    // Patient and doctor get one mail each.
    assert_eq!(world.mails_to(&asha.email).len(), 1);
}

#[scenario]
async fn webhooks_that_come_hours_late_lead_to_the_same_end() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let faults = Faults { delay: SignedDuration::from_hours(3), drop_first_attempt: true, ..Faults::default() };
    world.stack.services().razorpay.set_faults(faults);
    let visit = asha.books(slot).await.created();
    let _ = asha.pays(&visit).await;
    world.holds_end().await;
    assert_eq!(asha.views(&visit).await.ok()["cancelledBy"], "expiry");
    for _ in 0..8 {
        world.minutes_pass(60).await;
    }
    assert_eq!(asha.status_of(&visit).await, "confirmed");
}

#[scenario]
async fn money_that_comes_twice_goes_back_once() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    let order = asha.starts_payment(&visit).await.ok();
    practice.captures(&order, false);
    practice.captures(&order, true);
    world.settles().await;
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    let ledger = practice.ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (100_000, 50_000));
}

#[scenario]
async fn an_order_whose_reply_was_lost_is_found_and_not_made_twice() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    world.stack.services().razorpay.inject(razorpay_emulator::ApiFault::ReplyLost);
    let first = asha.starts_payment(&visit).await;
    assert!(matches!(first.status(), 200 | 503), "{}", first.text());
    world.minutes_pass(1).await;
    let order = asha.starts_payment(&visit).await.ok();
    practice.captures(&order, false);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
}

#[scenario]
async fn money_for_an_order_that_the_payment_does_not_know_confirms_the_visit() {
    let practice = practice().await;
    let Practice { world, asha, slot, .. } = &practice;
    let visit = asha.books(slot).await.created();
    // The intent is written, Razorpay makes the order, and the write that binds it to the payment fails.
    let writes = AtomicU32::new(0);
    world.stack.network().inject(move |call| {
        let is_write = call.function == "StartPaymentFunction" && call.action == "TransactWriteItems";
        (is_write && writes.fetch_add(1, Ordering::Relaxed) > 0).then_some(Fault::NotSent)
    });
    let _ = asha.starts_payment(&visit).await.problem("unavailable");
    world.stack.network().heal();
    let orders = world.stack.services().razorpay.orders();
    assert_eq!(orders.iter().map(|order| order.receipt.as_deref()).collect::<Vec<_>>(), [visit["paymentId"].as_str()]);
    assert_eq!(world.keys_like("ORDER#").await, [""; 0]);

    practice.captures(&json!({ "orderId": orders[0].id }), false);
    world.settles().await;
    assert_eq!(asha.status_of(&visit).await, "confirmed");
    assert_eq!((practice.ledger().retained(), practice.ledger().refunded()), (50_000, 0));
    let _ = asha.starts_payment(&visit).await.problem("nothing-to-pay");
}

#[scenario]
async fn a_patient_neither_pays_for_nor_sees_the_visit_of_another() {
    let practice = practice().await;
    let Practice { asha, vikram, slot, .. } = &practice;
    let visit = asha.books_with(slot, "k", json!({ "reason": "Palpitations" })).await.created();
    let _ = vikram.starts_payment(&visit).await.problem("not-found");
    let seen = vikram.views(&visit).await;
    assert!(!seen.text().contains("Palpitations"));
    let _ = seen.problem("not-found");
    let _ = vikram.cancels(&visit).await.problem("not-found");
    assert_eq!(asha.status_of(&visit).await, "held");
}
