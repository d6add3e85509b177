#![doc = include_str!("../README.md")]

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
