//! Failures of the main job: declined cards, expired holds, payments that come late or twice, a visit that the doctor cancels.
//!
//! After each of them the patient has the visit or the money, never neither and never both. A changed record of the
//! audit trail is found.

use super::scene::{Person, Scene, Visit, ensure, local_time, rupees, text};
use crate::accounts::{ASHA, KAVITA, MEERA, ROHAN};
use crate::client::{Handed, Unexpected};
use crate::export::{self, AuditExport};
use domain::appointments::booking::HoldLength;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use verify_audit::{Finding, Kind};

/// Longer than a hold.
const AFTER_THE_HOLD: i64 = HoldLength::DEFAULT.minutes() + 1;

pub async fn play(scene: &mut Scene<'_, '_>) -> Result<(), Unexpected> {
    let mut asha = scene.log_in(ASHA).await?;
    let mut rohan = scene.log_in(ROHAN).await?;
    let doctor = text(&scene.doctor(&mut asha, "cardiology").await?, "id")?.to_owned();
    let slots = scene.free_slots(&mut asha, &doctor).await?;
    let [first, second, third, ..] = &slots[..] else {
        return Err(Unexpected(format!("three free slots are needed: {slots:?}")));
    };

    let (kept, declined, paid) = decline_and_retry(scene, &mut asha, &doctor, first).await?;
    duplicate_capture(scene, &mut asha, &kept, &declined).await?;
    let expired = expiry(scene, &mut rohan, &mut asha, &doctor, second).await?;
    late_capture_of_a_taken_slot(scene, &mut rohan, &expired).await?;
    let revived = late_capture_of_a_free_slot(scene, &mut rohan, &doctor, third).await?;
    doctor_cancels(scene, &mut asha, &kept, &paid).await?;

    scene.script.step("Both ledgers agree to the paisa");
    let retained = scene.balanced(&[&kept, &expired, &revived]).await?;
    ensure(retained == revived.fee, || format!("only {} should be left, and {retained} paise are", revived.fee))?;
    scene.script.result(format!("The rest is the fee of the one visit that will take place: {}", rupees(retained)));

    scene.script.step("All of it is in the audit trail");
    let wanted = [
        "PAYMENT_FAILED",
        "APPOINTMENT_EXPIRED",
        "REFUND_STARTED",
        "REFUND_FAILED",
        "REFUND_RETRIED",
        "REFUND_COMPLETED",
        "APPOINTMENT_CANCELLED",
    ];
    let trail = scene.trail(&wanted).await?;
    scene.show_trail(&trail);
    tampering(scene).await
}

/// An attacker changes a record of the audit trail.
async fn tampering(scene: &mut Scene<'_, '_>) -> Result<(), Unexpected> {
    scene.script.step("A quarter of an hour later the trail is signed and archived, and can be verified");
    scene.advance("16m").await?;
    let before = AuditExport::of_table(scene.stack).await?.verify()?;
    ensure(before.verified && before.checkpoints > 0, || format!("it should be verified: {before:?}"))?;
    scene.script.result(format!("{} events, {} checkpoints: as they were signed", before.events, before.checkpoints));

    scene.script.step("An attacker gets around the table's policy and changes the actor of a record");
    let (chain, sequence) = export::overwrite(scene.stack).await?;
    scene.script.result(format!("event {sequence} of chain {chain} has another actor now"));
    let after = AuditExport::of_table(scene.stack).await?.verify()?;
    let found = |it: &Finding| it.chain == Some(chain) && it.sequence == Some(sequence) && it.kind == Kind::Changed;
    ensure(after.found == 1 && after.findings.iter().all(found), || format!("one change should be found: {after:?}"))?;
    scene.script.result(format!("verify-audit: {}", after.findings[0]));
    Ok(())
}

/// A declined card leaves the hold, and the same checkout takes the next try. Returns the id of the declined attempt, too.
async fn decline_and_retry(
    scene: &mut Scene<'_, '_>,
    asha: &mut Person,
    doctor: &str,
    slot: &str,
) -> Result<(Visit, String, Handed), Unexpected> {
    scene.script.step(format!("Asha holds {slot} ({}), and her bank declines the card", local_time(slot)));
    let visit = scene.hold(asha, doctor, slot, "demo-decline").await?;
    let handed = scene.check_out(&visit, &[("action", "fail"), ("method", "card")]).await?;
    let metadata: Value = serde_json::from_str(handed.get("error[metadata]")?).unwrap_or_default();
    let declined = text(&metadata, "payment_id")?.to_owned();
    scene.script.result(format!("{declined}: {}", handed.get("error[description]")?));
    scene.appointment_in(asha, &visit.id, "held").await?;
    scene.script.result("The appointment is still held for her");

    scene.script.step("She tries again in the same checkout: confirmed");
    let handed = scene.check_out(&visit, &[("action", "upi")]).await?;
    scene.confirmed_as(asha, &visit, &handed, ("captured", "confirmed")).await?;
    scene.script.result(format!("{} captured, appointment confirmed", handed.get("razorpay_payment_id")?));
    Ok((visit, declined, handed))
}

/// The declined attempt is authorised after all, when another one has paid.
async fn duplicate_capture(
    scene: &mut Scene<'_, '_>,
    asha: &mut Person,
    visit: &Visit,
    declined: &str,
) -> Result<(), Unexpected> {
    scene
        .script
        .step("The bank authorises the declined attempt after all: Asha has paid twice, and one payment is refunded");
    scene.check_out(visit, &[("action", "authorise"), ("payment_id", declined)]).await?;
    refunded(scene, declined, visit.fee).await?;
    scene.appointment_in(asha, &visit.id, "confirmed").await?;
    scene.script.result("Her appointment stays confirmed");
    Ok(())
}

/// A hold without a payment ends, and the slot is free for other patients.
async fn expiry(
    scene: &mut Scene<'_, '_>,
    rohan: &mut Person,
    asha: &mut Person,
    doctor: &str,
    slot: &str,
) -> Result<Visit, Unexpected> {
    scene.script.step(format!("Rohan holds {slot} ({}), opens the checkout, and does not pay", local_time(slot)));
    let visit = scene.hold(rohan, doctor, slot, "demo-expiry").await?;
    let listed = scene.free_slots(asha, doctor).await?;
    ensure(!listed.iter().any(|free| free == slot), || format!("{slot} is held and listed"))?;
    scene.script.result(format!("{} waits; the slot is not listed any more", visit.order));

    scene.script.step(format!("{AFTER_THE_HOLD} minutes later the hold is over, and the slot is listed again"));
    scene.advance(&format!("{AFTER_THE_HOLD}m")).await?;
    let over = scene.appointment_in(rohan, &visit.id, "cancelled").await?;
    ensure(over["cancelledBy"] == "expiry", || format!("it should have ended by expiry: {over}"))?;
    let listed = scene.free_slots(asha, doctor).await?;
    ensure(listed.iter().any(|free| free == slot), || format!("{slot} is free and not listed"))?;
    scene.script.result("Rohan's appointment is cancelled, by expiry");

    scene.script.step("Asha takes it");
    let taken = scene.book(asha, doctor, slot, "demo-taken").await?.expect(StatusCode::CREATED)?;
    scene.script.result(format!("201 Created, appointment {}", text(&taken, "id")?));
    Ok(visit)
}

/// The payment comes when another patient has the slot.
async fn late_capture_of_a_taken_slot(
    scene: &mut Scene<'_, '_>,
    rohan: &mut Person,
    visit: &Visit,
) -> Result<(), Unexpected> {
    scene.script.step("Now Rohan pays, in the checkout that he had left open: too late, so he gets a full refund");
    let handed = scene.check_out(visit, &[("action", "upi")]).await?;
    scene.confirmed_as(rohan, visit, &handed, ("refunded", "cancelled")).await?;
    refunded(scene, handed.get("razorpay_payment_id")?, visit.fee).await?;
    scene.script.result("His appointment stays cancelled, Asha's slot is untouched");
    Ok(())
}

/// The payment comes late, and the slot is still free.
async fn late_capture_of_a_free_slot(
    scene: &mut Scene<'_, '_>,
    rohan: &mut Person,
    doctor: &str,
    slot: &str,
) -> Result<Visit, Unexpected> {
    scene.script.step(format!(
        "Rohan holds {slot} ({}) and pays a minute after the hold: the slot is still free, so his visit is confirmed",
        local_time(slot)
    ));
    let visit = scene.hold(rohan, doctor, slot, "demo-late").await?;
    scene.advance(&format!("{AFTER_THE_HOLD}m")).await?;
    scene.appointment_in(rohan, &visit.id, "cancelled").await?;
    let handed = scene.check_out(&visit, &[("action", "card")]).await?;
    // The app does not confirm this time: the webhook does.
    scene.appointment_in(rohan, &visit.id, "confirmed").await?;
    scene.script.result(format!(
        "{} captured; the webhook alone confirmed the appointment",
        handed.get("razorpay_payment_id")?
    ));
    let mail = scene.mail(ROHAN, &visit.id, "REQUEST").await?;
    scene.show_mail(&mail, 0);
    Ok(visit)
}

/// The doctor cannot come: the fee is refunded in full, at any notice.
async fn doctor_cancels(
    scene: &mut Scene<'_, '_>,
    asha: &mut Person,
    visit: &Visit,
    paid: &Handed,
) -> Result<(), Unexpected> {
    scene.script.step("Dr. Meera Krishnan cancels Asha's visit: full refund, which her bank sends back at first");
    let razorpay = scene.stack.services().clone();
    let soon = jiff::SignedDuration::from_secs(1);
    razorpay.razorpay.set_refund_mode(razorpay_emulator::RefundMode::Failed { after: soon });
    let mut meera = scene.log_in(MEERA).await?;
    let path = format!("/v1/appointments/{}/cancel", visit.id);
    let body = json!({ "reason": "The practice is closed on that day." });
    let cancelled = scene.call(&mut meera, Method::POST, &path, None, Some(body)).await?.expect(StatusCode::OK)?;
    ensure(cancelled.get("refundAmount").is_none(), || format!("a doctor should see no payments: {cancelled}"))?;
    let failed = failed_refund(scene, &visit.payment).await?;
    scene.script.result(format!("refund {failed} has failed, and is still owed"));

    scene
        .script
        .step("Kavita, the administrator, finds it in her list and retries it: patient and doctor get a mail about the cancellation");
    razorpay.razorpay.set_refund_mode(razorpay_emulator::RefundMode::default());
    let mut kavita = scene.log_in(KAVITA).await?;
    let retry = format!("/v1/payments/{}/refunds/{failed}/retry", visit.payment);
    scene.call(&mut kavita, Method::POST, &retry, None, Some(json!({}))).await?.expect(StatusCode::OK)?;
    scene.confirmed_as(asha, visit, paid, ("refunded", "cancelled")).await?;
    refunded(scene, paid.get("razorpay_payment_id")?, visit.fee).await?;
    for account in [ASHA, MEERA] {
        let mail = scene.mail(account, &visit.id, "CANCEL").await?;
        scene.show_mail(&mail, 0);
    }
    Ok(())
}

/// Waits until a refund of a payment is in the administrator's list of failed ones, and returns its id.
async fn failed_refund(scene: &mut Scene<'_, '_>, payment: &str) -> Result<String, Unexpected> {
    let mut kavita = scene.log_in(KAVITA).await?;
    for _ in 0..200 {
        let list = scene.call(&mut kavita, Method::GET, "/v1/refunds", None, None).await?.expect(StatusCode::OK)?;
        let refunds = list["refunds"].as_array().cloned().unwrap_or_default();
        if let Some(refund) = refunds.iter().find(|refund| refund["paymentId"] == payment) {
            return text(refund, "id").map(str::to_owned);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(Unexpected(format!("no refund of {payment} is in the list")))
}

/// Waits until Razorpay has refunded an attempt in full, and its webhooks are delivered.
async fn refunded(scene: &mut Scene<'_, '_>, attempt: &str, amount: i64) -> Result<(), Unexpected> {
    let razorpay = &scene.stack.services().razorpay;
    let what = format!("a refund of {amount} paise for {attempt}");
    let is_refunded = || razorpay.ledger().of(attempt).is_some_and(|account| account.refunded == amount).then_some(());
    scene.eventually(&what, is_refunded).await?;
    scene.eventually("the delivery of all webhooks", || razorpay.pending_webhooks().is_empty().then_some(())).await?;
    scene.script.result(format!("Razorpay has refunded {} for {attempt}", rupees(amount)));
    Ok(())
}
