//! The Lambda function of [`platform::health`].

fn main() -> api::Exit {
    api::serve(&platform::health::ENDPOINT)
}
