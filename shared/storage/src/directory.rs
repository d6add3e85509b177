//! Doctors and the entries under which patients find them.

pub mod doctor;
pub mod entry;
pub mod keys;

pub(crate) use keys::Key;
