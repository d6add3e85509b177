//! `POST /v1/waitlist/{entryId}/priority`: the doctor of the entry, or an administrator, sets the priority of the
//! entry.
//!
//! Urgent entries come first in the queue, in the order of joining. Setting the same priority again changes nothing.

use crate::waitlist::EntryPath;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, NoContent, Path};
use domain::access::{Action, Role};
use domain::appointments::waitlist::{EntryOver, Priority};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `prioritiseWaitlistEntry`
pub static ENDPOINT: Endpoint<Storage, (Path<EntryPath>, Json<PrioritiseWaitlistEntry>), NoContent> = Endpoint::post(
    "/v1/waitlist/{entryId}/priority",
    "prioritiseWaitlistEntry",
    "Set the priority of a waiting list entry",
    &handle,
)
.details(
    "The doctor for whom the patient waits, or an administrator, sets the priority. Urgent entries come \
             first in the queue, in the order of joining. Setting the same priority again changes nothing.",
)
.allow(&[Role::Doctor, Role::Admin])
.problems(&[&problem::WAIT_OVER]);

/// The new priority of the entry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrioritiseWaitlistEntry {
    /// `urgent` or `routine`.
    #[schema(value_type = String, example = "urgent")]
    priority: Priority,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<EntryPath>, Json<PrioritiseWaitlistEntry>),
) -> Result<NoContent, Problem> {
    cx.retrying(async || {
        let before = storage.waitlist_entry(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let entry = cx.authorize(Action::PrioritiseWaitlistEntry, before.clone())?;
        if entry.priority == body.priority {
            return Ok(NoContent);
        }
        let after = entry.prioritise(body.priority).map_err(|EntryOver| Problem::of(&problem::WAIT_OVER))?;
        storage.commit_priority(&before, &after, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
