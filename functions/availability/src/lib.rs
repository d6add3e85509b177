//! Availability: a doctor publishes slots, patients see which of them are free, and what is not taken can be withdrawn.
//!
//! Bookings never come here: a slot's holder is the business of `appointments`. What both share is one rule,
//! [`domain::slot::Slot::is_bookable_by`], so that a slot that is listed can be booked.

pub mod list_available_slots;
pub mod publish_availability;
pub mod withdraw_slot;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] =
    &[&publish_availability::ENDPOINT, &list_available_slots::ENDPOINT, &withdraw_slot::ENDPOINT];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] =
    &[&publish_availability::ENDPOINT, &list_available_slots::ENDPOINT, &withdraw_slot::ENDPOINT];
