//! The Lambda function of [`identity::renew_session`].

fn main() -> api::Exit {
    api::serve(&identity::renew_session::ENDPOINT)
}
