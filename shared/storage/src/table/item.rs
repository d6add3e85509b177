//! An item on its way into the table, and attributes on their way out: the schema version, the version,
//! the index keys and the readers that every entity shares. What an entity holds is said in its own file.
//!
//! Readers take no notice of attributes that they do not know, so that a writer of the next release may
//! add some; a row that lacks what it must have, or holds what it can't, is
//! [`StorageError::Inconsistent`].

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::EventType;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::table::error::StorageError;
use crate::table::key::{EntityKey, ItemKey, ReadKey};

/// Instants are stored as milliseconds since 1970, so that a condition can compare them.
pub(crate) use jiff::fmt::serde::timestamp::millisecond as ms;

/// The attributes of an item, as the SDK has them.
pub type Attributes = HashMap<String, AttributeValue>;

/// The version of the item layouts that this code writes, in every item's `v`. Readers accept it and the
/// one before it.
pub const SCHEMA: u64 = 1;

/// An item as it will stand in the table, but for its provenance.
#[derive(Debug, Clone)]
pub struct Item {
    pub(crate) key: ItemKey,
    pub(crate) attributes: Attributes,
    /// The event that the item's stream record is.
    pub(crate) event: Option<EventType>,
}

impl Item {
    /// An item at `key` with the fields of `record`.
    pub(crate) fn new(key: impl Into<ItemKey>, record: &impl Serialize) -> Self {
        let key = key.into();
        let mut attributes: Attributes =
            serde_dynamo::aws_sdk_dynamodb_1::to_item(record).expect("our records are structs of plain values");
        attributes.extend(key.attributes());
        attributes.insert("v".to_owned(), number(SCHEMA));
        Self { key, attributes, event: None }
    }

    /// Says which version of the entity this is.
    pub(crate) fn version(mut self, version: u64) -> Self {
        self.attributes.insert("ver".to_owned(), number(version));
        self
    }

    /// Adds an attribute of bytes.
    pub(crate) fn binary(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.attributes.insert(name.to_owned(), AttributeValue::B(bytes.into()));
        self
    }

    /// Enters the item into indexes, at the places that these attributes say.
    pub(crate) fn indexed(mut self, places: Attributes) -> Self {
        self.attributes.extend(places);
        self
    }

    /// Makes the item the one of its transaction whose stream record is the audit event.
    pub(crate) fn event(mut self, event: EventType) -> Self {
        self.event = Some(event);
        self
    }

    /// Lets DynamoDB remove the item some time after `at`: garbage collection, nothing depends on it.
    pub(crate) fn expires(mut self, at: Timestamp) -> Self {
        self.attributes.insert("ttl".to_owned(), AttributeValue::N(at.as_second().to_string()));
        self
    }
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The texts of the keys among the attributes of an item.
pub(crate) fn key_of(attributes: &Attributes) -> (&str, &str) {
    let text = |name: &str| attributes.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
    (text("PK"), text("SK"))
}

/// A row that was read, with its key.
#[derive(Debug)]
pub struct Row {
    pub at: ItemKey,
    attributes: Attributes,
}

impl Row {
    /// Takes a row apart far enough to know what it is, among the items whose keys `read_key` reads.
    pub fn read(attributes: Attributes, read_key: ReadKey) -> Result<Self, StorageError> {
        let (pk, sk) = key_of(&attributes);
        let Some(at) = read_key(pk, sk) else {
            let at = ItemKey::unknown(pk, sk);
            return Err(Self { at, attributes }.inconsistent("no entity has such a key"));
        };
        Self::found(at, attributes)
    }

    /// The row that was found at a key.
    pub fn found(at: ItemKey, attributes: Attributes) -> Result<Self, StorageError> {
        let row = Self { at, attributes };
        match row.number("v") {
            Some(v) if v <= SCHEMA => Ok(row),
            _ => Err(row.inconsistent("v is missing or newer than this release")),
        }
    }

    /// The key, as the context has it that the row belongs to.
    pub(crate) fn key<K: EntityKey>(&self) -> Result<K, StorageError> {
        K::parse(self.at.pk(), self.at.sk()).ok_or_else(|| self.inconsistent("it belongs to another context"))
    }

    /// Everything that stands in the row.
    #[cfg(test)]
    pub const fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The fields of the entity.
    pub fn record<T: DeserializeOwned>(&self) -> Result<T, StorageError> {
        serde_dynamo::aws_sdk_dynamodb_1::from_item(self.attributes.clone()).map_err(|error| self.inconsistent(error))
    }

    /// The version, of an entity that has one.
    pub fn version(&self) -> Result<u64, StorageError> {
        self.number("ver").ok_or_else(|| self.inconsistent("ver is missing"))
    }

    /// When it was written, by its writer's clock.
    pub fn written_at(&self) -> Result<Timestamp, StorageError> {
        let prov = self.attributes.get("prov").and_then(|prov| prov.as_m().ok());
        let at = prov.and_then(|prov| prov.get("at")).and_then(|at| at.as_s().ok()).and_then(|at| at.parse().ok());
        at.ok_or_else(|| self.inconsistent("prov.at is missing"))
    }

    /// An attribute of text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_s().ok().map(String::as_str)
    }

    /// An attribute of bytes.
    pub fn binary(&self, name: &str) -> Result<&[u8], StorageError> {
        match self.attributes.get(name) {
            Some(AttributeValue::B(bytes)) => Ok(bytes.as_ref()),
            _ => Err(self.inconsistent(format!("{name} is missing"))),
        }
    }

    /// The error that says that this row is impossible.
    pub fn inconsistent(&self, detail: impl ToString) -> StorageError {
        StorageError::Inconsistent { entity: self.at.entity(), key: self.at.to_string(), detail: detail.to_string() }
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.attributes.get(name)?.as_n().ok()?.parse().ok()
    }
}
