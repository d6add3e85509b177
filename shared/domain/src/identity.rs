//! Accounts: the recovery codes of a user with a second factor.

pub mod recovery_codes;
