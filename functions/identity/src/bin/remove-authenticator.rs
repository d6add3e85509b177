//! The Lambda function of [`identity::remove_authenticator`].

fn main() -> api::Exit {
    api::serve(&identity::remove_authenticator::ENDPOINT)
}
