//! The Lambda function of [`directory::search_doctors`].

fn main() -> api::Exit {
    api::serve(&directory::search_doctors::ENDPOINT)
}
