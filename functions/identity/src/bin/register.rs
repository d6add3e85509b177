//! The Lambda function of [`identity::register`].

fn main() -> api::Exit {
    api::serve(&identity::register::ENDPOINT)
}
