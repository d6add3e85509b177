//! Visits end before they begin: by the patient, early or late, by the doctor, by an administrator. Both sides get a mail.

use scenario::scenario;
use serde_json::Value;
use system_tests::{Patient, World};

async fn refunded(hours_before: i64) -> (i64, i64) {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(hours_before + 1).await;
    let visit = asha.has_visit(&slot).await;
    let told = asha.cancels(&visit).await.ok();
    assert_eq!(told["appointment"]["status"], "cancelled");
    world.settles().await;
    assert_eq!(asha.free_slots(&iyer.id).await, std::slice::from_ref(&slot.slot_id));
    // Cancelling again changes nothing more.
    assert_eq!(asha.cancels(&visit).await.ok()["refundAmount"], told["refundAmount"]);
    world.settles().await;
    (told["refundAmount"].as_i64().unwrap(), world.stack.services().razorpay.ledger().refunded())
}

#[scenario]
async fn with_a_days_notice_a_patient_gets_everything_back() {
    assert_eq!(refunded(24).await, (50_000, 50_000));
}

#[scenario]
async fn with_two_hours_notice_a_patient_gets_half_of_it_back() {
    assert_eq!(refunded(3).await, (25_000, 25_000));
}

#[scenario]
async fn later_than_that_a_patient_gets_nothing_back() {
    assert_eq!(refunded(0).await, (0, 0));
}

#[scenario]
async fn a_doctor_who_cancels_late_costs_the_patient_nothing() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(1).await;
    let visit = asha.has_visit(&slot).await;
    let path = format!("/v1/appointments/{}/cancel", visit["id"].as_str().unwrap());
    let reason = serde_json::json!({ "reason": "I am called away" });
    let answer = iyer.post(&path, reason).await.ok();
    assert!(answer.get("refundAmount").is_none(), "a doctor sees no payments: {answer}");
    world.settles().await;
    let seen = asha.views(&visit).await.ok();
    assert_eq!(seen["cancelledBy"], "doctor");
    let told = &seen["cancellation"];
    assert_eq!((&told["by"], &told["reason"]), (&"doctor".into(), &"I am called away".into()), "{told}");
    assert!(told["at"].is_string(), "{told}");
    assert_eq!(world.stack.services().razorpay.ledger().retained(), 0);
    let mail = world.mails_to(&asha.email).pop().unwrap();
    let invitation = calendar(&mail.message.attachments);
    assert!(invitation.contains("METHOD:CANCEL"), "{invitation}");
    assert_eq!(world.mails_to(&iyer.email).len(), 2);
}

#[scenario]
async fn a_visit_can_not_be_cancelled_after_its_start() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(1).await;
    let visit = asha.has_visit(&slot).await;
    world.minutes_pass(61).await;
    asha.cancels(&visit).await.problem("visit-begun");
    iyer.cancels(&visit).await.problem("visit-begun");
    assert_eq!(asha.views(&visit).await.ok()["status"], "confirmed");
}

#[scenario]
async fn both_sides_get_a_mail_with_an_invitation_and_the_reason_is_not_sent() {
    const MARKER: &str = "zyxmarker";
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let reason = serde_json::json!({ "reason": format!("{MARKER} after climbing stairs") });
    let visit = asha.books_with(&slot, "k", reason).await.created();
    pay_and_cancel(&world, &asha, &visit).await;
    for email in [&asha.email, &iyer.email] {
        let mails = world.mails_to(email);
        assert_eq!(mails.len(), 2, "a confirmation and a cancellation for {email}");
        for (mail, method) in mails.iter().zip(["METHOD:REQUEST", "METHOD:CANCEL"]) {
            let message = &mail.message;
            assert!(message.text.is_some() && message.html.is_some(), "{}", message.subject);
            let invitation = calendar(&message.attachments);
            assert!(invitation.contains(method) && invitation.contains("DTSTART:20261124T090000Z"), "{invitation}");
            let everything = format!("{message:?} {invitation}");
            assert!(!everything.contains(MARKER), "{everything}");
            // The calendar must not show the doctor's speciality either.
            assert!(!everything.to_lowercase().contains("cardiology"), "{everything}");
        }
    }
    // The patient reads it in Indian time.
    let text = world.mails_to(&asha.email)[0].message.text.clone().unwrap_or_default();
    assert!(text.contains("14:30") || text.contains("2:30"), "{text}");
    assert!(text.contains("at least 2 hours before, 50% of it"), "{text}");
}

async fn pay_and_cancel(world: &World, asha: &Patient, visit: &Value) {
    let _ = asha.pays(visit).await;
    world.settles().await;
    let _ = asha.cancels(visit).await.ok();
    world.settles().await;
}

fn calendar(attachments: &[aws_emulator::mailbox::Attachment]) -> String {
    let found = attachments.iter().find(|attachment| attachment.content_type.starts_with("text/calendar"));
    String::from_utf8(found.expect("an invitation").content.clone()).unwrap()
}
