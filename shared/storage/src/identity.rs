//! Users: their profiles, and the end of their sessions.

pub mod keys;
pub mod profile;
pub mod sessions;

pub(crate) use keys::Key;
