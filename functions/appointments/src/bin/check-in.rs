//! The Lambda function of [`appointments::check_in`].

fn main() -> api::Exit {
    api::serve(&appointments::check_in::ENDPOINT)
}
