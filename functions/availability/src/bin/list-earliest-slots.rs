//! The Lambda function of [`availability::list_earliest_slots`].

fn main() -> api::Exit {
    api::serve(&availability::list_earliest_slots::ENDPOINT)
}
