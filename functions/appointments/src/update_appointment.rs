//! `PUT /v1/appointments/{appointmentId}`: its patient changes what the doctor is told before the visit.
//!
//! Time, kind and fee stay: a move and a cancellation are operations of their own. The texts are sealed under the
//! patient's key and stored with the appointment in one transaction, under the version that the client has seen. A move,
//! a cancellation or another update in between is a 412, and nothing is written over.

use crate::intake::{IntakePorts, IntakeTexts};
use crate::view_appointment::{AppointmentDetails, AppointmentPath};
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Json, Path};
use domain::access::{Action, Role};
use domain::appointments::intake;
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use serde::Deserialize;
use utoipa::ToSchema;

/// `updateAppointment`
pub static ENDPOINT: Endpoint<
    IntakePorts,
    (Path<AppointmentPath>, Json<UpdateAppointment>),
    Disclosed<AppointmentDetails>,
> = Endpoint::put(
    "/v1/appointments/{appointmentId}",
    "updateAppointment",
    "Change what the patient tells the doctor",
    &handle,
)
.details(
    "Replaces the reason of the visit, the symptoms and the notes for the doctor. The patient can change them until \
     the visit begins, also while it is not paid for. Only the patient and the doctor of the visit can read them. \
     Kind, time and fee stay.",
)
.allow(&[Role::Patient])
.problems(&[&problem::HOLD_ENDED, &problem::VISIT_CANCELLED, &problem::VISIT_BEGUN, &problem::VISIT_OVER]);

/// All that the patient tells the doctor. A field is removed if it is left out, `null` or empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAppointment {
    /// The reason of the visit, 1 to 1000 characters.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
    /// The symptoms, at most 20, each 1 to 100 characters.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    symptoms: Option<Vec<Sensitive<String>>>,
    /// Notes for the doctor, 1 to 2000 characters.
    #[schema(value_type = Option<String>)]
    notes: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: IntakePorts,
    (Path(path), Json(body)): (Path<AppointmentPath>, Json<UpdateAppointment>),
) -> Result<Disclosed<AppointmentDetails>, Problem> {
    let texts =
        IntakeTexts { reason: body.reason.as_ref(), symptoms: body.symptoms.as_deref(), notes: body.notes.as_ref() };
    let intake = texts.parse_cleared()?;
    let written = cx
        .retrying(async || {
            let stored = ports.storage.appointment(path.appointment_id).await?;
            let stored = stored.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
            let appointment = cx.authorize(Action::UpdateAppointment, stored)?;
            cx.must_match(appointment.version)?;
            let next = intake::update(appointment, !intake.is_empty(), cx.now())?;
            let sealed = ports.seal(next.patient, next.id, &intake).await?;
            Ok(ports.storage.commit_intake(&next, sealed, &cx.provenance()).await?)
        })
        .await?;
    // The answer shows what was written, so the audit event of the write also records the disclosure.
    let details = AppointmentDetails::of(&cx, &written, None, intake);
    Ok(cx.disclose_written(EventType::AppointmentUpdated, details).await?.tagged(written.version))
}
