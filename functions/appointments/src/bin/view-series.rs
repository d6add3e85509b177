//! The Lambda function of [`appointments::view_series`].

fn main() -> api::Exit {
    api::serve(&appointments::view_series::ENDPOINT)
}
