//! Users: their profiles, the end of their sessions, and their recovery codes.

pub mod keys;
pub mod profile;
pub mod recovery_codes;
pub mod sessions;

pub(crate) use keys::Key;
