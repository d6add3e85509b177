//! The Lambda function of [`appointments::cancel_series`].

fn main() -> api::Exit {
    api::serve(&appointments::cancel_series::ENDPOINT)
}
