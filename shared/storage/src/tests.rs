//! Tests over the real SDK, the real expressions and a real engine: each owns its table.
//!
//! The engine knows no `TransactionConflict`, and nothing gets lost on the way to it, so the way does both.

mod access;
mod audit;
mod booking;
mod cost;
mod data_model;
mod first_free;
mod golden;
mod guards;
mod keys;
mod payments;
mod samples;
mod schedules;
mod series;
mod stack;
mod stream;
mod timers;
mod transaction;
mod waitlist;
