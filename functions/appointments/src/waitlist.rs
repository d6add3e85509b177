//! The view of a waiting list entry, which all operations on waiting lists share.

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

/// The waiting list entry that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntryPath {
    /// The id of the entry.
    #[schema(value_type = uuid::Uuid)]
    pub entry_id: WaitlistEntryId,
}

/// A waiting list entry: the visit for which a patient waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WaitlistEntry)]
pub struct EntryView {
    /// The id of the entry.
    #[schema(value_type = uuid::Uuid)]
    id: WaitlistEntryId,
    /// The id of the patient who waits.
    #[schema(value_type = uuid::Uuid)]
    patient_id: PatientId,
    /// The id of the doctor for whom the patient waits. Absent if the patient waits for a speciality.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// The speciality for which the patient waits. Absent if the patient waits for a doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<Speciality>,
    /// The language that the doctor must speak. Absent if any language suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// The kind of visit.
    #[schema(value_type = String, example = "consultation")]
    kind: VisitKind,
    /// `video` or `clinic`. Absent if either suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// The earliest start of the visit.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The latest end of the visit, at which the entry ends, too.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// `urgent` or `routine`.
    #[schema(value_type = String, example = "routine")]
    priority: Priority,
    /// The instant at which the patient joined. Entries of one priority are served in this order.
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    /// `waiting`, `offered`, `booked`, `left` or `ended`.
    #[schema(example = "offered")]
    status: &'static str,
    /// The offer to the patient. Present only for `offered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferView>,
    /// The id of the appointment that was booked from an offer. Present only for `booked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    appointment_id: Option<AppointmentId>,
    /// The reason for which the entry ended without a visit: `window_over` or `offers_passed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    ended_because: Option<Ending>,
}

/// A slot that is kept for a patient for a limited time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Offer)]
pub struct OfferView {
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The id of the first slot of the visit.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The end of the visit.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic of the visit. Absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    clinic: Option<String>,
    /// The first instant at which the offer is over. The slot is then offered to the next entry.
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
    /// The view of a stored entry.
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
