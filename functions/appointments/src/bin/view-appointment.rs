//! The Lambda function of [`appointments::view_appointment`].

fn main() -> api::Exit {
    api::serve(&appointments::view_appointment::ENDPOINT)
}
