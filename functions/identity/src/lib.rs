#![doc = include_str!("../README.md")]

pub mod confirm_registration;
pub mod create_profile;
pub mod log_in;
pub mod log_out;
pub mod refresh_session;
pub mod register;
pub mod update_me;
pub mod view_me;

mod accounts;
mod credentials;
mod profiles;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &register::ENDPOINT,
    &confirm_registration::ENDPOINT,
    &log_in::ENDPOINT,
    &refresh_session::ENDPOINT,
    &log_out::ENDPOINT,
    &view_me::ENDPOINT,
    &update_me::ENDPOINT,
    &create_profile::CONSUMER,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &register::ENDPOINT,
    &confirm_registration::ENDPOINT,
    &log_in::ENDPOINT,
    &refresh_session::ENDPOINT,
    &log_out::ENDPOINT,
    &view_me::ENDPOINT,
    &update_me::ENDPOINT,
];
