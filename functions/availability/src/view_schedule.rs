//! `GET /v1/doctors/{doctorId}/schedule`: the rules that a doctor's slots come from.
//!
//! Every doctor has a schedule; that of one who never made it is empty, and has the first version that `replaceSchedule`
//! asks for.

use crate::publish_availability::CalendarPath;
use crate::schedule::ScheduleBody;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, Path, View};
use domain::policy::{Action, Role};
use storage::Storage;

/// `viewSchedule`
pub static ENDPOINT: Endpoint<Storage, Path<CalendarPath>, Ok200<ScheduleBody>> =
    Endpoint::get("/v1/doctors/{doctorId}/schedule", "viewSchedule", "Show a doctor's schedule", &handle)
        .details(
            "Every doctor has a schedule; that of one who never made it is empty. Its ETag is what \
             `replaceSchedule` asks for.",
        )
        .allow(&[Role::Doctor, Role::Admin]);

impl View for ScheduleBody {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, Path(path): Path<CalendarPath>) -> Result<Ok200<ScheduleBody>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    cx.authorize(Action::ViewSchedule, &doctor)?;
    let schedule = storage.schedule(doctor.id).await?;
    Ok(Ok200::new(ScheduleBody::of(schedule.terms())).tagged(schedule.version))
}
