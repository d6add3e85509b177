//! A legal hold on a day of the archive: the objects with its events stay, even after their retention.
//!
//! The hold is S3's legal hold (`PutObjectLegalHold`) on each object, so no function and no rule of the bucket can
//! delete the object. The table serves searches and deletes its records after their retention; the archive keeps the
//! held events. The events of a patient are held through the days on which they happened, and the trail records the
//! patient.

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

/// The number of objects that are held or released at a time.
const AT_ONCE: usize = 32;

/// The day that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditDayPath {
    /// The day, in UTC. It must be over.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    pub(crate) day: Date,
}

/// The reason for a hold or a release.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldReason {
    /// The reason, such as the number of a case. It must not contain health data: the audit trail keeps it.
    #[schema(example = "Court order 2026/1187")]
    reason: String,
    /// The id of the patient in the case, if there is one.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
}

/// A day of the archive.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditDay)]
pub struct AuditDayView {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Whether the day is on hold now.
    held: bool,
    /// The number of objects of the archive with events of the day.
    objects: usize,
}

impl View for AuditDayView {
    type Data = Open;
}

/// Puts a day on hold, or releases it. The administrator and the reason are recorded in the trail first. A repeated
/// request repeats all steps, and so completes a request that failed midway.
///
/// # Errors
/// 409 if the last checkpoint of the day is not settled yet, 422 if the day is not over or the reason is invalid, 503
/// if the table or the archive does not answer.
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
    ports.check_over(cx, day).await?;
    let event = if held { EventType::LegalHoldSet } else { EventType::LegalHoldLifted };
    let about = About::of_patients("audit_day", &day.to_string(), patient_id);
    let activity = cx.activity(event, Outcome::Success, about, reason.map(|reason| reason.as_str().to_owned()));
    ports.storage.record_activity(&activity, &cx.provenance()).await.map_err(Problem::unavailable)?;
    let objects = ports.objects(day).await?;
    for chunk in objects.chunks(AT_ONCE) {
        try_join_all(chunk.iter().map(|key| ports.archive.hold(key, held))).await.map_err(Problem::unavailable)?;
    }
    Ok(AuditDayView { day, held, objects: objects.len() })
}

impl ArchivePorts {
    /// Checks that no event can be added to a day any more: an event that came later would not be on hold.
    async fn check_over(&self, cx: &Context, held: Date) -> Result<(), Problem> {
        if held >= cx.now().to_zoned(TimeZone::UTC).date() {
            return Err(Problem::parameter("path", "day", "must be over"));
        }
        let state = self.storage.checkpoint_state().await?;
        let is_open = state.is_some_and(|state| state.settled.is_none() && day(state.at) <= held);
        if is_open {
            return Err(Problem::of(&problem::CONFLICT).detail("the last checkpoint of that day is not settled yet"));
        }
        Ok(())
    }

    /// The keys of the objects with events of a day.
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
