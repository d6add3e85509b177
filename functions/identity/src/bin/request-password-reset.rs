//! The Lambda function of [`identity::request_password_reset`].

fn main() -> api::Exit {
    api::serve(&identity::request_password_reset::ENDPOINT)
}
