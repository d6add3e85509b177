//! `PUT /v1/doctors/{doctorId}/schedule`: a doctor replaces the schedule.
//!
//! Only the schedule is written. Moments later [`crate::apply_schedule`] adds, changes and withdraws free slots. Slots
//! that are held, offered or booked stay; the answer lists those outside the new schedule, so that their appointments
//! can be moved or cancelled.

use crate::publish_availability::CalendarPath;
use crate::schedule::{ScheduleBody, ScheduleState, refusal};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use storage::Storage;

/// The endpoint `replaceSchedule`.
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Json<ScheduleBody>), Ok200<ScheduleState>> =
    Endpoint::put("/v1/doctors/{doctorId}/schedule", "replaceSchedule", "Replace a doctor's schedule", &handle)
        .details(
            "A schedule has weekly hours (with time zone, slot length, pauses and place), other hours on single dates, \
             blocked times, the notice, and the horizon of at most {MAX_HORIZON_DAYS} days. Only the schedule is \
             written here. Free slots are added, changed and withdrawn moments later, and each night for one more \
             day. Slots that are held, offered or booked stay; those outside the new schedule are in `outside`, so \
             that they can be moved or cancelled. The answer says how many slots a week has, and warns of hours that \
             may be a mistake. If a change of the clocks skips the local start of a slot, the slot \
             is not published; if it repeats the start, the slot is published once, at the first instant. The length \
             of a slot is in elapsed minutes, also across a change of the clocks. A published slot keeps its instant \
             when the time-zone data changes.",
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
        // The slots are read before the write, because nothing may fail after it.
        let published = storage.published_ahead(path.doctor_id, cx.now()).await?;
        let view = ScheduleState::of(&schedule, &published.slots, cx.now());
        storage.commit_schedule(&schedule, &cx.provenance()).await?;
        Ok(Ok200::new(view).tagged(version + 1))
    })
    .await
}
