//! All of Vaidya on one machine: the functions as they are deployed, wired by the templates, over an emulated cloud.
//!
//! `cargo local` serves it over HTTP; the tests drive the same [`stack::Stack`] in-process, with their own clock and network.

pub mod accounts;
pub mod cli;
pub mod client;
pub mod clock;
mod data;
mod delivery;
pub mod demo;
pub mod export;
pub mod front;
pub mod functions;
mod moment;
pub mod network;
pub mod pages;
mod payload;
mod routes;
pub mod schedule;
pub mod server;
pub mod services;
pub mod stack;
pub mod template;
mod user_pool;

pub use clock::StackClock;
pub use network::{Call, Fault, Network};
pub use stack::{Addresses, Options, Stack, StartError};
