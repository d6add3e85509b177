//! The steps of a visit that its parties take: check-in, begin and completion.

use crate::view::AppointmentView;
use api::{Context, Ok200, Problem, problem};
use domain::access::{Action, Authorized};
use domain::appointments::appointment::{Appointment, Stage};
use domain::core::id::AppointmentId;
use storage::Storage;

/// Takes a step of a visit with `write`, which stores it, and answers with the appointment. A step that is done already
/// changes nothing.
///
/// # Errors
/// 404 if the appointment does not exist or the caller has no relation to it, 403 if the caller may not take the step,
/// 503 if the table does not answer, and the errors of `write`.
pub(crate) async fn step<F>(
    cx: &Context,
    storage: &Storage,
    (action, id): (Action, AppointmentId),
    is_done: fn(&Stage) -> bool,
    write: impl Fn(Authorized<Appointment>) -> F,
) -> Result<Ok200<AppointmentView>, Problem>
where
    F: Future<Output = Result<Appointment, Problem>>,
{
    cx.retrying(async || {
        let stored = storage.appointment(id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let appointment = cx.authorize(action, stored)?;
        if is_done(&appointment.stage) {
            return Ok(Ok200::new(AppointmentView::of(&appointment, cx.now())));
        }
        let written = write(appointment).await?;
        Ok(Ok200::new(AppointmentView::of(&written, cx.now())))
    })
    .await
}
