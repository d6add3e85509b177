//! Vaidya's single table: what stands in it ([`keys`]), how it is read (the methods of [`Storage`], one for
//! each access pattern, in a file for each kind of record) and how it is written: [`transaction`]s, whose
//! conditions are all listed in [`guard`].
//!
//! Rules are not here: `domain` decides, on what is read here, and storage makes sure that what was read
//! still holds when it is written. Personal details and health data arrive sealed ([`SealedText`]).
//!
//! To add an entity: a row in the chart of [`keys`], a variant of [`keys::Key`], a record with a codec
//! and a golden sample in its file, and a method per access pattern.

mod agenda;
mod appointments;
mod audit;
mod availability;
pub mod changes;
mod checkpoints;
mod days;
mod directory;
mod earliest;
mod error;
mod feeds;
pub mod guard;
mod idempotency;
mod item;
pub mod keys;
pub mod pagination;
mod payments;
mod people;
mod provenance;
mod read;
mod schedules;
mod sealed;
mod series;
mod timers;
pub mod transaction;
mod waitlist;

#[cfg(test)]
mod tests;

pub use appointments::{AppointmentFile, Desk};
pub use audit::{Access, Activity, DAYS_AT_ONCE, Keeping, SEEN_DAYS};
pub use availability::{Published, SLOTS_AT_ONCE};
pub use checkpoints::{CheckpointDesk, CheckpointState};
pub use directory::{DoctorListing, RegistrationRefusal};
pub use earliest::{DayOfSlots, EarliestQuery, EarliestSlot};
pub use error::{CommitError, Source, StorageError};
pub use feeds::CurrentFeed;
pub use idempotency::{Answer, Committed, Earlier, IdempotencyClaim, REMEMBERED_FOR};
pub use item::{Attributes, SCHEMA};
pub use pagination::{Cursor, InvalidCursor, Page, PageRequest};
pub use payments::{
    Attempt, AttemptState, Ledger, OrderTaken, PaymentFilter, RefundFilter, StartInProgress, Stored, StoredEvent,
};
pub use people::{Profile, ProfileExists};
pub use provenance::{Provenance, USER_AGENT_MAX};
pub use sealed::SealedText;
pub use series::fits_at_once;
pub use timers::{DueTimer, DueTimers};
pub use waitlist::JoinDesk;

/// The table, as every endpoint and consumer sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl Storage {
    /// The table of this name, reached through `client`, which brings time-outs and retries of its own.
    pub fn new(client: aws_sdk_dynamodb::Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Whether the table answers: reads a key that no item has.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it doesn't.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.row(&keys::Key::Idempotency("ping".to_owned())).await.map(drop)
    }
}
