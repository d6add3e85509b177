//! Users: their profiles.

pub mod profile;
