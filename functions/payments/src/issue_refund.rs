//! The queue `refunds`: money that was promised is paid back.
//!
//! The promise, with its key, is stored before this runs. Razorpay pays back once per key, so that a message that comes twice,
//! or a crash between the call and the write, does no harm: the same call is made again and its answer is written.

use crate::ports::PaymentPorts;
use crate::refunds::{self, Origin, RefundNews};
use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::id::PaymentId;
use domain::message::Message;
use domain::payment::{GatewayPaymentId, GatewayRefundId, Refund, RefundState};
use gateway::razorpay::{GatewayRefund, NewRefund, PaymentGatewayError, RefundStatus};
use jiff::Timestamp;

/// `issueRefund`
pub static CONSUMER: Consumer<PaymentPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("refunds"), "issueRefund", &handle);

async fn handle(cx: Context, ports: PaymentPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch
        .each(&cx, async |message| match message {
            Message::RefundPending { payment, gateway_payment } => issue(&cx, &ports, payment, &gateway_payment).await,
            other => Err(Failure::Permanent(format!("not for this queue: {other:?}"))),
        })
        .await;
    Ok(outcome)
}

async fn issue(
    cx: &Context,
    ports: &PaymentPorts,
    payment: PaymentId,
    attempt: &GatewayPaymentId,
) -> Result<(), Failure> {
    let refunds = ports.storage.ledger(payment).await.map_err(api::Problem::from)?.refunds;
    let Some(refund) = refunds.into_iter().find(|refund| refund.gateway_payment == *attempt) else {
        return Err(Failure::Permanent(format!("no refund of {attempt} is stored")));
    };
    if refund.state != RefundState::Pending {
        return Ok(());
    }
    let wanted = NewRefund { payment: attempt, amount: refund.amount, key: &refund.key, notes: &[] };
    let news = news(&refund, ports.gateway.create_refund(wanted).await, cx.now())?;
    if let RefundState::Failed { detail, .. } = &news.state {
        tracing::error!(payment.id = %payment, %attempt, detail, "a refund was refused");
    }
    if refunds::advance(cx, &ports.storage, payment, &news).await? == Origin::Foreign {
        // Between the read and the write somebody else's refund of the same amount was taken for ours.
        tracing::error!(payment.id = %payment, %attempt, "an attempt may have been paid back twice");
    }
    Ok(())
}

/// What Razorpay's answer says about the refund.
fn news(
    refund: &Refund,
    answer: Result<GatewayRefund, PaymentGatewayError>,
    now: Timestamp,
) -> Result<RefundNews, Failure> {
    let (refund_id, state) = match answer {
        Ok(made) => (Some(made.id.clone()), state(made.status, made.id, now)),
        Err(PaymentGatewayError::BadRequest { code, description }) => {
            (None, RefundState::Failed { detail: format!("{code}: {description}"), at: now })
        }
        Err(error @ PaymentGatewayError::Unavailable(_)) => return Err(Failure::Transient(error.to_string())),
    };
    Ok(RefundNews { attempt: refund.gateway_payment.clone(), refund_id, amount: refund.amount, state })
}

fn state(status: RefundStatus, refund_id: GatewayRefundId, at: Timestamp) -> RefundState {
    match status {
        RefundStatus::Processed => RefundState::Processed { refund_id, at },
        RefundStatus::Failed => RefundState::Failed { detail: format!("{refund_id} failed"), at },
        RefundStatus::Pending | RefundStatus::Other => RefundState::Requested { refund_id, at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, held, instant, paise};
    use domain::payment::RefundReason;
    use gateway::Outage;

    fn answered(answer: Result<RefundStatus, PaymentGatewayError>) -> Result<RefundState, Failure> {
        let refund = Refund::pending(held().payment(), attempt("pay_P1"), paise(50_000), RefundReason::LateCapture);
        let made = answer.map(|status| GatewayRefund {
            id: GatewayRefundId::parse("rfnd_A").unwrap(),
            payment_id: attempt("pay_P1"),
            amount: paise(50_000),
            status,
            created_at: instant(),
        });
        news(&refund, made, instant()).map(|news| news.state)
    }

    #[test]
    fn what_razorpay_makes_is_on_its_way_or_there() {
        assert!(matches!(answered(Ok(RefundStatus::Pending)), Ok(RefundState::Requested { .. })));
        assert!(matches!(answered(Ok(RefundStatus::Other)), Ok(RefundState::Requested { .. })));
        assert!(matches!(answered(Ok(RefundStatus::Processed)), Ok(RefundState::Processed { .. })));
        assert!(matches!(answered(Ok(RefundStatus::Failed)), Ok(RefundState::Failed { .. })));
    }

    #[test]
    fn a_refusal_is_an_operators_case_and_an_outage_is_tried_again() {
        let refused = PaymentGatewayError::BadRequest { code: "BAD".to_owned(), description: "no balance".to_owned() };
        let state = answered(Err(refused)).unwrap();
        assert!(matches!(state, RefundState::Failed { detail, .. } if detail == "BAD: no balance"));
        let outage = PaymentGatewayError::Unavailable(Outage::new("test", "HTTP 502"));
        assert!(matches!(answered(Err(outage)), Err(Failure::Transient(_))));
    }
}
