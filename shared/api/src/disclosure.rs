//! Which answers hold health or personal data, and what must have happened before they leave.
//!
//! Every type that travels in an answer says of itself, by [`View`], whether it is [`Open`] or [`Health`] data. The ordinary outputs
//! take open data only; health data leaves as [`Disclosed`], which only [`crate::Context::disclose`] makes, after it has recorded
//! the access. Forgetting the record does not compile.

use serde::Serialize;

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
