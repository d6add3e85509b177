//! The Lambda function of [`appointments::reschedule_appointment`].

fn main() -> api::Exit {
    api::serve(&appointments::reschedule_appointment::ENDPOINT)
}
