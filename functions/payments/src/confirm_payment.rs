//! `POST /v1/payments/{paymentId}/confirm`: a patient brings what the checkout handed over, and hears how the visit stands.
//!
//! The signature shows that Razorpay's checkout accepted a payment of this order; whether the money is ours is asked of
//! Razorpay itself. What can't be told yet is `processing`: the webhook does the rest, and nothing is lost if this is never called.

use crate::ports::{PaymentPorts, not_available};
use crate::progress::Progress;
use crate::settlement::{self, Settled};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Open, Path, View};
use domain::access::{Action, Role};
use domain::appointments::appointment::Status;
use domain::audit::EventType;
use domain::core::id::PaymentId;
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::payments::payment::Capture;
use gateway::razorpay::{GatewayPayment, verify_checkout};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `confirmPayment`
pub static ENDPOINT: Endpoint<PaymentPorts, (Path<PaymentPath>, Json<ConfirmPayment>), Ok200<PaymentResult>> =
    Endpoint::post(
        "/v1/payments/{paymentId}/confirm",
        "confirmPayment",
        "Tell that a payment was made in the checkout",
        &handle,
    )
    .details(
        "With what the checkout handed over. Its signature is checked, and Razorpay is asked whether the \
             money is there. The answer is how the visit stands; `processing` means that it is not known yet: the \
             webhook does the rest, and nothing is lost if this is never called.",
    )
    .allow(&[Role::Patient])
    .problems(&[&problem::NOT_FOUND, &problem::SIGNATURE_INVALID]);

/// Which payment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentPath {
    /// The payment.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) payment_id: PaymentId,
}

/// What the checkout of Razorpay hands to its success handler.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmPayment {
    /// `razorpay_order_id`
    #[schema(value_type = String, example = "order_EKwxwAgItmmXdp")]
    razorpay_order_id: OrderId,
    /// `razorpay_payment_id`
    #[schema(value_type = String, example = "pay_29QQoUBi66xm2f")]
    razorpay_payment_id: GatewayPaymentId,
    /// `razorpay_signature`
    razorpay_signature: String,
}

/// How a payment and its visit stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResult {
    /// The payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// `captured`; `processing`: not captured yet, ask again; `refunding`, `refunded` or `refund_failed`: the visit could not be
    /// had or was cancelled; `refused`: not what was to be paid, we look after it.
    #[schema(value_type = String, example = "captured")]
    state: Progress,
    /// The status of the appointment.
    #[schema(value_type = String, example = "confirmed")]
    appointment_status: Status,
}

impl View for PaymentResult {
    type Data = Open;
}

async fn handle(
    cx: Context,
    ports: PaymentPorts,
    (Path(PaymentPath { payment_id: id }), Json(body)): (Path<PaymentPath>, Json<ConfirmPayment>),
) -> Result<Ok200<PaymentResult>, Problem> {
    let (appointment, ledger) =
        futures::try_join!(ports.storage.appointment(id.appointment()), ports.storage.ledger(id))?;
    let (Some(appointment), Some(payment)) = (appointment, ledger.payment) else {
        return Err(Problem::of(&problem::NOT_FOUND));
    };
    let payment = cx.authorize(Action::ConfirmPayment, payment)?;
    let ConfirmPayment { razorpay_order_id: order, razorpay_payment_id: attempt, razorpay_signature } = body;

    let secrets = ports.secrets.razorpay().await.map_err(Problem::unavailable)?;
    let is_signed = verify_checkout(&order, &attempt, &razorpay_signature, &secrets.key_secret);
    if !is_signed || payment.order() != Some(&order) {
        return Err(Problem::of(&problem::SIGNATURE_INVALID).recorded_as(EventType::AccessDenied));
    }

    let known = Settled {
        progress: Progress::of(&attempt, Some(&payment), &ledger.refunds),
        appointment: appointment.status(cx.now()),
    };
    let settled = match payment.has_captured(&attempt) {
        true => known,
        false => ports.settle(&cx, id, &order, &attempt).await?.unwrap_or(known),
    };
    Ok(Ok200::new(PaymentResult { payment_id: id, state: settled.progress, appointment_status: settled.appointment }))
}

impl PaymentPorts {
    /// Settles the attempt if Razorpay says that it is captured; `None` if it does not say so, or says nothing at all.
    async fn settle(
        &self,
        cx: &Context,
        id: PaymentId,
        order: &OrderId,
        attempt: &GatewayPaymentId,
    ) -> Result<Option<Settled>, Problem> {
        let told = match self.gateway.payment(attempt).await {
            Ok(told) => told,
            Err(error) if error.is_transient() => {
                tracing::warn!(payment.id = %id, %error, "a payment can't be looked up: its webhook will settle it");
                return Ok(None);
            }
            Err(error) => return Err(not_available(error)),
        };
        if told.was_captured() && told.order_id.as_ref() == Some(order) {
            // Before the capture: what has gone back already pays for nothing.
            self.compare_refunds(cx, id, &told).await?;
        }
        match captured(order, told, cx.now()) {
            Some(capture) => settlement::apply(cx, &self.storage, id, &capture).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The capture that Razorpay tells of, if the payment is of `order` and the money is, or was, ours.
fn captured(order: &OrderId, told: GatewayPayment, now: Timestamp) -> Option<Capture> {
    let is_captured = told.was_captured() && told.order_id.as_ref() == Some(order);
    is_captured.then(|| Capture {
        order: order.clone(),
        payment: told.id,
        amount: told.amount,
        currency: told.currency,
        at: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gateway_payment, instant, order_id};
    use gateway::razorpay::PaymentStatus;

    #[test]
    fn only_a_captured_payment_of_this_order_is_settled() {
        let of = |status, order: &str| {
            let told = GatewayPayment { status, order_id: Some(order_id(order)), ..gateway_payment() };
            captured(&order_id("order_1"), told, instant()).is_some()
        };
        assert!(of(PaymentStatus::Captured, "order_1") && of(PaymentStatus::Refunded, "order_1"));
        assert!(!of(PaymentStatus::Captured, "order_2"));
        for status in [PaymentStatus::Created, PaymentStatus::Authorized, PaymentStatus::Failed] {
            assert!(!of(status, "order_1"), "{status:?}");
        }
    }
}
