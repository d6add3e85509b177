//! The audit trail and its checkpoints.

pub mod checkpoint;
pub mod keys;
pub mod trail;

pub(crate) use keys::Key;
