//! The Lambda function of [`appointments::preview_series`].

fn main() -> api::Exit {
    api::serve(&appointments::preview_series::ENDPOINT)
}
