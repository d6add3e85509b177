//! The Lambda function of [`appointments::complete_visit`].

fn main() -> api::Exit {
    api::serve(&appointments::complete_visit::ENDPOINT)
}
