//! The view of an audit record: all fields that its hash covers, so that administrators can verify the chain.

use domain::audit::{AuditEvent, Category, ChainedEvent, Commitment, EventType, FORMAT, Outcome, Severity};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A record of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEvent)]
pub struct AuditEventView {
    /// The id of the event, derived from the recorded change.
    pub id: String,
    /// The number of its chain, 0 to 15.
    pub chain: u8,
    /// The number of the event in its chain, from 1.
    pub sequence: u64,
    /// The type of the event.
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
    /// The instant of the event.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The actor: the id of a user, or the name of a function.
    pub actor: String,
    /// The role of the actor: `patient`, `doctor`, `lab`, `admin`, `user` or `system`.
    pub actor_role: String,
    /// The operation id of this document, or the name of a consumer.
    pub operation: String,
    /// The id of the request.
    pub request_id: String,
    /// The id of the session of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The IP address of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The user agent of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The type of the resource.
    #[schema(example = "appointment")]
    pub resource_type: String,
    /// The id of the resource.
    pub resource_id: String,
    /// The ids of the patients to whom the data belongs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The names of the fields that were changed or shown; never their values.
    pub fields: Vec<String>,
    /// Whether the actor saw health data.
    pub phi_accessed: bool,
    /// Whether data left the system in bulk.
    pub data_exported: bool,
    /// Further details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The version of the hash format. See docs/audit-format.md.
    pub format: u8,
    /// The commitment that the hash covers instead of session, address and user agent, which can be erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// The key of the commitment. Absent after the values are erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<String>,
    /// The hash of the previous event of the chain, in hexadecimal. All zeros for the first event.
    pub previous_hash: String,
    /// The hash of this event, in hexadecimal, over all fields above.
    pub current_hash: String,
}

impl From<ChainedEvent> for AuditEventView {
    fn from(chained: ChainedEvent) -> Self {
        let ChainedEvent { chain, sequence, event, commitment, previous_hash, current_hash } = chained;
        let (commitment, opening) = match commitment {
            Some(Commitment { hash, opening }) => (Some(hash), opening.map(|opening| opening.to_string())),
            None => (None, None),
        };
        // Exhaustive: a new field of the trail does not compile until administrators see it.
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
