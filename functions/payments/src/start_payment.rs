//! `POST /v1/appointments/{appointmentId}/payment`: a patient gets the order for the checkout of a held appointment.
//!
//! Each hold has one order, so a repeated request returns the same order. The request takes no money and confirms
//! nothing.

use crate::orders;
use crate::ports::PaymentPorts;
use api::problem::{self, Facts, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Ok200, Open, Path, Variable, View};
use domain::access::{Action, Authorized, Role};
use domain::appointments::appointment::{Appointment, Stage};
use domain::appointments::payment_start::{MIN_SECONDS_TO_PAY, Start, StartRefusal, start};
use domain::core::id::OrderId;
use domain::core::id::{AppointmentId, PaymentId};
use domain::core::money::{Currency, Paise};
use domain::payments::payment::Payment;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The seconds during which no other request may ask Razorpay for the order: longer than a search and a creation may
/// take.
const LEASE_SECONDS: u32 = 15;

/// The seconds after which to repeat the request while another request makes the order, which usually takes less than
/// one second.
const SOON: u32 = 2;

/// `startPayment`
pub static ENDPOINT: Endpoint<StartPorts, Path<AppointmentPath>, Ok200<PaymentOrder>> = Endpoint::post(
    "/v1/appointments/{appointmentId}/payment",
    "startPayment",
    "Get the order that pays for a held appointment",
    &handle,
)
.details(
    "Each hold has one order, and a repeated request returns the same order. While another request makes \
             the order, the answer is `in-progress` with a Retry-After header. A hold that is over, or has no order \
             and less than {MIN_SECONDS_TO_PAY} seconds left, is answered with `hold-ended`. The request takes no \
             money and confirms nothing. A late payment gets the slot if it is still free, and is refunded otherwise.",
)
.allow(&[Role::Patient])
.problems(&[&problem::NOT_FOUND, &problem::NOTHING_TO_PAY, &problem::HOLD_ENDED, &problem::IN_PROGRESS]);

/// The ports of payments, and the currency in which visits are paid.
#[derive(Clone)]
pub struct StartPorts {
    ports: PaymentPorts,
    currency: Currency,
}

impl FromEnvironment for StartPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(StartPorts { ports: PaymentPorts::wire(aws)?, currency: aws.parsed(Variable::Currency)? })
    }
}

/// The appointment that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentPath {
    /// The id of the appointment.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
}

/// The order for Razorpay's checkout.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentOrder {
    /// Vaidya's id of the payment: `confirmPayment` needs it.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// The id of the order at Razorpay: `order_id` of the checkout.
    #[schema(value_type = api::schema::OrderId)]
    order_id: OrderId,
    /// The amount due, in paise.
    #[schema(value_type = i64, example = 50000)]
    amount: Paise,
    /// The ISO 4217 code of the currency.
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// Vaidya's public key at Razorpay: `key` of the checkout.
    #[schema(example = "rzp_live_ILgsfZCZoFIKMb")]
    key_id: String,
    /// The first instant at which the hold is over. A later payment gets the slot if it is still free, and is refunded
    /// otherwise.
    #[schema(value_type = String, format = DateTime)]
    hold_until: Timestamp,
}

impl View for PaymentOrder {
    type Data = Open;
}

async fn handle(
    cx: Context,
    StartPorts { ports, currency }: StartPorts,
    Path(AppointmentPath { appointment_id }): Path<AppointmentPath>,
) -> Result<Ok200<PaymentOrder>, Problem> {
    // First: the answer needs the key, and an intent without an answer would only delay the next try.
    let key = ports.key.get().await.map_err(Problem::unavailable)?;

    let (hold_until, start) = cx.retrying(async || lease(&cx, &ports, &currency, appointment_id).await).await?;
    let payment = match start {
        Start::Ready(payment) => payment,
        Start::Make { intent, may_exist } => {
            // After a refusal or a timeout the hold and the intent stand, and a repeated request finds the order if it
            // was made.
            let order = orders::obtain(ports.gateway.as_ref(), &intent, may_exist)
                .await
                .map_err(|error| Problem::unavailable(error).retry_after(LEASE_SECONDS))?;
            orders::bind(&cx, &ports.storage, intent, order).await?
        }
    };
    let order = payment.order().ok_or_else(|| Problem::internal("a bound payment without an order"))?;
    Ok(Ok200::new(PaymentOrder {
        payment_id: payment.id,
        order_id: order.clone(),
        amount: payment.amount,
        currency: payment.currency.clone(),
        key_id: key.id.clone(),
        hold_until,
    }))
}

/// Reads the appointment and its payment, and takes the lease if an order must be made. The intent is stored before the
/// call.
async fn lease(
    cx: &Context,
    ports: &PaymentPorts,
    currency: &Currency,
    id: AppointmentId,
) -> Result<(Timestamp, Start), Problem> {
    let (appointment, ledger) = futures::try_join!(ports.storage.appointment(id), ports.storage.ledger(id.into()))?;
    let appointment = appointment.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let appointment = cx.authorize(Action::StartPayment, appointment)?;
    let lease = SignedDuration::from_secs(LEASE_SECONDS.into());
    let start = match decide(&appointment, ledger.payment, currency, cx.now(), lease)? {
        Start::Ready(payment) => Start::Ready(payment),
        Start::Make { intent, may_exist } => {
            let intent = ports.storage.commit_intent(&intent, &cx.provenance()).await?;
            Start::Make { intent, may_exist }
        }
    };
    match appointment.stage {
        Stage::Held { until, .. } => Ok((until, start)),
        _ => Err(Problem::internal("a payment was started for an appointment that is not held")),
    }
}

/// Applies the rule, and maps its refusals to the problems of this endpoint.
fn decide(
    appointment: &Authorized<Appointment>,
    payment: Option<Payment>,
    currency: &Currency,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Start, Problem> {
    let ended = || {
        let at = appointment.cancellation(now).map(|cancellation| cancellation.at);
        Problem::of(&problem::HOLD_ENDED).facts(Facts { at, ..Facts::default() })
    };
    start(appointment, payment, currency, now, lease).map_err(|refusal| match refusal {
        StartRefusal::NotAwaitingPayment if appointment.has_expired(now) => ended(),
        StartRefusal::AlreadyPaid => Problem::of(&problem::NOTHING_TO_PAY).detail("The visit is paid."),
        StartRefusal::NotAwaitingPayment => {
            Problem::of(&problem::NOTHING_TO_PAY).detail(if appointment.cancellation(now).is_some() {
                "The visit is cancelled."
            } else {
                "The visit has no fee that is due."
            })
        }
        StartRefusal::HoldNearlyOver => Problem::of(&problem::HOLD_ENDED)
            .detail(format!("Less than {MIN_SECONDS_TO_PAY} seconds of the hold are left: extend it, or book again.")),
        StartRefusal::InProgress { .. } => Problem::of(&problem::IN_PROGRESS).retry_after(SOON),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{captured_payment, held, instant, order_id, payment};
    use domain::access::{self, Actor};
    use domain::payments::payment::PaymentState;

    fn decided(appointment: &Appointment, payment: Option<Payment>, after: SignedDuration) -> Result<Start, Problem> {
        let patient = Actor::Patient(appointment.patient);
        let appointment = access::authorize(&patient, Action::StartPayment, appointment.clone()).unwrap();
        let lease = SignedDuration::from_secs(LEASE_SECONDS.into());
        decide(&appointment, payment, &Currency::default(), instant() + after, lease)
    }

    fn refusal(appointment: &Appointment, payment: Option<Payment>, after: SignedDuration) -> &'static str {
        decided(appointment, payment, after).unwrap_err().kind.slug
    }

    #[test]
    fn an_appointment_that_is_not_held_has_nothing_to_pay() {
        let confirmed = held().confirm(instant()).unwrap();
        assert_eq!(refusal(&confirmed, None, SignedDuration::ZERO), "nothing-to-pay");
        assert_eq!(refusal(&held(), Some(captured_payment()), SignedDuration::ZERO), "nothing-to-pay");
    }

    #[test]
    fn a_hold_that_is_over_or_nearly_over_is_answered_with_hold_ended() {
        assert_eq!(refusal(&held(), None, SignedDuration::from_mins(10)), "hold-ended");
        assert_eq!(refusal(&held(), None, SignedDuration::from_secs(9 * 60 + 45)), "hold-ended");
        let expired = held().expire(instant() + SignedDuration::from_mins(10)).unwrap();
        assert_eq!(refusal(&expired, None, SignedDuration::from_mins(11)), "hold-ended");
    }

    #[test]
    fn an_open_order_is_returned_until_the_hold_ends() {
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        let shown = decided(&held(), Some(open.clone()), SignedDuration::from_secs(9 * 60 + 59)).unwrap();
        assert_eq!(shown, Start::Ready(open));
    }

    #[test]
    fn while_another_request_has_the_lease_the_answer_says_when_to_retry() {
        let leased = payment(PaymentState::Intent { lease_until: instant() + SignedDuration::from_secs(15) });
        let problem = decided(&held(), Some(leased.clone()), SignedDuration::from_secs(14)).unwrap_err();
        assert_eq!((problem.kind.slug, problem.seconds_to_retry()), ("in-progress", Some(SOON)));
        let start = decided(&held(), Some(leased), SignedDuration::from_secs(15)).unwrap();
        assert!(matches!(start, Start::Make { may_exist: true, .. }), "{start:?}");
    }
}
