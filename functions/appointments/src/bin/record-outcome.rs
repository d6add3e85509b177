//! The Lambda function of [`appointments::record_outcome`].

fn main() -> api::Exit {
    api::serve(&appointments::record_outcome::ENDPOINT)
}
