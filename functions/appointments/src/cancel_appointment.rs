//! `POST /v1/appointments/{appointmentId}/cancel`: its patient, its doctor or an administrator cancels an appointment.
//!
//! The slot of a confirmed visit is offered to the next matching waiting list entry, or is free. The refund is decided
//! and promised in the same transaction, and requested from Razorpay later, from a queue. A repeated cancellation by
//! the same side gives the same answer.

use crate::refund_ports::RefundPorts;
use crate::view::AppointmentView;
use crate::view_appointment::AppointmentPath;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200, Open, Path, View};
use domain::access::{Action, Actor, Role};
use domain::appointments::cancellation;
use domain::core::cancelled_by::{CancelledBy, Canceller};
use domain::core::id::{DoctorId, PatientId, RefundId};
use domain::core::money::Paise;
use domain::core::person::Remark;
use domain::core::text::InvalidField;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::refund::Refund;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `cancelAppointment`
pub static ENDPOINT: Endpoint<RefundPorts, (Path<AppointmentPath>, Json<CancelAppointment>), Ok200<CancellationView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/cancel", "cancelAppointment", "Cancel an appointment", &handle)
        .details(
            "Possible until the visit begins. The refund is decided by the refund policy and promised in the same \
             transaction: the whole fee if the doctor or an administrator cancels; otherwise the share depends on \
             the time before the start (see `previewCancellation`). The slot of a confirmed visit is offered to \
             the next matching waiting list entry, or is free. A repeated cancellation by the same side gives the \
             same answer.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::HOLD_ENDED, &problem::VISIT_CANCELLED, &problem::VISIT_BEGUN, &problem::VISIT_OVER]);

/// The reason of the cancellation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelAppointment {
    /// A short remark that the other side can read. It must not contain health data.
    reason: Option<String>,
}

impl CancelAppointment {
    /// The checked remark, if there is one.
    pub(crate) fn reason(&self) -> Option<Result<Remark, InvalidField>> {
        self.reason.as_deref().map(Remark::parse)
    }
}

/// A cancelled appointment with its refund.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Cancellation)]
pub struct CancellationView {
    /// The cancelled appointment.
    #[schema(inline)]
    appointment: AppointmentView,
    /// The refund in paise. 0 if nothing was paid, or if the policy grants nothing so late. The doctor does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 50000)]
    refund_amount: Option<Paise>,
}

impl View for CancellationView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    (Path(path), Json(body)): (Path<AppointmentPath>, Json<CancelAppointment>),
) -> Result<Ok200<CancellationView>, Problem> {
    let mut fields = Fields::default();
    let remark = fields.parse_optional("reason", body.reason());
    fields.finish()?;
    let reason = remark.map(|remark| remark.as_str().to_owned());

    cx.retrying(async || {
        let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let by = side(&cx, &visit.appointment);
        let visit = cx.authorize(Action::CancelAppointment, visit)?;
        let earlier = promised(visit.payment.as_ref(), &visit.refunds);
        if visit.appointment.cancellation(cx.now()).is_some_and(|earlier| earlier.by == by) {
            return Ok(answer(&cx, &visit.appointment, earlier.unwrap_or(Paise::ZERO)));
        }
        let cancelled = cancellation::cancel(visit, canceller(&cx, by)?, reason.clone(), &policy, cx.now())?;
        let cancelled = storage.offer_released_slots(cancelled, cx.now()).await?;
        storage.commit_cancellation(&cancelled, &cx.provenance()).await?;
        let decided = cancelled.refund.as_ref().map(|refund| refund.amount);
        Ok(answer(&cx, &cancelled.appointment.clone().written(cx.now()), earlier.or(decided).unwrap_or(Paise::ZERO)))
    })
    .await
}

fn answer(
    cx: &Context,
    appointment: &domain::appointments::appointment::Appointment,
    refund: Paise,
) -> Ok200<CancellationView> {
    let refund_amount = sees_amounts(side(cx, appointment)).then_some(refund);
    let view = CancellationView { appointment: AppointmentView::of(cx, appointment), refund_amount };
    Ok200::new(view).tagged(appointment.version)
}

/// The refund of the capture that paid for the visit, if it is decided. A second payment by mistake is refunded
/// separately.
fn promised(payment: Option<&Payment>, refunds: &[Refund]) -> Option<Paise> {
    let Some(Payment { state: PaymentState::Captured { payment, .. }, .. }) = payment else { return None };
    let decided = RefundId::from(payment.clone());
    refunds.iter().find(|refund| refund.id == decided).map(|refund| refund.amount)
}

/// The side of the visit on which the caller stands: its patient or its doctor, otherwise an administrator.
pub(crate) fn side(cx: &Context, appointment: &domain::appointments::appointment::Appointment) -> CancelledBy {
    side_of(cx, appointment.patient, appointment.doctor)
}

/// The side on which the caller stands in visits of this patient to this doctor.
pub(crate) fn side_of(cx: &Context, patient: PatientId, doctor: DoctorId) -> CancelledBy {
    let actors = cx.caller.actors();
    if actors.contains(&Actor::Patient(patient)) {
        CancelledBy::Patient
    } else if actors.contains(&Actor::Doctor(doctor)) {
        CancelledBy::Doctor
    } else {
        CancelledBy::Admin
    }
}

/// The caller, who cancels on this side.
///
/// # Errors
/// 401 for a caller who is not signed in.
pub(crate) fn canceller(cx: &Context, side: CancelledBy) -> Result<Canceller, Problem> {
    Ok(Canceller { side, person: Some(cx.caller.user()?.id) })
}

/// Whether this side sees what was paid for a visit: a doctor sees no payments of patients ([`Action::ViewPayment`]).
pub(crate) fn sees_amounts(side: CancelledBy) -> bool {
    side != CancelledBy::Doctor
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::id::AppointmentId;
    use domain::core::id::{GatewayPaymentId, OrderId};
    use domain::payments::refund::RefundReason;
    use jiff::Timestamp;

    #[test]
    fn a_repetition_shows_the_refund_of_the_visit_and_not_that_of_a_second_payment() {
        let attempt = |text| GatewayPaymentId::parse(text).unwrap();
        let fee = Paise::new(50_000).unwrap();
        let appointment = AppointmentId::from_uuid(uuid::Uuid::nil());
        let refund = |payment, amount, reason| {
            Refund::pending(appointment.into(), attempt(payment), amount, reason, Timestamp::UNIX_EPOCH)
        };
        let twice = refund("pay_A", fee, RefundReason::DuplicateCapture);
        let half = refund("pay_B", fee.percent(50), RefundReason::CancelledByPatient);
        let captured = Payment {
            id: appointment.into(),
            appointment,
            patient: PatientId::from_uuid(uuid::Uuid::nil()),
            amount: fee,
            currency: domain::core::money::Currency::default(),
            started_at: Timestamp::UNIX_EPOCH,
            accounts: Vec::new(),
            state: PaymentState::Captured {
                order: OrderId::parse("order_A").unwrap(),
                payment: attempt("pay_B"),
                at: Timestamp::UNIX_EPOCH,
            },
            version: 3,
        };
        assert_eq!(promised(Some(&captured), &[twice.clone(), half.clone()]), Some(fee.percent(50)));
        assert_eq!(promised(Some(&captured), std::slice::from_ref(&twice)), None);
        assert_eq!(promised(None, &[]), None);
    }
}
