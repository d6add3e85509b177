//! The Lambda function of [`appointments::book_appointment`].

fn main() -> api::Exit {
    api::serve(&appointments::book_appointment::ENDPOINT)
}
