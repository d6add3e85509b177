//! The Lambda function of [`platform::ring_timers`].

fn main() -> api::Exit {
    api::serve(&platform::ring_timers::CONSUMER)
}
