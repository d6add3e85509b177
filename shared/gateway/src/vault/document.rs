//! A document about a patient, and its content type.

use domain::core::sensitive::Sensitive;

/// The most characters of a type, and of a subtype (RFC 6838, section 4.2).
const LONGEST_NAME: usize = 64;

/// What the bytes of a document are: `type/subtype` (RFC 6838) in lower case and without parameters, such as
/// `application/pdf`. One content type has one spelling, since a document is bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType(String);

/// A text that is not a [`ContentType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a content type in lower case and without parameters, such as application/pdf")]
pub struct InvalidContentType;

impl ContentType {
    /// Reads a content type.
    ///
    /// # Errors
    /// [`InvalidContentType`] if the text has another form, upper-case letters or parameters, or a longer name than
    /// RFC 6838 advises.
    pub fn parse(text: &str) -> Result<Self, InvalidContentType> {
        match text.split_once('/') {
            Some((kind, subtype)) if is_name(kind) && is_name(subtype) => Ok(Self(text.to_owned())),
            _ => Err(InvalidContentType),
        }
    }

    /// The content type as HTTP spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A `restricted-name` of RFC 6838, in lower case.
fn is_name(text: &str) -> bool {
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= LONGEST_NAME
        && text.bytes().next().is_some_and(is_alphanumeric)
        && text.bytes().all(|byte| is_alphanumeric(byte) || b"!#$&-^_.+".contains(&byte))
}

/// A document in plain form: bytes of one content type. When it is printed, the bytes do not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What the bytes are.
    pub content_type: ContentType,
    /// The content.
    pub bytes: Sensitive<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_a_type_and_a_subtype() {
        let long = format!("{0}/{0}", "a".repeat(LONGEST_NAME));
        for text in ["application/pdf", "application/fhir+json", "image/svg+xml", "application/vnd.ms-excel", &long] {
            assert_eq!(ContentType::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_text_of_another_form_is_no_content_type() {
        let long = format!("application/{}", "a".repeat(LONGEST_NAME + 1));
        for text in [
            "",
            "/",
            "pdf",
            "application/",
            "/pdf",
            "application/pdf/a",
            "Application/pdf",
            "application/PDF",
            "text/plain; charset=utf-8",
            " text/plain",
            "text/plain\r\nx: y",
            "text/pläin",
            "*/*",
            "text/.plain",
            &long,
        ] {
            assert_eq!(ContentType::parse(text), Err(InvalidContentType), "{text:?}");
        }
    }
}
