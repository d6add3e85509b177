//! Hash chains of events. Each event carries the hash of the one before it, so that editing, dropping, inserting or
//! swapping one is seen by anybody who follows the chain. Cutting off its end is seen by comparing with a signed
//! checkpoint, which is not made here.

use serde::{Deserialize, Serialize};

use super::AuditEvent;
use crate::digest::Digest;

/// How many chains there are, so that writers seldom meet.
pub const LANES: u8 = 16;

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which chain, from 0 to [`LANES`] - 1.
    pub lane: u8,
    /// The number of its last event; 0 if there is none.
    pub sequence: u64,
    /// The hash of its last event, in hexadecimal.
    pub hash: String,
}

impl Head {
    /// The head of a chain without events.
    pub fn genesis(lane: u8) -> Self {
        Self {
            lane,
            sequence: 0,
            hash: "0".repeat(64),
        }
    }
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainedEvent {
    /// Which chain.
    pub lane: u8,
    /// Its number, from 1.
    pub sequence: u64,
    /// The event.
    pub event: AuditEvent,
    /// The hash of the event before it, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// Its own hash, over everything above.
    pub current_hash: String,
}

impl ChainedEvent {
    /// The head of a chain that ends here.
    pub fn head(&self) -> Head {
        Head {
            lane: self.lane,
            sequence: self.sequence,
            hash: self.current_hash.clone(),
        }
    }
}

/// Where a chain does not hold, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// The event is of another chain.
    #[error("lane {lane} has an event of lane {found}")]
    OtherLane {
        /// The chain that is followed.
        lane: u8,
        /// The chain of the event.
        found: u8,
    },
    /// Events are missing, repeated or out of order.
    #[error("lane {lane} should have event {expected} and has {found}")]
    Sequence {
        /// Which chain.
        lane: u8,
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The event does not continue the one before it: one of the two was replaced.
    #[error("event {sequence} of lane {lane} does not follow the one before it")]
    Link {
        /// Which chain.
        lane: u8,
        /// Which event.
        sequence: u64,
    },
    /// The event was changed after it was chained.
    #[error("event {sequence} of lane {lane} was changed")]
    Changed {
        /// Which chain.
        lane: u8,
        /// Which event.
        sequence: u64,
    },
}

/// The chain for events of a partition of the table.
pub fn lane(partition_key: &str) -> u8 {
    // SHA-256 of the bare key, which anybody can check by hand; 16 divides 256, so that the last byte decides.
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, partition_key.as_bytes());
    hash.as_ref().last().map_or(0, |byte| byte % LANES)
}

/// An identifier that follows from what happened: the same parts, the same event.
pub fn event_id(parts: &[&str]) -> String {
    parts
        .iter()
        .fold(Digest::new("vaidya-event-1"), |digest, part| {
            digest.text(part)
        })
        .hex()
}

/// Puts an event behind `head`.
pub fn chain(head: &Head, event: AuditEvent) -> ChainedEvent {
    let sequence = head.sequence + 1;
    let current_hash = hash(head.lane, sequence, &head.hash, &event);
    ChainedEvent {
        lane: head.lane,
        sequence,
        event,
        previous_hash: head.hash.clone(),
        current_hash,
    }
}

/// Checks that `next` stands behind `head`, unchanged, and returns the head after it.
pub fn follow(head: &Head, next: &ChainedEvent) -> Result<Head, ChainBreak> {
    let (lane, sequence, expected) = (head.lane, next.sequence, head.sequence + 1);
    if next.lane != lane {
        Err(ChainBreak::OtherLane {
            lane,
            found: next.lane,
        })
    } else if sequence != expected {
        Err(ChainBreak::Sequence {
            lane,
            expected,
            found: sequence,
        })
    } else if next.previous_hash != head.hash {
        Err(ChainBreak::Link { lane, sequence })
    } else if next.current_hash != hash(lane, sequence, &next.previous_hash, &next.event) {
        Err(ChainBreak::Changed { lane, sequence })
    } else {
        Ok(next.head())
    }
}

/// Every field, in the order of the struct. The pattern is exhaustive: a new field does not compile until it is
/// hashed, and then takes a new label.
fn hash(lane: u8, sequence: u64, previous_hash: &str, event: &AuditEvent) -> String {
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
        fields,
        phi_accessed,
        data_exported,
        detail,
    } = event;
    Digest::new("vaidya-audit-1")
        .number(u64::from(lane))
        .number(sequence)
        .text(previous_hash)
        .text(id)
        .text(event_type.as_str())
        .text(category.as_str())
        .text(severity.as_str())
        .text(outcome.as_str())
        .text(&at.to_string())
        .text(actor)
        .text(actor_role)
        .text(operation)
        .text(request_id)
        .optional(session_id.as_deref())
        .optional(ip.as_deref())
        .optional(user_agent.as_deref())
        .text(resource_type)
        .text(resource_id)
        .texts(fields)
        .flag(*phi_accessed)
        .flag(*data_exported)
        .optional(detail.as_deref())
        .hex()
}
