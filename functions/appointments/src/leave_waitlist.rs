//! `DELETE /v1/waitlist/{entryId}`: a patient or an administrator ends a waiting list entry. An offered slot is offered
//! to the next matching entry.
//!
//! A repeated request changes nothing.

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
            "In the same transaction a slot that is offered to the patient is offered to the next matching \
             entry, or is free. A repeated request changes nothing.",
        )
        .allow(&[Role::Patient, Role::Admin]);

async fn handle(cx: Context, storage: Storage, Path(path): Path<EntryPath>) -> Result<NoContent, Problem> {
    cx.retrying(async || {
        let details =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let details = cx.authorize(Action::LeaveWaitlist, details)?;
        let Some(transition) = details.leave(cx.now()) else { return Ok(NoContent) };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        storage.commit_entry_transition(&transition, EventType::WaitlistLeft, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
