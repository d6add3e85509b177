//! What travels in queues: small typed facts with identifiers, never health data or contact details. A consumer
//! re-reads what it acts on.
//!
//! A message of a schema that this code does not know is refused by name, so that it waits for newer code instead of
//! being half understood.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{AppointmentId, DoctorId, PaymentId};
use crate::payment::GatewayPaymentId;

/// The schema that is written.
pub const SCHEMA: u32 = 1;

/// A message with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of this format: [`SCHEMA`].
    #[serde(deserialize_with = "known_schema")]
    pub schema: u32,
    /// Names the message: the same fact has the same id, however often it is sent.
    pub id: String,
    /// When the fact was stored.
    pub at: Timestamp,
    /// The request that led to it.
    pub correlation_id: String,
    /// Who sent it: the name of a function.
    pub source: String,
    /// The fact.
    pub payload: Message,
}

/// A fact that somebody has to act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// An appointment waits for payment.
    HoldPlaced {
        /// Which one.
        appointment: AppointmentId,
        /// Until when.
        until: Timestamp,
    },
    /// An appointment was confirmed.
    AppointmentConfirmed {
        /// Which one.
        appointment: AppointmentId,
        /// Its version then, so that a later change is noticed.
        version: u64,
    },
    /// An appointment was cancelled.
    AppointmentCancelled {
        /// Which one.
        appointment: AppointmentId,
        /// Its version then.
        version: u64,
    },
    /// Razorpay told us something, and it is stored.
    PaymentEventStored {
        /// The key under which it is.
        event: String,
    },
    /// Money is to be paid back.
    RefundPending {
        /// Of which payment.
        payment: PaymentId,
        /// Of which captured attempt.
        gateway_payment: GatewayPaymentId,
    },
    /// A doctor was taken out of booking.
    DoctorSuspended {
        /// Who.
        doctor: DoctorId,
    },
}

/// The text is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// A schema that this code does not know.
    #[error("message schema {found} is unknown; this code reads {SCHEMA}")]
    UnknownSchema {
        /// The schema of the message.
        found: u32,
    },
    /// No message at all, or a fact that this schema does not have.
    #[error("malformed message: {0}")]
    Malformed(String),
}

impl Envelope {
    /// Wraps a fact in the current schema.
    pub fn new(
        id: String,
        at: Timestamp,
        correlation_id: String,
        source: String,
        payload: Message,
    ) -> Self {
        Self {
            schema: SCHEMA,
            id,
            at,
            correlation_id,
            source,
            payload,
        }
    }

    /// Reads a message. The schema is looked at first: what a newer one contains says nothing to this code.
    pub fn from_json(text: &str) -> Result<Self, InvalidMessage> {
        #[derive(Deserialize)]
        struct SchemaOnly {
            schema: u32,
        }

        let malformed = |error: serde_json::Error| InvalidMessage::Malformed(error.to_string());
        let SchemaOnly { schema } = serde_json::from_str(text).map_err(malformed)?;
        if schema != SCHEMA {
            return Err(InvalidMessage::UnknownSchema { found: schema });
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// Writes a message.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a message has string keys only, which JSON can write")
    }
}

fn known_schema<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        SCHEMA => Ok(SCHEMA),
        found => Err(serde::de::Error::custom(InvalidMessage::UnknownSchema {
            found,
        })),
    }
}
