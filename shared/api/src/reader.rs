//! Reads a typed value from JSON or from parameters, and says in our own words what is wrong with it.
//!
//! No text of a library reaches a client: [`Wrong`] is the error type of the deserializer, so that every refusal is made
//! here, from what the type expects. A text of an error is taken over only if the error is a [`Reason`].

use crate::problem::{FieldError, Reason};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Number;
use std::any::type_name;
use std::borrow::Cow;
use std::fmt::{self, Display};

/// A value of a request, before it has a type.
///
/// Unlike `serde_json::Value`, an object keeps every member, so that two of one name are found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// The text of a parameter. It stands for a number, a boolean or a text, as its reader expects.
    Parameter(String),
}

impl Node {
    /// Reads a value of the place `body`, `path` or `query`.
    ///
    /// # Errors
    /// The first wrong field.
    pub(crate) fn read<T: DeserializeOwned>(self, place: &'static str) -> Result<T, FieldError> {
        T::deserialize(self).map_err(|wrong| FieldError {
            place: place.into(),
            pointer: wrong.pointer(),
            detail: wrong.expected.to_string(),
        })
    }
}

/// The value that was expected, in place of the one that was sent.
#[derive(Debug, PartialEq)]
enum Expected {
    Object,
    List,
    Text,
    Boolean,
    /// A whole number from the first to the second one; `None` where only the type is wrong. A number in quotation marks
    /// has a hint.
    Whole {
        bounds: Option<(i128, i128)>,
        quoted: bool,
    },
    Number,
    Instant,
    Date,
    Time,
    OneOf(&'static [&'static str]),
    Present,
    Absent,
    Once,
    Fewer,
    /// The reason that a type of ours gives.
    Own(Cow<'static, str>),
    /// Something that only a library knows. A reader of the value puts its own expectation in this place.
    Other,
}

/// The most names of a list that a refusal repeats.
const MOST_NAMES: usize = 16;

impl Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object => f.write_str("must be a JSON object, {…}"),
            Self::List => f.write_str("must be a list, […]"),
            Self::Text => f.write_str("must be a text in quotation marks, such as \"abc\""),
            Self::Boolean => f.write_str("must be true or false"),
            Self::Whole { bounds, quoted } => {
                match bounds {
                    Some((least, most)) => write!(f, "must be a whole number from {least} to {most}")?,
                    None => f.write_str("must be a whole number, such as 30")?,
                }
                f.write_str(if *quoted { ", without quotation marks" } else { "" })
            }
            Self::Number => f.write_str("must be a number, such as 1.5"),
            Self::Instant => {
                f.write_str("must be an instant with its offset from UTC, such as 2026-12-01T09:30:00+05:30 or 2026-12-01T04:00:00Z")
            }
            Self::Date => f.write_str("must be a date, such as 2026-12-01"),
            Self::Time => f.write_str("must be a time of day, such as 09:30"),
            Self::OneOf(names) if names.len() <= MOST_NAMES => write!(f, "must be one of: {}", names.join(", ")),
            Self::OneOf(names) => {
                let first = names.first().copied().unwrap_or_default();
                write!(f, "must be one of the {} names of the API's description, such as {first}", names.len())
            }
            Self::Present => f.write_str("is missing"),
            Self::Absent => f.write_str("is not a field of this request"),
            Self::Once => f.write_str("must be sent only once"),
            Self::Fewer => f.write_str("must have fewer items"),
            Self::Own(reason) => f.write_str(reason),
            Self::Other => f.write_str("has another form than the API's description says"),
        }
    }
}

impl Expected {
    /// The expectation of a type that is read from a text.
    fn of_text<V>() -> Self {
        let is = |name: &str| type_name::<V>() == name;
        if is(type_name::<jiff::Timestamp>()) {
            Self::Instant
        } else if is(type_name::<jiff::civil::Date>()) {
            Self::Date
        } else if is(type_name::<jiff::civil::Time>()) {
            Self::Time
        } else {
            Self::Text
        }
    }
}

/// A wrong value, with the way to it.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// The segments from the value outwards.
    path: Vec<String>,
    expected: Expected,
}

impl Wrong {
    fn new(expected: Expected) -> Self {
        Wrong { path: vec![], expected }
    }

    fn at(name: &str, expected: Expected) -> Self {
        Wrong { path: vec![name.to_owned()], expected }
    }

    fn within(mut self, segment: impl ToString) -> Self {
        self.path.push(segment.to_string());
        self
    }

    /// The same, with an expectation in place of a library's.
    fn or(mut self, expected: impl FnOnce() -> Expected) -> Self {
        if self.expected == Expected::Other {
            self.expected = expected();
        }
        self
    }

    fn pointer(&self) -> String {
        let segments = self.path.iter().rev().map(|name| format!("/{}", escaped(name)));
        format!("#{}", segments.collect::<String>())
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer(), self.expected)
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: Display>(reason: T) -> Self {
        // `custom` does not know more of an error than its name. The names are compared with those of our own reasons,
        // made in the same way, so that nothing depends on how they are spelled.
        let is_ours = crate::problem::names_of_reasons().contains(&type_name::<T>());
        Wrong::new(if is_ours { Expected::Own(reason.to_string().into()) } else { Expected::Other })
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Wrong::new(Expected::Other)
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Wrong::new(Expected::Other)
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Wrong::new(Expected::Fewer)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Wrong::new(Expected::OneOf(expected))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Wrong::at(field, Expected::Absent)
    }

    fn missing_field(field: &'static str) -> Self {
        Wrong::at(field, Expected::Present)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Wrong::at(field, Expected::Once)
    }
}

/// A name as a segment of a JSON pointer (RFC 6901).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl IntoDeserializer<'_, Wrong> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Node {
    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let expected = Expected::of_text::<V::Value>;
        match self {
            Node::Text(text) | Node::Parameter(text) => {
                visitor.visit_string(text).map_err(|wrong: Wrong| wrong.or(expected))
            }
            _ => Err(Wrong::new(expected())),
        }
    }

    fn whole<'de, V: Visitor<'de>>(self, visitor: V, least: i128, most: i128) -> Result<V::Value, Wrong> {
        let quoted = matches!(self, Node::Text(_));
        let number: Option<i128> = match &self {
            Node::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
            Node::Parameter(text) => text.parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return Err(Wrong::new(Expected::Whole { bounds: None, quoted })) };
        let bounds = Expected::Whole { bounds: Some((least, most)), quoted };
        let visited = match (u64::try_from(number), i64::try_from(number)) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, Ok(number)) => visitor.visit_i64(number),
            _ => return Err(Wrong::new(bounds)),
        };
        visited.map_err(|wrong: Wrong| wrong.or(|| bounds))
    }
}

macro_rules! whole_numbers {
    ($($method:ident $number:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            self.whole(visitor, $number::MIN.into(), $number::MAX.into())
        }
    )*};
}

impl<'de> Deserializer<'de> for Node {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Node::Text(text) | Node::Parameter(text) => visitor.visit_string(text),
            Node::List(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            Node::Object(members) => visitor.visit_map(Members { members: members.into_iter(), value: None }),
        }
    }

    whole_numbers! {
        deserialize_u8 u8 deserialize_u16 u16 deserialize_u32 u32 deserialize_u64 u64
        deserialize_i8 i8 deserialize_i16 i16 deserialize_i32 i32 deserialize_i64 i64
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let number = match &self {
            Node::Number(number) => number.as_f64(),
            Node::Parameter(text) => text.parse().ok(),
            _ => None,
        };
        visitor.visit_f64(number.ok_or(Wrong::new(Expected::Number))?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match &self {
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Parameter(text) if text == "true" => visitor.visit_bool(true),
            Node::Parameter(text) if text == "false" => visitor.visit_bool(false),
            _ => Err(Wrong::new(Expected::Boolean)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.text(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Node::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            list @ Node::List(_) => list.deserialize_any(visitor),
            _ => Err(Wrong::new(Expected::List)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            object @ Node::Object(_) => object.deserialize_any(visitor),
            _ => Err(Wrong::new(Expected::Object)),
        }
    }

    /// An object: the list of a struct's values, which Serde would take too, is not in the API's description.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self {
            Node::Text(text) | Node::Parameter(text) => {
                let text: StrDeserializer<'_, Wrong> = text.as_str().into_deserializer();
                visitor.visit_enum(text).map_err(|wrong: Wrong| wrong.or(|| Expected::OneOf(names)))
            }
            _ => Err(Wrong::new(Expected::OneOf(names))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct identifier }
}

struct Items {
    items: std::vec::IntoIter<Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|wrong| wrong.within(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members {
    members: std::vec::IntoIter<(String, Node)>,
    value: Option<(String, Node)>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        let key = seed.deserialize(StrDeserializer::<Wrong>::new(&name))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let Some((name, value)) = self.value.take() else { return Err(Wrong::new(Expected::Other)) };
        seed.deserialize(value).map_err(|wrong| wrong.within(name))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E: Error>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Bool(value))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Number(value.into()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Number(value.into()))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
                Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Text(value.to_owned()))
            }
            fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
                Ok(Node::Text(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut list = vec![];
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Node::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
                let mut object = vec![];
                while let Some(member) = members.next_entry()? {
                    object.push(member);
                }
                Ok(Node::Object(object))
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}

/// A whole number of a request, with the bounds that its description shows and its refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole<const LEAST: u16, const MOST: u16>(u16);

/// The most entries of a page that a client asks for.
pub type Limit<const MOST: u16> = Whole<1, MOST>;

impl<const LEAST: u16, const MOST: u16> Whole<LEAST, MOST> {
    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number, for a place that has fewer bits; [`u8::MAX`] for a greater one.
    pub fn get_u8(self) -> u8 {
        self.0.try_into().unwrap_or(u8::MAX)
    }
}

/// A number beyond the bounds, or no whole number.
#[derive(Debug, thiserror::Error)]
#[error("must be a whole number from {least} to {most}")]
pub struct OutOfBounds {
    least: u16,
    most: u16,
}

impl Reason for OutOfBounds {}

impl<'de, const LEAST: u16, const MOST: u16> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer) {
            Ok(number) if (LEAST..=MOST).contains(&number) => Ok(Whole(number)),
            _ => Err(D::Error::custom(OutOfBounds { least: LEAST, most: MOST })),
        }
    }
}

impl<const LEAST: u16, const MOST: u16> utoipa::PartialSchema for Whole<LEAST, MOST> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(LEAST))
            .maximum(Some(MOST))
            .into()
    }
}

impl<const LEAST: u16, const MOST: u16> utoipa::ToSchema for Whole<LEAST, MOST> {}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::id::{DoctorId, SlotId};
    use domain::core::money::Paise;
    use jiff::Timestamp;
    use jiff::civil::{Date, Time};
    use serde_json::{Value, json};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Everything {
        doctor_id: Option<DoctorId>,
        slot_id: Option<SlotId>,
        fee: Option<Paise>,
        instant: Option<Timestamp>,
        date: Option<Date>,
        time: Option<Time>,
        small: Option<u8>,
        count: Option<Whole<2, 12>>,
        is_open: Option<bool>,
        name: Option<String>,
        kind: Option<Kind>,
        parts: Option<Vec<Part>>,
        place: Option<std::net::IpAddr>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        FollowUp,
        Emergency,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Part {
        size: u8,
    }

    fn body(text: &str) -> Result<Everything, FieldError> {
        serde_json::from_str::<Node>(text).unwrap().read("body")
    }

    #[test]
    fn what_is_expected_is_said_in_words_with_an_example_and_no_librarys_text() {
        let instant =
            "must be an instant with its offset from UTC, such as 2026-12-01T09:30:00+05:30 or 2026-12-01T04:00:00Z";
        for (field, value, expected) in [
            ("doctorId", json!("x"), "must be a UUID, such as 7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001"),
            ("slotId", json!("x"), "must be a UTC minute like 20261201T0430Z"),
            ("fee", json!("50000"), "must be a whole number, such as 30, without quotation marks"),
            ("fee", json!(-1), "must be an amount from 0 to 100000000 paise"),
            ("fee", json!(1.5), "must be a whole number, such as 30"),
            ("fee", json!(1e30), "must be a whole number, such as 30"),
            ("instant", json!("2026-12-01"), instant),
            ("instant", json!(7), instant),
            ("date", json!("1 December"), "must be a date, such as 2026-12-01"),
            ("time", json!("9:00"), "must be a time of day, such as 09:30"),
            ("small", json!(300), "must be a whole number from 0 to 255"),
            ("count", json!(13), "must be a whole number from 2 to 12"),
            ("count", json!("3"), "must be a whole number from 2 to 12"),
            ("isOpen", json!("yes"), "must be true or false"),
            ("name", json!(["a"]), "must be a text in quotation marks, such as \"abc\""),
            ("kind", json!("x"), "must be one of: follow_up, emergency"),
            ("kind", json!({"follow_up": null}), "must be one of: follow_up, emergency"),
            ("parts", json!({}), "must be a list, […]"),
            ("place", json!("nowhere"), "must be a text in quotation marks, such as \"abc\""),
        ] {
            let wrong = body(&json!({ field: value }).to_string()).unwrap_err();
            assert_eq!((wrong.pointer, wrong.detail.as_str()), (format!("#/{field}"), expected));
        }
    }

    #[test]
    fn each_wrong_value_is_pointed_at() {
        for (text, pointer, detail) in [
            ("[]", "#", "must be a JSON object, {…}"),
            ("\"a\"", "#", "must be a JSON object, {…}"),
            ("7", "#", "must be a JSON object, {…}"),
            ("null", "#", "must be a JSON object, {…}"),
            (r#"{"parts":[{"size":1},[2]]}"#, "#/parts/1", "must be a JSON object, {…}"),
            (r#"{"parts":[{"size":1},{}]}"#, "#/parts/1/size", "is missing"),
            (r#"{"parts":[{"size":1,"a/b":2}]}"#, "#/parts/0/a~1b", "is not a field of this request"),
            (r#"{"name":"a","name":"b"}"#, "#/name", "must be sent only once"),
        ] {
            let wrong = body(text).unwrap_err();
            assert_eq!((wrong.pointer.as_str(), wrong.detail.as_str()), (pointer, detail), "{text}");
        }
    }

    #[test]
    fn a_reason_of_ours_is_known_by_its_type_and_an_error_of_a_library_is_not() {
        let ours: Wrong = Error::custom("x".parse::<SlotId>().unwrap_err());
        assert!(matches!(ours.expected, Expected::Own(_)));
        let foreign: [Wrong; 3] = [
            Error::custom("x".parse::<u8>().unwrap_err()),
            Error::custom("x".parse::<Timestamp>().unwrap_err()),
            Error::custom("a text that code of a library made".to_owned()),
        ];
        assert!(foreign.iter().all(|wrong| wrong.expected == Expected::Other), "{foreign:?}");
    }

    #[test]
    fn a_value_is_read_as_serde_json_reads_it() {
        let value: Value = json!({
            "doctorId": "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001", "slotId": "20261201T0430Z", "fee": 50_000,
            "instant": "2026-12-01T04:00:00Z", "date": "2026-12-01", "time": "09:30", "small": 255, "count": 12,
            "isOpen": true, "name": "Asha", "kind": "follow_up", "parts": [{ "size": 1 }], "place": null,
        });
        let read = body(&value.to_string()).unwrap();
        let expected: Everything = serde_json::from_value(value).unwrap();
        assert_eq!(format!("{read:?}"), format!("{expected:?}"));
    }

    #[test]
    fn parameters_are_text_that_stands_for_other_values() {
        let parameters = |pairs: &[(&str, &str)]| {
            let members = pairs.iter().map(|(name, value)| ((*name).to_owned(), Node::Parameter((*value).to_owned())));
            Node::Object(members.collect()).read::<Everything>("query")
        };
        let read = parameters(&[("count", "2"), ("isOpen", "false"), ("kind", "emergency"), ("name", "7")]).unwrap();
        assert_eq!((read.count, read.is_open, read.name.as_deref()), (Some(Whole(2)), Some(false), Some("7")));
        for (name, value, detail) in [
            ("count", "x", "must be a whole number from 2 to 12"),
            ("small", "", "must be a whole number, such as 30"),
            ("isOpen", "1", "must be true or false"),
            ("date", "", "must be a date, such as 2026-12-01"),
        ] {
            let wrong = parameters(&[(name, value)]).unwrap_err();
            assert_eq!(
                (wrong.place.as_ref(), wrong.pointer, wrong.detail.as_str()),
                ("query", format!("#/{name}"), detail)
            );
        }
    }
}
