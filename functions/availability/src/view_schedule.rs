//! `GET /v1/doctors/{doctorId}/schedule`: views a doctor's schedule, from which slots are published.
//!
//! Each doctor has a schedule. A schedule that was never written is empty and has version 0, which `replaceSchedule`
//! requires first. The answer also lists the taken slots outside the schedule, including those that were booked while
//! the schedule was being applied.

use crate::publish_availability::CalendarPath;
use crate::schedule::ScheduleState;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::access::{Action, Role};
use storage::Storage;

/// The endpoint `viewSchedule`.
pub static ENDPOINT: Endpoint<Storage, Path<CalendarPath>, Ok200<ScheduleState>> =
    Endpoint::get("/v1/doctors/{doctorId}/schedule", "viewSchedule", "View a doctor's schedule", &handle)
        .details(
            "Each doctor has a schedule; one that was never written is empty. `outside` lists the slots that are held, \
             offered or booked outside the schedule, including those that were booked while it was being applied. \
             `replaceSchedule` requires the ETag of this answer, and accepts its `schedule` as the body.",
        )
        .allow(&[Role::Doctor, Role::Admin]);

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<CalendarPath>,
) -> Result<Ok200<ScheduleState>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    cx.authorize(Action::ViewSchedule, &doctor)?;
    let (schedule, published) =
        futures::try_join!(storage.schedule(doctor.id), storage.published_ahead(doctor.id, cx.now()))?;
    Ok(Ok200::new(ScheduleState::of(&schedule, &published.slots, cx.now())).tagged(schedule.version))
}
