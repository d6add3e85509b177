//! The queue `refunds`: the consumer requests promised refunds from Razorpay, and asks about refunds that take long.
//!
//! The promise, with its key, is stored before this runs. Razorpay refunds once per key. So after a repeated message,
//! or a crash between the call and the write, the same call is made again and its answer is written.

use crate::ports::PaymentPorts;
use crate::refunds::{self, RefundUpdate};
use api::{BatchOutcome, Consumer, Context, Failure, Problem, QueueBatch, Source};
use domain::core::id::PaymentId;
use domain::core::id::RefundId;
use domain::messages::Message;
use domain::payments::reconciliation::refund_timer;
use domain::payments::refund::{Refund, RefundState};
use gateway::razorpay::{NewRefund, PaymentGatewayError};

/// `issueRefund`
pub static CONSUMER: Consumer<PaymentPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("refunds"), "issueRefund", &handle);

/// The number of daily checks from which a refund takes longer than Razorpay usually needs.
const TOO_OFTEN: u32 = 10;

async fn handle(cx: Context, ports: PaymentPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch
        .each(&cx, async |message| match message {
            Message::RefundPending { payment, refund } => {
                let refund = stored(&ports, payment, &refund).await?;
                if refund.state == RefundState::Pending { issue(&cx, &ports, &refund).await } else { Ok(()) }
            }
            Message::RefundDue { payment, refund, check } => {
                let refund = stored(&ports, payment, &refund).await?;
                ask_about(&cx, &ports, &refund, check).await
            }
            other => Err(Failure::Permanent(format!("not for this queue: {other:?}"))),
        })
        .await;
    Ok(outcome)
}

async fn stored(ports: &PaymentPorts, payment: PaymentId, id: &RefundId) -> Result<Refund, Failure> {
    let ledger = ports.storage.ledger(payment).await.map_err(Problem::from)?;
    ledger.refund(id).cloned().ok_or_else(|| Failure::Permanent(format!("no refund {id} is stored")))
}

/// Requests the refund from Razorpay, and stores the answer.
async fn issue(cx: &Context, ports: &PaymentPorts, refund: &Refund) -> Result<(), Failure> {
    let Refund { payment, id, amount, key, .. } = refund;
    let request = NewRefund { payment: &id.attempt, amount: *amount, key, receipt: refund.receipt(), notes: &[] };
    match ports.gateway.create_refund(request).await {
        Ok(made) => Ok(refunds::apply(cx, &ports.storage, *payment, &RefundUpdate::of(made, cx.now())).await?),
        Err(PaymentGatewayError::BadRequest { code, description }) => {
            tracing::error!(
                metric = "failed_refunds",
                value = 1,
                payment.id = %payment,
                refund = %id,
                code,
                description,
                "a refund was refused"
            );
            Ok(record_refusal(cx, ports, refund, format!("{code}: {description}")).await?)
        }
        Err(error @ PaymentGatewayError::Unavailable(_)) => Err(Failure::Transient(error.to_string())),
    }
}

/// Records that Razorpay refused this try, unless the refund has changed meanwhile.
async fn record_refusal(cx: &Context, ports: &PaymentPorts, refused: &Refund, detail: String) -> Result<(), Problem> {
    cx.retrying(async || {
        let ledger = ports.storage.ledger(refused.payment).await?;
        let Some(refund) = ledger.refund(&refused.id).filter(|refund| refund.key == refused.key) else { return Ok(()) };
        let failed = RefundState::Failed { detail: detail.clone(), refund_id: None, at: cx.now() };
        match refund.state {
            RefundState::Pending => match refund.clone().advance(failed) {
                Ok(further) => Ok(ports.storage.commit_refund(&further, &cx.provenance()).await.map(drop)?),
                Err(_) => Ok(()),
            },
            _ => Ok(()),
        }
    })
    .await
}

/// Asks Razorpay about a refund that is not over. The next check is planned first, so it takes place even if this one
/// fails.
async fn ask_about(cx: &Context, ports: &PaymentPorts, refund: &Refund, check: u32) -> Result<(), Failure> {
    let next_check = || refund_timer(refund, check + 1, cx.now());
    match &refund.state {
        RefundState::Pending => {
            ports.storage.plan(&[next_check()], &cx.provenance()).await.map_err(Problem::from)?;
            issue(cx, ports, refund).await
        }
        RefundState::Requested { refund_id, .. } => {
            ports.storage.plan(&[next_check()], &cx.provenance()).await.map_err(Problem::from)?;
            if check >= TOO_OFTEN {
                tracing::error!(payment.id = %refund.payment, refund = %refund.id, check, "a refund takes unusually long");
            }
            let reported = ports.gateway.refund(refund_id).await.map_err(|error| match error {
                error if error.is_transient() => Failure::Transient(error.to_string()),
                error => Failure::Permanent(error.to_string()),
            })?;
            Ok(refunds::apply(cx, &ports.storage, refund.payment, &RefundUpdate::of(reported, cx.now())).await?)
        }
        RefundState::Processed { .. } | RefundState::Failed { .. } | RefundState::Superseded { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, instant, paise};
    use domain::core::id::GatewayRefundId;
    use gateway::razorpay::{GatewayRefund, RefundStatus};

    fn state_after(status: RefundStatus) -> RefundState {
        let made = GatewayRefund {
            id: GatewayRefundId::parse("rfnd_A").unwrap(),
            payment_id: attempt("pay_P1"),
            amount: paise(50_000),
            receipt: None,
            status,
            created_at: instant(),
        };
        RefundUpdate::of(made, instant()).state
    }

    #[test]
    fn razorpays_status_of_a_refund_decides_its_state() {
        assert!(matches!(state_after(RefundStatus::Pending), RefundState::Requested { .. }));
        assert!(matches!(state_after(RefundStatus::Other), RefundState::Requested { .. }));
        assert!(matches!(state_after(RefundStatus::Processed), RefundState::Processed { .. }));
        assert!(matches!(state_after(RefundStatus::Failed), RefundState::Failed { refund_id: Some(_), .. }));
    }
}
