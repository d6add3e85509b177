//! The rules of Vaidya: values, states, transitions, policy and the audit vocabulary.
//!
//! Everything here is a pure, synchronous function of its arguments. This crate knows no async, no AWS, no HTTP, no
//! environment and no clock: time, identifiers and randomness come in as arguments.
//!
//! Three conventions hold throughout:
//!
//! - **Parse, don't validate.** A value type checks a value when it is made, from a request and from storage alike; its
//!   fields are private, so that a wrong value can't exist.
//! - **Transitions consume the old state**, and a refusal is an enum whose every variant has its own answer.
//! - **`version` is the version that was read.** A rule never changes it: the writer guards on it and stores
//!   `version + 1`. Zero means that nothing is stored yet.
//!
//! A context knows the contexts before it and none after it:
//!
//! `core < access < messages < audit < identity < directory < availability < payments < appointments`
//!
//! The test `contexts_know_only_those_before_them` reads this list and enforces it.

pub mod access;
pub mod appointments;
pub mod audit;
pub mod availability;
pub mod core;
pub mod directory;
pub mod identity;
pub mod messages;
pub mod payments;

#[cfg(test)]
mod testing;
