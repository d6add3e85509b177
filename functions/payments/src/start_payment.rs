//! `POST /v1/appointments/{appointmentId}/payment`: a patient gets the order with which the checkout pays for a held appointment.
//!
//! There is one order for each hold, so that repeating the request shows the same one. It takes no money and confirms nothing.

use crate::orders;
use crate::ports::PaymentPorts;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Ok200, Open, Path, Variable, View};
use domain::access::{Action, Authorized, Role};
use domain::appointments::appointment::{Appointment, Stage};
use domain::appointments::payment_start::{Start, StartRefusal, start};
use domain::core::id::OrderId;
use domain::core::id::{AppointmentId, PaymentId};
use domain::core::money::{Currency, Paise};
use domain::payments::payment::Payment;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// For how long nobody else may ask Razorpay for the order: longer than looking for one and making one may take.
const LEASE_SECONDS: u32 = 15;

/// When to repeat while another request makes the order, in seconds: it mostly takes less than one.
const SOON: u32 = 2;

/// `startPayment`
pub static ENDPOINT: Endpoint<StartPorts, Path<AppointmentPath>, Ok200<PaymentOrder>> = Endpoint::post(
    "/v1/appointments/{appointmentId}/payment",
    "startPayment",
    "Get the order that pays for a held appointment",
    &handle,
)
.details(
    "There is one order for each hold, and repeating the request shows the same one. While another \
             request makes it the answer is `in-progress`, with a time to repeat. A hold that is over, or has \
             less than {MIN_SECONDS_TO_PAY} seconds left without an order, is `hold-ended`. It takes no money and \
             confirms nothing: what is paid late gets the slot if it is free still, and is paid back otherwise.",
)
.allow(&[Role::Patient])
.problems(&[&problem::NOT_FOUND, &problem::NOTHING_TO_PAY, &problem::HOLD_ENDED, &problem::IN_PROGRESS]);

/// The usual ports, and the currency in which visits are paid.
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

/// Which appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentPath {
    /// The appointment.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
}

/// What the checkout of Razorpay needs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentOrder {
    /// The payment's id here; confirm it under this.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// The order's id at Razorpay: `order_id` of the checkout.
    #[schema(value_type = String, example = "order_EKwxwAgItmmXdp")]
    order_id: OrderId,
    /// What is to be paid, in paise.
    #[schema(value_type = i64, example = 50000)]
    amount: Paise,
    /// The currency, by its ISO 4217 code.
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// Our public key at Razorpay: `key` of the checkout.
    #[schema(example = "rzp_live_ILgsfZCZoFIKMb")]
    key_id: String,
    /// Until when the slot is held. What is paid later is kept only if the slot is still free then, and paid back otherwise.
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
    // First, since without them nothing can be shown, and an intent would only stand in the way of the next try.
    let secrets = ports.secrets.razorpay().await.map_err(Problem::unavailable)?;

    let (hold_until, start) = cx.retrying(async || lease(&cx, &ports, &currency, appointment_id).await).await?;
    let payment = match start {
        Start::Ready(payment) => payment,
        Start::Make { intent, may_exist } => {
            // Refused or timed out: the hold and the intent stand, and whoever repeats this finds the order if it was made.
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
        key_id: secrets.key_id.clone(),
        hold_until,
    }))
}

/// Reads the appointment and its payment, and takes the lease if an order is to be made: the intent precedes the call.
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
        _ => Err(Problem::internal("a payment was started for what is not held")),
    }
}

/// The rule, in the words of this endpoint.
fn decide(
    appointment: &Authorized<Appointment>,
    payment: Option<Payment>,
    currency: &Currency,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Start, Problem> {
    start(appointment, payment, currency, now, lease).map_err(|refusal| match refusal {
        StartRefusal::NotAwaitingPayment if appointment.has_expired(now) => Problem::of(&problem::HOLD_ENDED),
        StartRefusal::AlreadyPaid | StartRefusal::NotAwaitingPayment => Problem::of(&problem::NOTHING_TO_PAY),
        StartRefusal::HoldNearlyOver => Problem::of(&problem::HOLD_ENDED),
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
    fn what_is_not_held_has_nothing_to_pay() {
        let confirmed = held().confirm(instant()).unwrap();
        assert_eq!(refusal(&confirmed, None, SignedDuration::ZERO), "nothing-to-pay");
        assert_eq!(refusal(&held(), Some(captured_payment()), SignedDuration::ZERO), "nothing-to-pay");
    }

    #[test]
    fn a_hold_that_is_over_or_nearly_over_is_told_as_such() {
        assert_eq!(refusal(&held(), None, SignedDuration::from_mins(10)), "hold-ended");
        assert_eq!(refusal(&held(), None, SignedDuration::from_secs(9 * 60 + 45)), "hold-ended");
        let expired = held().expire(instant() + SignedDuration::from_mins(10)).unwrap();
        assert_eq!(refusal(&expired, None, SignedDuration::from_mins(11)), "hold-ended");
    }

    #[test]
    fn an_open_order_is_shown_as_long_as_the_hold_lasts() {
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        let shown = decided(&held(), Some(open.clone()), SignedDuration::from_secs(9 * 60 + 59)).unwrap();
        assert_eq!(shown, Start::Ready(open));
    }

    #[test]
    fn while_another_request_has_the_lease_the_client_waits_and_is_told_how_long() {
        let leased = payment(PaymentState::Intent { lease_until: instant() + SignedDuration::from_secs(15) });
        let problem = decided(&held(), Some(leased.clone()), SignedDuration::from_secs(14)).unwrap_err();
        assert_eq!((problem.kind.slug, problem.seconds_to_retry()), ("in-progress", Some(SOON)));
        let start = decided(&held(), Some(leased), SignedDuration::from_secs(15)).unwrap();
        assert!(matches!(start, Start::Make { may_exist: true, .. }), "{start:?}");
    }
}
