//! `POST /v1/appointments/{appointmentId}/begin`: the doctor begins the visit, from half an hour before its start until its end,
//! whether or not the patient waits already.
//!
//! Beginning again changes nothing.

use crate::view::AppointmentView;
use crate::view_appointment::AppointmentPath;
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::audit::EventType;
use storage::Storage;

/// `beginVisit`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/begin", "beginVisit", "Begin a visit", &handle)
        .details(
            "From {OPENS_BEFORE_MINUTES} minutes before the start until the end of the visit, whether or not the \
             patient waits already. Beginning again changes nothing.",
        )
        .allow(&[Role::Doctor])
        .problems(&[&problem::CONFLICT]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    cx.retrying(async || {
        let stored = storage.appointment(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let appointment = cx.authorize(Action::ConductVisit, stored)?.into_inner();
        if matches!(appointment.stage, Stage::InProgress { .. }) {
            return Ok(Ok200::new(AppointmentView::of(&appointment, cx.now())));
        }
        let next = appointment.begin(cx.now())?;
        let stored = storage.commit_step(&next, EventType::AppointmentStarted, &cx.provenance()).await?;
        Ok(Ok200::new(AppointmentView::of(&stored, cx.now())))
    })
    .await
}
