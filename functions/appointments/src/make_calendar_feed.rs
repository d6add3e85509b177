//! `POST /v1/me/calendar-feed`: makes a secret address of the caller's calendar, to which calendar programs can
//! subscribe.
//!
//! The token is shown only in this answer: the table stores its hash. A repeated request replaces the address, and the
//! previous one ends at once.

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
            "The path in the answer contains a secret and is shown only once. Any client that knows the path can \
             read the times and the doctors of the caller's visits, in iCalendar. A repeated request makes a new \
             address, and the previous one ends at once.",
        )
        .allow(&[Role::Patient, Role::Doctor])
        // The address outlives the token, and a new one ends the owner's.
        .checks_session();

/// The address of a calendar feed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CalendarFeed)]
pub struct CalendarFeedView {
    /// The path at this API. Any client that knows it can read the calendar.
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
