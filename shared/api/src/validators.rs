//! Conditional requests for what has no version: a client that has the present representation gets 304 (RFC 9110, 13).

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// The validators that a client sent with its request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Validators {
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<String>,
}

impl Validators {
    /// Whether the client has the representation with this entity tag, which last changed at `changed`.
    /// `If-None-Match` is compared weakly, and `If-Modified-Since` counts only without it (RFC 9110, 13.1.2, 13.1.3).
    pub fn know(&self, etag: &str, changed: Timestamp) -> bool {
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(tags), _) => {
                let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
                tags.trim() == "*" || tags.split(',').any(|tag| strong(tag.trim()) == etag)
            }
            // The header has whole seconds. A date that can't be read counts as none.
            (None, Some(since)) => {
                jiff::fmt::rfc2822::parse(since).is_ok_and(|since| changed.as_second() <= since.timestamp().as_second())
            }
            (None, None) => false,
        }
    }
}

/// The hash of a text, for its entity tag.
pub(crate) fn hash_of(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An instant as HTTP writes it: `Mon, 30 Nov 2026 03:00:00 GMT`.
pub(crate) fn http_date(at: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_has_it_is_known_by_tag_or_by_date() {
        let changed: Timestamp = "2026-11-30T03:00:00.7Z".parse().unwrap();
        let know = |tags: Option<&str>, since: Option<&str>| {
            let owned = |text: &str| text.to_owned();
            Validators { if_none_match: tags.map(owned), if_modified_since: since.map(owned) }.know("\"a\"", changed)
        };
        for (tags, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(know(Some(tags), None), expected, "{tags}");
        }
        for (since, expected) in [
            ("Mon, 30 Nov 2026 03:00:00 GMT", true),
            ("Mon, 30 Nov 2026 03:00:01 GMT", true),
            ("Mon, 30 Nov 2026 02:59:59 GMT", false),
            ("yesterday", false),
        ] {
            assert_eq!(know(None, Some(since)), expected, "{since}");
        }
        assert!(!know(Some("\"b\""), Some("Mon, 30 Nov 2026 03:00:00 GMT")), "the tag decides");
        assert!(!know(None, None));
        assert_eq!(http_date(changed), "Mon, 30 Nov 2026 03:00:00 GMT");
    }
}
