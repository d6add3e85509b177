//! The table as the writes that were carried out have made it: a copy in memory, kept from the very requests that the
//! engine has accepted, so that a check costs no call. A test compares it with the engine's own contents.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

/// Partition key and sort key.
pub type Key = (String, String);

/// An item as it travels: attributes with their types.
pub type Item = Arc<Map<String, Value>>;

/// What a write did to one item.
#[derive(Debug, Clone)]
pub struct Change {
    pub key: Key,
    pub before: Option<Item>,
    pub after: Option<Item>,
}

/// The table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table(BTreeMap<Key, Item>);

impl Table {
    pub fn get(&self, pk: &str, sk: &str) -> Option<&Item> {
        self.0.get(&(pk.to_owned(), sk.to_owned()))
    }

    pub fn items(&self) -> impl Iterator<Item = (&Key, &Item)> {
        self.0.iter()
    }

    /// Takes over what a write that was accepted has done.
    pub fn accept(&mut self, operation: &str, mut request: Value) -> Vec<Change> {
        let mut changes = vec![];
        match operation {
            "PutItem" => changes.push(self.put(request["Item"].take())),
            "DeleteItem" => changes.push(self.delete(&request["Key"])),
            "TransactWriteItems" => {
                for write in request["TransactItems"].as_array_mut().unwrap() {
                    if let Some(put) = write.get_mut("Put") {
                        changes.push(self.put(put["Item"].take()));
                    } else if let Some(delete) = write.get("Delete") {
                        changes.push(self.delete(&delete["Key"]));
                    } else {
                        assert!(write.get("ConditionCheck").is_some(), "a write that is not understood: {write}");
                    }
                }
            }
            "GetItem" | "BatchGetItem" | "Query" => {}
            other => panic!("{other} is not understood"),
        }
        changes
    }

    fn put(&mut self, item: Value) -> Change {
        let Value::Object(item) = item else { panic!("{item} is no item") };
        let item: Item = Arc::new(item);
        let key = key_of(&item);
        let before = self.0.insert(key.clone(), item.clone());
        Change { key, before, after: Some(item) }
    }

    fn delete(&mut self, key: &Value) -> Change {
        let key = key_of(key.as_object().unwrap());
        let before = self.0.remove(&key);
        Change { key, before, after: None }
    }

    /// The requests that turn `self` into `other`.
    pub fn difference(&self, other: &Self) -> Vec<Change> {
        let gone = self.0.iter().filter(|(key, _)| !other.0.contains_key(*key));
        let gone = gone.map(|(key, item)| Change { key: key.clone(), before: Some(item.clone()), after: None });
        let other_than = |key: &Key, item: &Item| self.0.get(key).is_none_or(|mine| !Arc::ptr_eq(mine, item));
        let new = other.0.iter().filter(|(key, item)| other_than(key, item));
        let new = new.map(|(key, item)| Change {
            key: key.clone(),
            before: self.0.get(key).cloned(),
            after: Some(item.clone()),
        });
        gone.chain(new).collect()
    }
}

pub fn key_of(item: &Map<String, Value>) -> Key {
    (text(item, "PK").to_owned(), text(item, "SK").to_owned())
}

/// A text; empty if it is not there.
pub fn text<'a>(item: &'a Map<String, Value>, name: &str) -> &'a str {
    item.get(name).and_then(|value| value["S"].as_str()).unwrap_or_default()
}

/// A number, if it is there.
pub fn number(item: &Map<String, Value>, name: &str) -> Option<i64> {
    item.get(name)?["N"].as_str()?.parse().ok()
}
