//! The party that acts, in the role in which it acts.

use super::Role;
use crate::core::id::{DoctorId, PatientId, UserId};

/// The party that acts, in its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A patient.
    Patient(PatientId),
    /// A doctor.
    Doctor(DoctorId),
    /// An administrator.
    Admin(UserId),
    /// An employee of a laboratory.
    Lab(UserId),
    /// A consumer of queues or streams, by its name: it acts because of the time or an earlier event, without a caller.
    System(&'static str),
}

impl Actor {
    /// The id of the actor, for the audit trail.
    pub fn id_text(&self) -> String {
        match self {
            Self::Patient(id) => id.to_string(),
            Self::Doctor(id) => id.to_string(),
            Self::Admin(id) | Self::Lab(id) => id.to_string(),
            Self::System(name) => (*name).to_owned(),
        }
    }

    /// The role of the actor, for the audit trail.
    pub const fn role_text(&self) -> &'static str {
        match self {
            Self::Patient(_) => Role::Patient.as_str(),
            Self::Doctor(_) => Role::Doctor.as_str(),
            Self::Admin(_) => Role::Admin.as_str(),
            Self::Lab(_) => Role::Lab.as_str(),
            Self::System(_) => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::patient_id;

    #[test]
    fn an_actor_is_named_for_the_audit_trail() {
        let patient = Actor::Patient(patient_id());
        assert_eq!((patient.id_text(), patient.role_text()), (patient_id().to_string(), "patient"));
        let system = Actor::System("release-expired-hold");
        assert_eq!((system.id_text().as_str(), system.role_text()), ("release-expired-hold", "system"));
    }
}
