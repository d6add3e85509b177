//! Names and contacts. No check here tests whether a number or mailbox exists.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::core::digest::Digest;
use crate::core::sensitive::REDACTED;
use crate::core::text::{InvalidField, one_line, text_value};

text_value! {
    /// A person's name in their own spelling: one line of 1 to 100 characters, in any script.
    shown PersonName, person_name
}

fn person_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
}

impl PersonName {
    /// The name that is made of a first and a last name.
    ///
    /// # Errors
    /// Neither is given, or both together are too long.
    pub fn of_parts(first: Option<&Self>, last: Option<&Self>) -> Result<Self, InvalidField> {
        let parts: Vec<&str> = [first, last].into_iter().flatten().map(Self::as_str).collect();
        Self::parse(&parts.join(" "))
    }
}

text_value! {
    /// An e-mail address in lowercase, at most 254 characters (RFC 5321).
    ///
    /// The part before the `@` is a dot-atom (RFC 5322, 3.2.3). Quoted local parts and internationalised addresses are
    /// refused, because SES does not send to the former and Cognito does not sign up the latter.
    redacted Email, email
}

fn email(text: &str) -> Result<String, InvalidField> {
    const INVALID: InvalidField = InvalidField("must be an e-mail address like name@example.com");
    let address = text.trim().to_ascii_lowercase();
    let (local, host) = address.split_once('@').ok_or(INVALID)?;
    let local_is_valid = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_is_valid = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let host_is_valid = host.split('.').all(label_is_valid)
        && host.rsplit_once('.').is_some_and(|(_, top)| top.len() >= 2 && top.bytes().any(|b| b.is_ascii_alphabetic()));
    if local_is_valid && host_is_valid && address.len() <= 254 { Ok(address) } else { Err(INVALID) }
}

impl Email {
    /// A hash that distinguishes addresses in the audit trail without naming them. It is not secret: it can be computed
    /// from the address.
    pub fn fingerprint(&self) -> String {
        Digest::new("email.v1").text(&self.0).hex()
    }
}

text_value! {
    /// A telephone number in E.164: `+919876543210`, 7 to 15 digits. [`Phone::read`] makes it from what a person writes.
    redacted Phone, e164
}

const INVALID_PHONE: InvalidField =
    InvalidField("must be a telephone number like +91 98765 43210, with its country code if it is a foreign one");

/// The form alone: a number that was valid when it was entered must stay readable when numbering plans change.
fn e164(text: &str) -> Result<String, InvalidField> {
    let digits = text.strip_prefix('+').ok_or(INVALID_PHONE)?;
    let is_valid =
        (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if is_valid { Ok(text.to_owned()) } else { Err(INVALID_PHONE) }
}

impl Phone {
    /// Reads a number as a person writes it, with any separators and digits: `098765 43210`, `+91 (98765) 43210`. A
    /// number without a country code is one of `region`. The numbering plan of its country must have the number.
    ///
    /// # Errors
    /// An extension, a number in letters, and a number that no subscriber can have.
    pub fn read(text: &str, region: PhoneRegion) -> Result<Self, InvalidField> {
        let text = any_ascii::any_ascii(&text.nfkc().collect::<String>());
        let text = text.trim();
        let text = text.strip_prefix("tel:").unwrap_or(text);
        if text.len() > 40 || text.bytes().any(|b| b.is_ascii_alphabetic()) {
            return Err(INVALID_PHONE);
        }
        let number = phonenumber::parse(Some(region.0), text).map_err(|_| INVALID_PHONE)?;
        if !phonenumber::is_valid(&number) || number.extension().is_some() {
            return Err(INVALID_PHONE);
        }
        Self::parse(&number.format().mode(phonenumber::Mode::E164).to_string())
    }
}

/// The country of telephone numbers that are written without a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneRegion(phonenumber::country::Id);

impl FromStr for PhoneRegion {
    type Err = InvalidField;

    /// Reads an ISO 3166-1 code, such as `IN`.
    fn from_str(code: &str) -> Result<Self, InvalidField> {
        code.parse().map(Self).map_err(|_| InvalidField("must be a country code like IN"))
    }
}

/// A date of birth, since 1900.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate(Date);

const BIRTH_DATE: InvalidField = InvalidField("must be a date like 1990-05-31, since 1900 and not in the future");

impl BirthDate {
    /// Reads `YYYY-MM-DD`, on or before `today`.
    pub fn parse(text: &str, today: Date) -> Result<Self, InvalidField> {
        let birth = Self::try_from(text.trim().to_owned())?;
        if birth.0 <= today { Ok(birth) } else { Err(BIRTH_DATE) }
    }

    /// The date.
    pub const fn date(&self) -> Date {
        self.0
    }

    /// The age in whole years on `day`, 0 before the birth. A person who was born on 29 February is a year older from
    /// 1 March on in other years.
    pub fn age_on(&self, day: Date) -> u8 {
        let is_before_birthday = (day.month(), day.day()) < (self.0.month(), self.0.day());
        let years = i32::from(day.year()) - i32::from(self.0.year()) - i32::from(is_before_birthday);
        u8::try_from(years.max(0)).unwrap_or(u8::MAX)
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = InvalidField;

    /// Reads a stored date, which was checked not to be in the future when it was entered.
    fn try_from(text: String) -> Result<Self, InvalidField> {
        let date: Date = text.parse().map_err(|_| BIRTH_DATE)?;
        // `Date` also parses a whole date-time: only the plain date is accepted.
        if date.year() >= 1900 && date.to_string() == text { Ok(Self(date)) } else { Err(BIRTH_DATE) }
    }
}

impl From<BirthDate> for String {
    fn from(birth: BirthDate) -> Self {
        birth.0.to_string()
    }
}

/// The sex of a person as the person gave it, in FHIR's words for the administrative gender.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words explain themselves")]
pub enum Sex {
    Female,
    Male,
    Other,
}

impl FromStr for Sex {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        match text {
            "female" => Ok(Self::Female),
            "male" => Ok(Self::Male),
            "other" => Ok(Self::Other),
            _ => Err(InvalidField("must be female, male or other")),
        }
    }
}

impl fmt::Debug for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_a_year_older_from_the_birthday_on() {
        let age = |birth: &str, day: &str| BirthDate::try_from(birth.to_owned()).unwrap().age_on(day.parse().unwrap());
        assert_eq!([age("1990-05-31", "2026-05-30"), age("1990-05-31", "2026-05-31")], [35, 36]);
        assert_eq!([age("2000-02-29", "2026-02-28"), age("2000-02-29", "2026-03-01")], [25, 26]);
        assert_eq!([age("2026-11-30", "2026-11-30"), age("2026-11-30", "2025-01-01")], [0, 0]);
        assert_eq!(age("1900-01-01", "9999-12-31"), u8::MAX);
    }

    #[test]
    fn a_name_is_one_line_of_any_script() {
        assert_eq!(PersonName::parse(" Zoë D'Souza-राव ").unwrap().to_string(), "Zoë D'Souza-राव");
        assert!(PersonName::parse(&"x".repeat(100)).is_ok());
        assert!(PersonName::parse(&"x".repeat(101)).is_err());
        assert!(PersonName::parse("Asha\r\nBcc: all@example.com").is_err());
    }

    #[test]
    fn a_name_is_made_of_its_parts() {
        let name = |text: &str| PersonName::parse(text).unwrap();
        let made = PersonName::of_parts(Some(&name("Asha")), Some(&name("Rao")));
        assert_eq!(made.map(String::from).as_deref(), Ok("Asha Rao"));
        let made = PersonName::of_parts(None, Some(&name("Sukarno")));
        assert_eq!(made.map(String::from).as_deref(), Ok("Sukarno"));
        assert!(PersonName::of_parts(None, None).is_err());
        assert!(PersonName::of_parts(Some(&name(&"x".repeat(60))), Some(&name(&"y".repeat(60)))).is_err());
    }

    #[test]
    fn an_address_is_normalised_to_lowercase() {
        assert_eq!(Email::parse(" Asha.Rao+x@Example.CO.IN ").unwrap().as_str(), "asha.rao+x@example.co.in");
    }

    #[test]
    fn a_fingerprint_follows_the_address_and_does_not_name_it() {
        let print = |text: &str| Email::parse(text).unwrap().fingerprint();
        assert_eq!(print("Asha@example.com"), print("asha@example.com"));
        assert_ne!(print("asha@example.com"), print("usha@example.com"));
        assert_eq!(print("asha@example.com").len(), 64);
    }

    #[test]
    fn an_invalid_address_is_refused() {
        let long = format!("a@{}.com", format!("{}.", "x".repeat(60)).repeat(5).trim_end_matches('.'));
        for text in [
            "",
            "asha",
            "@example.com",
            "asha@",
            "asha@example",
            "a@b@example.com",
            ".asha@example.com",
            "asha.@example.com",
            "as..ha@example.com",
            "asha@-example.com",
            "asha@example-.com",
            "asha@example..com",
            "asha@example.c",
            "asha@127.0.0.11",
            "asha rao@example.com",
            "asha@exa mple.com",
            "आशा@example.com",
            "asha@example.com\r\nBcc: all@example.com",
            "\"a b\"@example.com",
            &long,
            &format!("{}@example.com", "x".repeat(65)),
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_dot_atom_is_a_local_part() {
        for local in ["n.o'connell", "a!#$%&'*+-/=?^_`{|}~z", "asha+tag", "_", "1", "a.b.c", "o'-'o"] {
            let address = format!("{local}@example.com");
            assert_eq!(Email::parse(&address).unwrap().as_str(), address);
        }
        for local in ["a b", "a,b", "a(b)", "a<b", "a>b", "a:b", "a;b", "a[b", "a\\b", "a\"b", "a..b", ".a", "a.", "ä"]
        {
            assert!(Email::parse(&format!("{local}@example.com")).is_err(), "{local}");
        }
    }

    #[test]
    fn a_number_is_read_as_people_write_it_and_has_one_spelling() {
        let india: PhoneRegion = "IN".parse().unwrap();
        let read = |text: &str| Phone::read(text, india).map(String::from);
        for text in [
            "+919876543210",
            "+91 98765 43210",
            "+91-98765-43210",
            "+91.98765.43210",
            "(+91) 98765 43210",
            "098765 43210",
            "9876543210",
            "+9109876543210",
            "00919876543210",
            "0091 98765 43210",
            " 98765\u{a0}43210 ",
            "९८७६५ ४३२१०",
            "tel:+91-98765-43210",
            "98765–43210",
        ] {
            assert_eq!(read(text).as_deref(), Ok("+919876543210"), "{text}");
        }
        assert_eq!(read("+44 20 7946 0958").as_deref(), Ok("+442079460958"));
        assert_eq!(Phone::read("020 7946 0958", "GB".parse().unwrap()).unwrap().as_str(), "+442079460958");
        for text in [
            "",
            " ",
            "+",
            "98765",
            "+91 98765 4321",
            "+91 98765 43210 1",
            "+915555555555",
            "+99912345678",
            "108",
            "abc",
            "+1 800 FLOWERS",
            "+91 98765 43210 ext 5",
            "+91 98765 43210;ext=5",
            "98765 43210 / 98765 43211",
        ] {
            assert!(read(text).is_err(), "{text}: {:?}", read(text));
        }
        assert!("XX".parse::<PhoneRegion>().is_err());
    }

    #[test]
    fn a_stored_number_is_international() {
        assert!(Phone::parse("+919876543210").is_ok());
        for text in
            ["", "+", "919876543210", "+0919876543210", "+91 98765", "+123456", "+1234567890123456", "+91987654321a"]
        {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_birth_date_is_a_past_day() {
        let today = jiff::civil::date(2026, 11, 22);
        assert_eq!(BirthDate::parse("2026-11-22", today).unwrap().date(), today);
        for text in ["2026-11-23", "1899-12-31", "1990-02-30", "31-05-1990", "1990-05-31T10:00:00", "", "1990-5-31"] {
            assert!(BirthDate::parse(text, today).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<BirthDate>("\"1990-05-31\"").is_ok());
        assert!(serde_json::from_str::<BirthDate>("\"1800-05-31\"").is_err());
    }

    #[test]
    fn contacts_do_not_show_in_logs() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Email::parse("asha@example.com").unwrap(),
            Phone::parse("+919876543210").unwrap(),
            BirthDate::try_from("1990-05-31".to_owned()).unwrap(),
        );
        assert_eq!(shown, "[redacted] [redacted] [redacted]");
    }

    #[test]
    fn contacts_are_checked_when_they_are_read_from_storage() {
        assert!(serde_json::from_str::<Email>("\"asha@example.com\"").is_ok());
        assert!(serde_json::from_str::<Email>("\"asha\"").is_err());
        assert!(serde_json::from_str::<Phone>("\"12\"").is_err());
        assert!(serde_json::from_str::<PersonName>("\" \"").is_err());
    }
}
