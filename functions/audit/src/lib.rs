#![doc = include_str!("../README.md")]

pub mod checkpoint_audit;
pub mod export_audit;
pub mod hold_audit_day;
pub mod list_accesses;
pub mod list_audit_events;
pub mod record_audit;
pub mod release_audit_day;

mod archive;
mod holds;
mod view;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &record_audit::CONSUMER,
    &checkpoint_audit::CONSUMER,
    &list_audit_events::ENDPOINT,
    &list_accesses::ENDPOINT,
    &export_audit::ENDPOINT,
    &hold_audit_day::ENDPOINT,
    &release_audit_day::ENDPOINT,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &list_audit_events::ENDPOINT,
    &list_accesses::ENDPOINT,
    &export_audit::ENDPOINT,
    &hold_audit_day::ENDPOINT,
    &release_audit_day::ENDPOINT,
];
