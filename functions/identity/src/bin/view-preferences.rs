//! The Lambda function of [`identity::view_preferences`].

fn main() -> api::Exit {
    api::serve(&identity::view_preferences::ENDPOINT)
}
