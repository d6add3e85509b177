//! Pages of a query: how many, where to go on. A cursor is DynamoDB's last evaluated key as bytes; it is
//! not secret and not bound to anything here: its user seals it before a client sees it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::table::item::Attributes;

/// A page of a list. It may hold fewer items than asked for and still have a successor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of the query.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// Where a page begins: the key of the item before it, as opaque bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

/// Bytes that are not a cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct InvalidCursor;

/// Which page of a list is wanted.
#[derive(Debug, Clone)]
pub struct PageRequest {
    limit: u8,
    after: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with each item turned into another; the first that can't be ends it.
    ///
    /// # Errors
    /// What `turn` returns.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page { items: self.items.into_iter().map(turn).collect::<Result<_, _>>()?, next: self.next })
    }
}

impl PageRequest {
    /// The largest page.
    pub const MAX: u8 = 100;

    /// A page of `limit` items (brought into 1..=100) after `after`.
    pub fn new(limit: u8, after: Option<Cursor>) -> Self {
        Self { limit: limit.clamp(1, Self::MAX), after }
    }

    /// The most slots of a page: more than a doctor has in a week of ten-minute slots.
    pub const MAX_SLOTS: u8 = 250;

    /// A page of `limit` slots (brought into 1..=250) after `after`, of a query that goes through them in any case.
    pub fn of_slots(limit: u8, after: Option<Cursor>) -> Self {
        Self { limit: limit.clamp(1, Self::MAX_SLOTS), after }
    }

    /// The first page.
    pub fn first(limit: u8) -> Self {
        Self::new(limit, None)
    }

    /// How many items at most.
    pub fn limit(&self) -> usize {
        self.limit.into()
    }

    pub(crate) fn start(&self) -> Option<Attributes> {
        self.after.as_ref().map(Cursor::key)
    }
}

impl Cursor {
    /// Reads a cursor that was shown to a client and came back.
    ///
    /// # Errors
    /// [`InvalidCursor`] when the bytes are not a cursor of ours.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidCursor> {
        let key: BTreeMap<String, String> = serde_json::from_slice(bytes).map_err(|_| InvalidCursor)?;
        if key.contains_key("PK") && key.contains_key("SK") { Ok(Self(bytes.to_vec())) } else { Err(InvalidCursor) }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// All our keys are strings, so a plain map of strings says everything.
    pub(crate) fn of(last_evaluated: &HashMap<String, AttributeValue>) -> Self {
        let key: BTreeMap<&str, &str> = last_evaluated
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_s().ok()?.as_str())))
            .collect();
        Self(serde_json::to_vec(&key).expect("a map of strings is JSON"))
    }

    fn key(&self) -> Attributes {
        let key: BTreeMap<String, String> = serde_json::from_slice(&self.0).expect("checked where it was made");
        key.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_a_client_and_back() {
        let key: Attributes =
            ["PK", "SK", "GSI1PK"].map(|n| (n.to_owned(), AttributeValue::S(n.to_lowercase()))).into();
        let cursor = Cursor::of(&key);
        let back = Cursor::from_bytes(cursor.as_bytes()).unwrap();
        assert_eq!(back.key(), key);
    }

    #[test]
    fn bytes_that_are_no_key_are_no_cursor() {
        for bytes in [&b"{}"[..], b"", b"[1]", br#"{"PK":"a"}"#, br#"{"PK":"a","SK":1}"#] {
            assert_eq!(Cursor::from_bytes(bytes), Err(InvalidCursor));
        }
    }

    #[test]
    fn a_limit_out_of_range_is_brought_into_it() {
        assert_eq!([0, 1, 100, 255].map(|limit| PageRequest::first(limit).limit()), [1, 1, 100, 100]);
    }
}
