//! `DELETE /v1/me/sessions`: the caller ends all sessions but the own one.
//!
//! The item that tells which sessions have ended gets the present instant and the one session that is spared. So it is one write
//! however many sessions there are, also for those that the service does not know.

use api::{Context, Endpoint, NoContent, Problem};
use storage::Storage;

/// The endpoint `endOtherSessions`.
pub static ENDPOINT: Endpoint<Storage, (), NoContent> = Endpoint::delete(
    "/v1/me/sessions",
    "endOtherSessions",
    "End all your other sessions",
    &handle,
)
.details(
    "All sessions of the caller end, on all devices, but for the one of the request. They get no new tokens, and every \
             operation that shows health or personal data refuses their access tokens at once with `session-ended`.",
)
// The end of the sessions outlives the token.
.checks_session();

async fn handle(cx: Context, storage: Storage, (): ()) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    cx.retrying(async || {
        let read = storage.ended_sessions(user.id).await?;
        let ended = read.clone().others_than(user.session_id(), cx.now());
        storage.commit_end_of_others(&read, &ended, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
