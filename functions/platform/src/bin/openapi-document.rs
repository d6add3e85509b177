//! The Lambda function of [`platform::openapi_document`].

fn main() -> api::Exit {
    api::serve(&platform::openapi_document::ENDPOINT)
}
