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

api::context! {
    endpoints: [
        list_audit_events,
        list_accesses,
        export_audit,
        hold_audit_day,
        release_audit_day,
    ],
    consumers: [
        record_audit,
        checkpoint_audit,
    ],
}
