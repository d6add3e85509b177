//! The common shape of a checked text, and the checks that several texts share: each text that a person writes is one
//! that another person can read.

use unicode_normalization::char::is_combining_mark;

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

/// One line of at most `max` characters, one of them visible, and none that is hidden (see [`is_readable`]).
pub(crate) fn one_line(text: &str, max: usize, message: &'static str) -> Result<String, InvalidField> {
    let text = text.trim();
    if text.chars().count() > max || text.contains('\n') || !is_readable(text) {
        return Err(InvalidField(message));
    }
    Ok(text.to_owned())
}

/// Like [`one_line`], and line breaks are allowed.
pub(crate) fn lines(text: &str, max: usize, message: &'static str) -> Result<String, InvalidField> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > max || !is_readable(&text) {
        return Err(InvalidField(message));
    }
    Ok(text)
}

/// Whether a person who looks at the text sees what it says: at least one character leaves ink, and none is hidden.
///
/// Hidden characters are control characters other than a line break, those that reorder the text (Unicode Standard
/// Annex 9), and those that a reader never sees. A joiner is allowed where scripts need it: behind a letter or mark
/// that is not Latin, such as the virama of Devanagari, or between the parts of an emoji.
fn is_readable(text: &str) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        let is_hidden = match c {
            '\n' => false,
            ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER => !takes_a_joiner(before),
            c => c.is_control() || is_hidden(c),
        };
        if is_hidden {
            return false;
        }
        before = c;
    }
    text.chars().any(leaves_ink)
}

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Latin letters, and all characters before them in Unicode, are never joined.
fn takes_a_joiner(before: char) -> bool {
    let is_joiner = matches!(before, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER);
    before > '\u{24F}' && !is_joiner && !before.is_whitespace()
}

/// A character that has a place in a text and shows nothing, or that shows other characters in another order: the
/// default-ignorable code points (Unicode 16, `DerivedCoreProperties.txt`) but for the joiners, the marks of direction
/// that Arabic needs, and the selectors of a variant; with them the separators of lines and the letters that are blank.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Neither a space, nor a mark that needs a letter to stand on, nor a mark of direction or a private character.
fn leaves_ink(c: char) -> bool {
    !c.is_whitespace()
        && !is_combining_mark(c)
        && !matches!(c, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER | '\u{200E}' | '\u{200F}' | '\u{061C}')
        && !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
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

    /// What is refused wherever a person writes a text.
    const UNREADABLE: [&str; 22] = [
        "",
        " ",
        "\u{a0}",
        "\u{200b}",
        "\u{200b}\u{200b}",
        "\u{feff}",
        "\u{2060}",
        "\u{200c}\u{200d}",
        "\u{ad}",
        "\u{301}",
        "\u{301}\u{302}",
        "\u{93e}",
        "\u{94d}\u{200d}",
        "\u{3164}",
        "\u{2800}",
        "\u{115f}",
        "\u{200e}",
        "\u{202e}oar ahsa",
        "\u{2066}a",
        "Asha\u{200b}Rao",
        "Asha\u{0}",
        "Asha \u{200d}Rao",
    ];

    #[test]
    fn a_text_is_readable() {
        for text in UNREADABLE {
            assert!(one_line(text, 100, "no").is_err(), "{text:?}");
            assert!(lines(text, 100, "no").is_err(), "{text:?}");
        }
        let readable = [
            "आशा राव",
            "क्\u{200d}ष",
            "वाक्\u{200c}",
            "श\u{94d}\u{200d}र",
            "می\u{200c}خواهم",
            "Jose\u{301}",
            "José",
            "👩\u{200d}⚕\u{fe0f}",
            "7",
            "李明",
            "ab\u{200f}ج",
            "O'Connell",
            "-",
        ];
        for text in readable {
            assert_eq!(one_line(text, 100, "no").as_deref(), Ok(text), "{text:?}");
        }
    }
}
