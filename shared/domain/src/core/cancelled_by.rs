//! The side or event that cancels an appointment. Appointments record it, and the refund policy decides by it.

use serde::{Deserialize, Serialize};

use crate::core::id::UserId;

/// The side or event that cancelled an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The patient.
    Patient,
    /// The doctor.
    Doctor,
    /// An administrator.
    Admin,
    /// The hold ended unpaid.
    Expiry,
    /// The doctor was suspended.
    Suspension,
    /// The payment could not be collected.
    Payment,
}

/// The side or event that cancels, and the person, if a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canceller {
    /// The side or event.
    pub side: CancelledBy,
    /// The person; `None` if the system cancels.
    pub person: Option<UserId>,
}

impl From<CancelledBy> for Canceller {
    fn from(side: CancelledBy) -> Self {
        Self { side, person: None }
    }
}
