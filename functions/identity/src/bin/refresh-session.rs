//! The Lambda function of [`identity::refresh_session`].

fn main() -> api::Exit {
    api::serve(&identity::refresh_session::ENDPOINT)
}
