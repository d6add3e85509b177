//! `POST /v1/payments/{paymentId}/refunds/{refundId}/retry`: an administrator has a refund tried again that failed.
//!
//! Razorpay is asked first whether it failed for good: money that has arrived meanwhile is not sent again. The new try gets a
//! new key, stored before anybody calls.

use crate::ports::{PaymentPorts, not_available};
use crate::refunds::{self, RefundNews};
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
    "Try a refund again that failed",
    &handle,
)
.details(
    "Razorpay is asked first whether it failed for good: money that has arrived meanwhile is not sent \
             again.",
)
.allow(&[Role::Admin])
.problems(&[&problem::NOT_FOUND, &problem::CONFLICT]);

/// Which refund.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundPath {
    /// The payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// The refund, by its id here.
    #[schema(value_type = String, example = "pay_29QQoUBi66xm2f")]
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
        let told = ports.gateway.refund(made).await.map_err(not_available)?;
        refunds::told(&cx, &ports.storage, payment_id, &RefundNews::of(told, cx.now())).await?;
    }
    let again = cx.retrying(async || retry(&cx, &ports.storage, payment_id, &refund_id).await).await?;
    Ok(Ok200::new(RefundView::from(&again)))
}

/// What Razorpay has said by now is in the table.
async fn retry(cx: &Context, storage: &Storage, of: PaymentId, id: &RefundId) -> Result<Refund, Problem> {
    let ledger = storage.ledger(of).await?;
    let refund = ledger.refund(id).cloned().ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let conflict = |detail: &'static str| Problem::of(&problem::CONFLICT).detail(detail);
    if refund.is_foreign() {
        return Err(conflict("the refund was made by Razorpay, which alone can try it again"));
    }
    let payment = ledger.payment.ok_or_else(|| Problem::internal("a refund without a payment"))?;
    let again = payment.retry(refund, cx.now()).map_err(|_| conflict("the refund has not failed"))?;
    Ok(storage.commit_retry(&again, &cx.provenance()).await?)
}
