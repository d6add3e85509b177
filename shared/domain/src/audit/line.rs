//! The line of an event: JSON in the archive and in an export, and the bytes that the hash covers.
//!
//! The words of the vocabulary are plain text here. A trail is verified years later, and by programs that are older or
//! newer than the one that wrote it: the meaning of a word does not matter to a hash. `docs/audit-format.md` describes
//! the format for authors of other verifiers.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Deserialize as DeriveDeserialize, Serialize};

use super::commitment::{ClientValues, Opening};
use super::{AuditEvent, ChainedEvent, Commitment, FORMAT};
use crate::core::digest::{Digest, hex, sha256};

/// Text that is borrowed from its source, unless it was escaped there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

// Written out, since serde's own `Cow` is always copied inside an `Option` or a `Vec`.
impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(text.into())
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(text.to_owned().into())
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// What the bytes that are hashed begin with.
const LABEL: &str = "vaidya-audit-1";

/// A chained event as a line of JSON. The names of the members are those of the columns in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLine<'a> {
    /// The format: [`FORMAT`].
    pub v: u8,
    /// The number of the chain.
    pub chain: u8,
    /// The number of the event in the chain, from 1.
    pub sequence: u64,
    /// The id of the event.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// The type of the event.
    #[serde(borrow)]
    pub event_type: Text<'a>,
    /// The category of the event.
    #[serde(borrow)]
    pub category: Text<'a>,
    /// The severity of the event.
    #[serde(borrow)]
    pub severity: Text<'a>,
    /// The outcome of the action.
    #[serde(borrow)]
    pub outcome: Text<'a>,
    /// The instant of the action, in the form of RFC 3339.
    #[serde(borrow)]
    pub at: Text<'a>,
    /// The actor.
    #[serde(borrow)]
    pub actor: Text<'a>,
    /// The role of the actor.
    #[serde(borrow)]
    pub actor_role: Text<'a>,
    /// The operation.
    #[serde(borrow)]
    pub operation: Text<'a>,
    /// The id of the request.
    #[serde(borrow)]
    pub request_id: Text<'a>,
    /// The session of the request.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Text<'a>>,
    /// The IP address from which the request came.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<Text<'a>>,
    /// The user agent that sent the request.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Text<'a>>,
    /// The type of the record.
    #[serde(borrow)]
    pub resource_type: Text<'a>,
    /// The id of the record.
    #[serde(borrow)]
    pub resource_id: Text<'a>,
    /// The patients to whom the data belongs.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Text<'a>>,
    /// The names of the fields that were changed or shown.
    #[serde(borrow)]
    pub fields: Vec<Text<'a>>,
    /// Whether health data was seen.
    pub phi_accessed: bool,
    /// Whether data left the system in bulk.
    pub data_exported: bool,
    /// A detail in words.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text<'a>>,
    /// The commitment that the hash covers in place of the client's values, if they can be erased.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Text<'a>>,
    /// The opening, by which the values are checked against the commitment. It is erased with them.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Text<'a>>,
    /// The hash of the previous event.
    #[serde(borrow)]
    pub previous_hash: Text<'a>,
    /// The hash of this event.
    #[serde(borrow)]
    pub current_hash: Text<'a>,
}

/// The reason why a line is not an event, although it is JSON with the right members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// The format is unknown: the line is of a later release, or forged.
    #[error("format {0} is not known")]
    UnknownFormat(u8),
    /// It has an opening without a commitment, which no hash covers.
    #[error("an opening stands without a commitment")]
    Misplaced,
    /// The commitment or the opening is not 64 lowercase hexadecimal digits.
    #[error("the commitment or its opening is not 64 lowercase hexadecimal digits")]
    Malformed,
}

/// The state of the client's values in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The hash covers the values in plain text.
    Plain,
    /// The values match the commitment.
    Shown,
    /// The values were erased or are withheld; the commitment stands for them.
    Withheld,
    /// The values do not match the commitment, or are shown without the opening that would prove them.
    Forged,
}

impl<'a> EventLine<'a> {
    /// The line of an event.
    pub fn of(chained: &'a ChainedEvent) -> Self {
        let ChainedEvent { chain, sequence, event, commitment, previous_hash, current_hash } = chained;
        // Exhaustive: a field that the trail has does not compile until the hash covers it.
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
        fn texts(texts: &[String]) -> Vec<Text<'_>> {
            texts.iter().map(|text| text.as_str().into()).collect()
        }
        EventLine {
            v: FORMAT,
            chain: *chain,
            sequence: *sequence,
            id: id.as_str().into(),
            event_type: event_type.as_str().into(),
            category: category.as_str().into(),
            severity: severity.as_str().into(),
            outcome: outcome.as_str().into(),
            at: at.to_string().into(),
            actor: actor.as_str().into(),
            actor_role: actor_role.as_str().into(),
            operation: operation.as_str().into(),
            request_id: request_id.as_str().into(),
            session_id: session_id.as_deref().map(Text::from),
            ip: ip.as_deref().map(Text::from),
            user_agent: user_agent.as_deref().map(Text::from),
            resource_type: resource_type.as_str().into(),
            resource_id: resource_id.as_str().into(),
            subjects: texts(subjects),
            fields: texts(fields),
            phi_accessed: *phi_accessed,
            data_exported: *data_exported,
            detail: detail.as_deref().map(Text::from),
            commitment: commitment.as_ref().map(|commitment| commitment.hash.as_str().into()),
            opening: commitment.as_ref().and_then(|commitment| commitment.opening).map(|it| it.to_string().into()),
            previous_hash: previous_hash.as_str().into(),
            current_hash: current_hash.as_str().into(),
        }
    }

    /// The line as JSON, without a line break.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists of texts")
    }

    /// Reads a line of JSON. A missing, additional or repeated member, or a value of another type, is an error.
    ///
    /// # Errors
    /// The errors of JSON. [`EventLine::hash`] finds other errors of the line.
    pub fn from_json(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The hash of the line's contents.
    ///
    /// # Errors
    /// [`NotAnEvent`], if no hash covers the contents.
    pub fn hash(&self) -> Result<[u8; 32], NotAnEvent> {
        self.hash_in(&mut Vec::new())
    }

    /// The same hash, computed in a buffer that can be used again.
    ///
    /// # Errors
    /// As for [`EventLine::hash`].
    pub fn hash_in(&self, buffer: &mut Vec<u8>) -> Result<[u8; 32], NotAnEvent> {
        *buffer = self.canonical(std::mem::take(buffer))?;
        Ok(sha256(buffer))
    }

    /// The bytes that are hashed.
    fn canonical(&self, buffer: Vec<u8>) -> Result<Vec<u8>, NotAnEvent> {
        if self.v != FORMAT {
            return Err(NotAnEvent::UnknownFormat(self.v));
        }
        let (commitment, opening) = (self.commitment.as_ref(), self.opening.as_ref());
        if commitment.is_none() && opening.is_some() {
            return Err(NotAnEvent::Misplaced);
        }
        if [commitment, opening].into_iter().flatten().any(|text| !is_hash(text.as_str())) {
            return Err(NotAnEvent::Malformed);
        }
        let start = Digest::reusing(buffer, LABEL)
            .number(u64::from(self.chain))
            .number(self.sequence)
            .text(self.previous_hash.as_str())
            .text(self.id.as_str())
            .text(self.event_type.as_str())
            .text(self.category.as_str())
            .text(self.severity.as_str())
            .text(self.outcome.as_str())
            .text(self.at.as_str())
            .text(self.actor.as_str())
            .text(self.actor_role.as_str())
            .text(self.operation.as_str())
            .text(self.request_id.as_str());
        let client = match commitment {
            None => {
                let start = start.flag(false).optional(text(&self.session_id));
                start.optional(text(&self.ip)).optional(text(&self.user_agent))
            }
            Some(commitment) => start.flag(true).text(commitment.as_str()),
        };
        let resource = client.text(self.resource_type.as_str()).text(self.resource_id.as_str());
        let resource = resource.texts(&self.subjects);
        let end =
            resource.texts(&self.fields).flag(self.phi_accessed).flag(self.data_exported).optional(text(&self.detail));
        Ok(end.into_bytes())
    }

    /// The state of the client's values.
    pub fn client(&self) -> Client {
        let values =
            ClientValues { session_id: text(&self.session_id), ip: text(&self.ip), user_agent: text(&self.user_agent) };
        match (&self.commitment, &self.opening) {
            (None, _) => Client::Plain,
            (Some(_), None) if values == ClientValues::default() => Client::Withheld,
            (Some(_), None) => Client::Forged,
            (Some(commitment), Some(opening)) => match opening.as_str().parse::<Opening>() {
                Ok(opening) if hex(&opening.commit(&values)) == commitment.as_str() => Client::Shown,
                _ => Client::Forged,
            },
        }
    }
}

impl ChainedEvent {
    /// The hash that the event should have.
    pub(super) fn hash(&self) -> Result<String, NotAnEvent> {
        EventLine::of(self).hash().map(|hash| hex(&hash))
    }

    /// The state of the client's values.
    pub(super) fn client(&self) -> Client {
        EventLine::of(self).client()
    }

    /// The same event without the client's values, as after an erasure, if its hash only commits to them.
    #[must_use]
    pub fn withheld(mut self) -> Self {
        if let Some(Commitment { opening, .. }) = &mut self.commitment {
            *opening = None;
            (self.event.session_id, self.event.ip, self.event.user_agent) = (None, None, None);
        }
        self
    }
}

fn text<'a>(text: &'a Option<Text<'_>>) -> Option<&'a str> {
    text.as_ref().map(Text::as_str)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
