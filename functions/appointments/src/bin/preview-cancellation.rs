//! The Lambda function of [`appointments::preview_cancellation`].

fn main() -> api::Exit {
    api::serve(&appointments::preview_cancellation::ENDPOINT)
}
