//! The fixtures that the tests of several modules share: one doctor, one patient, one slot, one morning.

use crate::access;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::access::{Action, Actor, Authorized, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::Appointment;
use crate::appointments::booking::{Booking, BookingRequest, BookingSnapshot};
use crate::appointments::waitlist::{Entry, Target, WaitlistRequest, Window};
use crate::audit::{AuditEvent, EventType, Outcome};
use crate::availability::slot::Slot;
use crate::core::id::{AppointmentId, DoctorId, PatientId, UserId, WaitlistEntryId};
use crate::core::money::{Currency, Paise};
use crate::core::time::{TimeRange, Zone};
use crate::directory::doctor::{Doctor, DoctorStatus, Terms};
use crate::directory::visit_kind::VisitKind;
use crate::payments::issuer::Issuer;
use crate::payments::payment::{Capture, Payment, PaymentMethod, PaymentState};
use crate::payments::refund_policy::Situation;

/// An instant, as `2026-12-01T04:30:00Z`.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a valid instant")
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// The interval from `start` on, in minutes.
pub fn range(start: &str, length: i64) -> TimeRange {
    TimeRange::new(at(start), at(start) + minutes(length)).expect("a valid interval")
}

/// The morning on which the tests take place: more than a day before [`visit`].
pub fn now() -> Timestamp {
    at("2026-11-30T03:00:00Z")
}

/// The time of the tests' slot.
pub fn visit() -> TimeRange {
    range("2026-12-01T04:30:00Z", 30)
}

pub fn appointment_id(number: u128) -> AppointmentId {
    AppointmentId::from_uuid(Uuid::from_u128(number))
}

pub fn doctor_id() -> DoctorId {
    DoctorId::from_uuid(Uuid::from_u128(0xd0c))
}

pub fn patient_id() -> PatientId {
    PatientId::from_uuid(Uuid::from_u128(0xa71))
}

pub fn other_patient() -> PatientId {
    PatientId::from_uuid(Uuid::from_u128(0xa72))
}

pub fn entry_id(number: u128) -> WaitlistEntryId {
    WaitlistEntryId::from_uuid(Uuid::from_u128(number))
}

/// Who issues the receipts.
pub fn issuer() -> Issuer {
    Issuer { name: "Vaidya Health".parse().unwrap(), address: None, gstin: None, pan: None }
}

pub fn doctor() -> Doctor {
    Doctor {
        id: doctor_id(),
        title: Some("Dr.".parse().unwrap()),
        name: "Asha Rao".parse().unwrap(),
        registration_number: "KMC/12345".parse().unwrap(),
        qualification: "MBBS, MD".parse().unwrap(),
        bio: Some("Twenty years of cardiology.\nShe listens first.".parse().unwrap()),
        specialities: vec!["cardiology".parse().unwrap()],
        languages: vec!["en".parse().unwrap()],
        fee: Paise::new(50_000).unwrap(),
        terms: Terms::default(),
        zone: Zone::default(),
        email: "asha@example.com".parse().unwrap(),
        standing: DoctorStatus::Active,
        version: 1,
    }
}

pub fn slot() -> Slot {
    Slot::by_hand(doctor_id(), visit(), 4)
}

pub fn agenda() -> Agenda {
    Agenda::empty(patient_id())
}

pub fn snapshot() -> BookingSnapshot {
    BookingSnapshot { slot: slot(), following: vec![], last_visit: None, agenda: agenda(), doctor: doctor(), day: None }
}

pub const WISH: BookingRequest = BookingRequest { kind: VisitKind::Consultation, has_intake: true };

/// Appointment 1, held for ten minutes from [`now`].
pub fn booking() -> Booking {
    snapshot().hold(WISH, patient_id(), appointment_id(1), now(), minutes(10)).expect("the slot is free")
}

/// The records of appointment 1, held.
pub fn held_visit() -> BookedAppointment {
    let Booking { slots, appointment, agenda, .. } = booking();
    BookedAppointment { appointment, slots, agenda, doctor: doctor(), payment: None, refunds: vec![] }
}

/// Appointment 1, paid.
pub fn confirmed() -> Appointment {
    booking().appointment.confirm(now()).expect("it is held")
}

/// The payment of appointment 1, which is not paid yet.
pub fn open_payment() -> Payment {
    Payment {
        id: appointment_id(1).into(),
        appointment: appointment_id(1),
        patient: patient_id(),
        amount: doctor().fee,
        currency: Currency::default(),
        started_at: now(),
        accounts: Vec::new(),
        state: PaymentState::Open { order: "order_A1".parse().unwrap() },
        version: 2,
    }
}

/// The payment of appointment 1, which was paid.
pub fn captured_payment() -> Payment {
    let capture = Capture {
        order: "order_A1".parse().unwrap(),
        payment: "pay_P1".parse().unwrap(),
        amount: doctor().fee,
        currency: "INR".to_owned(),
        method: Some(PaymentMethod::Upi),
        at: now(),
    };
    open_payment().record_capture(&capture, Situation::Confirmed, now()).payment
}

/// The event of a booking.
pub fn audit_event() -> AuditEvent {
    let event_type = EventType::AppointmentBooked;
    AuditEvent {
        id: "e1".to_owned(),
        event_type,
        category: event_type.category(),
        severity: event_type.severity(),
        outcome: Outcome::Success,
        at: at("2026-11-30T03:00:00.25Z"),
        actor: "a1".to_owned(),
        actor_role: "patient".to_owned(),
        operation: "bookAppointment".to_owned(),
        request_id: "r1".to_owned(),
        session_id: Some("s1".to_owned()),
        ip: Some("203.0.113.7".to_owned()),
        user_agent: None,
        resource_type: "appointment".to_owned(),
        resource_id: "x1".to_owned(),
        subjects: vec!["p1".to_owned()],
        fields: vec!["state".to_owned(), "until".to_owned()],
        phi_accessed: false,
        data_exported: false,
        detail: None,
    }
}

/// Entry `number` of the patient of this number, who waits for the doctor, in the week of [`visit`].
pub fn waiting(number: u128) -> Entry {
    let week = Window::new(at("2026-11-30T00:00:00Z"), at("2026-12-07T00:00:00Z")).unwrap();
    let patient = if number == 1 { patient_id() } else { PatientId::from_uuid(Uuid::from_u128(0xa71 + number)) };
    let joined = now() - minutes(60 - i64::try_from(number).unwrap());
    let (wanted, kind) = (Target::Doctor(doctor_id()), VisitKind::Consultation);
    let wish = WaitlistRequest { wanted, kind, mode: None, window: week };
    Entry { version: 1, ..Entry::join(entry_id(number), patient, wish, joined) }
}

/// The resource with the policy's permission for an administrator.
pub fn authorized<R: Resource>(resource: R) -> Authorized<R> {
    access::authorize(&Actor::Admin(UserId::from_uuid(Uuid::nil())), Action::CancelAppointment, resource)
        .expect("administrators may cancel")
}
