//! Directory: the doctors, and how patients find them.
//!
//! Administrators enter doctors after they have verified them; nothing here asks a medical register. Every view of a doctor carries the
//! registration number, so that patients can verify their doctor as India's Telemedicine Practice Guidelines (2020, 3.2) want it.
//! When a doctor is free is the business of `availability`.

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
