//! The Lambda function of [`appointments::book_earliest`].

fn main() -> api::Exit {
    api::serve(&appointments::book_earliest::ENDPOINT)
}
