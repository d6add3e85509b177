//! The main job: a patient finds a doctor, books, pays and is confirmed; patient and doctor get mails, and the audit trail has all of it.

use super::scene::{Scene, ensure, local_time, paise, rupees, text};
use crate::accounts::{ASHA, MEERA, ROHAN};
use crate::client::Unexpected;
use http::StatusCode;
use jiff::SignedDuration;
use razorpay_emulator::Faults;
use std::collections::BTreeMap;

/// The delay of webhooks, so that the demo can show the ones that wait.
const WEBHOOKS_LATE: SignedDuration = SignedDuration::from_mins(1);

pub async fn play(scene: &mut Scene<'_, '_>) -> Result<(), Unexpected> {
    scene.script.step("Asha Verma logs in through the hosted log-in: code flow with PKCE");
    let mut asha = scene.log_in(ASHA).await?;
    let me = scene.get(&mut asha, "/v1/me").await?;
    scene.script.result(format!(
        "GET /oauth2/authorize, the form, the code, POST /oauth2/token: a token for {} s",
        asha.tokens.expires_in
    ));
    scene.script.result(format!("GET /v1/me: {}", text(&me, "name")?));

    scene.script.step("She searches for a cardiologist");
    let doctor = scene.doctor(&mut asha, "cardiology").await?;
    let doctor_id = text(&doctor, "id")?.to_owned();
    ensure(doctor["displayName"] == MEERA.name, || format!("{} was expected: {doctor}", MEERA.name))?;
    scene.script.result(format!(
        "{}, languages {}, fee {}",
        MEERA.name,
        doctor["languages"].as_array().into_iter().flatten().filter_map(|l| l.as_str()).collect::<Vec<_>>().join(", "),
        rupees(paise(&doctor, "fee")?)
    ));

    scene.script.step("She lists the doctor's free slots");
    let slots = scene.free_slots(&mut asha, &doctor_id).await?;
    let slot = slots.first().cloned().ok_or_else(|| Unexpected("no slot is free".into()))?;
    for slot in slots.iter().take(3) {
        scene.script.result(format!("{slot}: {}", local_time(slot)));
    }
    scene.script.result(format!("{} in the next seven days", slots.len()));

    scene.script.step(format!("She books {slot}, twice with one Idempotency-Key: the same answer"));
    let key = "demo-asha-books-once";
    let first = scene.book(&mut asha, &doctor_id, &slot, key).await?;
    let second = scene.book(&mut asha, &doctor_id, &slot, key).await?;
    let appointment = first.expect(StatusCode::CREATED)?;
    ensure(second.expect(StatusCode::CREATED)? == appointment, || {
        format!("the second answer differs: {}", second.body)
    })?;
    let id = text(&appointment, "id")?.to_owned();
    scene.script.result(format!("201 Created, appointment {id}, held until {}", text(&appointment, "holdUntil")?));
    scene.script.result("201 Created, the same appointment");

    scene.script.step("Rohan Iyer wants the same slot: refused");
    let mut rohan = scene.log_in(ROHAN).await?;
    let refused = scene.book(&mut rohan, &doctor_id, &slot, "demo-rohan-comes-late").await?;
    let problem = refused.expect(StatusCode::CONFLICT)?;
    ensure(problem["type"] == "/problems/slot-taken", || format!("slot-taken was expected: {problem}"))?;
    scene.script.result(format!("409 {}: {}", text(&problem, "type")?, text(&problem, "title")?));

    scene.script.step("Asha starts the payment");
    let faults = Faults { duplicates: 1, delay: WEBHOOKS_LATE, ..Faults::default() };
    scene.stack.services().razorpay.set_faults(faults);
    let visit = scene.start_payment(&mut asha, &appointment).await?;
    scene.script.result(format!("{} over {}", visit.order, rupees(visit.fee)));

    scene.script.step("She pays by card at Razorpay's checkout");
    let handed = scene.check_out(&visit, &[("action", "card")]).await?;
    let attempt = handed.get("razorpay_payment_id")?;
    scene.script.result(format!("The checkout hands {attempt} and its signature to the app"));

    scene.script.step("The app sends the signature: confirmed, before any webhook");
    let result = scene.confirm(&mut asha, &visit, &handed).await?;
    ensure(result["state"] == "captured" && result["appointmentStatus"] == "confirmed", || {
        format!("captured and confirmed were expected: {result}")
    })?;
    scene.script.result("200 OK, payment captured, appointment confirmed");

    scene.script.step("A minute later the webhooks come, each of them twice: nothing changes");
    let mut copies: BTreeMap<String, (&'static str, u32)> = BTreeMap::new();
    for waiting in scene.stack.services().razorpay.pending_webhooks() {
        copies.entry(waiting.event_id).or_insert((waiting.event.as_str(), 0)).1 += 1;
    }
    ensure(!copies.is_empty() && copies.values().all(|(_, count)| *count == 2), || {
        format!("two of each should wait: {copies:?}")
    })?;
    scene.advance("2m").await?;
    let razorpay = &scene.stack.services().razorpay;
    scene.eventually("the delivery of all webhooks", || razorpay.pending_webhooks().is_empty().then_some(())).await?;
    for (id, (event, count)) in &copies {
        scene.script.result(format!("{event} ({id}), {count} times, each answered with success"));
    }
    let now = scene.appointment_in(&mut asha, &id, "confirmed").await?;
    let retained = scene.balanced(&[&visit]).await?;
    ensure(retained == visit.fee, || format!("{} were expected in the books, and there are {retained}", visit.fee))?;
    scene.script.result(format!(
        "The appointment is {}, and {} were taken, once",
        text(&now, "status")?,
        rupees(retained)
    ));

    scene.script.step("Asha gets the confirmation with an invitation");
    let mail = scene.mail(ASHA, &id, "REQUEST").await?;
    scene.show_mail(&mail, 12);

    scene.script.step("So does the doctor");
    let mail = scene.mail(MEERA, &id, "REQUEST").await?;
    scene.show_mail(&mail, 0);

    scene.script.step("The administrator reads the audit trail");
    let wanted = ["APPOINTMENT_BOOKED", "PAYMENT_STARTED", "PAYMENT_SUCCESS", "WEBHOOK_RECEIVED"];
    let trail = scene.trail(&wanted).await?;
    let successes = trail.iter().filter(|row| row.event == "PAYMENT_SUCCESS").count();
    ensure(successes == 1, || format!("one PAYMENT_SUCCESS was expected, and there are {successes}"))?;
    scene.show_trail(&trail);
    Ok(())
}
