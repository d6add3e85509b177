//! `POST /v1/doctors/{doctorId}/suspend`: an administrator suspends a doctor.
//!
//! From this write on the doctor cannot be booked and is not listed in the directory. The stream sends a message to
//! `cancelSuspendedVisits`, which cancels all future visits with a full refund; this endpoint does not wait for it. The
//! doctor keeps the log-in, because doctors must be able to reach their records of patients. The access of a user is
//! ended on the account instead.

use crate::view::{DoctorPath, DoctorView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use domain::core::person::Remark;
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `suspendDoctor`.
pub static ENDPOINT: Endpoint<Storage, (Path<DoctorPath>, Json<SuspendDoctor>), Ok200<DoctorView>> =
    Endpoint::post("/v1/doctors/{doctorId}/suspend", "suspendDoctor", "Suspend a doctor", &handle)
        .details(
            "From then on the doctor cannot be booked and is not listed in the directory. All future visits are \
             cancelled with a full refund a moment later. The doctor keeps the log-in and the access to \
             their records of patients.",
        )
        .allow(&[Role::Admin]);

/// The reason of a suspension.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuspendDoctor {
    /// The reason, for administrators: one line of 1 to 200 characters without health data. If the doctor is suspended
    /// already, the first reason stands.
    #[schema(example = "The registration has lapsed.")]
    reason: String,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<DoctorPath>, Json<SuspendDoctor>),
) -> Result<Ok200<DoctorView>, Problem> {
    let reason = Remark::parse(&body.reason).map_err(|error| Problem::field("reason", error))?;
    cx.retrying(async || {
        let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let doctor = cx.authorize(Action::SuspendDoctor, doctor)?;
        if !doctor.is_active() {
            // A repetition: the client did not get the answer, or another administrator was first.
            return Ok(Ok200::new(DoctorView::of(&doctor)).tagged(doctor.version));
        }
        let suspended = doctor.suspend(reason.as_str().to_owned(), cx.now()).map_err(Problem::internal)?;
        storage.commit_suspension(&suspended, &cx.provenance()).await?;
        Ok(Ok200::new(DoctorView::of(&suspended)).tagged(suspended.version + 1))
    })
    .await
}
