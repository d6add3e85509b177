//! `GET /v1/doctors/{doctorId}/schedule`: the rules that a doctor's slots come from.
//!
//! Every doctor has a schedule; that of one who never made it is empty, and has the first version that `replaceSchedule`
//! asks for. What somebody has and the schedule does not is told with it, also what was booked while the schedule was being applied.

use crate::publish_availability::CalendarPath;
use crate::schedule::ScheduleState;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::access::{Action, Role};
use storage::Storage;

/// `viewSchedule`
pub static ENDPOINT: Endpoint<Storage, Path<CalendarPath>, Ok200<ScheduleState>> =
    Endpoint::get("/v1/doctors/{doctorId}/schedule", "viewSchedule", "Show a doctor's schedule", &handle)
        .details(
            "Every doctor has a schedule; that of one who never made it is empty. `outside` are the slots that \
             somebody has and the schedule does not, also those that were booked while it was being applied. The \
             ETag is what `replaceSchedule` asks for; it takes `schedule` of the answer as it is.",
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
