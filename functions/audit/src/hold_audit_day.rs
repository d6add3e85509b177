//! `POST /v1/audit-days/{day}/hold`: an administrator puts a day of the archived trail on hold.
//!
//! Every object with events of that day stays in the archive until the day is released, even after its retention.

use crate::archive::ArchivePorts;
use crate::holds::{self, AuditDayPath, AuditDayView, HoldReason};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::Role;

/// `holdAuditDay`
pub static ENDPOINT: Endpoint<ArchivePorts, (Path<AuditDayPath>, Json<HoldReason>), Ok200<AuditDayView>> =
    Endpoint::post("/v1/audit-days/{day}/hold", "holdAuditDay", "Put a day of the audit trail on legal hold", &handle)
        .details(
            "Every object of the archive with events of that day stays until the day is released, even after its \
             retention. A day has one hold, shared by all administrators.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST, &problem::CONFLICT]);

async fn handle(
    cx: Context,
    ports: ArchivePorts,
    (Path(AuditDayPath { day }), Json(reason)): (Path<AuditDayPath>, Json<HoldReason>),
) -> Result<Ok200<AuditDayView>, Problem> {
    Ok(Ok200::new(holds::set(&cx, &ports, day, reason, true).await?))
}
