//! `POST /v1/appointments`: a patient holds a free slot of a doctor, until it is paid for or the hold ends.
//!
//! It starts no payment; a visit that costs nothing is confirmed at once.

use crate::booking::{self, Attempt, SlotWish};
use crate::sealed_reason::SealedReasonPorts;
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
pub static ENDPOINT: Endpoint<SealedReasonPorts, Json<BookAppointment>, Created<AppointmentView>> =
    Endpoint::post("/v1/appointments", "bookAppointment", "Hold a free slot of a doctor", &handle)
        .details(
            "The slot is held for {HOLD_MINUTES} minutes, and never beyond its start; `holdUntil` of the answer \
             says until when. Whoever pays in time (`startPayment`) has the visit; a visit without a fee is \
             confirmed at once. Fee and length follow the kind of visit: a follow-up within the doctor's window \
             after a visit that took place has its own fee, and a kind that takes several slots takes those that \
             follow without a pause. A patient has at most {MAX_OPEN} visits ahead, {MAX_HOLDS} of them \
             holds, and none of which overlap. Of several who want a slot at once one gets it, and the others hear `slot-taken`.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::SLOT_TAKEN,
            &problem::DAY_FULL,
            &problem::PATIENT_BUSY,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::TOO_MANY_HOLDS,
            &problem::TOO_MANY_APPOINTMENTS,
        ]);

/// A wish for a slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookAppointment {
    /// Whose slot it is.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The slot, from the list of the doctor's free slots.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// What kind of visit it is; a consultation unless said otherwise.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// What the visit is about, 1 to 1000 characters. Only the patient and the doctor will read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: SealedReasonPorts,
    Json(body): Json<BookAppointment>,
) -> Result<Created<AppointmentView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let reason = booking::reason(body.reason.as_ref())?;
    let kind = body.kind.unwrap_or_default();
    let id = AppointmentId::from_uuid(cx.new_id());
    let wish = SlotWish { doctor: body.doctor_id, slot: body.slot_id, kind, reason: reason.as_ref() };
    match ports.attempt(&cx, wish, patient, id).await? {
        Attempt::Booked(created) => Ok(created),
        Attempt::Refused(refusal) => ports.refuse(&cx, refusal.into()).await,
        Attempt::NotThere => Err(Problem::of(&problem::NOT_FOUND)),
    }
}
