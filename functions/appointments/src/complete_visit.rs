//! `POST /v1/appointments/{appointmentId}/complete`: the doctor ends the visit. [`crate::close_visit`] closes a visit
//! that the doctor does not end, [`CLOSES_AFTER`](domain::appointments::attendance::CLOSES_AFTER) its time.
//!
//! A repeated request changes nothing.

use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use crate::visits::{Step, before_step};
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::appointments::attendance;
use storage::Storage;

/// `completeVisit`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/complete", "completeVisit", "End a visit", &handle)
        .details(
            "The doctor ends the visit. A visit that the doctor does not end is closed automatically \
             {CLOSES_AFTER_MINUTES} minutes after its end, as completed or as a no-show, depending on the parties \
             that joined. A repeated request changes nothing.",
        )
        .allow(&[Role::Doctor])
        .problems(&[
            &problem::AWAITING_PAYMENT,
            &problem::HOLD_ENDED,
            &problem::VISIT_CANCELLED,
            &problem::VISIT_NOT_BEGUN,
            &problem::VISIT_OVER,
        ]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    let is_done = |stage: &Stage| matches!(stage, Stage::Completed { .. });
    cx.retrying(async || {
        let step = before_step(&cx, &storage, Action::ConductVisit, path.appointment_id, is_done).await?;
        let appointment = match step {
            Step::Done(answer) => return Ok(answer),
            Step::Next(appointment) => appointment,
        };
        let ledger = storage.ledger(path.appointment_id.into()).await?;
        let closed = attendance::end(appointment, ledger.payment, cx.now())?;
        let written = storage.commit_close(&closed, &cx.provenance()).await?;
        Ok(answer(&cx, &written))
    })
    .await
}
