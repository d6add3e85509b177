//! The Lambda function of [`identity::close_session`].

fn main() -> api::Exit {
    api::serve(&identity::close_session::ENDPOINT)
}
