//! `POST /v1/appointments/{appointmentId}/outcome`: the doctor or an administrator records the outcome of a visit
//! without a recorded attendance, [`CLOSES_AFTER`](domain::appointments::attendance::CLOSES_AFTER) its end at the
//! earliest. The attendance decides the outcome of every other visit.
//!
//! The refund policy decides the refund, which is promised in the same transaction: the whole fee if the doctor was
//! absent.
//!
//! Recording the same outcome again changes nothing.

use crate::refund_ports::RefundPorts;
use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use api::{Context, Endpoint, Fields, Json, Ok200, Path, Problem, problem};
use domain::access::{Action, Role};
use domain::appointments::attendance::{self, Outcome};
use serde::Deserialize;
use utoipa::ToSchema;

/// `recordOutcome`
pub static ENDPOINT: Endpoint<RefundPorts, (Path<AppointmentPath>, Json<RecordOutcome>), Ok200<AppointmentView>> =
    Endpoint::post(
        "/v1/appointments/{appointmentId}/outcome",
        "recordOutcome",
        "Record the outcome of a visit",
        &handle,
    )
    .details(
        "For a visit without a recorded attendance, {CLOSES_AFTER_MINUTES} minutes after its end at the \
             earliest. The refund is promised in the same transaction: the whole fee if the doctor was absent. \
             Recording the same outcome again changes nothing.",
    )
    .allow(&[Role::Doctor, Role::Admin])
    .problems(&[
        &problem::AWAITING_PAYMENT,
        &problem::HOLD_ENDED,
        &problem::VISIT_CANCELLED,
        &problem::VISIT_JOINED,
        &problem::VISIT_NOT_OVER,
        &problem::VISIT_OVER,
    ]);

/// The outcome of the visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordOutcome {
    /// `completed`, `patient_absent` or `doctor_absent`.
    #[schema(example = "completed")]
    outcome: String,
}

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    (Path(path), Json(body)): (Path<AppointmentPath>, Json<RecordOutcome>),
) -> Result<Ok200<AppointmentView>, Problem> {
    let mut fields = Fields::default();
    let Some(outcome) = fields.parse("outcome", body.outcome.parse::<Outcome>()) else {
        return Err(fields.refusal());
    };

    cx.retrying(async || {
        let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let appointment = cx.authorize(Action::RecordOutcome, visit.appointment)?;
        if outcome.is_recorded_of(&appointment) {
            return Ok(answer(&cx, &appointment));
        }
        let closed = attendance::record(appointment, visit.payment, outcome, &policy, cx.now())?;
        let stored = storage.commit_close(&closed, &cx.provenance()).await?;
        Ok(answer(&cx, &stored))
    })
    .await
}
