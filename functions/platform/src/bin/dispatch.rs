//! The Lambda function of [`platform::dispatch`].

fn main() -> api::Exit {
    api::serve(&platform::dispatch::CONSUMER)
}
