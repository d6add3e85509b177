//! Vaidya's single table: what stands in it ([`registry`]), how it is read (the methods of [`Storage`], one for
//! each access pattern, in a file for each kind of record) and how it is written: [`transaction`]s, whose
//! conditions are [`guard`]s.
//!
//! Rules are not here: `domain` decides, on what is read here, and storage makes sure that what was read
//! still holds when it is written. Personal details and health data arrive sealed ([`SealedText`]).
//!
//! [`table`] knows no context. A context knows those before it and none behind it, as in `domain`; [`changes`] stands behind all of
//! them, since the stream carries the records of every context:
//!
//! `table < audit < identity < directory < availability < payments < appointments < registry < changes`
//!
//! The test `contexts_know_only_those_before_them` reads this line and holds it.

pub mod table;

mod appointments;
mod audit;
mod availability;
mod directory;
mod identity;
mod payments;

pub mod changes;
pub mod registry;

#[cfg(test)]
mod tests;

pub use table::guard;
pub use table::key::Order;
pub use table::pagination;
pub use table::transaction;

pub use appointments::appointment::{AppointmentDetails, Loaded};
pub use appointments::calendar_feed::CurrentFeed;
pub use appointments::series::fits_at_once;
pub use appointments::waitlist::JoinSnapshot;
pub use audit::checkpoint::{CheckpointSnapshot, CheckpointState};
pub use audit::trail::{Access, Activity, DAYS_AT_ONCE, Keeping, SEEN_DAYS};
pub use availability::first_free::{DayOfSlots, EarliestQuery, EarliestSlot};
pub use availability::slot::{Published, SLOTS_AT_ONCE};
pub use directory::doctor::RegistrationRefusal;
pub use directory::entry::DirectorySearch;
pub use identity::profile::{Profile, ProfileExists};
pub use identity::roster::UserChange;
pub use identity::sessions::EndedSessions;
pub use payments::payment::{Attempt, AttemptState, Ledger, OrderTaken, PaymentFilter, StartInProgress, Stored};
pub use payments::refund::RefundFilter;
pub use payments::webhook_event::StoredEvent;
pub use table::error::{CommitError, Source, StorageError};
pub use table::idempotency::{Answer, Committed, Earlier, IdempotencyClaim, REMEMBERED_FOR};
pub use table::item::{Attributes, SCHEMA};
pub use table::key::Entity;
pub use table::pagination::{Cursor, InvalidCursor, Page, PageRequest};
pub use table::provenance::{Provenance, USER_AGENT_MAX};
pub use table::sealed::{DocumentTooLarge, MAX_SEALED_DOCUMENT, SealedDocument, SealedText};
pub use table::timers::{DueTimer, DueTimers};

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
    /// Key condition: 1 key that no item has.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it doesn't.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.row(table::keys::Key::Idempotency("ping".to_owned())).await.map(drop)
    }
}
