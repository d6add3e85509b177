//! The Lambda function of [`availability::view_schedule`].

fn main() -> api::Exit {
    api::serve(&availability::view_schedule::ENDPOINT)
}
