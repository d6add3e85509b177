//! `POST /v1/appointments/{appointmentId}/check-in`: the patient enters the waiting room, or joins the visit that the
//! doctor has begun, from [`OPENS_BEFORE`](domain::appointments::appointment::OPENS_BEFORE) its start until its end.
//!
//! A repeated check-in changes nothing, so a client that has lost the answer may send the request again.

use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use crate::visits::{Step, before_step};
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::audit::EventType;
use storage::Storage;

/// `checkIn`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/check-in", "checkIn", "Enter the waiting room", &handle)
        .details(
            "Possible from {OPENS_BEFORE_MINUTES} minutes before the start until the end of the visit. The patient \
             waits, or joins the visit that the doctor has begun. A repeated check-in changes nothing.",
        )
        .allow(&[Role::Patient])
        .problems(&[
            &problem::AWAITING_PAYMENT,
            &problem::HOLD_ENDED,
            &problem::VISIT_CANCELLED,
            &problem::VISIT_NOT_OPEN,
            &problem::VISIT_OVER,
            &problem::VISIT_JOINED,
        ]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    let is_done = |stage: &Stage| matches!(stage, Stage::CheckedIn { .. } | Stage::InProgress { patient: Some(_), .. });
    cx.retrying(async || {
        let step = before_step(&cx, &storage, Action::CheckIn, path.appointment_id, is_done).await?;
        let appointment = match step {
            Step::Done(answer) => return Ok(answer),
            Step::Next(appointment) => appointment,
        };
        let next = appointment.into_inner().check_in(cx.now())?;
        let written = storage.commit_step(&next, EventType::AppointmentCheckedIn, &cx.provenance()).await?;
        Ok(answer(&cx, &written))
    })
    .await
}
