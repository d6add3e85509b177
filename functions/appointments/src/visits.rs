//! What the steps of a visit that its parties take have in common: check-in, begin and completion.

use crate::view::{AppointmentView, answer};
use api::{Context, Ok200, Problem, problem};
use domain::access::{Action, Authorized};
use domain::appointments::appointment::{Appointment, Stage};
use domain::core::id::AppointmentId;
use storage::Storage;

/// An appointment before a step.
pub(crate) enum Step {
    /// The step was taken before: the answer.
    Done(Ok200<AppointmentView>),
    /// The caller may take the step.
    Next(Authorized<Appointment>),
}

/// Loads an appointment for a step. `is_done` recognises a step that was taken before.
///
/// # Errors
/// 404 if the appointment does not exist or the caller has no relation to it, 403 if the caller may not take the step,
/// 503 if the table does not answer.
pub(crate) async fn before_step(
    cx: &Context,
    storage: &Storage,
    action: Action,
    id: AppointmentId,
    is_done: fn(&Stage) -> bool,
) -> Result<Step, Problem> {
    let stored = storage.appointment(id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let appointment = cx.authorize(action, stored)?;
    Ok(if is_done(&appointment.stage) { Step::Done(answer(cx, &appointment)) } else { Step::Next(appointment) })
}
