//! The Lambda function of [`identity::view_authenticator`].

fn main() -> api::Exit {
    api::serve(&identity::view_authenticator::ENDPOINT)
}
