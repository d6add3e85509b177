//! SHA-256 over fields, such that different fields never hash the same.
//!
//! Every field is preceded by its length: `("ab", "c")` and `("a", "bc")` are different inputs. The encoding is part
//! of what is stored (audit chains, refund keys) and must not change under a label; a change takes a new label.

use aws_lc_rs::digest::{Context, SHA256};

pub(crate) struct Digest(Context);

impl Digest {
    /// Starts over `label`, which names the use and its version: equal fields of two uses hash differently.
    pub(crate) fn new(label: &str) -> Self {
        Self(Context::new(&SHA256)).text(label)
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

    pub(crate) fn texts(self, texts: &[String]) -> Self {
        texts.iter().fold(self.number(texts.len() as u64), |digest, text| digest.text(text))
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub(crate) fn flag(self, flag: bool) -> Self {
        self.bytes(&[u8::from(flag)])
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes);
        self
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// 64 lowercase hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        self.finish().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_between_fields_changes_the_hash() {
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
}
