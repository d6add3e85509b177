//! SHA-256 over fields, such that different fields never hash the same.
//!
//! Every field is preceded by its length: `("ab", "c")` and `("a", "bc")` are different inputs. The encoding is part
//! of what is stored (audit chains, refund keys) and must not change under a label; a change takes a new label.

use aws_lc_rs::digest::{SHA256, digest};

/// The encoded fields so far.
pub(crate) struct Digest(Vec<u8>);

impl Digest {
    /// Starts over `label`, which names the use and its version: equal fields of two uses hash differently.
    pub(crate) fn new(label: &str) -> Self {
        Self::reusing(Vec::with_capacity(1024), label)
    }

    /// Starts in a used buffer, and discards its contents: for callers that compute many hashes.
    pub(crate) fn reusing(mut buffer: Vec<u8>, label: &str) -> Self {
        buffer.clear();
        Self(buffer).text(label)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    /// Absent and empty are different.
    pub(crate) fn optional(self, text: Option<&str>) -> Self {
        match text {
            None => self.bytes(&[0]),
            Some(text) => self.bytes(&[1]).text(text),
        }
    }

    pub(crate) fn texts<T: AsRef<str>>(self, texts: &[T]) -> Self {
        texts.iter().fold(self.number(texts.len() as u64), |digest, text| digest.text(text.as_ref()))
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub(crate) fn flag(self, flag: bool) -> Self {
        self.bytes(&[u8::from(flag)])
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// The encoded bytes, which are hashed.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        sha256(&self.0)
    }

    /// 64 lowercase hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        hex(&self.finish())
    }
}

/// SHA-256 of bytes as they are.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Lowercase hexadecimal digits, two for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The bytes that [`hex`] wrote. Capital letters are refused, so that a hash has one spelling.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_character_between_fields_changes_the_hash() {
        let hash = |a: &str, b: &str| Digest::new("test").text(a).text(b).hex();
        assert_ne!(hash("ab", "c"), hash("a", "bc"));
        assert_ne!(hash("", "abc"), hash("abc", ""));
        assert_eq!(hash("ab", "c").len(), 64);
    }

    #[test]
    fn moving_an_item_between_lists_changes_the_hash() {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        let hash = |a: &[&str], b: &[&str]| Digest::new("test").texts(&list(a)).texts(&list(b)).hex();
        assert_ne!(hash(&["a"], &["b", "c"]), hash(&["a", "b"], &["c"]));
        assert_ne!(hash(&[], &[""]), hash(&[""], &[]));
    }

    #[test]
    fn absent_is_not_empty_and_labels_keep_uses_apart() {
        assert_ne!(Digest::new("test").optional(None).hex(), Digest::new("test").optional(Some("")).hex());
        assert_ne!(Digest::new("a").text("x").hex(), Digest::new("b").text("x").hex());
    }

    #[test]
    fn hexadecimal_has_one_spelling_and_reads_back() {
        assert_eq!(hex(&[0, 0x1f, 0xa0]), "001fa0");
        assert_eq!(unhex("001fa0"), Some(vec![0, 0x1f, 0xa0]));
        for odd in ["0", "0g", "1F", "é", " 0"] {
            assert_eq!(unhex(odd), None, "{odd}");
        }
    }
}
