//! The Lambda function of [`identity::log_in`].

fn main() -> api::Exit {
    api::serve(&identity::log_in::ENDPOINT)
}
