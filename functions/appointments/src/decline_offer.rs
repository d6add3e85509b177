//! `POST /v1/waitlist/{entryId}/decline`: a patient declines an offer, keeps the position in the queue, and waits for
//! another time.
//!
//! In the same transaction the slot is offered to the next matching entry, or is free.

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
    Endpoint::post("/v1/waitlist/{entryId}/decline", "declineOffer", "Decline an offer", &handle)
        .details(
            "The entry keeps its position in the queue and waits for another time; the declined time is not \
             offered again. In the same transaction the slot is offered to the next matching entry, or is free.",
        )
        .allow(&[Role::Patient])
        .problems(&[&problem::NO_OFFER]);

/// The offer to decline.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclineOffer {
    /// `doctorId` of the offer.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// `slotId` of the offer. A repeated request changes nothing, even if another slot is offered by then.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<EntryPath>, Json<DeclineOffer>),
) -> Result<Ok200<EntryView>, Problem> {
    let named = OfferedTime { doctor: body.doctor_id, slot: body.slot_id };
    cx.retrying(async || {
        let details =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let entry = EntryView::of(&details.entry);
        let details = cx.authorize(Action::AnswerOffer, details)?;
        let Some(transition) = details.decline(named, cx.now()).map_err(|NoOffer| no_offer())? else {
            return Ok(Ok200::new(entry));
        };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        storage.commit_entry_transition(&transition, EventType::OfferDeclined, &cx.provenance()).await?;
        Ok(Ok200::new(EntryView::of(&transition.entry)))
    })
    .await
}
