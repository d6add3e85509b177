#![doc = include_str!("../README.md")]

pub mod confirm_registration;
pub mod create_profile;
pub mod log_in;
pub mod log_out;
pub mod record_hosted_log_in;
pub mod refresh_session;
pub mod register;
pub mod update_me;
pub mod view_me;

mod accounts;
mod credentials;
mod profiles;

api::context! {
    endpoints: [
        register,
        confirm_registration,
        log_in,
        refresh_session,
        log_out,
        view_me,
        update_me,
    ],
    consumers: [create_profile, record_hosted_log_in],
}
