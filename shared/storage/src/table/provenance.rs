//! Who writes: stamped on every item of a transaction, so that the stream knows whose work a record is.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::EventType;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who writes, on whose request, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The id of the actor, or the name of the system's own part.
    pub actor: String,
    /// The role in which the actor acts.
    pub role: String,
    /// The operation id of the endpoint or consumer.
    #[serde(rename = "op")]
    pub operation: String,
    /// The id of the request or message.
    #[serde(rename = "req")]
    pub request_id: String,
    /// The time of the request.
    pub at: Timestamp,
    /// The client's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The client's description of itself, cut to [`USER_AGENT_MAX`] when it is stamped.
    #[serde(default, rename = "ua", skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The session, from the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// How many bytes of a user agent are kept: a client chooses its length, and an item of a booking may have
/// a kilobyte in all.
pub const USER_AGENT_MAX: usize = 128;

/// What stands in an item's `prov`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Stamp {
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The event that this item's stream record is; only one item of a transaction has it.
    pub event: Option<EventType>,
}

impl Provenance {
    /// The stamp of the item whose stream record is the audit event: everything that the audit wants.
    pub(crate) fn stamp_event(&self, event: EventType) -> AttributeValue {
        let mut stamp = self.short();
        let user_agent = self.user_agent.as_deref().map(|ua| &ua[..ua.floor_char_boundary(USER_AGENT_MAX)]);
        let more = [("ip", self.ip.as_deref()), ("ua", user_agent), ("session", self.session.as_deref())];
        for (name, value) in more {
            if let Some(value) = value {
                stamp.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
            }
        }
        let event = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(event).expect("an event type is a string");
        stamp.insert("event".to_owned(), event);
        AttributeValue::M(stamp)
    }

    /// The stamp of the other items: who and when, without the client's particulars, which cost bytes.
    pub(crate) fn stamp(&self) -> AttributeValue {
        AttributeValue::M(self.short())
    }

    fn short(&self) -> HashMap<String, AttributeValue> {
        [
            ("actor", self.actor.clone()),
            ("role", self.role.clone()),
            ("op", self.operation.clone()),
            ("req", self.request_id.clone()),
            ("at", self.at.to_string()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value)))
        .collect()
    }
}
