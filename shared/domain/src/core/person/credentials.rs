//! The credentials of a doctor. Administrators check whether they are true; this module checks only their form.

use crate::core::text::{InvalidField, one_line, text_value};

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
    /// A language in which a doctor consults: `hi`, `en-IN`.
    shown Language, language
}

fn language(text: &str) -> Result<String, InvalidField> {
    let (tongue, region) = text.split_once('-').unwrap_or((text, "IN"));
    let is_tag = (2..=3).contains(&tongue.len())
        && tongue.bytes().all(|b| b.is_ascii_lowercase())
        && region.len() == 2
        && region.bytes().all(|b| b.is_ascii_uppercase());
    if is_tag { Ok(text.to_owned()) } else { Err(InvalidField("must be a language tag like hi or en-IN")) }
}

text_value! {
    /// A doctor's number in the medical register, in capitals and with single spaces, so that one registration has
    /// one spelling. The Telemedicine Practice Guidelines (India, 2020) require it on every document for a patient.
    shown RegistrationNumber, registration_number
}

fn registration_number(text: &str) -> Result<String, InvalidField> {
    let number = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    let is_valid = (3..=40).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_alphanumeric() || b"/- ".contains(&b))
        && number.bytes().any(|b| b.is_ascii_alphanumeric());
    if is_valid { Ok(number) } else { Err(InvalidField("must have 3 to 40 letters, digits, /, - or spaces")) }
}

text_value! {
    /// A doctor's qualification: `MBBS, MD (Cardiology)`; one line of 1 to 100 characters.
    shown Qualification, qualification
}

fn qualification(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
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
    fn a_language_is_a_short_tag() {
        for text in ["hi", "en-IN", "kok", "kok-IN"] {
            assert!(Language::parse(text).is_ok(), "{text}");
        }
        for text in ["", "h", "HI", "en-in", "en_IN", "en-IND", "english", "en-", "en-IN-x", "*"] {
            assert!(Language::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn one_registration_has_one_spelling() {
        let number = RegistrationNumber::parse("KMC/12345 A").unwrap();
        assert_eq!(RegistrationNumber::parse("  kmc/12345   a ").unwrap(), number);
        for text in ["", "ab", "///", "KMC#12345", "KMC_1", &"9".repeat(41)] {
            assert!(RegistrationNumber::parse(text).is_err(), "{text}");
        }
    }
}
