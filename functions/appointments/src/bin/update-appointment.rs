//! The Lambda function of [`appointments::update_appointment`].

fn main() -> api::Exit {
    api::serve(&appointments::update_appointment::ENDPOINT)
}
