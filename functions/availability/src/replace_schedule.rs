//! `PUT /v1/doctors/{doctorId}/schedule`: a doctor says when they can be booked.
//!
//! Only the schedule is written. The slots follow within moments, see [`crate::apply_schedule`]: free ones appear, change and
//! go; what somebody has stays, and is told in the answer, so that its appointments can be cancelled or moved.

use crate::publish_availability::CalendarPath;
use crate::schedule::{ScheduleBody, ScheduleState, refusal};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use storage::Storage;

/// `replaceSchedule`
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Json<ScheduleBody>), Ok200<ScheduleState>> =
    Endpoint::put("/v1/doctors/{doctorId}/schedule", "replaceSchedule", "Replace a doctor's schedule", &handle)
        .details(
            "Weekly hours with an IANA time zone, slot length, pauses and place, other hours on some dates, times \
             that are blocked, the notice, and the horizon of at most {MAX_HORIZON_DAYS} days. Only the schedule \
             is written here; the slots follow within moments, and every night for another day: free ones appear, \
             change and go. What somebody has stays, and stands in `outside` if the new schedule does not have \
             it, so that it can be moved or cancelled. A slot whose local start the clocks skip is not published, \
             one whose local start they repeat is published once, at the first, and its length is real minutes \
             whatever the clocks do. A published slot keeps its instant, whatever a later version of the \
             time-zone data says.",
        )
        .allow(&[Role::Doctor, Role::Admin]);

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<CalendarPath>, Json<ScheduleBody>),
) -> Result<Ok200<ScheduleState>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let terms = body.parse(&doctor.zone)?;
    cx.retrying(async || {
        let before = cx.authorize(Action::ReplaceSchedule, storage.schedule(path.doctor_id).await?)?;
        let version = before.version;
        let schedule = before.replace(terms.clone()).map_err(|flaws| refusal(&flaws))?;
        cx.must_match(version)?;
        // Before the write, after which nothing may fail.
        let published = storage.published_ahead(path.doctor_id, cx.now()).await?;
        let view = ScheduleState::of(&schedule, &published.slots, cx.now());
        storage.commit_schedule(&schedule, &cx.provenance()).await?;
        Ok(Ok200::new(view).tagged(version + 1))
    })
    .await
}
