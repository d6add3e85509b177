//! The Lambda function of [`identity::open_session`].

fn main() -> api::Exit {
    api::serve(&identity::open_session::ENDPOINT)
}
