//! The directory of doctors: who they are, what they charge, and which kinds of visit they offer.

pub mod doctor;
pub mod visit_kind;
