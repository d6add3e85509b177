//! The Lambda function of [`directory::list_specialities`].

fn main() -> api::Exit {
    api::serve(&directory::list_specialities::ENDPOINT)
}
