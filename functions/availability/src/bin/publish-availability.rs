//! The Lambda function of [`availability::publish_availability`].

fn main() -> api::Exit {
    api::serve(&availability::publish_availability::ENDPOINT)
}
