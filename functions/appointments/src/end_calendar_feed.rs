//! `DELETE /v1/me/calendar-feed`: ends the secret address of the caller's calendar. A repeated request changes nothing.

use api::{Context, Endpoint, NoContent, Problem};
use domain::access::Role;
use storage::Storage;

/// `endCalendarFeed`
pub static ENDPOINT: Endpoint<Storage, (), NoContent> =
    Endpoint::delete("/v1/me/calendar-feed", "endCalendarFeed", "End your calendar feed", &handle)
        .details("The address is not found from then on. A repeated request changes nothing.")
        .allow(&[Role::Patient, Role::Doctor]);

async fn handle(cx: Context, storage: Storage, (): ()) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?.id;
    cx.retrying(async || {
        let current = storage.current_feed(user).await?;
        if current.feed.is_some() {
            storage.commit_feed(&current, None, &cx.provenance()).await?;
        }
        Ok(())
    })
    .await?;
    Ok(NoContent)
}
