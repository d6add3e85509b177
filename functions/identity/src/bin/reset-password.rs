//! The Lambda function of [`identity::reset_password`].

fn main() -> api::Exit {
    api::serve(&identity::reset_password::ENDPOINT)
}
