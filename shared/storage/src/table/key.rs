//! The key of an item, the parts that keys are put together from, and the key condition of a query. Keys hold ids and times, never a
//! detail of a person's health.
//!
//! The contexts make keys: each has a `keys` module with a row for each kind of item ([`entities!`](super::entities::entities)), and
//! no other module writes the text of a key.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::core::id::{
    AppointmentId, DoctorId, GatewayPaymentId, OrderId, PatientId, PaymentId, RefundId, SeriesId, SlotId, UserId,
    WaitlistEntryId,
};
use domain::core::person::{Language, Speciality};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::table::guard::Guard;
use crate::table::item::Attributes;

/// What an item is: a row of the chart of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entity(pub(crate) &'static EntityRow);

/// What is said of an entity.
#[derive(Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// The name, as the audit trail and errors have it.
    pub name: &'static str,
    /// What the item is, in a sentence.
    pub what: &'static str,
    /// The pattern of the partition key.
    pub pk: &'static str,
    /// The pattern of the sort key.
    pub sk: &'static str,
    /// The places of the item in the indexes.
    pub indexes: &'static [&'static str],
    /// When DynamoDB may remove the item; empty for an item that stays. Nothing depends on the removal.
    pub expires: &'static str,
    /// The guard that no item stands at the key.
    pub new: Option<Guard>,
    /// The guard that the item has the version that was read.
    pub unchanged: Option<Guard>,
}

/// An item whose key no entity has.
const UNKNOWN: EntityRow =
    EntityRow { name: "unknown item", what: "", pk: "", sk: "", indexes: &[], expires: "", new: None, unchanged: None };

impl Deref for Entity {
    type Target = EntityRow;

    fn deref(&self) -> &EntityRow {
        self.0
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The key of an item, of any context. Keys are told apart by their texts.
#[derive(Debug, Clone)]
pub struct ItemKey {
    entity: Entity,
    pk: String,
    sk: String,
}

impl PartialEq for ItemKey {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.pk, &other.sk)
    }
}

impl Eq for ItemKey {}

impl Hash for ItemKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.pk, &self.sk).hash(state);
    }
}

/// The keys of a context.
pub(crate) trait EntityKey: Sized {
    /// The key, as the table has it.
    fn item_key(&self) -> ItemKey;

    /// Reads a key back; `None` for a text that is not the key of one of the context's items.
    fn parse(pk: &str, sk: &str) -> Option<Self>;
}

/// Reads the key of an item of one context, or of any.
pub(crate) type ReadKey = fn(&str, &str) -> Option<ItemKey>;

/// Reads the key of an item of the context `K`.
pub(crate) fn read_key<K: EntityKey>(pk: &str, sk: &str) -> Option<ItemKey> {
    K::parse(pk, sk).map(|key| key.item_key())
}

impl ItemKey {
    /// Fills the patterns of an entity.
    pub fn of(entity: Entity, fields: &[(&str, String)]) -> Self {
        Self { entity, pk: fill(entity.pk, fields), sk: fill(entity.sk, fields) }
    }

    /// The keys of any contexts, as the table has them.
    pub fn all(keys: impl IntoIterator<Item: Into<Self>>) -> Vec<Self> {
        keys.into_iter().map(Into::into).collect()
    }

    /// A key that was read and that no entity has, for the error that says so.
    pub fn unknown(pk: &str, sk: &str) -> Self {
        Self { entity: Entity(&UNKNOWN), pk: pk.to_owned(), sk: sk.to_owned() }
    }

    /// What stands at this key.
    pub const fn entity(&self) -> Entity {
        self.entity
    }

    /// The partition key.
    pub fn pk(&self) -> &str {
        &self.pk
    }

    /// The sort key.
    pub fn sk(&self) -> &str {
        &self.sk
    }

    /// Whether this is its text.
    pub fn is(&self, pk: &str, sk: &str) -> bool {
        self.pk == pk && self.sk == sk
    }

    /// The id of the thing, as the audit trail has it: the id in the partition key, and behind it what the sort key adds.
    pub fn resource_id(&self) -> String {
        let owner = self.pk.split_once('#').map_or("", |(_, id)| id);
        match self.sk.split_once('#') {
            Some((_, own)) => format!("{owner}/{own}"),
            None => owner.to_owned(),
        }
    }

    /// The key in the form in which requests take it.
    pub fn attributes(&self) -> Attributes {
        attributes([("PK", self.pk.clone()), ("SK", self.sk.clone())])
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pk, self.sk)
    }
}

/// Attributes of text.
pub(crate) fn attributes<const N: usize>(pairs: [(&str, String); N]) -> Attributes {
    pairs.map(|(name, value)| (name.to_owned(), AttributeValue::S(value))).into()
}

/// Puts the fields into a pattern.
fn fill(pattern: &str, fields: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(64);
    let mut rest = pattern;
    while let Some((literal, name, behind)) = next_field(rest) {
        text.push_str(literal);
        let value = fields.iter().find(|(field, _)| *field == name);
        text.push_str(value.map_or("", |(_, value)| value.as_str()));
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// The literal text before the first field of a pattern, the name of the field, and what stands behind it.
fn next_field(pattern: &str) -> Option<(&str, &str, &str)> {
    let (literal, rest) = pattern.split_once('{')?;
    let (name, behind) = rest.split_once('}')?;
    Some((literal, name, behind))
}

/// Takes texts apart by their patterns; `None` when one has another shape.
pub(crate) fn fields<'a>(texts: &[(&'static str, &'a str)]) -> Option<Vec<(&'static str, &'a str)>> {
    let mut fields = Vec::new();
    for &(mut pattern, mut text) in texts {
        while let Some((literal, name, behind)) = next_field(pattern) {
            text = text.strip_prefix(literal)?;
            let separator = behind.split('{').next().unwrap_or_default();
            let end = if separator.is_empty() { text.len() } else { text.find(separator)? };
            fields.push((name, &text[..end]));
            (pattern, text) = (behind, &text[end..]);
        }
        if text != pattern {
            return None;
        }
    }
    Some(fields)
}

/// Reads a field.
pub(crate) fn field<T: KeyPart>(fields: &[(&str, &str)], name: &str) -> Option<T> {
    let (_, text) = fields.iter().find(|(field, _)| *field == name)?;
    T::read(text)
}

/// A value that keys are put together from. Its text sorts as the value does, where an order matters.
pub(crate) trait KeyPart: Sized {
    /// The text in the key.
    fn text(&self) -> String;

    /// Reads the text back.
    fn read(text: &str) -> Option<Self>;
}

/// Values whose usual text is their text in a key.
macro_rules! as_displayed {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::table::key::KeyPart for $type {
            fn text(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+ };
}

as_displayed! {
    String, Date, UserId, DoctorId, PatientId, SlotId, AppointmentId, SeriesId, WaitlistEntryId, PaymentId, RefundId,
    GatewayPaymentId, OrderId, Speciality, Language, Hour,
}

/// Stands for any value.
const ANY: &str = "*";

impl<T: KeyPart> KeyPart for Option<T> {
    fn text(&self) -> String {
        self.as_ref().map_or_else(|| ANY.to_owned(), T::text)
    }

    fn read(text: &str) -> Option<Self> {
        if text == ANY { Some(None) } else { T::read(text).map(Some) }
    }
}

/// An instant, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Second(pub Timestamp);

impl KeyPart for Second {
    fn text(&self) -> String {
        second(self.0)
    }

    fn read(text: &str) -> Option<Self> {
        utc(text).map(Self)
    }
}

/// An instant, in whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Millisecond(pub Timestamp);

impl KeyPart for Millisecond {
    fn text(&self) -> String {
        millisecond(self.0)
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// An hour of UTC: the partition in which timers are filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Hour(Timestamp);

impl Hour {
    /// The hour that `at` is in.
    pub fn of(at: Timestamp) -> Self {
        let start = at.as_second().div_euclid(3_600) * 3_600;
        Self(Timestamp::from_second(start).unwrap_or(at))
    }

    /// The next one, whose start is the end of this one.
    pub fn next(self) -> Self {
        Self(self.0.checked_add(SignedDuration::from_hours(1)).unwrap_or(self.0))
    }

    /// When it begins.
    pub const fn start(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y%m%dT%H").fmt(f)
    }
}

/// The text is no hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an hour such as 20261201T04")]
pub(crate) struct InvalidHour;

impl FromStr for Hour {
    type Err = InvalidHour;

    fn from_str(text: &str) -> Result<Self, InvalidHour> {
        let start = utc(&format!("{text}0000Z")).ok_or(InvalidHour)?;
        Some(Self(start)).filter(|hour| hour.to_string() == text).ok_or(InvalidHour)
    }
}

/// In bytes, by DynamoDB's rule.
pub(crate) const LONGEST_SORT_KEY: usize = 1024;

/// The key condition of a query.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// The index; `None` for the base table.
    pub index: Option<&'static str>,
    pub pk: String,
    pub sort: Sort,
    pub order: Order,
    /// Reads the keys of what stands there.
    pub read_key: ReadKey,
}

/// The order of a query by its sort key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// From the lowest sort key on. Where sort keys are times: earliest first.
    #[default]
    Ascending,
    /// From the highest sort key on. Where sort keys are times: latest first.
    Descending,
}

/// Which part of a partition a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sort {
    All,
    Between(String, String),
}

/// Where a place in the table is, seen from a span in the order of its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In its partition and before it: a span that begins at the present has moved on since.
    Before,
    /// In it.
    Inside,
    /// Behind it, in another partition, or nowhere: nothing of the span follows.
    Elsewhere,
}

impl Span {
    /// A partition of the base table, in which items of the context `K` are.
    pub fn partition<K: EntityKey>(pk: String) -> Self {
        Self { index: None, pk, sort: Sort::All, order: Order::Ascending, read_key: read_key::<K> }
    }

    /// The partition in which the item at a key is.
    pub fn partition_of<K: EntityKey>(key: &K) -> Self {
        Self::partition::<K>(key.item_key().pk)
    }

    /// A partition of an index, in which items of the context `K` are.
    pub fn index<K: EntityKey>(index: &'static str, pk: String) -> Self {
        Self { index: Some(index), ..Self::partition::<K>(pk) }
    }

    /// Those whose sort keys are between two, both included.
    pub fn between(self, from: String, to: String) -> Self {
        Self { sort: Sort::Between(from, to), ..self }
    }

    /// The same items in this order.
    pub fn in_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Where a page ended. DynamoDB refuses to go on from anywhere but the inside, as it refuses a request that is malformed.
    pub fn place(&self, key: &Attributes) -> Place {
        let text = |name: &str| key.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
        let (pk, sk, names) = match self.index {
            None => (text("PK"), text("SK"), 2),
            Some(index) => (text(&format!("{index}PK")), text(&format!("{index}SK")), 4),
        };
        let is_item = matches!((text("PK"), text("SK")), (Some(pk), Some(sk)) if (self.read_key)(pk, sk).is_some());
        let sk = match sk {
            Some(sk)
                if is_item
                    && key.len() == names
                    && pk == Some(&self.pk)
                    && (1..=LONGEST_SORT_KEY).contains(&sk.len()) =>
            {
                sk
            }
            _ => return Place::Elsewhere,
        };
        match (&self.sort, self.order) {
            (Sort::All, _) => Place::Inside,
            (Sort::Between(from, to), _) if from.as_str() < sk && sk < to.as_str() => Place::Inside,
            (Sort::Between(from, _), Order::Ascending) if sk <= from.as_str() => Place::Before,
            (Sort::Between(_, to), Order::Descending) if to.as_str() <= sk => Place::Before,
            (Sort::Between(..), _) => Place::Elsewhere,
        }
    }
}

/// From the first instant of a day (UTC) up to the first after it.
pub(crate) fn day_of(date: Date) -> (Timestamp, Timestamp) {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
    let next = date.tomorrow().and_then(midnight);
    (midnight(date).unwrap_or(Timestamp::MIN), next.unwrap_or(Timestamp::MAX))
}

/// The day (UTC) of an instant.
pub(crate) fn utc_date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Nothing here is older than 1970, and years before 0 would not sort as text.
pub(crate) fn sortable(at: Timestamp) -> Timestamp {
    at.max(Timestamp::UNIX_EPOCH)
}

/// BETWEEN includes both ends. A bound without the final `Z` sorts right before the text of its own minute: so the upper end is left
/// out, and the lower one is not.
pub(crate) fn minute(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M").to_string()
}

/// The first whole minute at or after `at`.
pub(crate) fn ceiling(at: Timestamp) -> Timestamp {
    let minutes = -(-at.as_nanosecond()).div_euclid(60_000_000_000);
    let seconds = i64::try_from(minutes * 60).expect("a timestamp's seconds fit");
    Timestamp::from_second(seconds).unwrap_or(at)
}

pub(crate) fn second(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// What [`second`] writes; the reader of a key makes sure that it is spelled so.
fn utc(text: &str) -> Option<Timestamp> {
    let local = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

pub(crate) fn millisecond(at: Timestamp) -> String {
    // Always three digits: as text, "00.5Z" would sort before "00Z".
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
