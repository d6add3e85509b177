//! `POST /v1/me/calendar-feed`: gives the caller's calendar a secret address, for the calendars of others to subscribe to.
//!
//! Its token is shown here and never again: the table has a hash of it. Asking again replaces the address, and the one before ends at once.

use api::{Context, Endpoint, Ok200, Open, Problem, View};
use domain::access::Role;
use domain::appointments::calendar_feed::FeedToken;
use serde::Serialize;
use storage::Storage;
use utoipa::ToSchema;

/// `makeCalendarFeed`
pub static ENDPOINT: Endpoint<Storage, (), Ok200<CalendarFeedView>> =
    Endpoint::post("/v1/me/calendar-feed", "makeCalendarFeed", "Make your calendar feed", &handle)
        .details(
            "The path of the answer holds a secret, and is shown here only: whoever knows it can read when the \
             caller has visits and with whom, in iCalendar. Asking again makes another one, and the address \
             before ends at once.",
        )
        .allow(&[Role::Patient, Role::Doctor]);

/// Where the feed is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CalendarFeed)]
pub struct CalendarFeedView {
    /// The path at this API. Whoever knows it can read the calendar.
    #[schema(example = "/v1/calendar-feeds/6f1e..")]
    path: String,
}

impl View for CalendarFeedView {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, (): ()) -> Result<Ok200<CalendarFeedView>, Problem> {
    let user = cx.caller.user()?.id;
    let token = FeedToken::from_random([cx.new_id(), cx.new_id(), cx.new_id()]);
    cx.retrying(async || {
        let current = storage.current_feed(user).await?;
        Ok(storage.commit_feed(&current, Some(token.hash()), &cx.provenance()).await?)
    })
    .await?;
    Ok(Ok200::new(CalendarFeedView { path: format!("/v1/calendar-feeds/{}", token.expose()) }))
}
