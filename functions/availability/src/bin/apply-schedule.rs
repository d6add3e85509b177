//! The Lambda function of [`availability::apply_schedule`].

fn main() -> api::Exit {
    api::serve(&availability::apply_schedule::CONSUMER)
}
