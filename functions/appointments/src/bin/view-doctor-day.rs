//! The Lambda function of [`appointments::view_doctor_day`].

fn main() -> api::Exit {
    api::serve(&appointments::view_doctor_day::ENDPOINT)
}
