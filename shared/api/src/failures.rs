//! The problems that the failures of the lower crates become: one exhaustive `match` for each type of refusal.

use crate::problem::{self, Problem};
use domain::appointments::appointment::JoinRefusal;
use domain::appointments::booking::BookRefusal;
use storage::{CommitError, OrderTaken, RegistrationRefusal, StartInProgress, StorageError};

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Problem::unavailable(error),
            StorageError::Inconsistent { .. } => Problem::internal(error),
        }
    }
}

impl<E: Into<Problem>> From<CommitError<E>> for Problem {
    fn from(error: CommitError<E>) -> Self {
        match error {
            CommitError::Stale => Problem::stale(),
            CommitError::Refused(refusal) => refusal.into(),
            CommitError::Unavailable(source) => Problem::unavailable(source),
            CommitError::Replay(_) => Problem::internal("a replay without an idempotency claim"),
            CommitError::Inconsistent { entity, key, detail } => {
                Problem::internal(StorageError::Inconsistent { entity, key, detail })
            }
        }
    }
}

impl From<BookRefusal> for Problem {
    fn from(refusal: BookRefusal) -> Self {
        match refusal {
            BookRefusal::SlotTaken => Problem::of(&problem::SLOT_TAKEN),
            BookRefusal::SlotInPast => Problem::field("slotId", "is in the past"),
            BookRefusal::TooShortNotice => Problem::field("slotId", "can't be booked at such short notice"),
            BookRefusal::TooFewSlots => {
                Problem::field("kind", "needs more adjacent slots than there are from this one on")
            }
            BookRefusal::DoctorUnavailable => Problem::of(&problem::DOCTOR_UNAVAILABLE),
            BookRefusal::DailyQuotaFull => Problem::of(&problem::DAY_FULL),
            BookRefusal::PatientBusy { .. } => Problem::of(&problem::PATIENT_BUSY),
            BookRefusal::TooManyHolds => Problem::of(&problem::TOO_MANY_HOLDS),
            BookRefusal::TooManyOpen => Problem::of(&problem::TOO_MANY_APPOINTMENTS),
        }
    }
}

impl From<JoinRefusal> for Problem {
    fn from(refusal: JoinRefusal) -> Self {
        Problem::of(&problem::CONFLICT).detail(refusal.to_string())
    }
}

impl From<RegistrationRefusal> for Problem {
    fn from(refusal: RegistrationRefusal) -> Self {
        match refusal {
            RegistrationRefusal::NumberTaken | RegistrationRefusal::AlreadyRegistered => {
                Problem::of(&problem::ALREADY_REGISTERED).detail(refusal.to_string())
            }
        }
    }
}

impl From<StartInProgress> for Problem {
    fn from(_: StartInProgress) -> Self {
        // The lease ends at its stated instant at the latest; making an order mostly takes less than a second.
        Problem::of(&problem::IN_PROGRESS).retry_after(2)
    }
}

impl From<OrderTaken> for Problem {
    fn from(taken: OrderTaken) -> Self {
        Problem::internal(taken)
    }
}

impl From<std::convert::Infallible> for Problem {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
