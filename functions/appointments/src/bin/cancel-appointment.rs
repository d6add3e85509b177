//! The Lambda function of [`appointments::cancel_appointment`].

fn main() -> api::Exit {
    api::serve(&appointments::cancel_appointment::ENDPOINT)
}
