//! `POST /v1/appointments/{appointmentId}/begin`: the doctor begins the visit, from
//! [`OPENS_BEFORE`](domain::appointments::appointment::OPENS_BEFORE) its start until its end, whether or not the
//! patient has checked in.
//!
//! A repeated request changes nothing.

use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use crate::visits::{Step, before_step};
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::audit::EventType;
use storage::Storage;

/// `beginVisit`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/begin", "beginVisit", "Begin a visit", &handle)
        .details(
            "Possible from {OPENS_BEFORE_MINUTES} minutes before the start until the end of the visit, whether or \
             not the patient has checked in. A repeated request changes nothing.",
        )
        .allow(&[Role::Doctor])
        .problems(&[
            &problem::AWAITING_PAYMENT,
            &problem::HOLD_ENDED,
            &problem::VISIT_CANCELLED,
            &problem::VISIT_NOT_OPEN,
            &problem::VISIT_OVER,
        ]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    let is_done = |stage: &Stage| matches!(stage, Stage::InProgress { .. });
    cx.retrying(async || {
        let step = before_step(&cx, &storage, Action::ConductVisit, path.appointment_id, is_done).await?;
        let appointment = match step {
            Step::Done(answer) => return Ok(answer),
            Step::Next(appointment) => appointment,
        };
        let next = appointment.into_inner().begin(cx.now())?;
        let written = storage.commit_step(&next, EventType::AppointmentStarted, &cx.provenance()).await?;
        Ok(answer(&cx, &written))
    })
    .await
}
