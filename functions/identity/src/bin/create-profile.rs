//! The Lambda function of [`identity::create_profile`].

fn main() -> api::Exit {
    api::serve(&identity::create_profile::CONSUMER)
}
