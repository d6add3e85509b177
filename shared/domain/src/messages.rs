//! What travels in queues: small typed facts with identifiers, never health data or contact details. A consumer
//! re-reads what it acts on.
//!
//! A message of a schema that this code does not know is refused by name, so that it waits for newer code instead of
//! being half understood.

pub mod timer;

pub use timer::Timer;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::core::id::RefundId;
use crate::core::id::{AppointmentId, DoctorId, PaymentId, WaitlistEntryId};

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
    /// A confirmed appointment was moved to another time.
    AppointmentRescheduled {
        /// Which one.
        appointment: AppointmentId,
        /// Its version then.
        version: u64,
    },
    /// An appointment was cancelled.
    AppointmentCancelled {
        /// Which one.
        appointment: AppointmentId,
        /// Its version then.
        version: u64,
    },
    /// The time of a reminder has come.
    ReminderDue {
        /// Of which appointment.
        appointment: AppointmentId,
        /// Its sequence when the reminder was planned, so that none follows a cancellation or another time.
        sequence: u32,
        /// How long before the start it was planned for, in minutes.
        minutes_before: u32,
    },
    /// A visit is over, and somebody has to say what it was.
    VisitOver {
        /// Which one.
        appointment: AppointmentId,
        /// The end that it had when this was planned, so that a visit that was moved is not closed at its old time.
        end: Timestamp,
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
        /// Which of its refunds.
        refund: RefundId,
    },
    /// It is time to ask what became of an order.
    OrderDue {
        /// Of which payment.
        payment: PaymentId,
        /// When the order was opened.
        opened: Timestamp,
        /// How often it was asked about before.
        check: u32,
    },
    /// It is time to ask what became of a refund.
    RefundDue {
        /// Of which payment.
        payment: PaymentId,
        /// Which one.
        refund: RefundId,
        /// How often it was asked about before.
        check: u32,
    },
    /// A doctor's published slots are to be brought in line with the schedule: there is another one, or a day has passed.
    ScheduleDue {
        /// Whose.
        doctor: DoctorId,
    },
    /// What a doctor has free on a day is to be looked at again: a slot was taken, given back or published, can't be booked any
    /// more, or patients look for the doctor under something else.
    FirstFreeSlotsDue {
        /// Whose.
        doctor: DoctorId,
        /// Which day (UTC); all that somebody has looked at before, if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<Date>,
    },
    /// A doctor was taken out of booking.
    DoctorSuspended {
        /// Who.
        doctor: DoctorId,
    },
    /// Slots are kept for a patient who waits.
    SlotOffered {
        /// For which entry of a waiting list.
        entry: WaitlistEntryId,
        /// Its version then.
        version: u64,
    },
    /// What was offered to a patient who waits is to be passed on, or the time that they wait for is over.
    WaitlistDue {
        /// Which entry of a waiting list.
        entry: WaitlistEntryId,
        /// When that is.
        at: Timestamp,
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
    pub fn new(id: String, at: Timestamp, correlation_id: String, source: String, payload: Message) -> Self {
        Self { schema: SCHEMA, id, at, correlation_id, source, payload }
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
        found => Err(serde::de::Error::custom(InvalidMessage::UnknownSchema { found })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{appointment_id, at, doctor_id, entry_id};

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
    fn a_newer_schema_is_refused_by_name_whatever_it_contains() {
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
    fn what_is_no_message_of_this_schema_is_malformed() {
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
