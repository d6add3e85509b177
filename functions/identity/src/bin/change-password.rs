//! The Lambda function of [`identity::change_password`].

fn main() -> api::Exit {
    api::serve(&identity::change_password::ENDPOINT)
}
