//! Money: payments and their captures, the account of each capture, refunds and the rules that decide them, receipts.

pub mod account;
pub mod external_refund;
pub mod issuer;
pub mod payment;
pub mod receipt;
pub mod reconciliation;
pub mod refund;
pub mod refund_policy;
