//! The Lambda function of [`appointments::make_calendar_feed`].

fn main() -> api::Exit {
    api::serve(&appointments::make_calendar_feed::ENDPOINT)
}
