//! `POST /v1/payments/{paymentId}/refunds/{refundId}/retry`: an administrator retries a failed refund.
//!
//! Razorpay is asked first whether the refund is still failed: a refund that has succeeded meanwhile is not sent again.
//! The new try has a new key, which is stored before the call.

use crate::ports::{PaymentPorts, not_available};
use crate::refunds::{self, RefundUpdate};
use crate::view::RefundView;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::access::{Action, Role};
use domain::core::id::PaymentId;
use domain::core::id::RefundId;
use domain::payments::refund::{Refund, RefundState};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `retryRefund`
pub static ENDPOINT: Endpoint<PaymentPorts, Path<RefundPath>, Ok200<RefundView>> = Endpoint::post(
    "/v1/payments/{paymentId}/refunds/{refundId}/retry",
    "retryRefund",
    "Retry a failed refund",
    &handle,
)
.details(
    "Razorpay is asked first whether the refund is still failed: a refund that has succeeded meanwhile is \
             not sent again.",
)
.allow(&[Role::Admin])
.problems(&[&problem::NOT_FOUND, &problem::REFUND_NOT_FAILED, &problem::REFUND_NOT_OURS]);

/// The refund that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundPath {
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// Vaidya's id of the refund, unique within its payment.
    #[schema(value_type = api::schema::RefundId)]
    refund_id: RefundId,
}

async fn handle(
    cx: Context,
    ports: PaymentPorts,
    Path(RefundPath { payment_id, refund_id }): Path<RefundPath>,
) -> Result<Ok200<RefundView>, Problem> {
    let ledger = ports.storage.ledger(payment_id).await?;
    let payment = ledger.payment.as_ref().ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    cx.authorize(Action::RefundPayment, payment)?;
    let refund = ledger.refund(&refund_id).ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    if let RefundState::Failed { refund_id: Some(made), .. } = &refund.state {
        let reported = ports.gateway.refund(made).await.map_err(not_available)?;
        refunds::apply(&cx, &ports.storage, payment_id, &RefundUpdate::of(reported, cx.now())).await?;
    }
    let again = cx.retrying(async || retry(&cx, &ports.storage, payment_id, &refund_id).await).await?;
    Ok(Ok200::new(RefundView::from(&again)))
}

/// Stores the next try. Razorpay's latest state of the refund must be in the table.
async fn retry(cx: &Context, storage: &Storage, of: PaymentId, id: &RefundId) -> Result<Refund, Problem> {
    let ledger = storage.ledger(of).await?;
    let refund = ledger.refund(id).cloned().ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    if refund.is_foreign() {
        return Err(Problem::of(&problem::REFUND_NOT_OURS));
    }
    let payment = ledger.payment.ok_or_else(|| Problem::internal("a refund without a payment"))?;
    let again = payment.retry(refund, cx.now()).map_err(|_| Problem::of(&problem::REFUND_NOT_FAILED))?;
    Ok(storage.commit_retry(&again, &cx.provenance()).await?)
}
