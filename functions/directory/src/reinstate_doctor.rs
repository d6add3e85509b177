//! `POST /v1/doctors/{doctorId}/reinstate`: an administrator ends a doctor's suspension.
//!
//! From this write on patients find and book the doctor, and the sweep of the suspension cancels no further visit
//! (D-211). The stream sends a message that publishes the slots of the schedule for the days since, and enters the
//! doctor into the index of first free slots.

use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::access::{Action, Role};
use storage::Storage;

use crate::view::{DoctorPath, DoctorView};

/// The endpoint `reinstateDoctor`.
pub static ENDPOINT: Endpoint<Storage, Path<DoctorPath>, Ok200<DoctorView>> = Endpoint::post(
    "/v1/doctors/{doctorId}/reinstate",
    "reinstateDoctor",
    "Reinstate a doctor",
    &handle,
)
.details(
    "Ends a suspension: the doctor is listed and can be booked again. Visits that the suspension cancelled stay \
             cancelled; the others stay. The doctor's schedule is published again a moment later. A doctor who is not \
             suspended stays as is.",
)
.allow(&[Role::Admin]);

async fn handle(cx: Context, storage: Storage, Path(path): Path<DoctorPath>) -> Result<Ok200<DoctorView>, Problem> {
    cx.retrying(async || {
        let suspended = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let doctor = cx.authorize(Action::ReinstateDoctor, suspended.clone())?;
        if doctor.is_active() {
            // A repetition: the client did not get the answer, or another administrator was first.
            return Ok(Ok200::new(DoctorView::of(&doctor)).tagged(doctor.version));
        }
        let reinstated = doctor.reinstate().map_err(Problem::internal)?;
        storage.commit_reinstatement(&suspended, &reinstated, &cx.provenance()).await?;
        Ok(Ok200::new(DoctorView::of(&reinstated)).tagged(reinstated.version + 1))
    })
    .await
}
