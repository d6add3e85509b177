//! The Lambda function of [`availability::replace_schedule`].

fn main() -> api::Exit {
    api::serve(&availability::replace_schedule::ENDPOINT)
}
