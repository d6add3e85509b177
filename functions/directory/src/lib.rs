#![doc = include_str!("../README.md")]

pub mod register_doctor;
pub mod search_doctors;
pub mod suspend_doctor;
pub mod update_doctor;
pub mod view_doctor;

mod presentation;
mod terms;
mod view;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &register_doctor::ENDPOINT,
    &view_doctor::ENDPOINT,
    &search_doctors::ENDPOINT,
    &update_doctor::ENDPOINT,
    &suspend_doctor::ENDPOINT,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &register_doctor::ENDPOINT,
    &view_doctor::ENDPOINT,
    &search_doctors::ENDPOINT,
    &update_doctor::ENDPOINT,
    &suspend_doctor::ENDPOINT,
];
