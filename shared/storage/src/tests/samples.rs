//! What the tests start from: a morning, doctors, patients, slots, and the steps that lead to a booking.

use domain::access::{Action, Actor, Authorized, Resource, authorize};
use domain::appointments::agenda::Agenda;
use domain::appointments::aggregate::BookedAppointment;
use domain::appointments::booking::{BookRefusal, Booking, BookingRequest, BookingSnapshot};
use domain::appointments::cancellation::Cancelled;
use domain::appointments::payment_start::{Start, start};
use domain::appointments::step_refusal::StepRefusal;
use domain::appointments::waitlist::{Offered, ReleasesSlots};
use domain::availability::schedule::{Hours, Schedule, ScheduleDraft, ScheduleRule};
use domain::availability::slot::{Place, Slot};
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId, UserId};
use domain::core::money::{Currency, Paise};
use domain::core::time::{TimeRange, Zone};
use domain::directory::doctor::{Doctor, DoctorStatus, Terms};
use domain::directory::visit_kind::VisitKind;
use domain::payments::issuer::Issuer;
use domain::payments::payment::{Capture, Payment, PaymentMethod};
use domain::payments::refund_policy::RefundPolicy;
use jiff::civil::{Weekday, time};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::stack::Stack;
use crate::{Answer, CommitError, Committed, IdempotencyClaim, Loaded, Provenance, SealedText};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Who issues the receipts.
pub fn issuer() -> Issuer {
    let (address, gstin) = ("1 Residency Road, Bengaluru 560025", "29AAAAA0000A1ZY");
    Issuer {
        name: "Vaidya Health".parse().unwrap(),
        address: Some(address.parse().unwrap()),
        gstin: Some(gstin.parse().unwrap()),
        pan: Some("AAAAA0000A".parse().unwrap()),
    }
}

/// The morning of the tests: a day before the visits.
pub fn now() -> Timestamp {
    at("2026-11-30T03:00:00.123456Z")
}

/// The `number`th half hour of the visits' morning.
pub fn half_hour(number: i64) -> TimeRange {
    let start = at("2026-12-01T04:30:00Z") + minutes(30 * number);
    TimeRange::new(start, start + minutes(30)).unwrap()
}

pub fn doctor_id(number: u128) -> DoctorId {
    DoctorId::from_uuid(Uuid::from_u128(0xd0c_0000 + number))
}

pub fn patient_id(number: u128) -> PatientId {
    PatientId::from_uuid(Uuid::from_u128(0xa71_0000 + number))
}

pub fn user_id(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(0x0e5_0000 + number))
}

pub fn appointment_id(number: u128) -> AppointmentId {
    AppointmentId::from_uuid(Uuid::from_u128(0xa99_0000 + number))
}

pub fn doctor(number: u128) -> Doctor {
    Doctor {
        id: doctor_id(number),
        title: Some("Dr.".parse().unwrap()),
        name: "Asha Rao".parse().unwrap(),
        registration_number: format!("KMC/{number}").parse().unwrap(),
        qualification: "MBBS, MD".parse().unwrap(),
        bio: Some("Twenty years of cardiology.".parse().unwrap()),
        specialities: vec!["cardiology".parse().unwrap(), "general-medicine".parse().unwrap()],
        languages: vec!["en".parse().unwrap(), "hi".parse().unwrap()],
        fee: Paise::new(50_000).unwrap(),
        terms: Terms::default(),
        zone: Zone::default(),
        email: "asha@example.com".parse().unwrap(),
        standing: DoctorStatus::Active,
        version: 0,
    }
}

/// The hours of the first doctor: half hours of every day from one local time to another.
pub fn schedule(from: i8, to: i8, version: u64) -> Schedule {
    let hours = Hours {
        zone: Zone::default(),
        start: time(from, 0, 0, 0),
        end: time(to, 0, 0, 0),
        slot_minutes: 30,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        place: Place::Video,
    };
    let weekdays = Weekday::Monday.cycle_forward().take(7).collect();
    let rules = vec![ScheduleRule { weekdays, first: None, last: None, hours }];
    Schedule::new(doctor_id(1), ScheduleDraft { rules, ..ScheduleDraft::empty() }, version).unwrap()
}

pub fn by(actor: &str, request: &str) -> Provenance {
    Provenance {
        actor: actor.to_owned(),
        role: "patient".to_owned(),
        operation: "testOperation".to_owned(),
        request_id: request.to_owned(),
        at: now(),
        ip: Some("203.0.113.7".to_owned()),
        user_agent: Some("test".to_owned()),
        session: Some("session-1".to_owned()),
    }
}

pub fn later(prov: &Provenance, delay: SignedDuration) -> Provenance {
    Provenance { at: prov.at + delay, ..prov.clone() }
}

pub fn claim(key: &str) -> IdempotencyClaim {
    IdempotencyClaim { key_hash: format!("{key:0>64}"), fingerprint: "f".repeat(64) }
}

pub fn answer(body: &str) -> Answer {
    Answer {
        status: 201,
        body: body.to_owned(),
        location: Some("/v1/appointments/1".to_owned()),
        etag: Some("\"1\"".to_owned()),
    }
}

pub fn sealed(text: &str) -> SealedText {
    SealedText::from_sealed(text.to_owned())
}

impl Stack {
    /// A table with the first doctor, who has published nothing.
    pub async fn with_doctor() -> Self {
        let stack = Self::new();
        stack.register(&doctor(1)).await;
        stack
    }

    /// A table with the first doctor and the first `slots` half hours published.
    pub async fn with_slots(slots: i64) -> Self {
        let stack = Self::with_doctor().await;
        stack.publish(doctor_id(1), (0..slots).map(half_hour).collect()).await;
        stack
    }

    /// A transition that can be written, after the waiting list was asked.
    pub async fn offered<T: ReleasesSlots>(&self, transition: T) -> Offered<T> {
        self.storage.offer_released_slots(transition, now()).await.unwrap()
    }

    pub async fn register(&self, doctor: &Doctor) {
        let claim = claim(&format!("register {}", doctor.id));
        let end = self.storage.commit_registration(doctor, &claim, &answer("{}"), &by("admin", "r-register")).await;
        assert_eq!(end.unwrap(), Committed::Fresh);
    }

    pub async fn publish(&self, doctor: DoctorId, wanted: Vec<TimeRange>) {
        let (from, to) = (wanted[0].start(), wanted[wanted.len() - 1].end());
        let published = self.storage.published(doctor, from, to).await.unwrap();
        let publication = authorized(published.calendar.clone()).publish(&published.slots, wanted, now()).unwrap();
        self.storage.commit_publication(&published.calendar, &publication, &by("doctor", "r-publish")).await.unwrap();
    }

    /// What a patient finds who wants the `number`th half hour of the first doctor.
    pub async fn snapshot(&self, patient: PatientId, number: i64, claim: &IdempotencyClaim, now: Timestamp) -> Loaded {
        let slot = SlotId::from(&half_hour(number));
        self.storage.booking_snapshot(doctor_id(1), slot, KIND, patient, claim, now).await.unwrap()
    }

    /// A booking that is decided and not written yet.
    pub async fn decide(&self, patient: PatientId, number: i64, id: AppointmentId) -> Booking {
        self.decide_at(patient, number, id, now()).await.unwrap()
    }

    pub async fn decide_at(
        &self,
        patient: PatientId,
        number: i64,
        id: AppointmentId,
        now: Timestamp,
    ) -> Result<Booking, BookRefusal> {
        match self.snapshot(patient, number, &claim("unused"), now).await {
            Loaded::Fresh(snapshot) => hold(*snapshot, patient, id, now),
            other => panic!("the slot can't be looked at: {other:?}"),
        }
    }

    pub async fn commit(
        &self,
        booking: &Booking,
        key: &str,
        prov: &Provenance,
    ) -> Result<Committed, CommitError<BookRefusal>> {
        self.storage.commit_booking(booking, None, &claim(key), &answer(key), prov).await
    }

    /// A patient's booking of the `number`th half hour, written.
    pub async fn book(&self, patient: PatientId, number: i64, id: AppointmentId) -> Booking {
        let booking = self.decide(patient, number, id).await;
        let end = self.commit(&booking, &format!("book {id}"), &by("patient", &format!("r-book-{id}"))).await;
        assert_eq!(end.unwrap(), Committed::Fresh);
        booking
    }

    /// The order for a booking, stored, as the payment that was read after it.
    pub async fn order(&self, id: AppointmentId, order: &str) -> Payment {
        let prov = by("patient", &format!("r-order-{id}"));
        let intent = self.intent(id).await;
        let intent = self.storage.commit_intent(&intent, &prov).await.unwrap();
        self.storage.commit_order(&intent.open(order.parse().unwrap()).unwrap(), &prov).await.unwrap()
    }

    /// The intent to pay for a booking, decided and not written yet.
    pub async fn intent(&self, id: AppointmentId) -> Payment {
        let visit = self.storage.visit(id).await.unwrap().unwrap();
        match start(&authorized(visit.appointment.clone()), visit.payment, &Currency::default(), now(), minutes(1))
            .unwrap()
        {
            Start::Make { intent, .. } => intent,
            Start::Ready(payment) => panic!("there is an order already: {payment:?}"),
        }
    }

    pub async fn slot(&self, number: i64) -> Slot {
        self.storage.slot(doctor_id(1), SlotId::from(&half_hour(number))).await.unwrap().unwrap()
    }

    pub async fn agenda(&self, patient: PatientId) -> Agenda {
        match self.snapshot(patient, 0, &claim("unused"), now()).await {
            Loaded::Fresh(snapshot) => snapshot.agenda,
            other => panic!("the slot can't be looked at: {other:?}"),
        }
    }
}

/// What the visits of the tests are for.
pub const KIND: VisitKind = VisitKind::Consultation;

pub fn hold(
    snapshot: BookingSnapshot,
    patient: PatientId,
    id: AppointmentId,
    now: Timestamp,
) -> Result<Booking, BookRefusal> {
    let wish = BookingRequest { kind: KIND, has_intake: false };
    snapshot.hold(wish, patient, id, now, minutes(10))
}

pub fn capture(order: &str, payment: &str) -> Capture {
    Capture {
        order: order.parse().unwrap(),
        payment: payment.parse().unwrap(),
        amount: Paise::new(50_000).unwrap(),
        currency: "INR".to_owned(),
        method: Some(PaymentMethod::Upi),
        at: now(),
    }
}

/// As if an administrator had been let through.
pub fn authorized<R: Resource>(resource: R) -> Authorized<R> {
    authorize(&Actor::Admin(user_id(99)), Action::CancelAppointment, resource).unwrap()
}

/// A cancellation, as if an administrator had been let through.
pub fn cancel(
    visit: BookedAppointment,
    by: CancelledBy,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Cancelled, StepRefusal> {
    domain::appointments::cancellation::cancel(authorized(visit), by, reason, &RefundPolicy::default(), now)
}
