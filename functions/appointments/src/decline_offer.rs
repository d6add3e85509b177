//! `POST /v1/waitlist/{entryId}/decline`: a patient does not want what is offered, keeps the place in line, and waits for another time.
//!
//! The slot goes to the next one in line in the same transaction, or is free.

use crate::waitlist::{EntryPath, EntryView, no_offer};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use domain::appointments::waitlist::{NoOffer, OfferedTime};
use domain::audit::EventType;
use domain::core::id::{DoctorId, SlotId};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `declineOffer`
pub static ENDPOINT: Endpoint<Storage, (Path<EntryPath>, Json<DeclineOffer>), Ok200<EntryView>> =
    Endpoint::post("/v1/waitlist/{entryId}/decline", "declineOffer", "Decline what is offered", &handle)
        .details(
            "The caller keeps the place in line and waits for another time; the one that is declined is not \
             offered again. The slot goes to the next one in line in the same transaction, or is free.",
        )
        .allow(&[Role::Patient])
        .problems(&[&problem::NO_OFFER]);

/// What is declined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclineOffer {
    /// `doctorId` of the offer.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// `slotId` of the offer. Declined again it changes nothing, whatever is offered by then.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<EntryPath>, Json<DeclineOffer>),
) -> Result<Ok200<EntryView>, Problem> {
    let named = OfferedTime { doctor: body.doctor_id, slot: body.slot_id };
    cx.retrying(async || {
        let file =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let entry = EntryView::of(&file.entry);
        let file = cx.authorize(Action::AnswerOffer, file)?;
        let Some(transition) = file.decline(named, cx.now()).map_err(|NoOffer| no_offer())? else {
            return Ok(Ok200::new(entry));
        };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        storage.commit_entry_transition(&transition, EventType::OfferDeclined, &cx.provenance()).await?;
        Ok(Ok200::new(EntryView::of(&transition.entry)))
    })
    .await
}
