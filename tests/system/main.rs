//! The system from outside: what bad input gets, who may do what, and the proofs that code, template, OpenAPI and samples say the same.
//! What people do with it is in `tests/scenarios`.
//!
//! One binary, since each would be linked with the whole system. The rules themselves are tested where they are written, and the conditions of
//! the table in `storage`.

#![expect(clippy::unwrap_used, reason = "these are tests, down to their helpers")]

mod agreement;
mod api_docs;
mod authorization;
mod bad_input;
mod calendars;
mod checkpoints;
mod concurrency;
mod contracts;
mod documents;
mod edge;
mod features;
mod layers;
mod saga;
mod stream_to_trail;
mod template;
