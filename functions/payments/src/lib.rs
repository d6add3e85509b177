//! Payments: a patient pays for a held appointment at Razorpay, and money that can't buy the visit goes back.
//!
//! It is a saga that only moves forward: an intent, an order, captures, refunds, each stored before the next step is taken.
//! [`start_payment`] makes the order. What becomes of a capture is decided and written in one place, `settlement`, whoever
//! brings the news: [`confirm_payment`], the client's own, or [`settle_payment`], Razorpay's, which [`razorpay_webhook`] has
//! stored, or which it asks for when nothing was told (`reconcile`). [`issue_refund`] gives money back. A failed attempt changes
//! nothing here: the hold stands until it ends by itself.
//!
//! Patients see their payments and receipts ([`list_payments`], [`view_payment`], [`view_receipt`], [`download_receipt`]);
//! administrators see everybody's, compare them with Razorpay's books ([`view_ledger`]), grant refunds ([`refund_payment`]), and
//! look after those that fail ([`list_refunds`], [`retry_refund`]).

pub mod confirm_payment;
pub mod download_receipt;
pub mod issue_refund;
pub mod list_payments;
pub mod list_refunds;
pub mod razorpay_webhook;
pub mod refund_payment;
pub mod retry_refund;
pub mod settle_payment;
pub mod start_payment;
pub mod view_ledger;
pub mod view_payment;
pub mod view_receipt;

mod gateway_payment;
mod orders;
mod page;
mod ports;
mod progress;
mod receipts;
mod reconcile;
mod refunds;
mod settlement;
#[cfg(test)]
mod testing;
mod view;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &start_payment::ENDPOINT,
    &confirm_payment::ENDPOINT,
    &list_payments::ENDPOINT,
    &view_payment::ENDPOINT,
    &view_receipt::ENDPOINT,
    &download_receipt::ENDPOINT,
    &refund_payment::ENDPOINT,
    &list_refunds::ENDPOINT,
    &retry_refund::ENDPOINT,
    &view_ledger::ENDPOINT,
    &razorpay_webhook::CONSUMER,
    &settle_payment::CONSUMER,
    &issue_refund::CONSUMER,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &start_payment::ENDPOINT,
    &confirm_payment::ENDPOINT,
    &list_payments::ENDPOINT,
    &view_payment::ENDPOINT,
    &view_receipt::ENDPOINT,
    &download_receipt::ENDPOINT,
    &refund_payment::ENDPOINT,
    &list_refunds::ENDPOINT,
    &retry_refund::ENDPOINT,
    &view_ledger::ENDPOINT,
];
