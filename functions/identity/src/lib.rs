//! Identity: accounts, sessions, and what a user says about themselves.
//!
//! Passwords, codes and tokens are the user pool's; the endpoints under `/v1/auth` are its face for clients without a browser, and
//! tell nobody whether an address has an account. Personal details are kept here, as one sealed text for each user. Roles are groups
//! of the pool: a new account is a patient's, and what else somebody is, an administrator says.

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
