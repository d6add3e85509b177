//! The Lambda function of [`identity::end_session`].

fn main() -> api::Exit {
    api::serve(&identity::end_session::ENDPOINT)
}
