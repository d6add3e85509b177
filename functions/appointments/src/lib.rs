//! Appointments: a patient holds a slot of a doctor, pays, is confirmed, and may cancel.
//!
//! Booking makes the hold and nothing else; paying is the business of `payments`, mails that of `notifications`. A hold that nobody
//! pays for ends by itself: [`release_expired_hold`] cleans up after it, but nothing waits for that, since the next booking's
//! condition admits an expired hold already.

pub mod book_appointment;
pub mod cancel_appointment;
pub mod cancel_suspended_visits;
pub mod list_appointments;
pub mod release_expired_hold;
pub mod view_appointment;

mod ports;
mod view;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &book_appointment::ENDPOINT,
    &view_appointment::ENDPOINT,
    &list_appointments::ENDPOINT,
    &cancel_appointment::ENDPOINT,
    &release_expired_hold::CONSUMER,
    &cancel_suspended_visits::CONSUMER,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &book_appointment::ENDPOINT,
    &view_appointment::ENDPOINT,
    &list_appointments::ENDPOINT,
    &cancel_appointment::ENDPOINT,
];
