//! `POST /v1/doctors/{doctorId}/suspend`: an administrator takes a doctor out of booking.
//!
//! From this write on nobody can book the doctor, and the directory does not list them. The stream tells `cancelSuspendedVisits`, which
//! cancels every future visit with a full refund; this endpoint does not wait for it. The doctor keeps the log-in: they have to
//! reach what they wrote about patients, which a suspension does not take away. Ending somebody's access is another act, on the account.

use crate::view::{DoctorPath, DoctorView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use domain::core::person::Remark;
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `suspendDoctor`
pub static ENDPOINT: Endpoint<Storage, (Path<DoctorPath>, Json<SuspendDoctor>), Ok200<DoctorView>> =
    Endpoint::post("/v1/doctors/{doctorId}/suspend", "suspendDoctor", "Take a doctor out of booking", &handle)
        .details(
            "From then on nobody can book the doctor, and the directory does not list them. Every future visit is \
             cancelled with a full refund a moment later. The doctor keeps the log-in, to reach what they wrote \
             about patients.",
        )
        .allow(&[Role::Admin]);

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuspendDoctor {
    /// One line of 1 to 200 characters for administrators, with nothing about anybody's health. Of a doctor who is suspended already,
    /// the first reason stands.
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
            // Said before: the client did not get the answer, or two administrators had the same thought.
            return Ok(Ok200::new(DoctorView::of(&doctor)).tagged(doctor.version));
        }
        let suspended = doctor.suspend(reason.as_str().to_owned(), cx.now()).map_err(Problem::internal)?;
        storage.commit_suspension(&suspended, &cx.provenance()).await?;
        Ok(Ok200::new(DoctorView::of(&suspended)).tagged(suspended.version + 1))
    })
    .await
}
