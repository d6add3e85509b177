//! `POST /v1/audit-days/{day}/release`: an administrator lifts the hold on a day of the archived trail.
//!
//! Objects whose retention is over are deleted then; other objects stay until its end. A day has one hold, even if
//! several requests set it; the trail has their reasons.

use crate::archive::ArchivePorts;
use crate::holds::{self, AuditDayPath, AuditDayView, HoldReason};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::Role;

/// `releaseAuditDay`
pub static ENDPOINT: Endpoint<ArchivePorts, (Path<AuditDayPath>, Json<HoldReason>), Ok200<AuditDayView>> =
    Endpoint::post("/v1/audit-days/{day}/release", "releaseAuditDay", "Release a day of the audit trail", &handle)
        .details(
            "Lifts the one hold of the day, even if several requests have set it. Objects whose retention is over \
             are deleted then; other objects stay until its end.",
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
