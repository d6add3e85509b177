//! The views of payments, accounts and refunds. The name of the payer is beside them, for administrators.

use api::{Open, View};
use domain::core::id::RefundId;
use domain::core::id::{AppointmentId, PatientId, PaymentId};
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::{Currency, Paise};
use domain::payments::account::Account;
use domain::payments::payment::{Payment, PaymentMethod, PaymentState};
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
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    id: PaymentId,
    /// The id of the appointment that is paid for.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// The kind of thing that is paid for: `appointment`.
    #[schema(example = "appointment")]
    entity_type: &'static str,
    /// The id of the thing that is paid for.
    #[schema(value_type = uuid::Uuid)]
    entity_id: AppointmentId,
    /// The id of the patient who pays.
    #[schema(value_type = uuid::Uuid)]
    patient_id: PatientId,
    /// The amount due, in paise.
    #[schema(value_type = i64, example = 50000)]
    amount: Paise,
    /// The ISO 4217 code of the currency.
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// `intent`: the order is being made; `open`: the order can be paid; `captured`: the order is paid, refunded or
    /// not.
    #[schema(example = "captured")]
    state: &'static str,
    /// The id of the order at Razorpay. Absent until the order exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::OrderId>)]
    order_id: Option<OrderId>,
    /// The instant at which the patient started the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// The instant at which the payment was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    paid_at: Option<Timestamp>,
    /// The total captured, in paise. It exceeds `amount` if the patient paid twice by mistake.
    captured: i64,
    /// The part of `captured` that no refund is promised for, in paise.
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
            entity_type: "appointment",
            entity_id: payment.appointment,
            patient_id: payment.patient,
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

/// The money of one captured attempt, and the refund decision about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    /// The id of the attempt at Razorpay.
    #[schema(value_type = api::schema::GatewayPaymentId)]
    gateway_payment_id: GatewayPaymentId,
    /// The method of the payment: `card`, `upi`, `netbanking`, `wallet`, `emi`, `cardless_emi`, `paylater`,
    /// `bank_transfer`, or `other`. Absent if Razorpay named none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "upi")]
    method: Option<PaymentMethod>,
    /// The captured amount, in paise. 0 if only a refund that Razorpay made without our request is known.
    #[schema(value_type = i64)]
    captured: Paise,
    /// The total of the refunds promised, in progress, completed, or owed after a failure, in paise.
    #[schema(value_type = i64)]
    promised: Paise,
    /// The amount that is kept, in paise.
    #[schema(value_type = i64)]
    retained: Paise,
    /// The rule of the refund decision.
    #[schema(value_type = String, example = "visit_confirmed")]
    rule: RefundRule,
    /// The instant of the refund decision.
    #[schema(value_type = String, format = DateTime)]
    decided_at: Timestamp,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            gateway_payment_id: account.attempt.clone(),
            method: account.method,
            captured: account.captured,
            promised: account.promised,
            retained: account.retained(),
            rule: account.decision.rule,
            decided_at: account.decision.at,
        }
    }
}

/// A refund of one attempt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Refund)]
pub struct RefundView {
    /// Vaidya's id of the refund, unique within its payment.
    #[schema(value_type = api::schema::RefundId)]
    id: RefundId,
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// The amount of the refund, in paise.
    #[schema(value_type = i64, example = 25000)]
    amount: Paise,
    /// The reason for the refund.
    #[schema(value_type = String, example = "cancelled_by_patient")]
    reason: RefundReason,
    /// The administrator's remark about the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// `pending`: promised; `requested`: Razorpay is processing it; `processed`: the patient has received it; `failed`:
    /// it is still owed, and an operator handles it; `superseded`: Razorpay had already refunded the same money without
    /// our request.
    #[schema(example = "processed")]
    state: &'static str,
    /// The instant at which the refund entered this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Razorpay's id of the refund. Absent until Razorpay has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "rfnd_FP8QHiV938haTz")]
    gateway_refund_id: Option<GatewayRefundId>,
    /// The number of earlier tries that failed.
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
