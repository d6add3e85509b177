//! The Lambda function of [`availability::extend_schedules`].

fn main() -> api::Exit {
    api::serve(&availability::extend_schedules::CONSUMER)
}
