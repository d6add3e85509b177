//! `GET /v1/payments/{paymentId}`: a payment with its attempts, its captured amounts, its refunds and their rules.
//!
//! It reads the table only; the ledger compares it with Razorpay's books.

use crate::confirm_payment::PaymentPath;
use crate::payers::{PayerPorts, PayerView, Payers};
use crate::view::{AccountView, PaymentView, RefundView};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Role};
use domain::audit::EventType;
use domain::core::id::GatewayPaymentId;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::receipt::ReceiptNumber;
use domain::payments::refund::{Refund, RefundState};
use jiff::Timestamp;
use serde::Serialize;
use storage::{Attempt, AttemptState, Ledger};
use utoipa::ToSchema;

/// `viewPayment`
pub static ENDPOINT: Endpoint<PayerPorts, Path<PaymentPath>, Disclosed<PaymentDetails>> =
    Endpoint::get("/v1/payments/{paymentId}", "viewPayment", "View a payment", &handle)
        .details(
            "The attempts, the captured amounts, the kept and the refunded part with the rule that decided it, \
             and the refunds; for an administrator also the name of the payer. Amounts are in paise. The access is recorded in the audit trail.",
        )
        .allow(&[Role::Patient, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// A payment with its attempts, accounts, refunds and receipt number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetails {
    /// The payment.
    #[serde(flatten)]
    payment: PaymentView,
    /// The patient who pays. Present for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    payer: Option<PayerView>,
    /// The attempts at paying that Razorpay has reported.
    attempts: Vec<AttemptView>,
    /// The instant of the last attempt that failed. Absent if none has failed, or once the payment is captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    failed_at: Option<Timestamp>,
    /// The instant at which the last refund was processed. Absent while any refund is still owed, and without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    refunded_at: Option<Timestamp>,
    /// The money of each captured attempt.
    accounts: Vec<AccountView>,
    /// The refunds of the payment.
    refunds: Vec<RefundView>,
    /// The number of the receipt. Absent until it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "VAI/26-27/000001")]
    receipt_number: Option<ReceiptNumber>,
}

impl View for PaymentDetails {
    type Data = Health;
}

/// An attempt at paying an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attempt)]
pub struct AttemptView {
    /// The id of the attempt at Razorpay.
    #[schema(value_type = api::schema::GatewayPaymentId)]
    gateway_payment_id: GatewayPaymentId,
    /// `failed`: the patient may try again; `authorized`: the bank has reserved the money; `captured`; `mismatched`: it
    /// does not match the order, and an operator handles it.
    #[schema(value_type = String, example = "captured")]
    state: AttemptState,
    /// The instant at which the attempt entered this state.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

async fn handle(
    cx: Context,
    ports: PayerPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Disclosed<PaymentDetails>, Problem> {
    let Ledger { payment, attempts, refunds, receipt, .. } = ports.storage.ledger(id).await?;
    let payment = payment.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let payment = cx.authorize(Action::ViewPayment, payment)?;
    let failed_at = failed_at(&payment, &attempts);
    let attempts = attempts.into_iter().map(|attempt| AttemptView {
        gateway_payment_id: attempt.gateway_payment,
        state: attempt.state,
        at: attempt.at,
    });
    let payers = Payers::of(&cx, &ports, [payment.patient]).await?;
    let about = About::of("payment", &id.to_string(), payment.patient);
    let details = PaymentDetails {
        payment: PaymentView::from(&*payment),
        payer: payers.view(payment.patient),
        attempts: attempts.collect(),
        failed_at,
        refunded_at: refunded_at(&refunds),
        accounts: payment.accounts.iter().map(AccountView::from).collect(),
        refunds: refunds.iter().map(RefundView::from).collect(),
        receipt_number: receipt.map(|receipt| receipt.number),
    };
    cx.disclose(&ports.storage, EventType::PaymentViewed, about, details).await
}

/// The instant of the last failed attempt of a payment that is not captured.
fn failed_at(payment: &Payment, attempts: &[Attempt]) -> Option<Timestamp> {
    if matches!(payment.state, PaymentState::Captured { .. }) {
        return None;
    }
    attempts.iter().filter(|attempt| attempt.state == AttemptState::Failed).map(|attempt| attempt.at).max()
}

/// The instant at which the last refund was processed, if none is owed any more.
fn refunded_at(refunds: &[Refund]) -> Option<Timestamp> {
    let mut last = None;
    for refund in refunds {
        match refund.state {
            RefundState::Processed { at, .. } => last = last.max(Some(at)),
            RefundState::Superseded { .. } => {}
            RefundState::Pending | RefundState::Requested { .. } | RefundState::Failed { .. } => return None,
        }
    }
    last
}
