//! `DELETE /v1/doctors/{doctorId}/slots/{slotId}`: a doctor takes a free slot back.
//!
//! A slot that is held or booked stays: its appointment is cancelled instead, so that the patient hears of it.

use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::availability::slot::SlotState;
use domain::core::id::{DoctorId, SlotId};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `withdrawSlot`
pub static ENDPOINT: Endpoint<Storage, Path<SlotPath>, NoContent> =
    Endpoint::delete("/v1/doctors/{doctorId}/slots/{slotId}", "withdrawSlot", "Withdraw a free slot", &handle)
        .details(
            "A slot that is free, or kept for somebody by an offer, which ends. One that is held or booked stays: \
             its appointment is cancelled instead, so that the patient hears of it.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::SLOT_IN_USE]);

/// Which slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotPath {
    /// Whose slot it is.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The slot.
    #[schema(value_type = String, example = "20261201T0430Z")]
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
