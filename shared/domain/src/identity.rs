//! Users as administrators see them: who is of the staff, and who may act.

pub mod roster;
