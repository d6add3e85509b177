//! The Lambda function of [`identity::log_out`].

fn main() -> api::Exit {
    api::serve(&identity::log_out::ENDPOINT)
}
