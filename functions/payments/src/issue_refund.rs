//! The queue `refunds`: money that was promised is paid back, and what takes long is asked about.
//!
//! The promise, with its key, is stored before this runs. Razorpay pays back once per key, so that a message that comes twice,
//! or a crash between the call and the write, does no harm: the same call is made again and its answer is written.

use crate::ports::PaymentPorts;
use crate::refunds::{self, RefundNews};
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

/// A refund that is asked about so often, once a day, takes longer than Razorpay ever does.
const TOO_OFTEN: u32 = 10;

async fn handle(cx: Context, ports: PaymentPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch
        .each(&cx, async |message| match message {
            Message::RefundPending { payment, refund } => {
                let refund = stored(&ports, payment, &refund).await?;
                if refund.state == RefundState::Pending { ports.issue(&cx, &refund).await } else { Ok(()) }
            }
            Message::RefundDue { payment, refund, check } => {
                let refund = stored(&ports, payment, &refund).await?;
                ports.ask_about(&cx, &refund, check).await
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

impl PaymentPorts {
    /// Asks Razorpay to pay back, and writes its answer down.
    async fn issue(&self, cx: &Context, refund: &Refund) -> Result<(), Failure> {
        let Refund { payment, id, amount, key, .. } = refund;
        let wanted = NewRefund { payment: &id.attempt, amount: *amount, key, receipt: refund.receipt(), notes: &[] };
        match self.gateway.create_refund(wanted).await {
            Ok(made) => Ok(refunds::told(cx, &self.storage, *payment, &RefundNews::of(made, cx.now())).await?),
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
                Ok(self.refused(cx, refund, format!("{code}: {description}")).await?)
            }
            Err(error @ PaymentGatewayError::Unavailable(_)) => Err(Failure::Transient(error.to_string())),
        }
    }

    /// Writes down that this try was refused, unless something else became of the refund meanwhile.
    async fn refused(&self, cx: &Context, tried: &Refund, detail: String) -> Result<(), Problem> {
        cx.retrying(async || {
            let ledger = self.storage.ledger(tried.payment).await?;
            let Some(refund) = ledger.refund(&tried.id).filter(|refund| refund.key == tried.key) else { return Ok(()) };
            let failed = RefundState::Failed { detail: detail.clone(), refund_id: None, at: cx.now() };
            match refund.state {
                RefundState::Pending => match refund.clone().advance(failed) {
                    Ok(further) => Ok(self.storage.commit_refund(&further, &cx.provenance()).await.map(drop)?),
                    Err(_) => Ok(()),
                },
                _ => Ok(()),
            }
        })
        .await
    }

    /// Asks what became of a refund that is not over. The next time is planned first, so that it comes whatever becomes of this.
    async fn ask_about(&self, cx: &Context, refund: &Refund, check: u32) -> Result<(), Failure> {
        let next = || refund_timer(refund, check + 1, cx.now());
        match &refund.state {
            RefundState::Pending => {
                self.storage.plan(&[next()], &cx.provenance()).await.map_err(Problem::from)?;
                self.issue(cx, refund).await
            }
            RefundState::Requested { refund_id, .. } => {
                self.storage.plan(&[next()], &cx.provenance()).await.map_err(Problem::from)?;
                if check >= TOO_OFTEN {
                    tracing::error!(payment.id = %refund.payment, refund = %refund.id, check, "a refund takes very long");
                }
                let told = self.gateway.refund(refund_id).await.map_err(|error| match error {
                    error if error.is_transient() => Failure::Transient(error.to_string()),
                    error => Failure::Permanent(error.to_string()),
                })?;
                Ok(refunds::told(cx, &self.storage, refund.payment, &RefundNews::of(told, cx.now())).await?)
            }
            RefundState::Processed { .. } | RefundState::Failed { .. } | RefundState::Superseded { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, instant, paise};
    use domain::core::id::GatewayRefundId;
    use gateway::razorpay::{GatewayRefund, RefundStatus};

    fn answered(status: RefundStatus) -> RefundState {
        let made = GatewayRefund {
            id: GatewayRefundId::parse("rfnd_A").unwrap(),
            payment_id: attempt("pay_P1"),
            amount: paise(50_000),
            receipt: None,
            status,
            created_at: instant(),
        };
        RefundNews::of(made, instant()).state
    }

    #[test]
    fn what_razorpay_makes_is_on_its_way_or_there() {
        assert!(matches!(answered(RefundStatus::Pending), RefundState::Requested { .. }));
        assert!(matches!(answered(RefundStatus::Other), RefundState::Requested { .. }));
        assert!(matches!(answered(RefundStatus::Processed), RefundState::Processed { .. }));
        assert!(matches!(answered(RefundStatus::Failed), RefundState::Failed { refund_id: Some(_), .. }));
    }
}
