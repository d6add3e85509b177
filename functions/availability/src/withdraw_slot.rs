//! `DELETE /v1/doctors/{doctorId}/slots/{slotId}`: a doctor withdraws a free slot.
//!
//! A held or booked slot cannot be withdrawn. The doctor cancels its appointment instead, so that the patient is
//! notified.

use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::availability::slot::SlotState;
use domain::core::id::{DoctorId, SlotId};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `withdrawSlot`.
pub static ENDPOINT: Endpoint<Storage, Path<SlotPath>, NoContent> =
    Endpoint::delete("/v1/doctors/{doctorId}/slots/{slotId}", "withdrawSlot", "Withdraw a free slot", &handle)
        .details(
            "Withdraws a slot that is free, or offered to a patient who waits; the offer then ends. A held or booked \
             slot cannot be withdrawn: cancel its appointment instead, so that the patient is notified.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::SLOT_IN_USE]);

/// The slot that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotPath {
    /// The id of the doctor of the slot.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The id of the slot.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
}

async fn handle(cx: Context, storage: Storage, Path(path): Path<SlotPath>) -> Result<NoContent, Problem> {
    cx.retrying(async || {
        let slot = storage.slot(path.doctor_id, path.slot_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let slot = cx.authorize(Action::WithdrawSlot, slot)?;
        if slot.state == SlotState::Withdrawn {
            return Ok(NoContent);
        }
        let withdrawn = slot.withdraw(cx.now()).map_err(|_| Problem::of(&problem::SLOT_IN_USE))?;
        storage.commit_withdrawal(&withdrawn, &cx.provenance()).await?;
        Ok(NoContent)
    })
    .await
}
