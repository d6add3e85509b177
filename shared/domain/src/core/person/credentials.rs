//! The credentials of a doctor. Administrators check whether they are true; this module checks only their form.

use oxilangtag::LanguageTag;

use crate::core::text::{InvalidField, lines, one_line, text_value};

text_value! {
    /// A speciality as a slug: `cardiology`, `general-medicine`; 2 to 40 characters.
    shown Speciality, speciality
}

fn speciality(text: &str) -> Result<String, InvalidField> {
    let is_slug = (2..=40).contains(&text.len())
        && text
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if is_slug {
        Ok(text.to_owned())
    } else {
        Err(InvalidField("must be lowercase words joined by hyphens, like general-medicine"))
    }
}

text_value! {
    /// A language, as a tag of BCP 47 in its usual spelling: `hi`, `en-IN`, `zh-Hant`. A patient's wish is one, too, and
    /// is then a range ([`agrees_with`](Language::agrees_with)).
    shown Language, language
}

fn language(text: &str) -> Result<String, InvalidField> {
    const INVALID: InvalidField = InvalidField("must be a language tag like hi or en-IN");
    // Locales of operating systems are written with an underscore.
    let text = text.trim().replace('_', "-");
    let tag = LanguageTag::parse_and_normalize(&text).map_err(|_| INVALID)?;
    let primary = tag.primary_language();
    let is_language = (2..=3).contains(&primary.len()) && text.len() <= 35 && tag.extension().is_none();
    if is_language && tag.private_use().is_none() { Ok(tag.into_inner()) } else { Err(INVALID) }
}

impl Language {
    /// The language without script, region and variant: `en` of `en-IN`.
    #[must_use]
    pub fn primary(&self) -> Self {
        Self(self.0.split('-').next().unwrap_or_default().to_owned())
    }

    /// Whether a doctor with this language suits a patient who asks for `range`: one is the other, or the other with
    /// more said (basic filtering and lookup of RFC 4647, 3.3.1 and 3.4). `hi` and `hi-IN` agree, `en-GB` and `en-IN`
    /// do not.
    pub fn agrees_with(&self, range: &Self) -> bool {
        let has_more = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
        self == range || has_more(&self.0, &range.0) || has_more(&range.0, &self.0)
    }
}

text_value! {
    /// A doctor's number in the medical register, in capitals and with single spaces. The Telemedicine Practice
    /// Guidelines (India, 2020) require it on every document for a patient.
    ///
    /// Separators are shown and mean nothing: [`identity`](RegistrationNumber::identity) is what two spellings of one
    /// registration share.
    shown RegistrationNumber, registration_number
}

fn registration_number(text: &str) -> Result<String, InvalidField> {
    let number = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    let is_valid = (3..=40).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_alphanumeric() || b"/- .".contains(&b))
        && number.bytes().any(|b| b.is_ascii_alphanumeric());
    if is_valid { Ok(number) } else { Err(InvalidField("must have 3 to 40 letters, digits, /, -, . or spaces")) }
}

impl RegistrationNumber {
    /// The letters and digits: `KMC48213` of `KMC-48213`, `KMC 48213` and `kmc/48213`.
    pub fn identity(&self) -> String {
        self.0.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

text_value! {
    /// A doctor's qualification: `MBBS, MD (Cardiology)`; one line of 1 to 100 characters.
    shown Qualification, qualification
}

fn qualification(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
}

text_value! {
    /// A doctor's description for patients, such as experience and manner of work: 1 to 500 characters, on any number of
    /// lines.
    shown Biography, biography
}

fn biography(text: &str) -> Result<String, InvalidField> {
    lines(text, 500, "must have 1 to 500 characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speciality_is_a_slug() {
        for text in ["cardiology", "general-medicine", "ent", "covid-19"] {
            assert!(Speciality::parse(text).is_ok(), "{text}");
        }
        let long = "x".repeat(41);
        for text in ["", "x", "Cardiology", "-ent", "ent-", "general--medicine", "a#b", "a b", "हृदय", &long] {
            assert!(Speciality::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_language_is_a_tag_in_its_usual_spelling() {
        for (text, tag) in [
            ("hi", "hi"),
            ("HI", "hi"),
            ("en-in", "en-IN"),
            ("en_IN", "en-IN"),
            ("kok", "kok"),
            ("kok-IN", "kok-IN"),
            ("zh-hant-tw", "zh-Hant-TW"),
            (" mr ", "mr"),
        ] {
            assert_eq!(Language::parse(text).unwrap().as_str(), tag, "{text}");
        }
        for text in [
            "",
            "h",
            "english",
            "en-",
            "-en",
            "en--IN",
            "en-IN-x",
            "*",
            "x-hi",
            "i-klingon",
            "हिन्दी",
            "en IN",
            "en-u-nu-deva",
            "#",
        ] {
            assert!(Language::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_language_agrees_with_what_says_more_or_less_of_it() {
        let agree = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|tag| Language::parse(tag).unwrap());
            assert_eq!(a.agrees_with(&b), b.agrees_with(&a));
            a.agrees_with(&b)
        };
        for (a, b) in [("hi", "hi"), ("hi", "hi-IN"), ("zh-Hant", "zh-Hant-TW"), ("en", "en-GB")] {
            assert!(agree(a, b), "{a} {b}");
        }
        for (a, b) in [("hi", "en"), ("en-GB", "en-IN"), ("ta", "tam"), ("zh-Hans", "zh-Hant-TW"), ("kok", "ko")] {
            assert!(!agree(a, b), "{a} {b}");
        }
    }

    #[test]
    fn one_registration_has_one_identity_however_it_is_written() {
        let identity = |text: &str| RegistrationNumber::parse(text).unwrap().identity();
        for text in ["KMC-48213", "KMC 48213", "kmc/48213", "  kmc /  48213 ", "KMC48213", "K.M.C. 48213"] {
            assert_eq!(identity(text), "KMC48213", "{text}");
        }
        assert_ne!(identity("KMC-48213"), identity("KMC-48214"));
        assert_eq!(RegistrationNumber::parse("  kmc/12345   a ").unwrap().as_str(), "KMC/12345 A");
        for text in ["", "ab", "///", "KMC#12345", "KMC_1", &"9".repeat(41)] {
            assert!(RegistrationNumber::parse(text).is_err(), "{text}");
        }
    }
}
