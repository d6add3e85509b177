//! Who takes part, and the requests that they send.

use domain::core::id::{DoctorId, SlotId};
use domain::core::money::Paise;
use domain::core::time::Zone;
use domain::directory::doctor::{Doctor, DoctorStatus, Terms};
use domain::messages::{Envelope, Message};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Answer, IdempotencyClaim, Provenance};
use uuid::Uuid;

use crate::functions::{Call, Caller};
use crate::violation::Violation;
use crate::world::{Event, World};

/// What a visit costs, in paise, with a doctor who asks for money.
pub const FEE: i64 = 50_000;

pub fn patient(number: u128) -> Caller {
    Caller { role: "patient", id: Uuid::from_u128(0xa71_0000_0000 + number) }
}

pub fn doctor(number: u128) -> Caller {
    Caller { role: "doctor", id: Uuid::from_u128(0xd0c_0000_0000 + number) }
}

/// A patient who only looks.
pub const LISTER: Caller = Caller { role: "patient", id: Uuid::from_u128(0xa71_0000_ffff) };

pub fn admin() -> Caller {
    Caller { role: "admin", id: Uuid::from_u128(0xad_0000_0000) }
}

impl World {
    /// Registers a doctor who asks for this fee.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn register(&mut self, caller: Caller, fee: i64) -> Result<(), Violation> {
        self.register_with(caller, fee, Terms::default())
    }

    /// Registers a doctor who can be booked on these terms.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn register_with(&mut self, caller: Caller, fee: i64, terms: Terms) -> Result<(), Violation> {
        let doctor = Doctor {
            id: DoctorId::from_uuid(caller.id),
            title: None,
            name: "Asha Rao".parse().unwrap(),
            registration_number: format!("KMC/{}", caller.id.as_u128() % 1000).parse().unwrap(),
            qualification: "MBBS".parse().unwrap(),
            bio: None,
            specialities: vec!["cardiology".parse().unwrap()],
            languages: vec!["en".parse().unwrap()],
            fee: Paise::new(fee).unwrap(),
            terms,
            zone: Zone::default(),
            email: "asha@example.com".parse().unwrap(),
            standing: DoctorStatus::Active,
            version: 0,
        };
        let prov = Provenance {
            actor: "setup".to_owned(),
            role: "admin".to_owned(),
            operation: "setup".to_owned(),
            request_id: "setup".to_owned(),
            at: self.fleet.time.timestamp(),
            ip: None,
            user_agent: None,
            session: None,
        };
        let storage = self.fleet.storage.clone();
        self.set_up(async move {
            let claim = IdempotencyClaim { key_hash: format!("setup {}", doctor.id), fingerprint: String::new() };
            let answer = Answer { status: 201, body: String::new(), location: None, etag: None };
            storage.commit_registration(&doctor, &claim, &answer, &prov).await.unwrap();
        })
    }
}

/// The slot's id.
pub fn slot_id(start: i64) -> String {
    SlotId::new(Timestamp::from_millisecond(start).unwrap()).unwrap().to_string()
}

/// An instant as clients send it.
pub fn instant(at: i64) -> String {
    Timestamp::from_millisecond(at).unwrap().to_string()
}

pub fn book(patient: Caller, doctor: Caller, slot: &str, key: &str) -> Call {
    let body = json!({ "doctorId": doctor.id, "slotId": slot });
    Call::new("bookAppointment", patient).body(body).key(key)
}

/// A visit of some kind, from this slot on.
pub fn book_kind(patient: Caller, doctor: Caller, (kind, slot): (&str, &str), key: &str) -> Call {
    let body = json!({ "doctorId": doctor.id, "slotId": slot, "kind": kind });
    Call::new("bookAppointment", patient).body(body).key(key)
}

/// The earliest slot of the speciality of the doctors here.
pub fn book_earliest(patient: Caller, key: &str) -> Call {
    book_earliest_of(patient, json!({}), key)
}

/// The same, in some time and manner.
pub fn book_earliest_of(patient: Caller, mut wish: Value, key: &str) -> Call {
    wish["speciality"] = json!("cardiology");
    Call::new("bookEarliest", patient).body(wish).key(key)
}

/// Two slots at once.
pub fn book_both(patient: Caller, doctor: Caller, slots: [&str; 2], key: &str) -> Call {
    book_series(patient, doctor, json!({ "slotIds": slots }), key)
}

/// Several slots at once, however they are named.
pub fn book_series(patient: Caller, doctor: Caller, mut wish: Value, key: &str) -> Call {
    wish["doctorId"] = json!(doctor.id);
    Call::new("bookSeries", patient).body(wish).key(key)
}

/// The earliest slots from an instant on and before another.
pub fn earliest(from: i64, to: i64, cursor: Option<&str>) -> Call {
    let call = Call::new("listEarliestSlots", LISTER);
    let call = call.query("speciality", "cardiology").query("from", instant(from)).query("to", instant(to));
    match cursor {
        Some(cursor) => call.query("cursor", cursor),
        None => call,
    }
}

/// Waits for a doctor, or for any doctor of the speciality here, until an instant.
pub fn join(patient: Caller, doctor: Option<Caller>, to: i64, key: &str) -> Call {
    join_for(patient, doctor, None, to, key)
}

/// Waits for a visit by video or in a clinic, if a mode is named.
pub fn join_for(patient: Caller, doctor: Option<Caller>, mode: Option<&str>, to: i64, key: &str) -> Call {
    let mut body = match doctor {
        Some(doctor) => json!({ "doctorId": doctor.id, "to": instant(to) }),
        None => json!({ "speciality": "cardiology", "to": instant(to) }),
    };
    if let Some(mode) = mode {
        body["mode"] = json!(mode);
    }
    Call::new("joinWaitlist", patient).body(body).key(key)
}

/// Something about an entry of a waiting list that needs no more words.
pub fn of_entry(operation: &'static str, by: Caller, entry: &str) -> Call {
    Call::new(operation, by).path("entryId", entry)
}

pub fn accept(patient: Caller, entry: &str, (doctor, slot): (&str, &str), key: &str) -> Call {
    of_entry("acceptOffer", patient, entry).body(json!({ "doctorId": doctor, "slotId": slot })).key(key)
}

pub fn decline(patient: Caller, entry: &str, (doctor, slot): (&str, &str)) -> Call {
    of_entry("declineOffer", patient, entry).body(json!({ "doctorId": doctor, "slotId": slot }))
}

pub fn prioritise(doctor: Caller, entry: &str, priority: &str) -> Call {
    of_entry("prioritiseWaitlistEntry", doctor, entry).body(json!({ "priority": priority }))
}

pub fn cancel(by: Caller, appointment: &str) -> Call {
    Call::new("cancelAppointment", by).path("appointmentId", appointment).body(json!({}))
}

/// Something about a visit that needs no more words.
pub fn of_visit(operation: &'static str, by: Caller, appointment: &str) -> Call {
    Call::new(operation, by).path("appointmentId", appointment)
}

/// The cancellation of the visits of a series.
pub fn cancel_series(by: Caller, series: &str) -> Call {
    Call::new("cancelSeries", by).path("seriesId", series).body(json!({}))
}

pub fn reschedule(by: Caller, appointment: &str, slot: &str) -> Call {
    of_visit("rescheduleAppointment", by, appointment).body(json!({ "slotId": slot }))
}

/// The patient tells the doctor nothing any more, in place of what was told in this version.
pub fn untell(by: Caller, appointment: &str, version: u64) -> Call {
    let call = of_visit("updateAppointment", by, appointment).body(json!({}));
    Call { if_match: Some(format!("\"{version}\"")), ..call }
}

pub fn outcome(by: Caller, appointment: &str, outcome: &str) -> Call {
    of_visit("recordOutcome", by, appointment).body(json!({ "outcome": outcome }))
}

/// A schedule of one hour a week, in two slots.
pub fn schedule(doctor: Caller, weekday: &str, version: u64) -> Call {
    let hours = json!({"start": "09:00", "end": "10:00", "zone": "Asia/Kolkata", "slotMinutes": 30});
    replace_schedule(
        doctor,
        json!({"rules": [{"weekdays": [weekday], "hours": hours}], "noticeMinutes": 60, "horizonDays": 7}),
        version,
    )
}

/// A schedule in the place of the one in this version; 0 if there is none.
pub fn replace_schedule(doctor: Caller, schedule: Value, version: u64) -> Call {
    let call = Call::new("replaceSchedule", doctor).path("doctorId", doctor.id).body(schedule);
    Call { if_match: Some(format!("\"{version}\"")), ..call }
}

pub fn start_payment(patient: Caller, appointment: &str) -> Call {
    Call::new("startPayment", patient).path("appointmentId", appointment)
}

pub fn confirm_payment(patient: Caller, payment: &str, paid: &razorpay_emulator::Paid) -> Call {
    let body = json!({
        "razorpay_order_id": paid.order_id, "razorpay_payment_id": paid.payment_id, "razorpay_signature": paid.signature,
    });
    Call::new("confirmPayment", patient).path("paymentId", payment).body(body)
}

/// A payment has the id of its appointment.
pub fn receipt(patient: Caller, payment: &str) -> Call {
    Call::new("viewReceipt", patient).path("paymentId", payment)
}

/// A refund outside the rules. A payment has the id of its appointment.
pub fn grant(payment: &str, amount: i64, key: &str) -> Call {
    let body = json!({ "amount": amount, "reason": "The visit began late." });
    Call::new("refundPayment", admin()).path("paymentId", payment).body(body).key(key)
}

/// Slots one by one, each with its start and length in minutes.
pub fn publish(doctor: Caller, slots: &[(i64, i64)]) -> Call {
    let slot =
        |&(start, minutes): &(i64, i64)| json!({"start": instant(start), "end": instant(start + minutes * 60_000)});
    let body = json!({ "slots": slots.iter().map(slot).collect::<Vec<_>>() });
    Call::new("publishAvailability", doctor).path("doctorId", doctor.id).body(body)
}

pub fn withdraw(doctor: Caller, slot: &str) -> Call {
    Call::new("withdrawSlot", doctor).path("doctorId", doctor.id).path("slotId", slot)
}

pub fn suspend(doctor: Caller) -> Call {
    Call::new("suspendDoctor", admin())
        .path("doctorId", doctor.id)
        .body(json!({ "reason": "The registration lapsed." }))
}

pub fn reinstate(doctor: Caller) -> Call {
    Call::new("reinstateDoctor", admin()).path("doctorId", doctor.id)
}

pub fn update_doctor(doctor: Caller, fee: i64, version: i64) -> Call {
    let body = json!({
        "name": "Asha Rao", "qualification": "MBBS", "specialities": ["cardiology"], "languages": ["en"],
        "fee": fee, "zone": "Asia/Kolkata",
    });
    let call = Call::new("updateDoctor", doctor).path("doctorId", doctor.id).body(body);
    Call { if_match: Some(format!("\"{version}\"")), ..call }
}

/// The message that a doctor's schedule must be applied, for its consumer.
pub fn apply_schedule(doctor: Caller, now: i64) -> Event {
    let due = Message::ScheduleDue { doctor: DoctorId::from_uuid(doctor.id) };
    let now = Timestamp::from_millisecond(now).unwrap();
    let message = Envelope::new(format!("due-{now}"), now, "proofs".to_owned(), "proofs".to_owned(), due);
    Event::Queue { function: "applySchedule", bodies: vec![message.to_json()] }
}

/// What a patient sees of the starts at which a doctor is free for a visit of this kind, in the next 31 days.
pub fn list(by: Caller, doctor: Caller, kind: &str, from: i64, cursor: Option<&str>) -> Call {
    let to = from + 31 * 24 * 3_600_000;
    let call = Call::new("listAvailableSlots", by).path("doctorId", doctor.id).query("kind", kind);
    let call = call.query("from", instant(from)).query("to", instant(to));
    match cursor {
        Some(cursor) => call.query("cursor", cursor),
        None => call,
    }
}
