//! The Lambda function of [`appointments::list_appointments`].

fn main() -> api::Exit {
    api::serve(&appointments::list_appointments::ENDPOINT)
}
