//! Which answers hold health or personal data, and what must have happened before they leave.
//!
//! Every type that travels in an answer says of itself, by [`View`], whether it is [`Open`] or [`Health`] data. The ordinary outputs
//! take open data only; health data leaves as [`Disclosed`], which only [`crate::Context::disclose`] makes, after it has recorded
//! the access. Forgetting the record does not compile.

use domain::core::id::PatientId;
use serde::Serialize;
use std::collections::BTreeSet;

/// Data that needs no record of who read it.
#[derive(Debug)]
pub enum Open {}

/// Health or personal data: who reads it is recorded first.
#[derive(Debug)]
pub enum Health {}

/// A type that travels in answers.
pub trait View: Serialize {
    /// [`Open`] or [`Health`].
    type Data;
}

/// What an event of the audit trail is about: a record, and the patients whose data it is.
///
/// A pair of kind and id is a record of nobody's. Whatever shows data of patients names them, so that each of them can ask who
/// has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) subjects: Vec<String>,
}

impl About {
    /// The record `id` of a kind, with data of these patients: each counts once.
    pub fn of_patients(kind: &str, id: &str, patients: impl IntoIterator<Item = PatientId>) -> Self {
        let subjects: BTreeSet<String> = patients.into_iter().map(|patient| patient.to_string()).collect();
        About { kind: kind.to_owned(), id: id.to_owned(), subjects: subjects.into_iter().collect() }
    }

    /// The record `id` of a kind, with data of this patient.
    pub fn of(kind: &str, id: &str, patient: PatientId) -> Self {
        About::of_patients(kind, id, [patient])
    }
}

impl<T: AsRef<str> + ?Sized> From<(&str, &T)> for About {
    fn from((kind, id): (&str, &T)) -> Self {
        About { kind: kind.to_owned(), id: id.as_ref().to_owned(), subjects: vec![] }
    }
}

/// The names of the fields that a view shows.
pub(crate) fn fields(view: &impl Serialize) -> Vec<String> {
    match serde_json::to_value(view) {
        // The map is sorted, so that a request that is repeated writes the same event.
        Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
        _ => vec![],
    }
}

/// A view whose disclosure is recorded.
#[derive(Debug)]
pub struct Disclosed<T> {
    view: T,
    version: Option<u64>,
}

impl<T> Disclosed<T> {
    pub(crate) fn recorded(view: T) -> Self {
        Disclosed { view, version: None }
    }

    /// With the version that `ETag` names.
    #[must_use]
    pub fn tagged(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    pub(crate) fn into_parts(self) -> (T, Option<u64>) {
        (self.view, self.version)
    }
}
