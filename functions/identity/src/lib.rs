#![doc = include_str!("../README.md")]

pub mod answer_challenge;
pub mod begin_authenticator;
pub mod browser_sessions;
pub mod change_password;
pub mod change_roles;
pub mod close_session;
pub mod confirm_authenticator;
pub mod confirm_registration;
pub mod create_profile;
pub mod disable_user;
pub mod enable_user;
pub mod list_users;
pub mod log_in;
pub mod log_out;
pub mod open_session;
pub mod record_hosted_log_in;
pub mod recover_account;
pub mod refresh_session;
pub mod register;
pub mod remove_authenticator;
pub mod renew_recovery_codes;
pub mod renew_session;
pub mod replace_emergency_contacts;
pub mod request_password_reset;
pub mod resend_confirmation;
pub mod reset_authenticator;
pub mod reset_password;
pub mod update_me;
pub mod update_preferences;
pub mod view_authenticator;
pub mod view_emergency_contacts;
pub mod view_me;
pub mod view_preferences;
pub mod view_user;

mod accounts;
mod authenticators;
mod credentials;
mod emergency_contacts;
mod preferences;
mod profiles;
mod users;

api::context! {
    endpoints: [
        register,
        confirm_registration,
        resend_confirmation,
        request_password_reset,
        reset_password,
        log_in,
        refresh_session,
        log_out,
        open_session,
        renew_session,
        close_session,
        view_me,
        update_me,
        change_password,
        view_emergency_contacts,
        replace_emergency_contacts,
        view_preferences,
        update_preferences,
        answer_challenge,
        recover_account,
        view_authenticator,
        begin_authenticator,
        confirm_authenticator,
        renew_recovery_codes,
        remove_authenticator,
        reset_authenticator,
        list_users,
        view_user,
        disable_user,
        enable_user,
        change_roles,
    ],
    consumers: [create_profile, record_hosted_log_in],
}
