//! The Lambda function of [`appointments::close_visit`].

fn main() -> api::Exit {
    api::serve(&appointments::close_visit::CONSUMER)
}
