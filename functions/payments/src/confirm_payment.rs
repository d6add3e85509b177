//! `POST /v1/payments/{paymentId}/confirm`: a patient confirms a payment with the result of the checkout.
//!
//! The signature shows that Razorpay's checkout accepted a payment of this order; Razorpay itself is asked whether the
//! payment is captured. An unknown state is `processing`: the webhook settles the payment then, and also if this is
//! never called.

use crate::gateway_payment;
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
        "Confirm a payment made in the checkout",
        &handle,
    )
    .details(
        "The client sends the result of the checkout. The signature is checked, and Razorpay is asked whether \
             the payment is captured. The answer is the state of the payment and of the visit. `processing` means \
             that the state is not known yet. Razorpay's webhook settles the payment even if this is never called.",
    )
    .allow(&[Role::Patient])
    .problems(&[&problem::NOT_FOUND, &problem::SIGNATURE_INVALID]);

/// The payment that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentPath {
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) payment_id: PaymentId,
}

/// The result that Razorpay's checkout passes to its success handler, under the names that it has there. The names in
/// camel case of earlier clients, such as `razorpayOrderId`, are accepted too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmPayment {
    /// The order that was paid.
    #[serde(alias = "razorpayOrderId")]
    #[schema(value_type = api::schema::OrderId)]
    razorpay_order_id: OrderId,
    /// The payment, which is one attempt at the order.
    #[serde(alias = "razorpayPaymentId")]
    #[schema(value_type = api::schema::GatewayPaymentId)]
    razorpay_payment_id: GatewayPaymentId,
    /// The signature of Razorpay over the two.
    #[serde(alias = "razorpaySignature")]
    #[schema(example = "9ef4dffbfd84f1318f6739a3ce19f9d85851857ae648f114332d8401e0949a3d")]
    razorpay_signature: String,
}

/// The state of a payment and of its visit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResult {
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// `captured`; `processing`: not captured yet, ask again; `refunding`, `refunded` or `refund_failed`: the visit
    /// could not be confirmed or was cancelled; `refused`: the payment does not match the order, and an operator
    /// handles it.
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

    let key = ports.key.get().await.map_err(Problem::unavailable)?;
    let is_signed = verify_checkout(&order, &attempt, &razorpay_signature, &key.secret);
    if !is_signed || payment.order() != Some(&order) {
        return Err(Problem::of(&problem::SIGNATURE_INVALID).recorded_as(EventType::AccessDenied));
    }

    let stored = Settled {
        progress: Progress::of(&attempt, Some(&payment), &ledger.refunds),
        appointment: appointment.status(cx.now()),
    };
    let settled = match payment.has_captured(&attempt) {
        true => stored,
        false => settle(&cx, &ports, id, &order, &attempt).await?.unwrap_or(stored),
    };
    Ok(Ok200::new(PaymentResult { payment_id: id, state: settled.progress, appointment_status: settled.appointment }))
}

/// Settles the attempt if Razorpay reports it as captured. `None` if it does not, or if Razorpay does not answer.
async fn settle(
    cx: &Context,
    ports: &PaymentPorts,
    id: PaymentId,
    order: &OrderId,
    attempt: &GatewayPaymentId,
) -> Result<Option<Settled>, Problem> {
    let reported = match ports.gateway.payment(attempt).await {
        Ok(reported) => reported,
        Err(error) if error.is_transient() => {
            tracing::warn!(payment.id = %id, %error, "a payment can't be looked up: its webhook settles it later");
            return Ok(None);
        }
        Err(error) => return Err(not_available(error)),
    };
    if reported.was_captured() && reported.order_id.as_ref() == Some(order) {
        // Before the capture: money that is already refunded pays for nothing.
        gateway_payment::compare_refunds(cx, ports, id, &reported).await?;
    }
    match captured(order, reported, cx.now()) {
        Some(capture) => settlement::apply(cx, &ports.storage, id, &capture).await.map(Some),
        None => Ok(None),
    }
}

/// The capture in Razorpay's answer, if the payment is of `order` and was captured, refunded or not.
fn captured(order: &OrderId, reported: GatewayPayment, now: Timestamp) -> Option<Capture> {
    let is_captured = reported.was_captured() && reported.order_id.as_ref() == Some(order);
    is_captured.then(|| Capture {
        order: order.clone(),
        payment: reported.id,
        amount: reported.amount,
        currency: reported.currency,
        method: reported.method,
        at: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gateway_payment, instant, order_id};
    use gateway::razorpay::PaymentStatus;

    #[test]
    fn the_result_of_the_checkout_is_taken_as_it_is_and_under_the_names_of_earlier_clients() {
        let read = |names: [&str; 3]| {
            let values = ["order_EKwxwAgItmmXdp", "pay_29QQoUBi66xm2f", "00"].map(serde_json::Value::from);
            let members = names.map(str::to_owned).into_iter().zip(values);
            serde_json::from_value::<ConfirmPayment>(members.collect::<serde_json::Map<_, _>>().into())
        };
        let checkout = ["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"];
        let earlier = ["razorpayOrderId", "razorpayPaymentId", "razorpaySignature"];
        for names in [checkout, earlier] {
            let body = read(names).unwrap();
            assert_eq!(body.razorpay_order_id.as_str(), "order_EKwxwAgItmmXdp");
            assert_eq!(
                (body.razorpay_payment_id.as_str(), body.razorpay_signature.as_str()),
                ("pay_29QQoUBi66xm2f", "00")
            );
        }
        assert!(read(["razorpay_order_id", "razorpayOrderId", "razorpay_signature"]).is_err(), "one of them twice");
    }

    #[test]
    fn only_a_captured_payment_of_this_order_is_settled() {
        let is_settled = |status, order: &str| {
            let reported = GatewayPayment { status, order_id: Some(order_id(order)), ..gateway_payment() };
            captured(&order_id("order_1"), reported, instant()).is_some()
        };
        assert!(is_settled(PaymentStatus::Captured, "order_1") && is_settled(PaymentStatus::Refunded, "order_1"));
        assert!(!is_settled(PaymentStatus::Captured, "order_2"));
        for status in [PaymentStatus::Created, PaymentStatus::Authorized, PaymentStatus::Failed] {
            assert!(!is_settled(status, "order_1"), "{status:?}");
        }
    }
}
