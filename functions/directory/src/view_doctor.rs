//! `GET /v1/doctors/{doctorId}`: a doctor, suspended or not, since patients look up whom they have booked.

use crate::view::{DoctorPath, DoctorView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use storage::Storage;

/// `viewDoctor`
pub static ENDPOINT: Endpoint<Storage, Path<DoctorPath>, Ok200<DoctorView>> =
    Endpoint::get("/v1/doctors/{doctorId}", "viewDoctor", "View a doctor", &handle)
        .details("Suspended or not, since patients look up whom they have booked.");

async fn handle(_: Context, storage: Storage, Path(path): Path<DoctorPath>) -> Result<Ok200<DoctorView>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    Ok(Ok200::new(DoctorView::of(&doctor)).tagged(doctor.version))
}
