//! `POST /v1/waitlist/{entryId}/decline`: a patient does not want what is offered, keeps the place in line, and waits for another time.
//!
//! The slot goes to the next one in line in the same transaction, or is free.

use crate::waitlist::{EntryPath, EntryView, hand_over, no_offer};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::audit::EventType;
use domain::policy::{Action, Role};
use domain::waitlist::NoOffer;
use storage::Storage;

/// `declineOffer`
pub static ENDPOINT: Endpoint<Storage, Path<EntryPath>, Ok200<EntryView>> =
    Endpoint::post("/v1/waitlist/{entryId}/decline", "declineOffer", "Decline what is offered", &handle)
        .allow(&[Role::Patient])
        .problems(&[&problem::NO_OFFER]);

async fn handle(cx: Context, storage: Storage, Path(path): Path<EntryPath>) -> Result<Ok200<EntryView>, Problem> {
    cx.retrying(async || {
        let file = storage.entry_file(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let file = cx.authorize(Action::AnswerOffer, file)?;
        let mut turn = file.decline(cx.now()).map_err(|NoOffer| no_offer())?;
        hand_over(&storage, &mut turn, cx.now()).await?;
        storage.commit_turn(&turn, EventType::OfferDeclined, &cx.provenance()).await?;
        Ok(Ok200::new(EntryView::of(&turn.entry)))
    })
    .await
}
