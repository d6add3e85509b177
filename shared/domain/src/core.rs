//! The values that every context shares: identifiers, money, time, and personal data.

pub mod cancelled_by;
pub(crate) mod digest;
pub mod factor_change;
pub mod id;
pub mod money;
pub mod person;
pub mod sensitive;
pub mod text;
pub mod time;
pub mod told;
