//! What the black-box tests stand on: a world with people in it who use the public API, and readers of the template and the sources.
//!
//! A [`World`] is the whole system in one process with a clock of its own; a [`Patient`], a [`Doctor`] or an [`Admin`] does with it
//! what such a person can do over HTTP. Nothing here reaches behind the API, except to look: into the mailbox, into the table, and at
//! the calls that the functions made; and to tamper with the audit trail as an attacker.

pub mod cloudformation;
mod difference;
pub mod grants;
mod hosted;
mod people;
mod reply;
pub mod repository;
mod table;
mod trail;
mod world;

pub use difference::assert_same;
pub use hosted::Browser;
pub use people::{Admin, Anonymous, Doctor, Patient, Person, Slot};
pub use reply::Reply;
pub use world::{Send, World, used_calls};
