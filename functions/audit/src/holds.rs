//! A legal hold on a day of the archive: the objects with its events stay, whatever else would let them go.
//!
//! The hold is S3's own (`PutObjectLegalHold`), on each object, so that nothing here and no rule of the bucket can overlook it. The table
//! is where administrators search and lets its records go by their time; what must be kept is kept in the archive. A person's events are
//! kept by holding the days on which they happened, and the trail says for whom.

use crate::archive::ArchivePorts;
use api::problem::{self, Fields, Problem};
use api::{About, Context, Open, View};
use domain::access::{Action, Parties};
use domain::audit::archive::{Part, day};
use domain::audit::{CHAINS, EventType, Outcome};
use domain::core::id::PatientId;
use domain::core::person::Remark;
use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many objects are held or let go at a time.
const AT_ONCE: usize = 32;

/// Which day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditDayPath {
    /// The day, in UTC: one that is over.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    pub(crate) day: Date,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldReason {
    /// In words, such as the number of the case. It must not hold health data; the audit trail keeps it.
    #[schema(example = "Court order 2026/1187")]
    reason: String,
    /// The patient whose events it is about, if it is about one.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
}

/// A day of the archive.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditDay)]
pub struct AuditDayView {
    /// Which.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Whether it is on hold now.
    held: bool,
    /// How many objects of the archive that is.
    objects: usize,
}

impl View for AuditDayView {
    type Data = Open;
}

/// Puts a day on hold, or lets it go again. Who asked and why is in the trail before anything is done; asking again does the same again,
/// which is how one that failed in the middle is ended.
pub async fn set(
    cx: &Context,
    ports: &ArchivePorts,
    day: Date,
    HoldReason { reason, patient_id }: HoldReason,
    held: bool,
) -> Result<AuditDayView, Problem> {
    cx.authorize(Action::HoldAuditTrail, Parties::none())?;
    let mut fields = Fields::default();
    let reason = fields.parse("reason", Remark::parse(&reason));
    fields.finish()?;
    ports.is_over(cx, day).await?;
    let event = if held { EventType::LegalHoldSet } else { EventType::LegalHoldLifted };
    let about = About::of_patients("audit_day", &day.to_string(), patient_id);
    let activity = cx.activity(event, Outcome::Success, about, reason.map(|reason| reason.as_str().to_owned()));
    ports.storage.record_activity(&activity, &cx.provenance()).await.map_err(Problem::unavailable)?;
    let objects = ports.objects(day).await?;
    for some in objects.chunks(AT_ONCE) {
        try_join_all(some.iter().map(|key| ports.archive.hold(key, held))).await.map_err(Problem::unavailable)?;
    }
    Ok(AuditDayView { day, held, objects: objects.len() })
}

impl ArchivePorts {
    /// Demands that nothing can be added to a day any more: what came later would not be on hold.
    async fn is_over(&self, cx: &Context, wanted: Date) -> Result<(), Problem> {
        if wanted >= cx.now().to_zoned(TimeZone::UTC).date() {
            return Err(Problem::parameter("path", "day", "must be over"));
        }
        let state = self.storage.checkpoint_state().await?;
        let is_open = state.is_some_and(|state| state.settled.is_none() && day(state.at) <= wanted);
        if is_open {
            return Err(
                Problem::of(&problem::CONFLICT).detail("the last checkpoint of that day is still in the making")
            );
        }
        Ok(())
    }

    /// The objects with the events of a day.
    async fn objects(&self, day: Date) -> Result<Vec<String>, Problem> {
        let chains = try_join_all((0..CHAINS).map(|chain| self.objects_of(Part::events_of_day(chain, day)))).await?;
        Ok(chains.into_iter().flatten().collect())
    }

    async fn objects_of(&self, prefix: String) -> Result<Vec<String>, Problem> {
        let mut objects: Vec<String> = vec![];
        loop {
            let after = objects.last().cloned();
            let found = self.archive.keys(&prefix, after.as_deref()).await.map_err(Problem::unavailable)?;
            if found.is_empty() {
                return Ok(objects);
            }
            objects.extend(found);
        }
    }
}
