//! The audit trail and its checkpoints.

pub mod checkpoint;
pub mod trail;
