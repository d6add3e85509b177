//! Payments with their attempts, refunds and receipts, and the events of the payment gateway.

pub mod keys;
pub mod payment;
pub mod receipt;
pub mod refund;
pub mod webhook_event;

pub(crate) use keys::Key;
