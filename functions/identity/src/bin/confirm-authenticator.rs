//! The Lambda function of [`identity::confirm_authenticator`].

fn main() -> api::Exit {
    api::serve(&identity::confirm_authenticator::ENDPOINT)
}
