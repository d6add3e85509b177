//! The Lambda function of [`appointments::book_series`].

fn main() -> api::Exit {
    api::serve(&appointments::book_series::ENDPOINT)
}
