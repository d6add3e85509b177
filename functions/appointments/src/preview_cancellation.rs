//! `GET /v1/appointments/{appointmentId}/cancellation`: the refund that a cancellation by the caller would give now.
//!
//! The rule of the cancellation decides. The share falls as the visit comes nearer, so the answer holds for the moment
//! only.

use crate::cancel_appointment::side;
use crate::refund_ports::RefundPorts;
use crate::view_appointment::AppointmentPath;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, Path, View};
use domain::access::{Action, Role};
use domain::appointments::cancellation;
use domain::core::money::Paise;
use domain::payments::payment::PaymentState;
use domain::payments::refund_policy::RefundRule;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// `previewCancellation`
pub static ENDPOINT: Endpoint<RefundPorts, Path<AppointmentPath>, Ok200<CancellationPreview>> = Endpoint::get(
    "/v1/appointments/{appointmentId}/cancellation",
    "previewCancellation",
    "Preview the refund of a cancellation",
    &handle,
)
.details(
    "The refund in paise and its rule, decided as in the cancellation. A patient who cancels gets the whole \
             fee back {REFUND_FULL_HOURS} hours before the start or earlier, {REFUND_PARTIAL_PERCENT} percent until \
             {REFUND_PARTIAL_HOURS} hours before it, and nothing after that, unless the deployment has other terms. \
             After a move by the patient it is no more than a cancellation in place of the move would have given. \
             If the doctor or an administrator cancels, the whole fee is refunded. The answer holds for the moment \
             only.",
)
.allow(&[Role::Patient, Role::Doctor, Role::Admin])
.problems(&[&problem::HOLD_ENDED, &problem::VISIT_CANCELLED, &problem::VISIT_BEGUN, &problem::VISIT_OVER]);

/// The refund of a cancellation at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancellationPreview {
    /// The amount paid, in paise.
    #[schema(value_type = i64, example = 50000)]
    paid_amount: Paise,
    /// The amount that would be refunded, in paise.
    #[schema(value_type = i64, example = 25000)]
    refund_amount: Paise,
    /// The rule that decides the refund. Absent if nothing was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cancelled_late")]
    rule: Option<RefundRule>,
    /// The instant for which the preview holds.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl View for CancellationPreview {
    type Data = Open;
}

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<CancellationPreview>, Problem> {
    let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let by = side(&cx, &visit.appointment);
    let visit = cx.authorize(Action::CancelAppointment, visit)?;
    let paid_amount = match &visit.payment {
        Some(payment) if matches!(payment.state, PaymentState::Captured { .. }) => payment.amount,
        _ => Paise::ZERO,
    };
    let cancelled = cancellation::cancel(visit, by, None, &policy, cx.now())?;
    let decided = cancelled.payment.as_ref().and_then(|payment| payment.paying_account());
    let rule = decided.map(|account| account.decision.rule);
    let refund_amount = cancelled.refund.map_or(Paise::ZERO, |refund| refund.amount);
    Ok(Ok200::new(CancellationPreview { paid_amount, refund_amount, rule, at: cx.now() }))
}
