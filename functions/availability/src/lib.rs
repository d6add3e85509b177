#![doc = include_str!("../README.md")]

pub mod apply_schedule;
pub mod extend_schedules;
pub mod index_first_free_slots;
pub mod list_available_slots;
pub mod list_earliest_slots;
pub mod publish_availability;
pub mod replace_schedule;
mod schedule;
pub mod view_schedule;
pub mod withdraw_slot;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &view_schedule::ENDPOINT,
    &replace_schedule::ENDPOINT,
    &apply_schedule::CONSUMER,
    &extend_schedules::CONSUMER,
    &publish_availability::ENDPOINT,
    &list_available_slots::ENDPOINT,
    &list_earliest_slots::ENDPOINT,
    &index_first_free_slots::CONSUMER,
    &withdraw_slot::ENDPOINT,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &view_schedule::ENDPOINT,
    &replace_schedule::ENDPOINT,
    &publish_availability::ENDPOINT,
    &list_available_slots::ENDPOINT,
    &list_earliest_slots::ENDPOINT,
    &withdraw_slot::ENDPOINT,
];
