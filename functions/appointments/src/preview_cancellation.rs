//! `GET /v1/appointments/{appointmentId}/cancellation`: the refund that a cancellation by the caller would give now.
//!
//! The rule of the cancellation decides. The share falls as the visit comes nearer, so the answer holds for the moment
//! only.

use crate::cancel_appointment::{sees_amounts, side};
use crate::refund_ports::RefundPorts;
use crate::view_appointment::AppointmentPath;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Role};
use domain::appointments::cancellation;
use domain::audit::EventType;
use domain::core::money::Paise;
use domain::payments::payment::PaymentState;
use domain::payments::refund_policy::RefundRule;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// `previewCancellation`
pub static ENDPOINT: Endpoint<RefundPorts, Path<AppointmentPath>, Disclosed<CancellationPreview>> = Endpoint::get(
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
             If the doctor or an administrator cancels, the whole fee is refunded. The doctor sees the rule and no \
             amounts. The answer holds for the moment only. The access is recorded in the audit trail before the \
             answer is sent.",
)
.allow(&[Role::Patient, Role::Doctor, Role::Admin])
.problems(&[&problem::HOLD_ENDED, &problem::VISIT_CANCELLED, &problem::VISIT_BEGUN, &problem::VISIT_OVER]);

/// The refund of a cancellation at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancellationPreview {
    /// The amount paid, in paise. The doctor does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 50000)]
    paid_amount: Option<Paise>,
    /// The amount that would be refunded, in paise. The doctor does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 25000)]
    refund_amount: Option<Paise>,
    /// The rule that decides the refund. Absent if nothing was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cancelled_late")]
    rule: Option<RefundRule>,
    /// The instant for which the preview holds.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// It is made of a patient's visit and payment, which each are disclosed.
impl View for CancellationPreview {
    type Data = Health;
}

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Disclosed<CancellationPreview>, Problem> {
    let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let by = side(&cx, &visit.appointment);
    let visit = cx.authorize(Action::CancelAppointment, visit)?;
    let about = About::of("appointment", &path.appointment_id.to_string(), visit.appointment.patient);
    let paid_amount = match &visit.payment {
        Some(payment) if matches!(payment.state, PaymentState::Captured { .. }) => payment.amount,
        _ => Paise::ZERO,
    };
    let cancelled = cancellation::cancel(visit, by, None, &policy, cx.now())?;
    let decided = cancelled.payment.as_ref().and_then(|payment| payment.paying_account());
    let rule = decided.map(|account| account.decision.rule);
    let refund_amount = cancelled.refund.map_or(Paise::ZERO, |refund| refund.amount);
    let shown = |amount| sees_amounts(by).then_some(amount);
    let preview = CancellationPreview {
        paid_amount: shown(paid_amount),
        refund_amount: shown(refund_amount),
        rule,
        at: cx.now(),
    };
    cx.disclose(&storage, EventType::AppointmentViewed, about, preview).await
}
