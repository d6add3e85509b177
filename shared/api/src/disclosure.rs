//! The answers that hold health or personal data, and the record that comes before them.
//!
//! Every type that travels in an answer states by [`View`] whether it is [`Open`] or [`Health`] data. The ordinary
//! outputs take open data only. Health data leaves as [`Disclosed`], which only [`crate::Context`] makes, after the
//! access was recorded. An endpoint without the record does not compile.
//!
//! A sealed text or document needs no type of its own here: the endpoint opens it, puts its content into a view of
//! [`Health`] data, and discloses that view. A PDF is printed from the disclosed view ([`crate::Pdf::of`]).

use domain::core::id::PatientId;
use serde::Serialize;
use std::collections::BTreeSet;

/// Data that a caller may read without a record in the audit trail.
#[derive(Debug)]
pub enum Open {}

/// Health or personal data: each access is recorded before the answer.
#[derive(Debug)]
pub enum Health {}

/// A type that travels in answers.
pub trait View: Serialize {
    /// [`Open`] or [`Health`].
    type Data;
}

/// The resource of an event of the audit trail: a record, and the patients that its data is about.
///
/// A pair of kind and id is a record without data of patients. A record with data of patients names them, so that each
/// patient can ask which users have seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) subjects: Vec<String>,
}

impl About {
    /// The record `id` of a kind, with data of these patients. A patient who occurs twice counts once.
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
        // The map is sorted, so that a repeated request writes the same event.
        Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
        _ => vec![],
    }
}

/// A view of health or personal data, after its disclosure was recorded.
#[derive(Debug)]
pub struct Disclosed<T> {
    view: T,
    version: Option<u64>,
}

impl<T> Disclosed<T> {
    pub(crate) fn recorded(view: T) -> Self {
        Disclosed { view, version: None }
    }

    /// Adds the version that the `ETag` header names.
    #[must_use]
    pub fn tagged(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    pub(crate) fn into_parts(self) -> (T, Option<u64>) {
        (self.view, self.version)
    }
}
