//! Texts and documents that the vault has sealed. Storage keeps them and returns them. It can't read them, and nothing
//! here seals plain data.

use serde::{Deserialize, Serialize};

/// The sealed form of a text: a versioned, encoded ciphertext.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedText(String);

impl SealedText {
    /// Takes a text that the vault has sealed.
    pub fn from_sealed(sealed: String) -> Self {
        Self(sealed)
    }

    /// The sealed text, as the vault opens it.
    pub fn as_sealed(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SealedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}

/// The most bytes that a sealed document may have, together with its content type.
///
/// A document stands in its item, so that one transaction writes the record and its document. DynamoDB takes 4 MB in a
/// transaction of at most 100 items: within this limit, each of them may hold a document.
pub const MAX_SEALED_DOCUMENT: usize = 32 * 1024;

/// The sealed form of a document: a versioned ciphertext, and the content type that it is bound to.
///
/// In an item it is an attribute of the bytes (`sealed`) and the content type (`contentType`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedDocument {
    #[serde(with = "binary")]
    sealed: Vec<u8>,
    content_type: String,
}

/// A sealed document is larger than [`MAX_SEALED_DOCUMENT`]. Holds its size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed document has {0} bytes, more than {MAX_SEALED_DOCUMENT}")]
pub struct DocumentTooLarge(pub usize);

impl SealedDocument {
    /// Takes a document that the vault has sealed, with its content type.
    ///
    /// # Errors
    /// [`DocumentTooLarge`] if both together have more than [`MAX_SEALED_DOCUMENT`] bytes.
    pub fn from_sealed(sealed: Vec<u8>, content_type: impl Into<String>) -> Result<Self, DocumentTooLarge> {
        let content_type = content_type.into();
        let size = sealed.len() + content_type.len();
        if size > MAX_SEALED_DOCUMENT { Err(DocumentTooLarge(size)) } else { Ok(Self { sealed, content_type }) }
    }

    /// The sealed bytes, as the vault opens them.
    pub fn as_sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// The content type, such as `application/pdf`. The vault checks it when it opens the document.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }
}

impl std::fmt::Debug for SealedDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[sealed {}]", self.content_type)
    }
}

/// Bytes as an attribute of type B; serde's own form would be a list of numbers.
mod binary {
    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }

        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::AttributeValue;
    use serde_dynamo::aws_sdk_dynamodb_1::{from_attribute_value, to_attribute_value};

    fn document(bytes: &[u8]) -> SealedDocument {
        SealedDocument::from_sealed(bytes.to_vec(), "application/pdf").unwrap()
    }

    #[test]
    fn a_sealed_document_is_stored_as_bytes_beside_its_content_type() {
        for bytes in [&b""[..], b"\x02\xff\x00sealed"] {
            let stored: AttributeValue = to_attribute_value(document(bytes)).unwrap();
            let attributes = stored.as_m().unwrap();
            assert_eq!(attributes["sealed"].as_b().unwrap().as_ref(), bytes);
            assert_eq!(attributes["contentType"].as_s().unwrap(), "application/pdf");
            assert_eq!(from_attribute_value::<SealedDocument>(stored).unwrap(), document(bytes));
        }
    }

    #[test]
    fn a_stored_document_without_bytes_is_not_read() {
        let fields = [
            ("sealed".to_owned(), AttributeValue::S("AAAA".to_owned())),
            ("contentType".to_owned(), AttributeValue::S("application/pdf".to_owned())),
        ];
        assert!(from_attribute_value::<SealedDocument>(AttributeValue::M(fields.into())).is_err());
    }

    #[test]
    fn a_document_of_the_limit_is_taken_and_a_larger_one_is_refused() {
        let content_type = "application/pdf";
        let most = MAX_SEALED_DOCUMENT - content_type.len();
        assert_eq!(SealedDocument::from_sealed(vec![0; most], content_type).unwrap().as_sealed().len(), most);
        let error = SealedDocument::from_sealed(vec![0; most + 1], content_type).unwrap_err();
        assert_eq!(error, DocumentTooLarge(MAX_SEALED_DOCUMENT + 1));
    }

    #[test]
    fn sealed_data_does_not_show_when_printed() {
        assert_eq!(format!("{:?}", SealedText::from_sealed("c2VhbGVk".to_owned())), "[sealed]");
        assert_eq!(format!("{:?}", document(b"sealed")), "[sealed application/pdf]");
    }
}
