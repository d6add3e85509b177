//! Users: their profiles.

pub mod keys;
pub mod profile;

pub(crate) use keys::Key;
