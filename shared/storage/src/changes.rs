//! A record of the table's stream, typed: what the rest of the system does because of it (a
//! [`Message`] in its [`Envelope`]), and what the audit trail says about it ([`AuditableChange`]): names of
//! attributes, never their values.
//!
//! The stream's own readers write audit records, chain heads, accesses, clients' values and nothing else; those, the state of the
//! checkpoints and idempotency records have no reader, or the readers would feed on themselves.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{AuditEvent, EventType, Outcome, chain_of, event_id};
use domain::messages::{Envelope, Message};
use serde::Deserialize;
use serde_json::Value;

use crate::appointments::{self, appointment, waitlist};
use crate::audit;
use crate::audit::trail::Activity;
use crate::availability::{self, schedule, slot};
use crate::directory::{self, doctor};
use crate::identity;
use crate::payments::{self, refund, webhook_event};
use crate::registry::AnyKey;
use crate::table;
use crate::table::error::StorageError;
use crate::table::item::{Attributes, Row};
use crate::table::key::{EntityKey, ItemKey};
use crate::table::provenance::Stamp;

/// A record of the stream, as a Lambda function receives it.
#[derive(Debug)]
pub struct StreamRecord {
    key: AnyKey,
    at: ItemKey,
    new: Attributes,
    old: Attributes,
}

/// A write that the audit trail tells.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditableChange {
    /// The event.
    pub event: AuditEvent,
    /// The chain that it enters.
    pub chain: u8,
}

/// A record that is not what our writers write: to be parked and looked at, not tried again.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// It has not the shape of a stream record.
    #[error("not a record of a DynamoDB stream: {0}")]
    Shape(String),
    /// Its key is none of ours.
    #[error("no entity has the key {pk} {sk}")]
    Key {
        /// The partition key.
        pk: String,
        /// The sort key.
        sk: String,
    },
    /// Its image is impossible.
    #[error(transparent)]
    Image(#[from] StorageError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Insert,
    Modify,
    Remove,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "eventName")]
    kind: Kind,
    dynamodb: Images,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Images {
    keys: HashMap<String, Value>,
    #[serde(default)]
    new_image: HashMap<String, Value>,
    #[serde(default)]
    old_image: HashMap<String, Value>,
}

impl StreamRecord {
    /// Reads one record of a batch; `None` for one that has no reader.
    ///
    /// # Errors
    /// [`Undecodable`]; the other records of the batch are not affected.
    pub fn parse(json: &str) -> Result<Option<Self>, Undecodable> {
        let Wire { kind, dynamodb } =
            serde_json::from_str(json).map_err(|error| Undecodable::Shape(error.to_string()))?;
        let keys = attributes(dynamodb.keys)?;
        let text = |name: &str| match keys.get(name) {
            Some(AttributeValue::S(text)) => Ok(text.clone()),
            _ => Err(Undecodable::Shape(format!("no {name}"))),
        };
        let (pk, sk) = (text("PK")?, text("SK")?);
        let key = AnyKey::parse(&pk, &sk).ok_or(Undecodable::Key { pk, sk })?;
        if matches!(concern(&key), Concern::Unread) {
            return Ok(None);
        }
        // A deletion that matters is a change of state; what is removed is garbage (TTL) or a directory entry.
        if kind == Kind::Remove {
            return Ok(None);
        }
        let at = key.item_key();
        Ok(Some(Self { key, at, new: attributes(dynamodb.new_image)?, old: attributes(dynamodb.old_image)? }))
    }

    /// What a consumer has to act on because of it, if anything. The envelope's id is the same for every delivery.
    ///
    /// # Errors
    /// [`Undecodable`].
    pub fn message(&self) -> Result<Option<Envelope>, Undecodable> {
        let Concern::Message(message) = concern(&self.key) else { return Ok(None) };
        let row = self.row(&self.new)?;
        let before = if self.old.is_empty() { None } else { Some(self.row(&self.old)?) };
        let Some(message) = message(before.as_ref(), &row)? else { return Ok(None) };
        let stamp = self.stamp(&row)?;
        let id = self.event_id(&stamp);
        let by = stamp.provenance;
        Ok(Some(Envelope::new(id, by.at, by.request_id, by.operation, message)))
    }

    /// What the audit trail says about it, if anything: of each transaction only the marked item speaks.
    ///
    /// # Errors
    /// [`Undecodable`].
    pub fn auditable(&self) -> Result<Option<AuditableChange>, Undecodable> {
        let row = self.row(&self.new)?;
        let stamp = self.stamp(&row)?;
        let chain = chain_of(self.at.pk());
        let id = self.event_id(&stamp);
        if matches!(self.key, AnyKey::Audit(audit::Key::Activity(_))) {
            let activity: Activity = row.record()?;
            return Ok(Some(AuditableChange { event: activity.event(id, stamp.provenance), chain }));
        }
        let Some(event_type) = stamp.event else { return Ok(None) };
        let by = stamp.provenance;
        let event = AuditEvent {
            id,
            event_type,
            category: event_type.category(),
            severity: event_type.severity(),
            outcome: Outcome::Success,
            at: by.at,
            actor: by.actor,
            actor_role: by.role,
            operation: by.operation,
            request_id: by.request_id,
            session_id: by.session,
            ip: by.ip,
            user_agent: by.user_agent,
            resource_type: self.at.entity().to_string(),
            resource_id: self.at.resource_id(),
            subjects: self.subject().into_iter().collect(),
            fields: self.changed().into_iter().map(str::to_owned).collect(),
            phi_accessed: event_type.phi_accessed(),
            data_exported: false,
            detail: None,
        };
        Ok(Some(AuditableChange { event, chain }))
    }

    fn row(&self, image: &Attributes) -> Result<Row, StorageError> {
        Row::found(self.at.clone(), image.clone())
    }

    fn stamp(&self, row: &Row) -> Result<Stamp, Undecodable> {
        let prov = self.new.get("prov").cloned().ok_or_else(|| row.inconsistent("prov is missing"))?;
        Ok(serde_dynamo::aws_sdk_dynamodb_1::from_attribute_value(prov).map_err(|error| row.inconsistent(error))?)
    }

    /// Derived from the write and its writer, so that a second delivery has the same. The type of event tells apart what one
    /// batch of a queue writes twice to an item that has no version: an attempt at paying that failed, then one that is refused.
    fn event_id(&self, stamp: &Stamp) -> String {
        let version = self.new.get("ver").and_then(|ver| ver.as_n().ok()).map_or("", String::as_str);
        let event_type = stamp.event.map_or("", EventType::as_str);
        let by = &stamp.provenance;
        event_id(&[&by.request_id, &by.operation, self.at.pk(), self.at.sk(), version, event_type])
    }

    /// The patient whose data it is: the user of a profile, and the patient that an item names as its `patient`.
    fn subject(&self) -> Option<String> {
        match &self.key {
            AnyKey::Identity(
                identity::Key::Profile(user) | identity::Key::EndedSessions(user) | identity::Key::RecoveryCodes(user),
            ) => Some(user.to_string()),
            _ => self.new.get("patient")?.as_s().ok().cloned(),
        }
    }

    /// The names of the attributes that differ between the images, without those that every item has.
    fn changed(&self) -> BTreeSet<&str> {
        let own =
            |name: &&str| !matches!(*name, "PK" | "SK" | "v" | "ver" | "prov" | "ttl") && !name.starts_with("GSI");
        let names = self.new.keys().chain(self.old.keys()).map(String::as_str);
        names.filter(own).filter(|name| self.new.get(*name) != self.old.get(*name)).collect()
    }
}

/// Reads what a change of an item means to others.
type ReadMessage = fn(Option<&Row>, &Row) -> Result<Option<Message>, StorageError>;

/// Whom the changes of an item concern.
enum Concern {
    /// Neither a consumer nor the audit trail: the readers of the stream and the writer of checkpoints write the item themselves.
    Unread,
    /// The audit trail, if the item is the one of its transaction that is marked as the event.
    Audit,
    /// The audit trail, and a consumer that gets a message.
    Message(ReadMessage),
}

/// Every kind of item has to be decided on here.
const fn concern(key: &AnyKey) -> Concern {
    match key {
        AnyKey::Table(key) => match key {
            table::keys::Key::Timer(..) | table::keys::Key::TimerCursor => Concern::Audit,
            table::keys::Key::Idempotency(_) => Concern::Unread,
        },
        AnyKey::Audit(key) => match key {
            audit::Key::Activity(_) => Concern::Audit,
            audit::Key::AuditRecord(..)
            | audit::Key::ChainHead(_)
            | audit::Key::Seen(..)
            | audit::Key::Access(..)
            | audit::Key::ClientValues(..)
            | audit::Key::Checkpoint => Concern::Unread,
        },
        AnyKey::Identity(key) => match key {
            identity::Key::RecoveryCodes(_) => Concern::Message(identity::recovery_codes::message),
            identity::Key::Profile(_) | identity::Key::EndedSessions(_) | identity::Key::Roster => Concern::Audit,
        },
        AnyKey::Directory(key) => match key {
            directory::Key::Doctor(_) => Concern::Message(doctor::message),
            directory::Key::Registration(_)
            | directory::Key::Listing(..)
            | directory::Key::SuspendedEntry(_)
            | directory::Key::NameEntry(..)
            | directory::Key::Spelling(..) => Concern::Audit,
        },
        AnyKey::Availability(key) => match key {
            availability::Key::Slot(..) => Concern::Message(slot::message),
            availability::Key::Schedule(_) => Concern::Message(schedule::message),
            availability::Key::Calendar(_)
            | availability::Key::DailyQuota(..)
            | availability::Key::FirstFreeSlots(..)
            | availability::Key::FirstFreeSlotIndex(..) => Concern::Audit,
        },
        AnyKey::Payments(key) => match key {
            payments::Key::Refund(..) => Concern::Message(refund::message),
            payments::Key::WebhookEvent(_) => Concern::Message(webhook_event::message),
            payments::Key::Payment(_)
            | payments::Key::Attempt(..)
            | payments::Key::Receipt(_)
            | payments::Key::ReceiptCounter(_)
            | payments::Key::Order(_) => Concern::Audit,
        },
        AnyKey::Appointments(key) => match key {
            appointments::Key::Appointment(_) => Concern::Message(appointment::message),
            appointments::Key::WaitlistEntry(_) => Concern::Message(waitlist::message),
            appointments::Key::CurrentFeed(_)
            | appointments::Key::CalendarFeed(_)
            | appointments::Key::Agenda(_)
            | appointments::Key::LastVisit(..)
            | appointments::Key::OpenEntries(_)
            | appointments::Key::WaitlistPosition(..)
            | appointments::Key::Intake(_)
            | appointments::Key::VisitSeries(_) => Concern::Audit,
        },
    }
}

pub(crate) fn attributes(image: HashMap<String, Value>) -> Result<Attributes, Undecodable> {
    image.into_iter().map(|(name, value)| Ok((name, attribute(value)?))).collect()
}

/// A value in DynamoDB's JSON: an object with one field, named after the type.
fn attribute(value: Value) -> Result<AttributeValue, Undecodable> {
    let shape = |what: &str| Undecodable::Shape(format!("an attribute that is {what}"));
    let Value::Object(fields) = value else { return Err(shape("no object")) };
    let mut fields = fields.into_iter();
    let (Some((kind, value)), None) = (fields.next(), fields.next()) else { return Err(shape("not of one type")) };
    let bytes = |text: &str| STANDARD.decode(text).map(Into::into).map_err(|_| shape("not base64"));
    Ok(match (kind.as_str(), value) {
        ("S", Value::String(text)) => AttributeValue::S(text),
        ("N", Value::String(number)) => AttributeValue::N(number),
        ("B", Value::String(text)) => AttributeValue::B(bytes(&text)?),
        ("BOOL", Value::Bool(flag)) => AttributeValue::Bool(flag),
        ("NULL", Value::Bool(flag)) => AttributeValue::Null(flag),
        ("L", Value::Array(list)) => AttributeValue::L(list.into_iter().map(attribute).collect::<Result<_, _>>()?),
        ("M", Value::Object(map)) => AttributeValue::M(attributes(map.into_iter().collect())?),
        // None of our items has a set.
        _ => return Err(shape("of a type that we don't use")),
    })
}
