//! The audit trail: what is written down, and the hash chain that shows when somebody changed it afterwards.
//!
//! An event says who did what to which record, and which fields were touched: names, never values. Storing events
//! and signing checkpoints happens elsewhere; what is hashed and signed is said here, and in `docs/audit-format.md`
//! for others.

pub mod archive;
mod chain;
mod checkpoint;
mod commitment;
mod event_type;
mod line;
pub mod merkle;
mod retention;

pub use chain::{CHAINS, ChainBreak, ChainedEvent, FORMAT, Head, chain_of, event_id, follow, link};
pub use checkpoint::{Checkpoint, CheckpointBreak, Draft, NotAKey, PublicKey, Refused, Segment, Unsigned};
pub use commitment::{ClientValues, Commitment, NotAnOpening, Opening};
pub use event_type::{Category, EventType, Severity, UnknownEventType};
pub use line::{Client, EventLine, NotAnEvent, Text};
pub use retention::{NotARetention, Retention};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One event, before it has its place in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Derived from what happened, so that hearing of it twice is noticed. See [`event_id`].
    pub id: String,
    /// What happened.
    pub event_type: EventType,
    /// [`EventType::category`], as it was when it was written.
    pub category: Category,
    /// [`EventType::severity`], as it was when it was written.
    pub severity: Severity,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// Who: [`crate::access::Actor::id_text`].
    pub actor: String,
    /// In which role: [`crate::access::Actor::role_text`].
    pub actor_role: String,
    /// The operation id or the consumer's name.
    pub operation: String,
    /// The request that it was part of.
    pub request_id: String,
    /// The session that the request belonged to.
    pub session_id: Option<String>,
    /// Where the request came from.
    pub ip: Option<String>,
    /// What sent it.
    pub user_agent: Option<String>,
    /// What kind of record.
    pub resource_type: String,
    /// Which one.
    pub resource_id: String,
    /// The patients whose data it is, by their ids: what a patient who asks "who has seen my data?" is told. Empty
    /// if it is nobody's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The names of the fields that were changed or shown. Never values.
    pub fields: Vec<String>,
    /// Whether health data was seen.
    pub phi_accessed: bool,
    /// Whether data left the system in bulk.
    pub data_exported: bool,
    /// A word more, without health data.
    pub detail: Option<String>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As intended.
    Success,
    /// Not at all.
    Failure,
    /// In part.
    Partial,
}

impl Outcome {
    /// As in JSON: `success`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Partial => "partial",
        }
    }
}
