//! Users: their profiles, the end of their sessions, their recovery codes, and who of them is of the staff.

pub mod keys;
pub mod profile;
pub mod recovery_codes;
pub mod roster;
pub mod sessions;

pub(crate) use keys::Key;
