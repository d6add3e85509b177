//! `DELETE /v1/me/sessions/{sessionId}`: the caller ends one session, such as one on a telephone that was lost.
//!
//! One transaction marks the session, so that it is not renewed, and the item that each request with health data reads, so that
//! its access tokens show nothing any more. A renewal under way is refused by its guards, since it read before. The pool is not
//! called: it ends a session only for its refresh token, which the service does not have. The next attempt at a renewal brings
//! that token, and ends the session in the pool too.

use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::core::id::SessionId;
use serde::Deserialize;
use storage::{SessionSnapshot, Storage};
use utoipa::ToSchema;

/// The endpoint `endSession`.
pub static ENDPOINT: Endpoint<Storage, Path<SessionPath>, NoContent> =
    Endpoint::delete("/v1/me/sessions/{sessionId}", "endSession", "End one of your sessions", &handle)
        .details(
            "The session gets no new tokens. Every operation that shows health or personal data refuses its access tokens \
             at once with `session-ended`; the other operations accept them until they expire, within 15 minutes. A \
             session that has ended already stays as it is. After {MAX_ENDED_SINGLY} sessions that were ended one by one \
             in a week, the next one ends all others with it.",
        )
        // The end of a session outlives the token.
        .checks_session()
        .problems(&[&problem::NOT_FOUND]);

/// The session that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionPath {
    /// The id of the session.
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
}

async fn handle(cx: Context, storage: Storage, Path(path): Path<SessionPath>) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    cx.retrying(async || {
        let SessionSnapshot { session, ended: read, .. } = storage.session_snapshot(user.id, path.session_id).await?;
        let session = session.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let Some(session) = session.ended(cx.now()) else { return Ok(NoContent) };
        let ended = read.clone().one(&session, user.session_id(), cx.now());
        storage.commit_end_of_session(&session, &read, &ended, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
