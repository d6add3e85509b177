//! The queue `settlements`: a stored event of Razorpay's is read and done, and Razorpay is asked about orders of which it told
//! nothing.
//!
//! Events come late, twice and out of order; each is a snapshot of its time. What it leads to only moves forward, so that any
//! order of them ends alike. A failed attempt releases nothing: it may still turn captured. Money that is not what we asked for
//! changes nothing here; it is recorded, and somebody has to look.

use crate::orders;
use crate::ports::PaymentPorts;
use crate::refunds::{self, RefundNews, failed};
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
            Message::PaymentEventStored { event } => deal_with(&cx, &ports, &event).await,
            Message::OrderDue { payment, opened, check } => ports.reconcile(&cx, payment, opened, check).await,
            other => Err(Failure::Permanent(format!("not for this queue: {other:?}"))),
        })
        .await;
    Ok(outcome)
}

async fn deal_with(cx: &Context, ports: &PaymentPorts, key: &str) -> Result<(), Failure> {
    let stored = ports.storage.event(key).await.map_err(Problem::from)?;
    let Some(stored) = stored else { return Err(Failure::Permanent(format!("no event {key} is stored"))) };
    let event = WebhookEvent::parse(stored.body.as_bytes()).map_err(|error| Failure::Permanent(error.to_string()))?;
    let name = event.event.as_str().to_owned();
    tracing::info!(event.key = key, event.name = name, "an event of Razorpay's");
    match GatewayUpdate::of(event).map_err(|error| Failure::Permanent(format!("{name}: {error}")))? {
        GatewayUpdate::Captured(capture) => ports.settle_capture(cx, &capture).await?,
        GatewayUpdate::Attempt { order, attempt, state, at } => {
            ports.note_attempt(cx, &order, &attempt, state, at).await?
        }
        GatewayUpdate::Refund { order, news } => ports.advance_refund(cx, order, news).await?,
        GatewayUpdate::WithoutOrder(attempt) => {
            ports.refuse(cx, "gateway_payment", attempt.as_str(), "of no order").await?
        }
        GatewayUpdate::Nothing => {}
    }
    Ok(())
}

/// What an event asks us to do.
#[derive(Debug, PartialEq, Eq)]
enum GatewayUpdate {
    /// Settle this.
    Captured(Capture),
    /// Write down that an attempt failed, or was authorized.
    Attempt { order: OrderId, attempt: GatewayPaymentId, state: AttemptState, at: Timestamp },
    /// Write down how far a refund is.
    Refund {
        /// The order that was paid, if the event says so.
        order: Option<OrderId>,
        news: RefundNews,
    },
    /// Money that came without an order of ours: record it.
    WithoutOrder(GatewayPaymentId),
    /// Nothing: the stored event is its record.
    Nothing,
}

/// An event that should carry something and does not.
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
                        at,
                    }),
                    None => Self::WithoutOrder(payment.id),
                })
            }
            EventKind::PaymentFailed => Self::attempt(payment, AttemptState::Failed, at),
            // Authorized money is not ours yet: the order captures it by itself, or the bank gets it back.
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
        let news = RefundNews {
            attempt: refund.payment_id,
            refund_id: refund.id.clone(),
            receipt: refund.receipt,
            amount: refund.amount,
            state: state(refund.id),
        };
        Ok(Self::Refund { order, news })
    }
}

impl PaymentPorts {
    async fn settle_capture(&self, cx: &Context, capture: &Capture) -> Result<(), Problem> {
        match orders::payment_of(cx, &self.storage, self.gateway.as_ref(), &capture.order).await? {
            Some(id) => settlement::apply(cx, &self.storage, id, capture).await.map(drop),
            None => self.refuse(cx, "order", capture.order.as_str(), "of no payment of ours").await,
        }
    }

    async fn note_attempt(
        &self,
        cx: &Context,
        order: &OrderId,
        attempt: &GatewayPaymentId,
        state: AttemptState,
        at: Timestamp,
    ) -> Result<(), Problem> {
        match self.storage.payment_of_order(order).await? {
            Some(id) => self.note(cx, id, attempt, state, at).await,
            None => Ok(()),
        }
    }

    async fn advance_refund(&self, cx: &Context, order: Option<OrderId>, news: RefundNews) -> Result<(), Problem> {
        let order = match order {
            Some(order) => Some(order),
            // Not in the event: Razorpay knows which order the attempt paid.
            None => match self.gateway.payment(&news.attempt).await {
                Ok(payment) => payment.order_id,
                Err(error) if error.is_transient() => return Err(Problem::unavailable(error)),
                Err(_) => None,
            },
        };
        let payment = match &order {
            Some(order) => orders::payment_of(cx, &self.storage, self.gateway.as_ref(), order).await?,
            None => None,
        };
        match payment {
            Some(id) => refunds::told(cx, &self.storage, id, &news).await,
            None => self.refuse(cx, "gateway_refund", news.refund_id.as_str(), "of no payment of ours").await,
        }
    }

    /// Records money that is not what we asked for. The stored event keeps what is known of it.
    async fn refuse(&self, cx: &Context, kind: &str, id: &str, detail: &str) -> Result<(), Problem> {
        tracing::error!(metric = "refused_payments", value = 1, kind, id, detail, "money came that was not asked for");
        self.record(cx, EventType::PaymentRefused, Outcome::Failure, (kind, id), detail).await
    }

    async fn record(
        &self,
        cx: &Context,
        event: EventType,
        outcome: Outcome,
        resource: (&str, &str),
        detail: &str,
    ) -> Result<(), Problem> {
        let activity = cx.activity(event, outcome, resource, Some(detail.to_owned()));
        Ok(self.storage.record_activity(&activity, &cx.provenance()).await?)
    }
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
        let news = GatewayUpdate::of(WebhookEvent::parse(CAPTURED.as_bytes()).unwrap()).unwrap();
        let GatewayUpdate::Captured(capture) = news else { panic!("{news:?}") };
        assert_eq!(capture.order, order_id("order_A1"));
        assert_eq!(capture.payment, attempt("pay_P1"));
        assert_eq!((capture.amount, capture.currency.as_str()), (paise(50_000), "INR"));
        assert_eq!(capture.at.as_second(), 1_795_300_060);
    }

    #[test]
    fn both_events_of_a_capture_ask_for_the_same() {
        let captured = GatewayUpdate::of(event(EventKind::PaymentCaptured)).unwrap();
        assert!(matches!(captured, GatewayUpdate::Captured(_)));
        assert_eq!(captured, GatewayUpdate::of(event(EventKind::OrderPaid)).unwrap());
    }

    #[test]
    fn money_of_no_order_is_recorded_and_a_failure_of_no_order_is_not() {
        let stray = |kind| {
            let payment = GatewayPayment { order_id: None, ..gateway_payment() };
            GatewayUpdate::of(WebhookEvent { payment: Some(payment), ..event(kind) }).unwrap()
        };
        assert_eq!(stray(EventKind::PaymentCaptured), GatewayUpdate::WithoutOrder(attempt("pay_P1")));
        assert_eq!(stray(EventKind::PaymentFailed), GatewayUpdate::Nothing);
    }

    #[test]
    fn a_failure_and_an_authorization_name_their_attempt_and_ask_for_nothing_else() {
        let noted = |state| GatewayUpdate::Attempt {
            order: order_id("order_A1"),
            attempt: attempt("pay_P1"),
            state,
            at: instant(),
        };
        assert_eq!(GatewayUpdate::of(event(EventKind::PaymentFailed)).unwrap(), noted(AttemptState::Failed));
        assert_eq!(GatewayUpdate::of(event(EventKind::PaymentAuthorized)).unwrap(), noted(AttemptState::Authorized));
    }

    #[test]
    fn what_is_unknown_asks_for_nothing() {
        assert_eq!(
            GatewayUpdate::of(event(EventKind::Other("invoice.paid".to_owned()))).unwrap(),
            GatewayUpdate::Nothing
        );
    }

    #[test]
    fn the_events_of_a_refund_are_its_states() {
        let told = |kind| match GatewayUpdate::of(event(kind)).unwrap() {
            GatewayUpdate::Refund { order, news } => (order, news),
            other => panic!("{other:?}"),
        };
        let (order, news) = told(EventKind::RefundCreated);
        assert_eq!(order, Some(order_id("order_A1")));
        assert_eq!((news.attempt, news.amount), (attempt("pay_P1"), paise(25_000)));
        assert!(matches!(news.state, RefundState::Requested { .. }));
        assert!(matches!(told(EventKind::RefundProcessed).1.state, RefundState::Processed { .. }));
        assert!(matches!(told(EventKind::RefundFailed).1.state, RefundState::Failed { .. }));
    }

    #[test]
    fn a_refund_takes_no_order_from_another_payment() {
        let other = GatewayPayment { id: attempt("pay_P2"), ..gateway_payment() };
        let news = GatewayUpdate::of(WebhookEvent { payment: Some(other), ..event(EventKind::RefundCreated) }).unwrap();
        assert!(matches!(news, GatewayUpdate::Refund { order: None, .. }));
    }

    #[test]
    fn an_event_that_lacks_what_it_is_about_can_not_be_dealt_with() {
        let empty = |kind| WebhookEvent { payment: None, refund: None, ..event(kind) };
        assert_eq!(GatewayUpdate::of(empty(EventKind::PaymentCaptured)), Err(MissingField("the payment")));
        assert_eq!(GatewayUpdate::of(empty(EventKind::RefundFailed)), Err(MissingField("the refund")));
    }
}
