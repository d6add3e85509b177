//! The Lambda function of [`identity::end_other_sessions`].

fn main() -> api::Exit {
    api::serve(&identity::end_other_sessions::ENDPOINT)
}
