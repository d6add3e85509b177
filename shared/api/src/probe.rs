//! What an input asks its reader for: the names of an enum, a date, an instant. The description takes them over, so that
//! it has no copy that could differ.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::any::type_name;
use std::cell::RefCell;

/// The form of a value, as far as its reader says it.
#[derive(Debug, PartialEq)]
pub(crate) enum Form {
    /// An object with these members.
    Object(Vec<(&'static str, Form)>),
    List(Box<Form>),
    /// One of these names.
    Names(&'static [&'static str]),
    Instant,
    Date,
    Time,
    /// Something that only the type's own schema says.
    Other,
}

/// The form of an input.
pub(crate) fn form<T: DeserializeOwned>() -> Form {
    form_at::<T>(&[])
}

#[derive(Clone, Copy)]
enum Step {
    Member(&'static str),
    Item,
}

enum Asked {
    Object(&'static [&'static str]),
    List,
    Leaf(Form),
}

/// The form at the end of a way through the input. The input is not made: its reader stops there.
fn form_at<T: DeserializeOwned>(way: &[Step]) -> Form {
    let asked = RefCell::new(None);
    let stopped = T::deserialize(Probe { way, asked: &asked });
    debug_assert!(stopped.is_err(), "a probe has no value");
    let further = |step| form_at::<T>(&[way, &[step]].concat());
    match asked.into_inner() {
        Some(Asked::Object(names)) => {
            Form::Object(names.iter().map(|name| (*name, further(Step::Member(name)))).collect())
        }
        Some(Asked::List) => Form::List(Box::new(further(Step::Item))),
        Some(Asked::Leaf(form)) => form,
        None => Form::Other,
    }
}

#[derive(Clone, Copy)]
struct Probe<'p> {
    way: &'p [Step],
    asked: &'p RefCell<Option<Asked>>,
}

impl Probe<'_> {
    fn stop<V>(self, asked: Asked) -> Result<V, Error> {
        if self.way.is_empty() {
            self.asked.replace(Some(asked));
        }
        Err(Error::custom("the end of a probe"))
    }

    fn text<V>(self) -> Result<V, Error> {
        let is = |name: &str| type_name::<V>() == name;
        self.stop(Asked::Leaf(if is(type_name::<Timestamp>()) {
            Form::Instant
        } else if is(type_name::<Date>()) {
            Form::Date
        } else if is(type_name::<Time>()) {
            Form::Time
        } else {
            Form::Other
        }))
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.stop(Asked::Leaf(Form::Other))
    }

    fn deserialize_str<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.text()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.way {
            [Step::Member(name), rest @ ..] => {
                visitor.visit_map(Further { name: Some(name), probe: Probe { way: rest, ..self } })
            }
            _ => self.stop(Asked::Object(names)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.way {
            [Step::Item, rest @ ..] => visitor.visit_seq(Further { name: None, probe: Probe { way: rest, ..self } }),
            _ => self.stop(Asked::List),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.stop(Asked::Leaf(Form::Names(names)))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char string bytes byte_buf unit unit_struct map tuple tuple_struct
        identifier ignored_any
    }
}

/// The one member or item through which the way leads.
struct Further<'p> {
    name: Option<&'static str>,
    probe: Probe<'p>,
}

impl<'de> MapAccess<'de> for Further<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.name.take().map(|name| seed.deserialize(StrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.probe)
    }
}

impl<'de> SeqAccess<'de> for Further<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        seed.deserialize(self.probe).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Input {
        visit_kind: Option<Kind>,
        at: Timestamp,
        days: Vec<Option<Date>>,
        hours: Hours,
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        FollowUp,
        Emergency,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Hours {
        start: Time,
    }

    #[test]
    fn an_input_says_its_names_and_times_at_every_depth() {
        let expected = Form::Object(vec![
            ("visitKind", Form::Names(&["follow_up", "emergency"])),
            ("at", Form::Instant),
            ("days", Form::List(Box::new(Form::Date))),
            ("hours", Form::Object(vec![("start", Form::Time)])),
            ("name", Form::Other),
        ]);
        assert_eq!(form::<Input>(), expected);
    }
}
