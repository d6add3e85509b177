//! The Lambda function of [`platform::fire_timers`].

fn main() -> api::Exit {
    api::serve(&platform::fire_timers::CONSUMER)
}
