//! The Lambda function of [`identity::update_me`].

fn main() -> api::Exit {
    api::serve(&identity::update_me::ENDPOINT)
}
