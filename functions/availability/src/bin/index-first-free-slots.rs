//! The Lambda function of [`availability::index_first_free_slots`].

fn main() -> api::Exit {
    api::serve(&availability::index_first_free_slots::CONSUMER)
}
