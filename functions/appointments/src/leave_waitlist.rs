//! `DELETE /v1/waitlist/{entryId}`: a patient does not wait any more. What is kept for them goes to the next one in line.
//!
//! Leaving again changes nothing.

use crate::waitlist::EntryPath;
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::audit::EventType;
use storage::Storage;

/// `leaveWaitlist`
pub static ENDPOINT: Endpoint<Storage, Path<EntryPath>, NoContent> =
    Endpoint::delete("/v1/waitlist/{entryId}", "leaveWaitlist", "Leave a waiting list", &handle)
        .details(
            "What is kept for the caller goes to the next one in line in the same transaction. Leaving again \
             changes nothing.",
        )
        .allow(&[Role::Patient, Role::Admin]);

async fn handle(cx: Context, storage: Storage, Path(path): Path<EntryPath>) -> Result<NoContent, Problem> {
    cx.retrying(async || {
        let file =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let file = cx.authorize(Action::LeaveWaitlist, file)?;
        let Some(transition) = file.leave(cx.now()) else { return Ok(NoContent) };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        storage.commit_entry_transition(&transition, EventType::WaitlistLeft, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
