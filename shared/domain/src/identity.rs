//! Users: the recovery codes of one with a second factor, who is of the staff, and who may act.

pub mod recovery_codes;
pub mod roster;
