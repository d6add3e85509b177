//! The Lambda function of [`identity::view_me`].

fn main() -> api::Exit {
    api::serve(&identity::view_me::ENDPOINT)
}
