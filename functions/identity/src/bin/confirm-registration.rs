//! The Lambda function of [`identity::confirm_registration`].

fn main() -> api::Exit {
    api::serve(&identity::confirm_registration::ENDPOINT)
}
