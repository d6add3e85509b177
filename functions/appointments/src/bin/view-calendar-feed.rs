//! The Lambda function of [`appointments::view_calendar_feed`].

fn main() -> api::Exit {
    api::serve(&appointments::view_calendar_feed::ENDPOINT)
}
