//! The queue `settlements`: the consumer applies Razorpay's stored events, and asks Razorpay about orders without an
//! event.
//!
//! Events come late, twice and out of order; each shows the state of its time. A state only moves forward, so any order
//! of events ends in the same state. A failed attempt releases nothing: it may still be captured. A capture that does
//! not match its order changes nothing; it is recorded, and an operator must look at it.

use crate::gateway_payment;
use crate::orders;
use crate::ports::PaymentPorts;
use crate::reconcile;
use crate::refunds::{self, RefundUpdate, failed};
use crate::settlement;
use api::{BatchOutcome, Consumer, Context, Failure, Problem, QueueBatch, Source};
use domain::audit::{EventType, Outcome};
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::messages::Message;
use domain::payments::payment::Capture;
use domain::payments::refund::RefundState;
use gateway::razorpay::{EventKind, GatewayPayment, GatewayRefund, WebhookEvent};
use jiff::Timestamp;
use storage::AttemptState;

/// `settlePayment`
pub static CONSUMER: Consumer<PaymentPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("settlements"), "settlePayment", &handle);

async fn handle(cx: Context, ports: PaymentPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch
        .each(&cx, async |message| match message {
            Message::PaymentEventStored { event } => apply_event(&cx, &ports, &event).await,
            Message::OrderDue { payment, opened, check } => {
                reconcile::reconcile(&cx, &ports, payment, opened, check).await
            }
            other => Err(Failure::Permanent(format!("not for this queue: {other:?}"))),
        })
        .await;
    Ok(outcome)
}

async fn apply_event(cx: &Context, ports: &PaymentPorts, key: &str) -> Result<(), Failure> {
    let stored = ports.storage.event(key).await.map_err(Problem::from)?;
    let Some(stored) = stored else { return Err(Failure::Permanent(format!("no event {key} is stored"))) };
    let event = WebhookEvent::parse(stored.body.as_bytes()).map_err(|error| Failure::Permanent(error.to_string()))?;
    let name = event.event.as_str().to_owned();
    tracing::info!(event.key = key, event.name = name, "an event of Razorpay's");
    match GatewayUpdate::of(event).map_err(|error| Failure::Permanent(format!("{name}: {error}")))? {
        GatewayUpdate::Captured(capture) => settle_capture(cx, ports, &capture).await?,
        GatewayUpdate::Attempt { order, attempt, state, at } => {
            record_attempt(cx, ports, &order, &attempt, state, at).await?
        }
        GatewayUpdate::Refund { order, update } => advance_refund(cx, ports, order, update).await?,
        GatewayUpdate::WithoutOrder(attempt) => {
            refuse(cx, ports, "gateway_payment", attempt.as_str(), "of no order").await?
        }
        GatewayUpdate::Nothing => {}
    }
    Ok(())
}

/// The change that an event asks for.
#[derive(Debug, PartialEq, Eq)]
enum GatewayUpdate {
    /// Settle this capture.
    Captured(Capture),
    /// Record that an attempt failed or was authorized.
    Attempt { order: OrderId, attempt: GatewayPaymentId, state: AttemptState, at: Timestamp },
    /// Store the new state of a refund.
    Refund {
        /// The order that was paid, if the event names it.
        order: Option<OrderId>,
        update: RefundUpdate,
    },
    /// Record a capture without an order.
    WithoutOrder(GatewayPaymentId),
    /// No change: the stored event is the record.
    Nothing,
}

/// An event without a field that its kind must have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it lacks {0}")]
struct MissingField(&'static str);

impl GatewayUpdate {
    fn of(event: WebhookEvent) -> Result<Self, MissingField> {
        let WebhookEvent { event: kind, payment, refund, created_at: at, .. } = event;
        match kind {
            EventKind::PaymentCaptured | EventKind::OrderPaid => {
                let payment = payment.ok_or(MissingField("the payment"))?;
                Ok(match payment.order_id {
                    Some(order) => Self::Captured(Capture {
                        order,
                        payment: payment.id,
                        amount: payment.amount,
                        currency: payment.currency,
                        method: payment.method,
                        at,
                    }),
                    None => Self::WithoutOrder(payment.id),
                })
            }
            EventKind::PaymentFailed => Self::attempt(payment, AttemptState::Failed, at),
            // Authorized money is not captured yet: Razorpay captures it automatically, or the bank releases it.
            EventKind::PaymentAuthorized => Self::attempt(payment, AttemptState::Authorized, at),
            EventKind::RefundCreated => {
                Self::refund(payment, refund, |refund_id| RefundState::Requested { refund_id, at })
            }
            EventKind::RefundProcessed => {
                Self::refund(payment, refund, |refund_id| RefundState::Processed { refund_id, at })
            }
            EventKind::RefundFailed => Self::refund(payment, refund, |refund_id| failed(&refund_id, at)),
            EventKind::Other(_) => Ok(Self::Nothing),
        }
    }

    fn attempt(payment: Option<GatewayPayment>, state: AttemptState, at: Timestamp) -> Result<Self, MissingField> {
        let payment = payment.ok_or(MissingField("the payment"))?;
        Ok(match payment.order_id {
            Some(order) => Self::Attempt { order, attempt: payment.id, state, at },
            None => Self::Nothing,
        })
    }

    fn refund(
        payment: Option<GatewayPayment>,
        refund: Option<GatewayRefund>,
        state: impl FnOnce(GatewayRefundId) -> RefundState,
    ) -> Result<Self, MissingField> {
        let refund = refund.ok_or(MissingField("the refund"))?;
        let order = payment.filter(|payment| payment.id == refund.payment_id).and_then(|payment| payment.order_id);
        let update = RefundUpdate {
            attempt: refund.payment_id,
            refund_id: refund.id.clone(),
            receipt: refund.receipt,
            amount: refund.amount,
            state: state(refund.id),
        };
        Ok(Self::Refund { order, update })
    }
}

async fn settle_capture(cx: &Context, ports: &PaymentPorts, capture: &Capture) -> Result<(), Problem> {
    match orders::payment_of(cx, &ports.storage, ports.gateway.as_ref(), &capture.order).await? {
        Some(id) => settlement::apply(cx, &ports.storage, id, capture).await.map(drop),
        None => refuse(cx, ports, "order", capture.order.as_str(), "of no payment of ours").await,
    }
}

async fn record_attempt(
    cx: &Context,
    ports: &PaymentPorts,
    order: &OrderId,
    attempt: &GatewayPaymentId,
    state: AttemptState,
    at: Timestamp,
) -> Result<(), Problem> {
    match ports.storage.payment_of_order(order).await? {
        Some(id) => gateway_payment::record_attempt(cx, ports, id, attempt, state, at).await,
        None => Ok(()),
    }
}

async fn advance_refund(
    cx: &Context,
    ports: &PaymentPorts,
    order: Option<OrderId>,
    update: RefundUpdate,
) -> Result<(), Problem> {
    let order = match order {
        Some(order) => Some(order),
        // The event does not name the order: Razorpay knows which order the attempt paid.
        None => match ports.gateway.payment(&update.attempt).await {
            Ok(payment) => payment.order_id,
            Err(error) if error.is_transient() => return Err(Problem::unavailable(error)),
            Err(_) => None,
        },
    };
    let payment = match &order {
        Some(order) => orders::payment_of(cx, &ports.storage, ports.gateway.as_ref(), order).await?,
        None => None,
    };
    match payment {
        Some(id) => refunds::apply(cx, &ports.storage, id, &update).await,
        None => refuse(cx, ports, "gateway_refund", update.refund_id.as_str(), "of no payment of ours").await,
    }
}

/// Records money that Vaidya did not ask for. The stored event keeps the details.
async fn refuse(cx: &Context, ports: &PaymentPorts, kind: &str, id: &str, detail: &str) -> Result<(), Problem> {
    tracing::error!(metric = "refused_payments", value = 1, kind, id, detail, "money came that was not asked for");
    record(cx, ports, EventType::PaymentRefused, Outcome::Failure, (kind, id), detail).await
}

async fn record(
    cx: &Context,
    ports: &PaymentPorts,
    event: EventType,
    outcome: Outcome,
    resource: (&str, &str),
    detail: &str,
) -> Result<(), Problem> {
    let activity = cx.activity(event, outcome, resource, Some(detail.to_owned()));
    Ok(ports.storage.record_activity(&activity, &cx.provenance()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CAPTURED, attempt, gateway_payment, instant, order_id, paise};
    use gateway::razorpay::RefundStatus;

    fn event(kind: EventKind) -> WebhookEvent {
        let refund = GatewayRefund {
            id: GatewayRefundId::parse("rfnd_A").unwrap(),
            payment_id: attempt("pay_P1"),
            amount: paise(25_000),
            receipt: None,
            status: RefundStatus::Pending,
            created_at: instant(),
        };
        WebhookEvent {
            event: kind,
            order: None,
            payment: Some(gateway_payment()),
            refund: Some(refund),
            created_at: instant(),
        }
    }

    #[test]
    fn a_capture_is_read_from_the_bytes_that_razorpay_sends() {
        let update = GatewayUpdate::of(WebhookEvent::parse(CAPTURED.as_bytes()).unwrap()).unwrap();
        let GatewayUpdate::Captured(capture) = update else { panic!("{update:?}") };
        assert_eq!(capture.order, order_id("order_A1"));
        assert_eq!(capture.payment, attempt("pay_P1"));
        assert_eq!((capture.amount, capture.currency.as_str()), (paise(50_000), "INR"));
        assert_eq!(capture.at.as_second(), 1_795_300_060);
    }

    #[test]
    fn both_events_of_a_capture_give_the_same_update() {
        let captured = GatewayUpdate::of(event(EventKind::PaymentCaptured)).unwrap();
        assert!(matches!(captured, GatewayUpdate::Captured(_)));
        assert_eq!(captured, GatewayUpdate::of(event(EventKind::OrderPaid)).unwrap());
    }

    #[test]
    fn a_capture_without_an_order_is_recorded_and_a_failure_without_one_is_not() {
        let without_order = |kind| {
            let payment = GatewayPayment { order_id: None, ..gateway_payment() };
            GatewayUpdate::of(WebhookEvent { payment: Some(payment), ..event(kind) }).unwrap()
        };
        assert_eq!(without_order(EventKind::PaymentCaptured), GatewayUpdate::WithoutOrder(attempt("pay_P1")));
        assert_eq!(without_order(EventKind::PaymentFailed), GatewayUpdate::Nothing);
    }

    #[test]
    fn a_failure_and_an_authorization_record_their_attempt_only() {
        let recorded = |state| GatewayUpdate::Attempt {
            order: order_id("order_A1"),
            attempt: attempt("pay_P1"),
            state,
            at: instant(),
        };
        assert_eq!(GatewayUpdate::of(event(EventKind::PaymentFailed)).unwrap(), recorded(AttemptState::Failed));
        assert_eq!(GatewayUpdate::of(event(EventKind::PaymentAuthorized)).unwrap(), recorded(AttemptState::Authorized));
    }

    #[test]
    fn an_unknown_event_changes_nothing() {
        assert_eq!(
            GatewayUpdate::of(event(EventKind::Other("invoice.paid".to_owned()))).unwrap(),
            GatewayUpdate::Nothing
        );
    }

    #[test]
    fn each_event_of_a_refund_gives_its_state() {
        let refund = |kind| match GatewayUpdate::of(event(kind)).unwrap() {
            GatewayUpdate::Refund { order, update } => (order, update),
            other => panic!("{other:?}"),
        };
        let (order, update) = refund(EventKind::RefundCreated);
        assert_eq!(order, Some(order_id("order_A1")));
        assert_eq!((update.attempt, update.amount), (attempt("pay_P1"), paise(25_000)));
        assert!(matches!(update.state, RefundState::Requested { .. }));
        assert!(matches!(refund(EventKind::RefundProcessed).1.state, RefundState::Processed { .. }));
        assert!(matches!(refund(EventKind::RefundFailed).1.state, RefundState::Failed { .. }));
    }

    #[test]
    fn a_refund_takes_no_order_of_another_payment() {
        let other = GatewayPayment { id: attempt("pay_P2"), ..gateway_payment() };
        let update =
            GatewayUpdate::of(WebhookEvent { payment: Some(other), ..event(EventKind::RefundCreated) }).unwrap();
        assert!(matches!(update, GatewayUpdate::Refund { order: None, .. }));
    }

    #[test]
    fn an_event_without_its_payment_or_refund_is_rejected() {
        let empty = |kind| WebhookEvent { payment: None, refund: None, ..event(kind) };
        assert_eq!(GatewayUpdate::of(empty(EventKind::PaymentCaptured)), Err(MissingField("the payment")));
        assert_eq!(GatewayUpdate::of(empty(EventKind::RefundFailed)), Err(MissingField("the refund")));
    }
}
