//! Audit: what was done is written into chains that show every later change, and administrators read them.
//!
//! Nobody calls this context to have something recorded: it reads the table's stream. What leaves no trace in the table (a denial, a
//! log-in, a disclosure) is first written there as an activity by whoever did it. Every patient sees who has seen their data.
//!
//! What the chains have grown by is closed by signed checkpoints and archived where nobody can change it. From there administrators export
//! it, for whoever verifies it, and put days of it on hold.

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
