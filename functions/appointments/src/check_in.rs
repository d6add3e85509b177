//! `POST /v1/appointments/{appointmentId}/check-in`: the patient enters the waiting room, or the visit that the doctor has
//! begun, from half an hour before its start until its end.
//!
//! Checking in again changes nothing: whoever has lost the answer asks again.

use crate::view::AppointmentView;
use crate::view_appointment::AppointmentPath;
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::audit::EventType;
use storage::Storage;

/// `checkIn`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/check-in", "checkIn", "Enter the waiting room", &handle)
        .details(
            "From {OPENS_BEFORE_MINUTES} minutes before the start until the end of the visit. The patient waits, \
             or joins the visit that the doctor has begun. Checking in again changes nothing.",
        )
        .allow(&[Role::Patient])
        .problems(&[&problem::CONFLICT]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    cx.retrying(async || {
        let stored = storage.appointment(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let appointment = cx.authorize(Action::CheckIn, stored)?.into_inner();
        if matches!(appointment.stage, Stage::CheckedIn { .. } | Stage::InProgress { patient: Some(_), .. }) {
            return Ok(Ok200::new(AppointmentView::of(&appointment, cx.now())));
        }
        let next = appointment.check_in(cx.now())?;
        let stored = storage.commit_step(&next, EventType::AppointmentCheckedIn, &cx.provenance()).await?;
        Ok(Ok200::new(AppointmentView::of(&stored, cx.now())))
    })
    .await
}
