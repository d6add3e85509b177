//! The Lambda function of [`platform::api_docs`].

fn main() -> api::Exit {
    api::serve(&platform::api_docs::ENDPOINT)
}
