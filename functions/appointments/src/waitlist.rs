//! What the operations on waiting lists have in common: an entry as clients see it.

use api::problem::{self, Problem};
use api::{Open, View};
use domain::appointments::waitlist::{Ending, Entry, EntryState, Offer, Priority, Target};
use domain::availability::slot::Mode;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use domain::core::person::{Language, Speciality};
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which entry of a waiting list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntryPath {
    /// The entry of a waiting list.
    #[schema(value_type = uuid::Uuid)]
    pub entry_id: WaitlistEntryId,
}

/// An entry of a waiting list: what a patient waits for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WaitlistEntry)]
pub struct EntryView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: WaitlistEntryId,
    /// Who waits.
    #[schema(value_type = uuid::Uuid)]
    patient_id: PatientId,
    /// The doctor who is waited for; absent if it is a speciality.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// The speciality that is waited for; absent if it is a doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<Speciality>,
    /// In which language, if one is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// What kind of visit it is.
    #[schema(value_type = String, example = "consultation")]
    kind: VisitKind,
    /// `video` or `clinic`; absent if either will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// The visit begins at this instant or later.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// It ends by this instant, at which the wait ends.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// `urgent` or `routine`.
    #[schema(value_type = String, example = "routine")]
    priority: Priority,
    /// When the patient joined; those of one priority are served in this order.
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    /// `waiting`, `offered`, `booked`, `left` or `ended`.
    #[schema(example = "offered")]
    status: &'static str,
    /// What is kept for the patient; only while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferView>,
    /// The appointment that was booked of an offer; only if `status` is `booked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    appointment_id: Option<AppointmentId>,
    /// Why it is over without a visit: `window_over` or `offers_passed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    ended_because: Option<Ending>,
}

/// What is kept for a patient.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Offer)]
pub struct OfferView {
    /// Whose slot it is.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The slot that the visit would begin with.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// When the visit would begin.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When it would end.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic in which it would take place; absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    clinic: Option<String>,
    /// Until when it is kept; then it goes to the next one who waits.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

impl View for EntryView {
    type Data = Open;
}

impl From<&Offer> for OfferView {
    fn from(Offer { doctor, time, place, slots, until }: &Offer) -> Self {
        OfferView {
            doctor_id: *doctor,
            slot_id: slots[0],
            start: time.start(),
            end: time.end(),
            clinic: place.clinic().map(ToString::to_string),
            until: *until,
        }
    }
}

impl EntryView {
    /// The entry as it is stored.
    pub(crate) fn of(entry: &Entry) -> Self {
        let (doctor_id, speciality, language) = match entry.wish.wanted.clone() {
            Target::Doctor(doctor) => (Some(doctor), None, None),
            Target::Speciality { speciality, language } => (None, Some(speciality), language),
        };
        let status = match entry.state {
            EntryState::Waiting => "waiting",
            EntryState::Offered(_) => "offered",
            EntryState::Booked { .. } => "booked",
            EntryState::Left { .. } => "left",
            EntryState::Ended { .. } => "ended",
        };
        EntryView {
            id: entry.id,
            patient_id: entry.patient,
            doctor_id,
            speciality,
            language,
            kind: entry.wish.kind,
            mode: entry.wish.mode,
            from: entry.wish.window.from(),
            to: entry.wish.window.to(),
            priority: entry.priority,
            joined_at: entry.joined,
            status,
            offer: entry.offer().map(OfferView::from),
            appointment_id: match entry.state {
                EntryState::Booked { appointment, .. } => Some(appointment),
                _ => None,
            },
            ended_because: match entry.state {
                EntryState::Ended { because, .. } => Some(because),
                _ => None,
            },
        }
    }
}

pub(crate) fn no_offer() -> Problem {
    Problem::of(&problem::NO_OFFER)
}
