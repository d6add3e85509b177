//! When doctors can be booked: weekly schedules, published slots, daily limits, and the first free slot of a day.

pub mod calendar;
pub mod daily_quota;
pub mod first_free;
pub mod schedule;
pub mod slot;
