//! The services outside of Vaidya: mail, keys, signatures, the user pool, Razorpay, secrets, queues, the archive, each
//! a small port.
//!
//! Each port has a file with an object-safe trait that says what an endpoint may ask for, the failures that the
//! endpoint has to handle, and the one adapter that talks to the real service. An endpoint takes the trait as an
//! argument (`Arc<dyn Mailer>`); its `FromEnvironment` builds the adapter. No struct bundles the adapters: a binary
//! links the SDKs of the adapters that it names, and no others.
//!
//! Adapters that use an SDK are built from an [`aws_config::SdkConfig`]. Its HTTP client, time-outs and retries are the
//! caller's choice: the local cloud and the tests replace the HTTP client, and all code above it is the code that runs
//! in AWS. Time is an argument too: a [`Clock`].
//!
//! The single table (`storage`), requests and answers (`api`) and decisions (`domain`) are not here. A port carries out
//! and reports; it never decides what a failure means to a patient.

pub mod archive;
pub mod failures;
pub mod mail;
pub mod queues;
pub mod razorpay;
pub mod secrets;
pub mod signer;
pub mod user_pool;
pub mod vault;

#[cfg(test)]
mod testing;
mod unavailable;

use std::pin::Pin;
use std::sync::Arc;

pub use unavailable::ServiceUnavailable;

/// The result of a port's method: a boxed future, since a trait with `async fn` can't be made into an object.
pub type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

/// The present instant, as an argument: real in AWS, movable in the local cloud and in tests.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;
