//! The Lambda function of [`directory::list_languages`].

fn main() -> api::Exit {
    api::serve(&directory::list_languages::ENDPOINT)
}
