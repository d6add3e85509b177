//! The view of an appointment. It lacks what the patient tells the doctor, which only `view-appointment` and
//! `update-appointment` disclose.

use api::{Context, Ok200, Open, View};
use domain::access::Actor;
use domain::appointments::appointment::{Appointment, Side, Stage, Status};
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, DoctorId, PatientId, PaymentId, SlotId, UserId};
use domain::core::money::Paise;
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Appointment)]
pub struct AppointmentView {
    /// The id of the appointment.
    #[schema(value_type = uuid::Uuid)]
    pub id: AppointmentId,
    /// The id of the patient.
    #[schema(value_type = uuid::Uuid)]
    pub patient_id: PatientId,
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    pub doctor_id: DoctorId,
    /// The doctor's name at the time of booking.
    pub doctor_name: String,
    /// The id of the first slot.
    #[schema(value_type = api::schema::SlotId)]
    pub slot_id: SlotId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    /// The end of the visit.
    #[schema(value_type = String, format = DateTime)]
    pub end: Timestamp,
    /// The ids of all slots of the visit. Absent if it takes one slot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<api::schema::SlotId>)]
    pub slot_ids: Vec<SlotId>,
    /// The clinic of the visit. Absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    pub clinic: Option<String>,
    /// The doctor's time zone at the time of booking.
    #[schema(example = "Asia/Kolkata")]
    pub zone: String,
    /// `consultation`, `follow_up`, `emergency` or `routine_checkup`.
    #[schema(value_type = String, example = "consultation")]
    pub kind: VisitKind,
    /// `held`, `confirmed`, `checked_in`, `in_progress`, `completed`, `cancelled` or `no_show`.
    #[schema(value_type = String, example = "held")]
    pub status: Status,
    /// The first instant at which the hold is over. Present only for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub hold_until: Option<Timestamp>,
    /// Whether the patient can still extend the hold. Present only for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_extendable: Option<bool>,
    /// The number of times that the patient has moved the visit.
    pub moves: u32,
    /// The fee in paise.
    #[schema(value_type = i64, example = 50000)]
    pub fee: Paise,
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    pub payment_id: PaymentId,
    /// The party or event that cancelled the appointment: `patient`, `doctor`, `admin`, `expiry`, `suspension` or
    /// `payment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub cancelled_by: Option<CancelledBy>,
    /// The id of the person who cancelled the appointment, if a person did. Only administrators see the id of an
    /// administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub cancelled_by_id: Option<UserId>,
    /// The instant at which the patient entered the waiting room or joined the visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub patient_joined_at: Option<Timestamp>,
    /// The instant at which the doctor began the visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub doctor_joined_at: Option<Timestamp>,
    /// The absent party, `patient` or `doctor`. Present only for `no_show`. A past visit without a recorded attendance
    /// stays `confirmed`: its outcome is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub absent: Option<Side>,
    /// The instant of the booking.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The instant of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Whether the patient tells the doctor anything before the visit: a reason, symptoms or notes (`viewAppointment`).
    pub has_intake: bool,
    /// The version of the appointment. Its entity tag, for `If-Match`, is the version in double quotes.
    #[schema(example = 2)]
    pub version: u64,
}

impl View for AppointmentView {
    type Data = Open;
}

impl AppointmentView {
    /// The view of an appointment for the caller. A hold that is over is shown as cancelled.
    pub fn of(cx: &Context, appointment: &Appointment) -> Self {
        let now = cx.now();
        let cancellation = appointment.cancellation(now);
        let status = appointment.status(now);
        AppointmentView {
            id: appointment.id,
            patient_id: appointment.patient,
            doctor_id: appointment.doctor,
            doctor_name: appointment.doctor_name.to_string(),
            slot_id: appointment.first_slot(),
            slot_ids: if appointment.slots.len() > 1 { appointment.slots.clone() } else { vec![] },
            clinic: appointment.place.clinic().map(ToString::to_string),
            start: appointment.time.start(),
            end: appointment.time.end(),
            zone: appointment.zone.as_str().to_owned(),
            kind: appointment.kind,
            status,
            hold_until: match appointment.stage {
                Stage::Held { until, .. } if status == Status::Held => Some(until),
                _ => None,
            },
            hold_extendable: match appointment.stage {
                Stage::Held { extended, .. } if status == Status::Held => Some(!extended),
                _ => None,
            },
            moves: appointment.moves,
            fee: appointment.fee,
            payment_id: appointment.payment(),
            cancelled_by: cancellation.as_ref().map(|cancellation| cancellation.by),
            cancelled_by_id: cancellation.filter(|it| knows_person(cx, it.by)).and_then(|it| it.person),
            patient_joined_at: appointment.attendance().patient,
            doctor_joined_at: appointment.attendance().doctor,
            absent: match appointment.stage {
                Stage::NoShow { absence, .. } => Some(absence.side()),
                _ => None,
            },
            created_at: appointment.created_at,
            updated_at: appointment.updated_at,
            has_intake: appointment.intake.is_some(),
            version: appointment.version,
        }
    }
}

/// Whether the caller may know the person who cancelled. Patient and doctor of a visit know each other; who works as an
/// administrator is no concern of theirs.
fn knows_person(cx: &Context, by: CancelledBy) -> bool {
    by != CancelledBy::Admin || cx.caller.actors().iter().any(|actor| matches!(actor, Actor::Admin(_)))
}

/// The answer to a step of an appointment: the appointment, with its entity tag.
pub(crate) fn answer(cx: &Context, appointment: &Appointment) -> Ok200<AppointmentView> {
    Ok200::new(AppointmentView::of(cx, appointment)).tagged(appointment.version)
}
