//! The Lambda function of [`identity::list_sessions`].

fn main() -> api::Exit {
    api::serve(&identity::list_sessions::ENDPOINT)
}
