//! The Lambda function of [`identity::begin_authenticator`].

fn main() -> api::Exit {
    api::serve(&identity::begin_authenticator::ENDPOINT)
}
