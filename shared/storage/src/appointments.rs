//! Appointments, agendas, series, waiting lists and calendar feeds. This context writes the transactions of scheduling and money.

pub mod agenda;
pub mod appointment;
pub mod calendar_feed;
pub mod keys;
pub mod record;
pub mod series;
pub mod settlement;
pub mod waitlist;

pub(crate) use keys::Key;
