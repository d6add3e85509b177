//! `POST /v1/appointments/{appointmentId}/complete`: the doctor ends the visit. What the doctor does not end is closed by
//! [`crate::close_visit`], a quarter of an hour after its time.
//!
//! Completing again changes nothing.

use crate::view::AppointmentView;
use crate::view_appointment::AppointmentPath;
use api::{Context, Endpoint, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::appointment::Stage;
use domain::appointments::attendance;
use storage::Storage;

/// `completeVisit`
pub static ENDPOINT: Endpoint<Storage, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/complete", "completeVisit", "End a visit", &handle)
        .details(
            "Completing again changes nothing. What the doctor does not end is closed by itself \
             {CLOSES_AFTER_MINUTES} minutes after its time, as held or missed by who had joined.",
        )
        .allow(&[Role::Doctor])
        .problems(&[&problem::CONFLICT]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    cx.retrying(async || {
        let id = path.appointment_id;
        let (stored, ledger) = futures::try_join!(storage.appointment(id), storage.ledger(id.into()))?;
        let stored = stored.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let appointment = cx.authorize(Action::ConductVisit, stored)?;
        if matches!(appointment.stage, Stage::Completed { .. }) {
            return Ok(Ok200::new(AppointmentView::of(&appointment, cx.now())));
        }
        let closed = attendance::end(appointment, ledger.payment, cx.now())
            .map_err(|refusal| Problem::of(&problem::CONFLICT).detail(refusal.to_string()))?;
        let stored = storage.commit_close(&closed, &cx.provenance()).await?;
        Ok(Ok200::new(AppointmentView::of(&stored, cx.now())))
    })
    .await
}
