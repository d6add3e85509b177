//! The rules of Vaidya: values, states, transitions, policy and the audit vocabulary.
//!
//! Everything here is a pure, synchronous function of its arguments. This crate deliberately knows no async, no AWS,
//! no HTTP, no environment and no clock: time, identifiers and randomness come in as arguments.
//!
//! Three conventions hold throughout:
//!
//! - **Parse, don't validate.** A value type checks itself when it is made, from a request and from storage alike;
//!   its fields are private, so that a wrong one can't exist.
//! - **Transitions consume the old state**, and a refusal is an enum whose every variant has its own answer.
//! - **`version` is the version that was read.** A rule never changes it: the writer guards on it and stores
//!   `version + 1`. Zero means that nothing is stored yet.
//!
//! | to find | look in |
//! |---|---|
//! | identifiers, money, time, names | [`id`], [`money`], [`time`], [`person`], [`sensitive`] |
//! | doctors and what they publish | [`doctor`], [`schedule`], [`slot`], [`earliest`] |
//! | patients and what they booked | [`agenda`], [`appointment`], [`visit`], [`booking`], [`series`], [`rescheduling`], [`cancellation`], [`lifecycle`] |
//! | who waits for what, and is offered it | [`waitlist`] |
//! | orders, captures, what is asked about them later | [`payment`], [`settlement`], [`reconciliation`] |
//! | refunds, who gets how much back, receipts | [`refund`], [`refund_policy`], [`receipt`] |
//! | who may do what | [`policy`] |
//! | what is written down, sent around, planned, mailed | [`audit`], [`message`], [`timer`], [`ics`], [`feed`] |

pub mod agenda;
pub mod appointment;
pub mod audit;
pub mod booking;
pub mod cancellation;
pub mod day;
mod digest;
pub mod doctor;
pub mod earliest;
pub mod feed;
pub mod ics;
pub mod id;
pub mod lifecycle;
pub mod message;
pub mod money;
pub mod payment;
pub mod person;
pub mod policy;
pub mod receipt;
pub mod reconciliation;
pub mod refund;
pub mod refund_policy;
pub mod rescheduling;
pub mod schedule;
pub mod sensitive;
pub mod series;
pub mod settlement;
pub mod slot;
#[cfg(test)]
mod testing;
pub mod time;
pub mod timer;
pub mod visit;
pub mod waitlist;
