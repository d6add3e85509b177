//! The directory of doctors: their profiles, their fees, and the kinds of visit that they offer.

pub mod doctor;
pub mod visit_kind;
pub mod vocabulary;
pub mod words;
