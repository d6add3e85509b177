//! The Lambda function of [`identity::reset_authenticator`].

fn main() -> api::Exit {
    api::serve(&identity::reset_authenticator::ENDPOINT)
}
