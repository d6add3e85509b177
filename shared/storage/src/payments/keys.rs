//! The keys of payments, attempts, refunds, receipts and the gateway's events.

use domain::core::id::{GatewayPaymentId, OrderId, PatientId, PaymentId, RefundId};
use domain::payments::receipt::FinancialYear;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::table::entities::{entities, guards};
use crate::table::item::Attributes;
use crate::table::key::{KeyPart, Span, attributes, day, millisecond};

entities! {
    /// A payment, with an account for each capture.
    Payment(payment: PaymentId) "payment" = "PAY#{payment}" | "PAY"
        indexed "GSI1 `PAYER#<patient>` / `<started>#<payment>`"
        indexed "GSI2 `PAYDAY#<state>#<date>` / `<since>#<payment>`"
        unchanged PAYMENT_UNCHANGED "a payment that was captured would become open again";
    /// An attempt at paying.
    Attempt(payment: PaymentId, attempt: GatewayPaymentId) "attempt" = "PAY#{payment}" | "ATTEMPT#{attempt}"
        new ATTEMPT_NEW "a late failure would overwrite the capture of an attempt";
    /// A refund.
    Refund(payment: PaymentId, refund: RefundId) "refund" = "PAY#{payment}" | "REFUND#{refund}"
        indexed "GSI1 `REFUNDS#<state>` / `<since>#<payment>#<refund>`, until it is paid back"
        new REFUND_NEW "a refund that was sent would be sent again, under another key"
        unchanged REFUND_UNCHANGED "a late message would set a processed refund back";
    /// A receipt.
    Receipt(payment: PaymentId) "receipt" = "PAY#{payment}" | "RECEIPT"
        new RECEIPT_NEW "a payment that two people look at would get two receipts";
    /// The last receipt number of a financial year.
    ReceiptCounter(year: FinancialYear) "receipt_counter" = "RECEIPTS#{year}" | "COUNTER"
        new RECEIPT_COUNTER_NEW "the first two receipts of a year would get one number"
        unchanged RECEIPT_COUNTER_UNCHANGED "two receipts would get one number";
    /// The payment of an order of the gateway.
    Order(order: OrderId) "order" = "ORDER#{order}" | "ORDER"
        new ORDER_NEW "an order that is bound to one payment would be bound to another";
    /// An event that the payment gateway has sent.
    WebhookEvent(event: String) "webhook_event" = "HOOK#{event}" | "HOOK"
        expires "30 days"
        new WEBHOOK_EVENT_NEW "an event that is delivered twice would be worked on twice";
}

guards! {
    /// A payment start takes the lease that allows one call to the payment gateway.
    PAYMENT_START_FREE = "attribute_not_exists(PK) OR (ver = :ver AND #state = :intent AND lease_until <= :now)",
        states ["intent"];
        "two payment starts at once would make two orders for one visit"
    /// An attempt for which the bank has reserved money is recorded.
    ATTEMPT_UNAUTHORIZED = "attribute_not_exists(PK) OR #state = :failed", states ["failed"];
        "two messages of one authorization at once would note it twice, at different times"
    /// An attempt that the gateway has money for is recorded.
    ATTEMPT_OPEN = "attribute_not_exists(PK) OR #state = :failed OR #state = :authorized",
        states ["failed", "authorized"];
        "a payment that is refused would be reported with every delivery"
}

impl KeyPart for FinancialYear {
    fn text(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// The places of a payment in the indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentIndex {
    pub patient: PatientId,
    pub started: Timestamp,
    pub state: &'static str,
    pub since: Timestamp,
    pub payment: PaymentId,
}

impl PaymentIndex {
    pub fn attributes(&self) -> Attributes {
        let Self { patient, started, state, since, payment } = self;
        attributes([
            ("GSI1PK", format!("PAYER#{patient}")),
            ("GSI1SK", format!("{}#{payment}", millisecond(*started))),
            ("GSI2PK", format!("PAYDAY#{state}#{}", day(*since))),
            ("GSI2SK", format!("{}#{payment}", millisecond(*since))),
        ])
    }
}

/// The place of a refund in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefundIndex {
    pub state: &'static str,
    pub since: Timestamp,
    pub payment: PaymentId,
    pub refund: RefundId,
}

impl RefundIndex {
    pub fn attributes(&self) -> Attributes {
        let Self { state, since, payment, refund } = self;
        attributes([
            ("GSI1PK", format!("REFUNDS#{state}")),
            ("GSI1SK", format!("{}#{payment}#{refund}", millisecond(*since))),
        ])
    }
}

impl Span {
    /// A payment with its attempts and refunds.
    pub fn ledger(payment: PaymentId) -> Self {
        Self::partition_of(&Key::Payment(payment))
    }

    /// A patient's payments, by the time at which they were begun.
    pub fn of_payer(patient: PatientId) -> Self {
        Self::index::<Key>("GSI1", format!("PAYER#{patient}"))
    }

    /// The payments that came into a state on a day (UTC).
    pub fn payments_of_day(state: &str, date: Date) -> Self {
        Self::index::<Key>("GSI2", format!("PAYDAY#{state}#{date}"))
    }

    /// The refunds in a state, those first that have been in it for longest.
    pub fn refunds(state: &str) -> Self {
        Self::index::<Key>("GSI1", format!("REFUNDS#{state}"))
    }
}
