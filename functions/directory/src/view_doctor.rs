//! `GET /v1/doctors/{doctorId}`: views a doctor. A suspended doctor is shown too, because patients look up the doctors
//! of their visits.

use crate::view::{DoctorPath, DoctorView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use storage::Storage;

/// The endpoint `viewDoctor`.
pub static ENDPOINT: Endpoint<Storage, Path<DoctorPath>, Ok200<DoctorView>> =
    Endpoint::get("/v1/doctors/{doctorId}", "viewDoctor", "View a doctor", &handle)
        .details("Shows a suspended doctor too, because patients look up the doctors of their visits.");

async fn handle(_: Context, storage: Storage, Path(path): Path<DoctorPath>) -> Result<Ok200<DoctorView>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    Ok(Ok200::new(DoctorView::of(&doctor)).tagged(doctor.version))
}
