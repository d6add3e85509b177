//! The messages of queues: small typed facts with identifiers, never health data or contact details. A consumer reads
//! the current records before it acts.
//!
//! A message of a schema that this code does not know is refused by name, so that it stays in the queue for newer code
//! instead of being misread.

pub mod timer;

pub use timer::Timer;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::core::factor_change::FactorChange;
use crate::core::id::RefundId;
use crate::core::id::{AppointmentId, DoctorId, PaymentId, UserId, WaitlistEntryId};

/// The schema that this code writes.
pub const SCHEMA: u32 = 1;

/// A message with its metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of this format: [`SCHEMA`].
    #[serde(deserialize_with = "known_schema")]
    pub schema: u32,
    /// The id of the message: the same fact has the same id, however often it is sent.
    pub id: String,
    /// The instant at which the fact was stored.
    pub at: Timestamp,
    /// The id of the request that led to the fact.
    pub correlation_id: String,
    /// The name of the function that sent the message.
    pub source: String,
    /// The fact.
    pub payload: Message,
}

/// A fact for which a consumer has to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// An appointment awaits payment.
    HoldPlaced {
        /// The appointment.
        appointment: AppointmentId,
        /// The first instant at which the hold is over.
        until: Timestamp,
    },
    /// An appointment was confirmed.
    AppointmentConfirmed {
        /// The appointment.
        appointment: AppointmentId,
        /// The version of the appointment then, so that a later change is noticed.
        version: u64,
    },
    /// A confirmed appointment was moved to another time.
    AppointmentRescheduled {
        /// The appointment.
        appointment: AppointmentId,
        /// The version of the appointment then.
        version: u64,
    },
    /// An appointment was cancelled.
    AppointmentCancelled {
        /// The appointment.
        appointment: AppointmentId,
        /// The version of the appointment then.
        version: u64,
    },
    /// The time of a reminder has come.
    ReminderDue {
        /// The appointment of the reminder.
        appointment: AppointmentId,
        /// The sequence of the appointment when the reminder was planned, so that no reminder is sent after a
        /// cancellation or a move.
        sequence: u32,
        /// The time before the start for which it was planned, in minutes.
        minutes_before: u32,
    },
    /// The time of a visit is over, and its outcome has to be decided.
    VisitOver {
        /// The appointment.
        appointment: AppointmentId,
        /// The end of the visit when this was planned, so that a visit that was moved is not closed at its old time.
        end: Timestamp,
    },
    /// An event of Razorpay was stored.
    PaymentEventStored {
        /// The key of the stored event.
        event: String,
    },
    /// A refund has to be requested.
    RefundPending {
        /// The payment of the refund.
        payment: PaymentId,
        /// The id of the refund.
        refund: RefundId,
    },
    /// The time has come to check an order.
    OrderDue {
        /// The payment of the order.
        payment: PaymentId,
        /// The instant at which the order was opened.
        opened: Timestamp,
        /// The number of earlier checks.
        check: u32,
    },
    /// The time has come to check a refund.
    RefundDue {
        /// The payment of the refund.
        payment: PaymentId,
        /// The refund.
        refund: RefundId,
        /// The number of earlier checks.
        check: u32,
    },
    /// A doctor's published slots have to be updated from the schedule: it has changed, or a day has passed.
    ScheduleDue {
        /// The doctor.
        doctor: DoctorId,
    },
    /// The first free slots of a doctor's day have to be computed again: a slot was taken, released, published or has
    /// closed, or the doctor's specialities, languages or status changed.
    FirstFreeSlotsDue {
        /// The doctor.
        doctor: DoctorId,
        /// The day (UTC); all days that were computed before, if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<Date>,
    },
    /// A doctor was suspended.
    DoctorSuspended {
        /// The doctor.
        doctor: DoctorId,
    },
    /// A doctor's suspension was ended.
    DoctorReinstated {
        /// The doctor.
        doctor: DoctorId,
    },
    /// A user's second factor was changed.
    AuthenticatorChanged {
        /// The user.
        user: UserId,
        /// The version of the user's recovery codes then.
        version: u64,
        /// The act.
        change: FactorChange,
        /// The instant of the act.
        at: Timestamp,
    },
    /// Slots were offered to a waiting patient.
    SlotOffered {
        /// The waiting list entry with the offer.
        entry: WaitlistEntryId,
        /// The version of the entry then.
        version: u64,
    },
    /// The offer or the window of a waiting list entry is over.
    WaitlistDue {
        /// The waiting list entry.
        entry: WaitlistEntryId,
        /// The instant of that end.
        at: Timestamp,
    },
}

/// The reason why a text is not a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// The message has a schema that this code does not know.
    #[error("message schema {found} is unknown; this code reads {SCHEMA}")]
    UnknownSchema {
        /// The schema of the message.
        found: u32,
    },
    /// The text is not a message, or has a fact that this schema does not have.
    #[error("malformed message: {0}")]
    Malformed(String),
}

impl Envelope {
    /// Wraps a fact in the current schema.
    pub fn new(id: String, at: Timestamp, correlation_id: String, source: String, payload: Message) -> Self {
        Self { schema: SCHEMA, id, at, correlation_id, source, payload }
    }

    /// Reads a message. The schema is checked first, since this code can't interpret the contents of a newer one.
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
        found => Err(serde::de::Error::custom(InvalidMessage::UnknownSchema { found })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{appointment_id, at, doctor_id, entry_id, patient_id};

    fn envelope(payload: Message) -> Envelope {
        let at = at("2026-11-30T03:00:00Z");
        Envelope::new("m1".to_owned(), at, "r1".to_owned(), "dispatch".to_owned(), payload)
    }

    fn every_message() -> Vec<Message> {
        let appointment = appointment_id(1);
        vec![
            Message::HoldPlaced { appointment, until: at("2026-11-30T03:10:00Z") },
            Message::AppointmentConfirmed { appointment, version: 2 },
            Message::AppointmentCancelled { appointment, version: 3 },
            Message::ReminderDue { appointment, sequence: 1, minutes_before: 60 },
            Message::VisitOver { appointment, end: at("2026-12-01T05:00:00Z") },
            Message::PaymentEventStored { event: "h1".to_owned() },
            Message::RefundPending { payment: appointment.into(), refund: "pay_P1".parse().unwrap() },
            Message::OrderDue { payment: appointment.into(), opened: at("2026-11-30T03:00:00Z"), check: 2 },
            Message::RefundDue { payment: appointment.into(), refund: "pay_P1-rfnd_A".parse().unwrap(), check: 0 },
            Message::ScheduleDue { doctor: doctor_id() },
            Message::FirstFreeSlotsDue { doctor: doctor_id(), date: Some(jiff::civil::date(2026, 12, 1)) },
            Message::FirstFreeSlotsDue { doctor: doctor_id(), date: None },
            Message::DoctorSuspended { doctor: doctor_id() },
            Message::DoctorReinstated { doctor: doctor_id() },
            Message::AuthenticatorChanged {
                user: patient_id().into(),
                version: 1,
                change: FactorChange::Enrolled,
                at: at("2026-11-30T03:00:00Z"),
            },
            Message::SlotOffered { entry: entry_id(1), version: 2 },
            Message::WaitlistDue { entry: entry_id(1), at: at("2026-11-30T03:30:00Z") },
        ]
    }

    #[test]
    fn every_message_survives_the_queue() {
        for message in every_message() {
            let sent = envelope(message);
            assert_eq!(Envelope::from_json(&sent.to_json()), Ok(sent));
        }
    }

    #[test]
    fn the_written_form_is_the_one_of_messages_under_way() {
        let golden = r#"{"schema":1,"id":"m1","at":"2026-11-30T03:00:00Z","correlation_id":"r1","source":"dispatch","payload":{"type":"hold_placed","appointment":"00000000-0000-0000-0000-000000000001","until":"2026-11-30T03:10:00Z"}}"#;
        assert_eq!(envelope(every_message().remove(0)).to_json(), golden);
    }

    #[test]
    fn a_newer_schema_is_refused_by_name_with_any_contents() {
        let newer = r#"{"payload":{"type":"teleported"},"schema":2}"#;
        assert_eq!(Envelope::from_json(newer), Err(InvalidMessage::UnknownSchema { found: 2 }));
        let error = Envelope::from_json(newer).unwrap_err().to_string();
        assert!(error.contains("schema 2"), "{error}");
        let json = envelope(every_message().remove(0)).to_json();
        for found in [0, 2] {
            let other = json.replace("\"schema\":1", &format!("\"schema\":{found}"));
            assert_eq!(Envelope::from_json(&other), Err(InvalidMessage::UnknownSchema { found }));
            assert!(serde_json::from_str::<Envelope>(&other).is_err());
        }
    }

    #[test]
    fn a_text_that_is_no_message_of_this_schema_is_malformed() {
        let json = envelope(every_message().remove(0)).to_json();
        for text in [
            String::new(),
            "[]".to_owned(),
            "{}".to_owned(),
            json.replace("hold_placed", "teleported"),
            json.replace("\"source\":\"dispatch\",", ""),
            json.replace("00000000-", ""),
            json.replace("\"schema\":1", "\"schema\":\"1\""),
        ] {
            assert!(matches!(Envelope::from_json(&text), Err(InvalidMessage::Malformed(_))), "{text}");
        }
    }
}
