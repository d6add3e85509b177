//! The Lambda function of [`identity::resend_confirmation`].

fn main() -> api::Exit {
    api::serve(&identity::resend_confirmation::ENDPOINT)
}
