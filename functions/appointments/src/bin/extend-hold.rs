//! The Lambda function of [`appointments::extend_hold`].

fn main() -> api::Exit {
    api::serve(&appointments::extend_hold::ENDPOINT)
}
