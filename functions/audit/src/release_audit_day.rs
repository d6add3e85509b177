//! `POST /v1/audit-days/{day}/release`: an administrator lifts the hold on a day of the archived trail.
//!
//! What is due to go goes then; what is locked for longer stays. A day has one hold, whoever set it and for how many reasons: the trail has them.

use crate::archive::ArchivePorts;
use crate::holds::{self, AuditDayPath, AuditDayView, HoldReason};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::Role;

/// `releaseAuditDay`
pub static ENDPOINT: Endpoint<ArchivePorts, (Path<AuditDayPath>, Json<HoldReason>), Ok200<AuditDayView>> =
    Endpoint::post("/v1/audit-days/{day}/release", "releaseAuditDay", "Let a day of the audit trail go again", &handle)
        .details(
            "What is due to go goes then; what is locked for longer stays. It lifts the one hold that the day \
             has, for whatever reason it was set.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST, &problem::CONFLICT]);

async fn handle(
    cx: Context,
    ports: ArchivePorts,
    (Path(AuditDayPath { day }), Json(reason)): (Path<AuditDayPath>, Json<HoldReason>),
) -> Result<Ok200<AuditDayView>, Problem> {
    Ok(Ok200::new(holds::set(&cx, &ports, day, reason, false).await?))
}
