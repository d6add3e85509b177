//! The samples of the tests of several modules, and a fake Razorpay.

use domain::appointments::appointment::{Appointment, Stage};
use domain::availability::slot::Place;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::{Currency, Paise};
use domain::core::time::{TimeRange, Zone};
use domain::directory::visit_kind::VisitKind;
use domain::payments::account::Account;
use domain::payments::payment::{Payment, PaymentMethod, PaymentState};
use domain::payments::refund_policy::{RefundDecision, RefundRule};
use gateway::ServiceUnavailable;
use gateway::razorpay::{
    GatewayPayment, GatewayRefund, NewOrder, NewRefund, Order, OrderStatus, Outcome, PaymentGateway,
    PaymentGatewayError, PaymentStatus,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;
use uuid::Uuid;

/// `payment.captured`, as documented by Razorpay, with the payer's details.
pub(crate) const CAPTURED: &str = r#"{
  "entity": "event", "account_id": "acc_BFQ7uQEaa7j2z7", "event": "payment.captured", "contains": ["payment"],
  "payload": {"payment": {"entity": {
    "id": "pay_P1", "entity": "payment", "amount": 50000, "currency": "INR", "status": "captured",
    "order_id": "order_A1", "invoice_id": null, "international": false, "method": "card", "amount_refunded": 0,
    "refund_status": null, "captured": true, "description": null, "card_id": "card_DESlfW9H8K9uqM",
    "card": {"id": "card_DESlfW9H8K9uqM", "name": "Gaurav Kumar", "last4": "1111", "network": "Visa"},
    "bank": null, "wallet": null, "vpa": "gaurav@upi", "email": "gaurav@example.com", "contact": "+919876543210",
    "notes": [], "fee": 1180, "tax": 180, "error_code": null, "error_reason": null, "created_at": 1795300000
  }}},
  "created_at": 1795300060
}"#;

/// The instant of the tests.
pub(crate) fn instant() -> Timestamp {
    "2026-11-22T06:00:00Z".parse().unwrap()
}

pub(crate) fn order_id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

pub(crate) fn attempt(text: &str) -> GatewayPaymentId {
    GatewayPaymentId::parse(text).unwrap()
}

pub(crate) fn paise(amount: i64) -> Paise {
    Paise::new(amount).unwrap()
}

/// An appointment that is held for ten minutes.
pub(crate) fn held() -> Appointment {
    let start = instant() + SignedDuration::from_hours(48);
    Appointment {
        id: AppointmentId::from_uuid(Uuid::from_u128(1)),
        patient: PatientId::from_uuid(Uuid::from_u128(2)),
        doctor: DoctorId::from_uuid(Uuid::from_u128(3)),
        doctor_name: "Asha Rao".parse().unwrap(),
        time: TimeRange::new(start, start + SignedDuration::from_mins(30)).unwrap(),
        slots: vec![SlotId::new(start).unwrap()],
        place: Place::Video,
        zone: Zone::default(),
        kind: VisitKind::Consultation,
        fee: paise(50_000),
        intake: None,
        stage: Stage::Held { until: instant() + SignedDuration::from_mins(10), extended: false },
        moves: 0,
        terms: domain::appointments::visit_terms::VisitTerms::booked(start, None),
        created_at: instant(),
        updated_at: instant(),
        sequence: 0,
        version: 1,
    }
}

/// The payment of [`held`], in the given state.
pub(crate) fn payment(state: PaymentState) -> Payment {
    let held = held();
    Payment {
        id: held.payment(),
        appointment: held.id,
        patient: held.patient,
        amount: held.fee,
        currency: Currency::default(),
        started_at: instant(),
        accounts: Vec::new(),
        state,
        version: 1,
    }
}

pub(crate) fn captured_payment() -> Payment {
    let state = PaymentState::Captured { order: order_id("order_A1"), payment: attempt("pay_P1"), at: instant() };
    let decision = RefundDecision { rule: RefundRule::VisitConfirmed, percent: 0, amount: Paise::ZERO, at: instant() };
    let account = Account {
        attempt: attempt("pay_P1"),
        captured: paise(50_000),
        method: Some(PaymentMethod::Upi),
        at: instant(),
        promised: Paise::ZERO,
        owed: Paise::ZERO,
        decision,
    };
    Payment { accounts: vec![account], ..payment(state) }
}

/// The captured attempt, as Razorpay reports it.
pub(crate) fn gateway_payment() -> GatewayPayment {
    GatewayPayment {
        id: attempt("pay_P1"),
        order_id: Some(order_id("order_A1")),
        amount: paise(50_000),
        currency: "INR".to_owned(),
        status: PaymentStatus::Captured,
        method: Some(PaymentMethod::Upi),
        amount_refunded: Paise::ZERO,
        captured: true,
        error_code: None,
        error_reason: None,
        created_at: instant(),
    }
}

/// An order at Razorpay for [`payment`].
pub(crate) fn order(id: &str) -> Order {
    Order {
        id: order_id(id),
        amount: paise(50_000),
        currency: "INR".to_owned(),
        receipt: Some(held().payment().to_string()),
        status: OrderStatus::Created,
        created_at: instant(),
    }
}

/// A fake Razorpay that has orders only. Its other answers are `Unavailable`.
#[derive(Default)]
pub(crate) struct FakeRazorpay {
    /// The orders that exist.
    pub orders: Mutex<Vec<Order>>,
    /// The calls, in their order.
    pub asked: Mutex<Vec<&'static str>>,
}

impl FakeRazorpay {
    fn unavailable<'a, T>(&self) -> Outcome<'a, T> {
        Box::pin(async { Err(PaymentGatewayError::Unavailable(ServiceUnavailable::new("test", "not here"))) })
    }
}

impl PaymentGateway for FakeRazorpay {
    fn create_order<'a>(&'a self, request: NewOrder<'a>) -> Outcome<'a, Order> {
        self.asked.lock().unwrap().push("create");
        let mut orders = self.orders.lock().unwrap();
        let made = Order {
            amount: request.amount,
            currency: request.currency.to_owned(),
            receipt: Some(request.receipt.to_owned()),
            ..order(&format!("order_New{}", orders.len()))
        };
        orders.push(made.clone());
        Box::pin(async { Ok(made) })
    }

    fn orders_by_receipt<'a>(&'a self, receipt: &'a str) -> Outcome<'a, Vec<Order>> {
        self.asked.lock().unwrap().push("find");
        let found =
            self.orders.lock().unwrap().iter().filter(|o| o.receipt.as_deref() == Some(receipt)).cloned().collect();
        Box::pin(async { Ok(found) })
    }

    fn order<'a>(&'a self, _: &'a OrderId) -> Outcome<'a, Order> {
        self.unavailable()
    }

    fn payments_of_order<'a>(&'a self, _: &'a OrderId) -> Outcome<'a, Vec<GatewayPayment>> {
        self.unavailable()
    }

    fn payment<'a>(&'a self, _: &'a GatewayPaymentId) -> Outcome<'a, GatewayPayment> {
        self.unavailable()
    }

    fn create_refund<'a>(&'a self, _: NewRefund<'a>) -> Outcome<'a, GatewayRefund> {
        self.unavailable()
    }

    fn refund<'a>(&'a self, _: &'a GatewayRefundId) -> Outcome<'a, GatewayRefund> {
        self.unavailable()
    }

    fn refunds_of_payment<'a>(&'a self, _: &'a GatewayPaymentId) -> Outcome<'a, Vec<GatewayRefund>> {
        self.unavailable()
    }
}
