//! The Lambda function of [`availability::list_available_slots`].

fn main() -> api::Exit {
    api::serve(&availability::list_available_slots::ENDPOINT)
}
