//! `POST /v1/audit-exports`: exports the archived trail of some days, for verification with the public key.
//!
//! The answer has a URL for each part, valid for [`VALID`]: checkpoints, keys, and the events that the checkpoints
//! close. Appended to their files in the order of the answer, the parts are an export in the format of
//! docs/audit-format.md. An answer covers some checkpoints and names the next; each answer is recorded in the trail
//! before it is sent.
//!
//! Days are whole, and an export can't filter by actor or type: chains with gaps prove nothing. `GET /v1/audit-events`
//! or a query of the archive serves searches.

use crate::archive::{self, ArchivePorts};
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Health, Json, View};
use domain::access::{Action, Parties, Role};
use domain::audit::EventType;
use domain::audit::archive::Part;
use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use utoipa::ToSchema;

/// `exportAudit`
pub static ENDPOINT: Endpoint<ArchivePorts, Json<ExportAudit>, Disclosed<AuditExport>> =
    Endpoint::post("/v1/audit-exports", "exportAudit", "Export the audit trail", &handle)
        .details(
            "The answer has URLs, valid until `expiresAt`, of the checkpoints, keys and events of whole days. \
             Together they are an export in the format of docs/audit-format.md, which `verify-audit` verifies. An \
             answer covers some checkpoints, and `next` names where to continue. The export is recorded in the \
             trail before the answer is sent.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST]);

/// The time for which the URLs are valid.
const VALID: SignedDuration = SignedDuration::from_mins(15);

/// The number of checkpoints that an answer covers: on an ordinary day these give some hundreds of URLs, and at most
/// about as many as fit into an answer.
const CHECKPOINTS_AT_ONCE: u64 = 40;

/// The days to export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportAudit {
    /// The first day, in UTC. An event belongs to the day of the checkpoint that closes it, usually at most 15 minutes
    /// after the event.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    from: Date,
    /// The last day, in UTC.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    to: Date,
    /// `next` of the previous answer, to continue there.
    after: Option<u64>,
}

/// A part of an export.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditExport {
    /// The checkpoint after which the export begins, for `verify-audit verify --since`. Absent if the export begins
    /// with the first checkpoint, or if the days have no checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    /// The number of checkpoints of these days, in all answers together.
    checkpoints: u64,
    /// The parts to fetch, in this order.
    files: Vec<ExportedFile>,
    /// The instant at which the URLs expire.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The value of `after` for the next request. Absent in the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl View for AuditExport {
    type Data = Health;
}

/// A file of the export, or its next lines.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedFile {
    /// The path, in the directory of the export, of the file to which the content is appended.
    #[schema(example = "events/chain=03/day=2026-11-30/00000000000000000001.jsonl")]
    path: String,
    /// The URL of the content. Any client that knows it can read the content.
    url: String,
}

async fn handle(
    cx: Context,
    ports: ArchivePorts,
    Json(ExportAudit { from, to, after }): Json<ExportAudit>,
) -> Result<Disclosed<AuditExport>, Problem> {
    cx.authorize(Action::ExportAuditTrail, Parties::none())?;
    let (begin, end) = bounds(from, to)?;
    let archive = ports.archive.as_ref();
    let last = ports.storage.checkpoint_state().await?.map_or(0, |state| state.last_settled());
    let first = archive::first_since(archive, last, begin).await?;
    let behind = archive::first_since(archive, last, end).await?;
    let page = page(first..behind, after)?;
    // The checkpoint before the first: its events are not part of the export, but it has the heads from which the
    // chains continue.
    let since = (first > 1 && first < behind).then(|| first - 1);
    let base = since.filter(|_| after.is_none());
    let base = try_join_all(base.map(|number| archive::checkpoint(archive, number))).await?;
    let made = try_join_all(page.clone().map(|number| archive::checkpoint(archive, number))).await?;
    let keys: BTreeSet<&str> = base.iter().chain(&made).map(|checkpoint| checkpoint.key_id.as_str()).collect();
    let keys = keys.into_iter().map(|id| Part::Key { id: id.to_owned() });
    let bases = base.iter().map(|checkpoint| Part::Checkpoint { number: checkpoint.sequence });
    let parts: Vec<Part> = keys.chain(bases).chain(made.iter().flat_map(|checkpoint| checkpoint.parts())).collect();
    let files = try_join_all(parts.iter().map(|part| ports.file(part))).await?;
    let export = AuditExport {
        since,
        checkpoints: behind - first,
        files,
        expires_at: cx.now() + VALID,
        next: (page.end < behind).then(|| page.end - 1),
    };
    let days = match after {
        None => format!("{from}/{to}"),
        Some(after) => format!("{from}/{to} behind checkpoint {after}"),
    };
    cx.disclose_exported(&ports.storage, EventType::AuditTrailExported, ("audit_log", &days), export).await
}

/// The first instant of the days, and the first instant after them.
fn bounds(from: Date, to: Date) -> Result<(Timestamp, Timestamp), Problem> {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    match (midnight(from), to.tomorrow().and_then(midnight)) {
        (Ok(begin), Ok(end)) if begin < end => Ok((begin, end)),
        (Ok(_), Ok(_)) => Err(Problem::field("to", "must not be before from")),
        _ => Err(Problem::field("to", "is no valid day of the trail")),
    }
}

/// The numbers of the checkpoints that an answer covers.
fn page(all: std::ops::Range<u64>, after: Option<u64>) -> Result<std::ops::Range<u64>, Problem> {
    let start = match after {
        None => all.start,
        Some(after) if all.contains(&after) => after + 1,
        Some(_) => return Err(Problem::field("after", "is no checkpoint of these days")),
    };
    Ok(start..all.end.min(start.saturating_add(CHECKPOINTS_AT_ONCE)))
}

impl ArchivePorts {
    async fn file(&self, part: &Part) -> Result<ExportedFile, Problem> {
        let valid = Duration::from_secs(VALID.as_secs().unsigned_abs());
        let url = self.archive.link(&part.object(), valid).await.map_err(Problem::unavailable)?;
        Ok(ExportedFile { path: part.file(), url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_read_in_pages_that_meet_and_do_not_overlap() {
        assert_eq!(page(5..5, None).unwrap(), 5..5);
        assert_eq!(page(5..45, None).unwrap(), 5..45);
        assert_eq!(page(5..46, None).unwrap(), 5..45);
        assert_eq!(page(5..46, Some(44)).unwrap(), 45..46);
        assert_eq!(page(5..46, Some(45)).unwrap(), 46..46);
        for outside in [0, 4, 46, u64::MAX] {
            assert!(page(5..46, Some(outside)).is_err(), "{outside}");
        }
    }

    #[test]
    fn days_are_whole_and_in_order() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let (begin, end) = bounds(day("2026-11-30"), day("2026-11-30")).unwrap();
        assert_eq!(
            (begin.to_string(), end.to_string()),
            ("2026-11-30T00:00:00Z".into(), "2026-12-01T00:00:00Z".into())
        );
        assert!(bounds(day("2026-11-30"), day("2026-11-29")).is_err());
        assert!(bounds(day("2026-11-30"), Date::MAX).is_err());
    }
}
