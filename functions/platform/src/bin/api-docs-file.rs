//! The Lambda function of [`platform::api_docs_file`].

fn main() -> api::Exit {
    api::serve(&platform::api_docs_file::ENDPOINT)
}
