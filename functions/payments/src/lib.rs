//! Payments: a patient pays for a held appointment at Razorpay, and money that can't buy the visit goes back.
//!
//! It is a saga that only moves forward: an intent, an order, captures, refunds, each stored before the next step is taken.
//! [`start_payment`] makes the order. What becomes of a capture is decided and written in one place, `settlement`, whoever
//! brings the news: [`confirm_payment`], the client's own, or [`settle_payment`], Razorpay's, which [`razorpay_webhook`] has
//! stored. [`issue_refund`] gives money back. A failed attempt changes nothing here: the hold stands until it ends by itself.

pub mod confirm_payment;
pub mod issue_refund;
pub mod razorpay_webhook;
pub mod settle_payment;
pub mod start_payment;

mod orders;
mod ports;
mod progress;
mod refunds;
mod settlement;
#[cfg(test)]
mod testing;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &start_payment::ENDPOINT,
    &confirm_payment::ENDPOINT,
    &razorpay_webhook::CONSUMER,
    &settle_payment::CONSUMER,
    &issue_refund::CONSUMER,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[&start_payment::ENDPOINT, &confirm_payment::ENDPOINT];
