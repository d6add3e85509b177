//! How payments, accounts and refunds are shown. Nothing of the payer is known here, so nothing of them is shown.

use api::{Open, View};
use domain::core::id::RefundId;
use domain::core::id::{AppointmentId, PaymentId};
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::{Currency, Paise};
use domain::payments::account::Account;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::refund::{Refund, RefundReason};
use domain::payments::refund_policy::RefundRule;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The payment of an appointment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Payment)]
pub struct PaymentView {
    /// The payment's id.
    #[schema(value_type = uuid::Uuid)]
    id: PaymentId,
    /// What is paid for.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// What was to be paid, in paise.
    #[schema(value_type = i64, example = 50000)]
    amount: Paise,
    /// The currency, by its ISO 4217 code.
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// `intent`: the order is being made; `open`: it can be paid; `captured`: it is paid, whatever of it goes back.
    #[schema(example = "captured")]
    state: &'static str,
    /// The order at Razorpay, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "order_EKwxwAgItmmXdp")]
    order_id: Option<OrderId>,
    /// When the patient began to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    paid_at: Option<Timestamp>,
    /// Everything that was captured, in paise: more than `amount` after a second payment by mistake.
    captured: i64,
    /// What of it is not promised back, in paise.
    retained: i64,
}

impl View for PaymentView {
    type Data = Open;
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let (state, paid_at) = match &payment.state {
            PaymentState::Intent { .. } => ("intent", None),
            PaymentState::Open { .. } => ("open", None),
            PaymentState::Captured { at, .. } => ("captured", Some(*at)),
        };
        Self {
            id: payment.id,
            appointment_id: payment.appointment,
            amount: payment.amount,
            currency: payment.currency.clone(),
            state,
            order_id: payment.order().cloned(),
            started_at: Some(payment.started_at),
            paid_at,
            captured: payment.captured(),
            retained: payment.retained(),
        }
    }
}

/// What came by one attempt at paying, and what was decided about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    /// The attempt at Razorpay.
    #[schema(value_type = String, example = "pay_29QQoUBi66xm2f")]
    gateway_payment_id: GatewayPaymentId,
    /// What was captured, in paise; 0 if only a refund that Razorpay made by itself is known.
    #[schema(value_type = i64)]
    captured: Paise,
    /// What of it is promised back, on its way, there, or owed after a failure, in paise.
    #[schema(value_type = i64)]
    promised: Paise,
    /// What is kept, in paise.
    #[schema(value_type = i64)]
    retained: Paise,
    /// The rule under which that was decided.
    #[schema(value_type = String, example = "visit_confirmed")]
    rule: RefundRule,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    decided_at: Timestamp,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            gateway_payment_id: account.attempt.clone(),
            captured: account.captured,
            promised: account.promised,
            retained: account.retained(),
            rule: account.decision.rule,
            decided_at: account.decision.at,
        }
    }
}

/// Money on its way back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Refund)]
pub struct RefundView {
    /// The refund's id here, unique within its payment.
    #[schema(value_type = String, example = "pay_29QQoUBi66xm2f")]
    id: RefundId,
    /// The payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// How much, in paise.
    #[schema(value_type = i64, example = 25000)]
    amount: Paise,
    /// Why.
    #[schema(value_type = String, example = "cancelled_by_patient")]
    reason: RefundReason,
    /// What an administrator wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// `pending`: promised; `requested`: Razorpay works on it; `processed`: it is there; `failed`: an operator looks after it, and
    /// it is owed still; `superseded`: Razorpay had paid back the same money by itself.
    #[schema(example = "processed")]
    state: &'static str,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Razorpay's refund, once it made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "rfnd_FP8QHiV938haTz")]
    gateway_refund_id: Option<GatewayRefundId>,
    /// How often it was tried before and failed.
    tries: u32,
}

impl View for RefundView {
    type Data = Open;
}

impl From<&Refund> for RefundView {
    fn from(refund: &Refund) -> Self {
        Self {
            id: refund.id.clone(),
            payment_id: refund.payment,
            amount: refund.amount,
            reason: refund.reason,
            remark: refund.remark.clone(),
            state: refund.state.as_str(),
            since: Some(refund.state.since().unwrap_or(refund.promised_at)),
            gateway_refund_id: refund.gateway_refund().cloned(),
            tries: refund.tries,
        }
    }
}
