//! Documents to print and to keep: title, paragraphs and labelled values, set as PDF/A-2a (ISO 19005-2) in embedded
//! fonts.
//!
//! The crate knows no receipt and no prescription. A caller describes a [`Document`], and [`set`] makes pages of it:
//! it breaks lines and pages, chooses a font for each script, orders text of both directions, and tags everything, so
//! that a reader can select, search and read aloud what it shows.
//!
//! The fonts have the scripts of India's scheduled languages, and the Latin, Greek and Cyrillic letters. A letter that
//! none of them has is set as its code point, such as `[U+4E2D]`: it is seen to be missing, and it says which it is.
//! [`Printed::missing`] names the scripts of such letters, for a log that must not hold the text itself.
//!
//! The same document gives the same bytes.

mod fonts;
mod layout;
mod pdf;
mod text;

use std::collections::BTreeSet;

use jiff::Timestamp;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The title: the first heading, and the title that a reader's window shows.
    pub title: String,
    /// The identity of the document in its metadata: the same for every copy of it.
    pub id: String,
    /// The author in the metadata: who issues the document.
    pub author: String,
    /// The instant in the metadata at which the document was made.
    pub made_at: Timestamp,
    /// The language of the text, by its tag (RFC 5646): `en`.
    pub language: &'static str,
    /// What follows the title.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The heading of a section.
    Heading(String),
    /// A paragraph. A line break in it begins a new line.
    Paragraph(String),
    /// Labelled values, one below the other. A line break in a value begins a new line.
    Facts(Vec<Fact>),
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Fact {
    /// A value with its label.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// A document as pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The names of the scripts (UAX #24) of which letters were missing in all fonts: `Han`. Empty if the document shows
    /// every letter.
    pub missing: BTreeSet<&'static str>,
}

/// A document could not be set: a fault of this crate or its fonts, since it sets every text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document can't be set: {0}")]
pub struct NotSet(pub(crate) String);

/// Sets a document as PDF/A-2a on pages of A4.
///
/// # Errors
/// [`NotSet`] if the result would not be PDF/A-2a.
pub fn set(document: &Document) -> Result<Printed, NotSet> {
    let (pages, missing) = layout::pages(document)?;
    Ok(Printed { pdf: pdf::write(document, &pages)?, missing })
}
