//! The Lambda function of [`appointments::prioritise_waiting`].

fn main() -> api::Exit {
    api::serve(&appointments::prioritise_waiting::ENDPOINT)
}
