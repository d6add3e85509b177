//! The Lambda function of [`identity::renew_recovery_codes`].

fn main() -> api::Exit {
    api::serve(&identity::renew_recovery_codes::ENDPOINT)
}
