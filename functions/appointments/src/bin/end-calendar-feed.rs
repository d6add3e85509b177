//! The Lambda function of [`appointments::end_calendar_feed`].

fn main() -> api::Exit {
    api::serve(&appointments::end_calendar_feed::ENDPOINT)
}
