//! Whose list is meant: a patient's or a doctor's, by the query or by who asks.

use api::Context;
use api::problem::Problem;
use domain::access::{Actor, Parties};
use domain::core::id::{DoctorId, PatientId};

/// Those that the query names, otherwise the caller's own.
pub(crate) fn list_scope(
    cx: &Context,
    patient: Option<PatientId>,
    doctor: Option<DoctorId>,
) -> Result<Parties, Problem> {
    match (patient, doctor) {
        (Some(_), Some(_)) => Err(Problem::parameter("query", "doctorId", "goes without patientId")),
        (Some(patient), None) => Ok(Parties::patient(patient)),
        (None, Some(doctor)) => Ok(Parties::doctor(doctor)),
        (None, None) => cx
            .caller
            .actors()
            .into_iter()
            .find_map(|actor| match actor {
                Actor::Patient(patient) => Some(Parties::patient(patient)),
                Actor::Doctor(doctor) => Some(Parties::doctor(doctor)),
                _ => None,
            })
            .ok_or_else(must_name_scope),
    }
}

pub(crate) fn must_name_scope() -> Problem {
    Problem::parameter("query", "patientId", "or doctorId is required")
}
