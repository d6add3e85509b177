//! The simulator as its users meet it: over HTTP requests, with a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should panic")]

mod bench;
mod checkout;
mod orders;
mod payments;
mod persistence;
mod refunds;
mod webhooks;
