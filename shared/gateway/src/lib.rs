//! What lies outside of Vaidya: mail, keys, signatures, the user pool, Razorpay, secrets, queues, the archive, each a small port.
//!
//! A file per port, and in each: an object-safe trait that says what an endpoint may ask for, the failures
//! that it may have to answer for, and the one adapter that talks to the real service. An endpoint takes the
//! trait as an argument (`Arc<dyn Mailer>`); its `FromEnvironment` builds the adapter. There is deliberately no struct
//! that bundles the adapters: a binary links the SDKs of those it names and no others.
//!
//! Adapters that use an SDK are built from an [`aws_config::SdkConfig`], whose HTTP client, time-outs and
//! retries are the caller's choice; so the local cloud and the tests stand at the HTTP client, and everything
//! above it is what runs in AWS. Time is an argument too: a [`Clock`].
//!
//! What is not here: the single table (`storage`), anything about requests and answers (`api`), and decisions
//! (`domain`). A port carries out and reports; it never decides what a failure means to a patient.

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

/// What a port's method returns: a boxed future, since a trait with `async fn` can't be made into an object.
pub type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

/// The time of day, as an argument: real in AWS, movable on one machine and in tests.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;
