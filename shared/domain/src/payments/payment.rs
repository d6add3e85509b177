//! Payments as records: an order that is open until it is captured, with an account for each capture.
//!
//! `failed` is a state of an *attempt* at Razorpay and does not appear here: it never releases a hold, since the
//! patient can try again in the same checkout and a failed attempt can become captured days later.
//! [`crate::appointments::settlement`] decides the consequence of a capture, and [`crate::payments::refund_policy`] the
//! amount of a refund.

use crate::core::id::GatewayPaymentId;
use crate::core::id::OrderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Parties, Resource};
use crate::core::id::{AppointmentId, PatientId, PaymentId};
use crate::core::money::{Currency, Paise};
use crate::payments::account::Account;

/// The payment of one appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The payment's id, which is also the receipt by which Razorpay finds the order.
    pub id: PaymentId,
    /// The appointment that is paid.
    pub appointment: AppointmentId,
    /// The patient who pays.
    pub patient: PatientId,
    /// The amount in paise.
    pub amount: Paise,
    /// The currency of the amount.
    #[serde(default)]
    pub currency: Currency,
    /// The instant at which the patient began to pay.
    pub started_at: Timestamp,
    /// The state of the payment.
    pub state: PaymentState,
    /// The account of each captured attempt.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

impl Resource for Payment {
    fn parties(&self) -> Parties {
        Parties::patient(self.patient)
    }
}

/// The state of a payment. It only moves forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PaymentState {
    /// An order is being made at Razorpay; this is stored before the call.
    Intent {
        /// The first instant at which another caller may check whether the order was made.
        lease_until: Timestamp,
    },
    /// The order exists and can be paid.
    Open {
        /// The order at Razorpay.
        order: OrderId,
    },
    /// The order was paid. This is the final state.
    Captured {
        /// The order at Razorpay.
        order: OrderId,
        /// The attempt that paid for the visit.
        payment: GatewayPaymentId,
        /// The instant of the capture.
        at: Timestamp,
    },
}

/// A capture as Razorpay reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The order that was paid.
    pub order: OrderId,
    /// The attempt that paid it.
    pub payment: GatewayPaymentId,
    /// The captured amount in paise.
    pub amount: Paise,
    /// The currency, by its ISO 4217 code.
    pub currency: String,
    /// The method of the payment, if Razorpay names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
    /// The instant of the capture.
    pub at: Timestamp,
}

/// The method of a payment, by Razorpay's name.
///
/// Source: the member `method` of a payment, <https://razorpay.com/docs/api/payments/entity/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// A credit or debit card.
    Card,
    /// The Unified Payments Interface.
    Upi,
    /// The bank's own online payment.
    Netbanking,
    /// A prepaid wallet.
    Wallet,
    /// A card, in monthly instalments.
    Emi,
    /// A lender, in monthly instalments.
    CardlessEmi,
    /// A lender, all at once and later.
    Paylater,
    /// A transfer to an account that Razorpay opens for the customer.
    BankTransfer,
    /// A method that is not known here: Razorpay adds to them.
    #[serde(other)]
    Other,
}

/// The payment has another order already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment has another order")]
pub struct OtherOrder;

impl Payment {
    /// The order, once it was made.
    pub const fn order(&self) -> Option<&OrderId> {
        match &self.state {
            PaymentState::Intent { .. } => None,
            PaymentState::Open { order } | PaymentState::Captured { order, .. } => Some(order),
        }
    }

    /// Records the order that Razorpay made. Recording the same one again changes nothing.
    pub fn open(self, order: OrderId) -> Result<Self, OtherOrder> {
        match self.order() {
            None => Ok(Self { state: PaymentState::Open { order }, ..self }),
            Some(known) if *known == order => Ok(self),
            Some(_) => Err(OtherOrder),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::GatewayPaymentId;
    use crate::core::id::OrderId;
    use crate::payments::refund::Refund;
    use crate::payments::refund::RefundReason;
    use crate::testing::{captured_payment, now, open_payment};

    fn intent(lease_until: Timestamp) -> Payment {
        Payment { state: PaymentState::Intent { lease_until }, ..open_payment() }
    }

    #[test]
    fn an_order_is_recorded_once() {
        let order = |text: &str| OrderId::parse(text).unwrap();
        assert_eq!(intent(now()).open(order("order_A1")), Ok(open_payment()));
        assert_eq!(open_payment().open(order("order_A1")), Ok(open_payment()));
        assert_eq!(captured_payment().open(order("order_A1")), Ok(captured_payment()));
        assert_eq!(open_payment().open(order("order_B2")), Err(OtherOrder));
    }

    #[test]
    fn the_stored_forms_are_stable() {
        let json = serde_json::to_value(captured_payment()).unwrap();
        assert_eq!(json["state"]["state"], "captured");
        assert_eq!(json["state"]["payment"], "pay_P1");
        assert_eq!(serde_json::from_value::<Payment>(json).unwrap(), captured_payment());
        let attempt: GatewayPaymentId = "pay_P1".parse().unwrap();
        let refund =
            Refund::pending(open_payment().id, attempt, open_payment().amount, RefundReason::LateCapture, now());
        let json = serde_json::to_value(&refund).unwrap();
        assert_eq!(json["state"], serde_json::json!({"state": "pending"}));
        assert_eq!(json["reason"], "late_capture");
        assert_eq!(serde_json::from_value::<Refund>(json).unwrap(), refund);
    }
}
