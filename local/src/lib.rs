//! The whole of Vaidya on one machine: the functions as they are deployed, wired by the template, over an emulated cloud.
//!
//! `cargo local` serves it over HTTP; the tests drive the same [`stack::Stack`] in-process, with a clock and a network of their own.

pub mod clock;
mod delivery;
mod front;
pub mod functions;
pub mod network;
pub mod stack;
pub mod template;

pub use clock::StackClock;
pub use network::{Call, Fault, Network};
pub use stack::{Addresses, Options, Stack, StartError};
