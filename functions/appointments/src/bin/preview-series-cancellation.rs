//! The Lambda function of [`appointments::preview_series_cancellation`].

fn main() -> api::Exit {
    api::serve(&appointments::preview_series_cancellation::ENDPOINT)
}
