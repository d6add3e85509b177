//! The common shape of a checked text, and the checks that several texts share.

/// The error of a field, in words for the user who filled it in. It never repeats the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidField(pub &'static str);

/// A newtype over a `String` that passes `$check`, with its conversions. `shown` types implement `Display`; `redacted`
/// types do not.
macro_rules! text_value {
    ($(#[$doc:meta])* shown $name:ident, $check:path) => {
        text_value!(@common $(#[$doc])* #[derive(Debug)] $name, $check);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
    ($(#[$doc:meta])* redacted $name:ident, $check:path) => {
        text_value!(@common $(#[$doc])* $name, $check);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::core::sensitive::REDACTED)
            }
        }
    };
    (@common $(#[$attribute:meta])* $name:ident, $check:path) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text and brings it into its one spelling.
            pub fn parse(text: &str) -> Result<Self, $crate::core::text::InvalidField> {
                $check(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::core::text::InvalidField;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::core::text::InvalidField;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
pub(crate) use text_value;

/// One line of at most `max` visible characters: no control characters, and none that reorder or break a line unnoticed
/// (bidirectional overrides, the Unicode line separators).
pub(crate) fn one_line(text: &str, max: usize, message: &'static str) -> Result<String, InvalidField> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max || text.chars().any(|c| c.is_control() || is_deceptive(c)) {
        return Err(InvalidField(message));
    }
    Ok(text.to_owned())
}

/// Like [`one_line`], and line breaks are allowed.
pub(crate) fn lines(text: &str, max: usize, message: &'static str) -> Result<String, InvalidField> {
    let text = text.trim().replace("\r\n", "\n");
    let refused = |c: char| c != '\n' && (c.is_control() || is_deceptive(c));
    if text.is_empty() || text.chars().count() > max || text.chars().any(refused) {
        return Err(InvalidField(message));
    }
    Ok(text)
}

const fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(one_line("  आशा राव ", 7, "no").unwrap(), "आशा राव");
        assert_eq!(one_line("आशा राव", 6, "no"), Err(InvalidField("no")));
        assert_eq!(one_line(" \t ", 6, "no"), Err(InvalidField("no")));
    }

    #[test]
    fn a_line_has_nothing_that_breaks_or_reorders_it() {
        for text in ["a\nb", "a\r\nb", "a\tb", "a\0b", "a\u{7f}b", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b"]
        {
            assert!(one_line(text, 10, "no").is_err(), "{text:?}");
        }
    }

    #[test]
    fn lines_are_joined_by_one_kind_of_break() {
        assert_eq!(lines("a\r\nb\nc", 10, "no").unwrap(), "a\nb\nc");
        for text in ["a\rb", "a\tb", "a\0b", "a\u{2029}b"] {
            assert!(lines(text, 10, "no").is_err(), "{text:?}");
        }
    }
}
