//! `POST /v1/audit-exports`: the archived trail of some days, to be verified elsewhere by whoever has the public key.
//!
//! The answer has an address for each part, good for a quarter of an hour: checkpoints, keys, and the events that the checkpoints close.
//! Appended to their files in the order in which they come they are an export as docs/audit-format.md has it. An answer covers some
//! checkpoints and says where to go on; each leaves its own event in the trail, before anything can be fetched.
//!
//! Days are whole, and nothing can be left out of them by actor or type: chains with gaps prove nothing. To look for something, ask
//! `GET /v1/audit-events`, or query the archive.

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
            "Addresses, good for a quarter of an hour, of checkpoints, keys and events of whole days, which \
             together are an export as docs/audit-format.md describes it, to be verified by anybody with \
             `verify-audit`. An answer covers some checkpoints and says where to go on. The export is recorded in \
             the trail before anything can be fetched.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST]);

/// For how long the addresses are good.
const VALID: SignedDuration = SignedDuration::from_mins(15);

/// How many checkpoints an answer covers: with those of an ordinary day some hundreds of addresses, and at the very most about as many
/// as fit into an answer.
const CHECKPOINTS_AT_ONCE: u64 = 40;

/// Which part of the trail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportAudit {
    /// The first day, in UTC. An event belongs to the day on which a checkpoint has closed it, a quarter of an hour after it at most.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    to: Date,
    /// `next` of the answer before, to go on there.
    after: Option<u64>,
}

/// A part of an export.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditExport {
    /// The checkpoint behind which the export begins, for `verify-audit verify --since`; absent if it begins with the first of all, or
    /// if the days have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    /// How many checkpoints these days have, in all answers together.
    checkpoints: u64,
    /// What to fetch, in this order.
    files: Vec<ExportedFile>,
    /// When the addresses end.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What to send as `after` for the rest; absent in the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl View for AuditExport {
    type Data = Health;
}

/// A file, or the next lines of one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedFile {
    /// The file to append it to, from the directory of the export.
    #[schema(example = "events/chain=03/day=2026-11-30/00000000000000000001.jsonl")]
    path: String,
    /// Where it is. Whoever has this address can read it.
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
    // The one that the first of them follows: its events are not part of the export, and it says where the chains stood.
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

/// Where the days begin and end.
fn bounds(from: Date, to: Date) -> Result<(Timestamp, Timestamp), Problem> {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    match (midnight(from), to.tomorrow().and_then(midnight)) {
        (Ok(begin), Ok(end)) if begin < end => Ok((begin, end)),
        (Ok(_), Ok(_)) => Err(Problem::field("to", "must not be before from")),
        _ => Err(Problem::field("to", "is no day on which anything happened")),
    }
}

/// The checkpoints of an answer.
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
