//! An audit record as administrators see it: everything that its hash covers, so that they can follow the chain themselves.

use domain::audit::{AuditEvent, Category, ChainedEvent, Commitment, EventType, FORMAT, Outcome, Severity};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A record of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEvent)]
pub struct AuditEventView {
    /// Its id, which follows from what happened.
    pub id: String,
    /// The chain that it stands in, 0 to 15.
    pub chain: u8,
    /// Its number in that chain, from 1.
    pub sequence: u64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "APPOINTMENT_BOOKED")]
    pub event_type: EventType,
    /// `auth`, `data_access`, `data_modification` or `admin`.
    #[schema(value_type = String, example = "data_modification")]
    pub category: Category,
    /// `low`, `medium`, `high` or `critical`.
    #[schema(value_type = String, example = "low")]
    pub severity: Severity,
    /// `success`, `failure` or `partial`.
    #[schema(value_type = String, example = "success")]
    pub outcome: Outcome,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it: a user's id, or the name of a function.
    pub actor: String,
    /// In which role: `patient`, `doctor`, `lab`, `admin`, `user` or `system`.
    pub actor_role: String,
    /// The operation, as in this document, or a consumer's name.
    pub operation: String,
    /// The request that it was part of.
    pub request_id: String,
    /// The session that the request belonged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The address that the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The program that sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// What kind of thing it was done to.
    #[schema(example = "appointment")]
    pub resource_type: String,
    /// Which one.
    pub resource_id: String,
    /// The patients whose data it was, by their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The names of the fields that were changed or shown; never their values.
    pub fields: Vec<String>,
    /// Whether health data was seen.
    pub phi_accessed: bool,
    /// Whether data left the system in bulk.
    pub data_exported: bool,
    /// A word more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How it is hashed: 1, as docs/audit-format.md says.
    pub format: u8,
    /// What the hash covers in place of session, address and program, where these can be erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// The key of that commitment; absent once the values were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<String>,
    /// The hash of the record before it in its chain, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// Its own hash, over everything above.
    pub current_hash: String,
}

impl From<ChainedEvent> for AuditEventView {
    fn from(chained: ChainedEvent) -> Self {
        let ChainedEvent { chain, sequence, event, commitment, previous_hash, current_hash } = chained;
        let (commitment, opening) = match commitment {
            Some(Commitment { hash, opening }) => (Some(hash), opening.map(|opening| opening.to_string())),
            None => (None, None),
        };
        // Exhaustive: a field that the trail has and administrators don't see does not compile.
        let AuditEvent {
            id,
            event_type,
            category,
            severity,
            outcome,
            at,
            actor,
            actor_role,
            operation,
            request_id,
            session_id,
            ip,
            user_agent,
            resource_type,
            resource_id,
            subjects,
            fields,
            phi_accessed,
            data_exported,
            detail,
        } = event;
        AuditEventView {
            id,
            chain,
            sequence,
            event_type,
            category,
            severity,
            outcome,
            at,
            actor,
            actor_role,
            operation,
            request_id,
            session_id,
            ip,
            user_agent,
            resource_type,
            resource_id,
            subjects,
            fields,
            phi_accessed,
            data_exported,
            detail,
            format: FORMAT,
            commitment,
            opening,
            previous_hash,
            current_hash,
        }
    }
}
