//! The scope of a list: the appointments or entries of one patient or of one doctor, by the query or by the caller's
//! role.

use api::Context;
use api::problem::Problem;
use domain::access::{Actor, Parties, Resource};
use domain::core::id::{DoctorId, PatientId};

/// The patient or the doctor whose list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListScope {
    /// The list of a patient.
    Patient(PatientId),
    /// The list of a doctor.
    Doctor(DoctorId),
}

impl ListScope {
    /// The patient or doctor that the query names, otherwise the caller.
    ///
    /// # Errors
    /// 422 if the query names both, or if it names neither and the caller is neither.
    pub fn of(cx: &Context, patient: Option<PatientId>, doctor: Option<DoctorId>) -> Result<Self, Problem> {
        match (patient, doctor) {
            (Some(_), Some(_)) => {
                Err(Problem::parameter("query", "doctorId", "must not be sent together with patientId"))
            }
            (Some(patient), None) => Ok(Self::Patient(patient)),
            (None, Some(doctor)) => Ok(Self::Doctor(doctor)),
            (None, None) => cx
                .caller
                .actors()
                .into_iter()
                .find_map(|actor| match actor {
                    Actor::Patient(patient) => Some(Self::Patient(patient)),
                    Actor::Doctor(doctor) => Some(Self::Doctor(doctor)),
                    _ => None,
                })
                .ok_or_else(|| Problem::parameter("query", "patientId", "is required, unless doctorId is sent")),
        }
    }

    /// The patient, if the list is a patient's.
    pub fn patient(self) -> Option<PatientId> {
        match self {
            Self::Patient(patient) => Some(patient),
            Self::Doctor(_) => None,
        }
    }

    /// The id of the patient or doctor, for the audit trail.
    pub fn id(self) -> String {
        match self {
            Self::Patient(patient) => patient.to_string(),
            Self::Doctor(doctor) => doctor.to_string(),
        }
    }
}

impl Resource for ListScope {
    fn parties(&self) -> Parties {
        match *self {
            Self::Patient(patient) => Parties::patient(patient),
            Self::Doctor(doctor) => Parties::doctor(doctor),
        }
    }
}
