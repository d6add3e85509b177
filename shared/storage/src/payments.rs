//! Payments with their attempts, refunds and receipts, and the events of the payment gateway.

pub mod payment;
