//! The audit trail: the events that are recorded, and the hash chain that reveals every later change.
//!
//! An event names its actor, the action, the record and the fields that were read or changed: names, never values.
//! Events are stored and checkpoints are signed elsewhere; this module and `docs/audit-format.md` define the bytes that
//! are hashed and signed.

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

/// An event, before it has its position in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// The id of the event, derived from the action, so that a repeated report is recognised. See [`event_id`].
    pub id: String,
    /// The type of the event.
    pub event_type: EventType,
    /// [`EventType::category`], as it was when the event was written.
    pub category: Category,
    /// [`EventType::severity`], as it was when the event was written.
    pub severity: Severity,
    /// The outcome of the action.
    pub outcome: Outcome,
    /// The instant of the action.
    pub at: Timestamp,
    /// The actor: [`crate::access::Actor::id_text`].
    pub actor: String,
    /// The role of the actor: [`crate::access::Actor::role_text`].
    pub actor_role: String,
    /// The operation id, or the name of the consumer.
    pub operation: String,
    /// The id of the request.
    pub request_id: String,
    /// The session of the request.
    pub session_id: Option<String>,
    /// The IP address from which the request came.
    pub ip: Option<String>,
    /// The user agent that sent the request.
    pub user_agent: Option<String>,
    /// The type of the record.
    pub resource_type: String,
    /// The id of the record.
    pub resource_id: String,
    /// The ids of the patients to whom the data belongs: they see the event in the list of accesses to their data.
    /// Empty if the data belongs to no patient.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The names of the fields that were changed or shown. Never values.
    pub fields: Vec<String>,
    /// Whether health data was seen.
    pub phi_accessed: bool,
    /// Whether data left the system in bulk.
    pub data_exported: bool,
    /// A detail in words, without health data.
    pub detail: Option<String>,
}

/// The outcome of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The action succeeded.
    Success,
    /// The action failed.
    Failure,
    /// The action succeeded in part.
    Partial,
}

impl Outcome {
    /// The outcome as in JSON: `success`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Partial => "partial",
        }
    }
}
