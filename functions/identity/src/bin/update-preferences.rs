//! The Lambda function of [`identity::update_preferences`].

fn main() -> api::Exit {
    api::serve(&identity::update_preferences::ENDPOINT)
}
