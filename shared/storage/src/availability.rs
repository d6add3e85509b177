//! Calendars, slots, schedules, daily quotas and the first free slots of a day.

pub mod daily_quota;
pub mod first_free;
pub mod keys;
pub mod schedule;
pub mod slot;

pub(crate) use keys::Key;
