//! The Lambda function of [`appointments::begin_visit`].

fn main() -> api::Exit {
    api::serve(&appointments::begin_visit::ENDPOINT)
}
