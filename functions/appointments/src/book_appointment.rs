//! `POST /v1/appointments`: a patient holds a free slot of a doctor until the visit is paid or the hold ends.
//!
//! It starts no payment. A visit without a fee is confirmed at once.

use crate::booking::{self, Attempt, BookingPorts, SlotRequest};
use crate::intake::IntakeTexts;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{Context, Created, Endpoint, Json};
use domain::access::Role;
use domain::core::id::{AppointmentId, DoctorId, SlotId};
use domain::core::sensitive::Sensitive;
use domain::directory::visit_kind::VisitKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// `bookAppointment`
pub static ENDPOINT: Endpoint<BookingPorts, Json<BookAppointment>, Created<AppointmentView>> =
    Endpoint::post("/v1/appointments", "bookAppointment", "Hold a free slot of a doctor", &handle)
        .details(
            "The slot is held for {HOLD_MINUTES} minutes, and never beyond its start; `holdUntil` of the answer is \
             the end of the hold. A payment in time (`startPayment`) confirms the visit; a visit without a fee is \
             confirmed at once. Fee and length follow the kind of visit: a follow-up within the doctor's window \
             after a completed visit has its own fee, and a kind that needs several slots takes the slots that \
             follow without a gap. A patient has at most {MAX_OPEN} future visits, at most {MAX_HOLDS} of them \
             holds, and no two overlap. If several patients request a slot at once, one gets it, and the others \
             get `slot-taken`. A patient who has cancelled {MAX_FREE_CANCELLATIONS} visits without a fee to a doctor \
             within {FREE_CANCELLATION_HOURS} hours books no other one until then.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::SLOT_TAKEN,
            &problem::SLOT_YOURS,
            &problem::DAY_FULL,
            &problem::PATIENT_BUSY,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::TOO_MANY_HOLDS,
            &problem::TOO_MANY_APPOINTMENTS,
            &problem::TOO_MANY_CANCELLATIONS,
        ]);

/// The slot to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookAppointment {
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The id of the slot, from the list of the doctor's free slots.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The kind of visit. Default: `consultation`.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// The reason of the visit, 1 to 1000 characters. Only the patient and the doctor can read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
    /// The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    symptoms: Option<Vec<Sensitive<String>>>,
    /// Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them.
    #[schema(value_type = Option<String>)]
    notes: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: BookingPorts,
    Json(body): Json<BookAppointment>,
) -> Result<Created<AppointmentView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let intake =
        IntakeTexts { reason: body.reason.as_ref(), symptoms: body.symptoms.as_deref(), notes: body.notes.as_ref() }
            .parse()?;
    let kind = body.kind.unwrap_or_default();
    let id = AppointmentId::from_uuid(cx.new_id());
    let request = SlotRequest { doctor: body.doctor_id, slot: body.slot_id, kind, intake: &intake };
    match ports.attempt(&cx, request, patient, id).await? {
        Attempt::Booked(created) => Ok(created),
        Attempt::Refused(refusal) => ports.refuse(&cx, booking::refused(&cx, refusal)).await,
        Attempt::NotThere => Err(Problem::of(&problem::NOT_FOUND)),
    }
}
