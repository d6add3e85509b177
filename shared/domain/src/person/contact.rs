//! Who somebody is and how to reach them. Nothing here asks whether a number or mailbox exists.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::text::{InvalidField, lines, one_line, text_value};
use crate::sensitive::REDACTED;

text_value! {
    /// A person's name as they write it: one line of 1 to 100 characters, in any script.
    shown PersonName, person_name
}

fn person_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
}

text_value! {
    /// An e-mail address in lowercase, at most 254 characters (RFC 5321).
    ///
    /// The alphabet is the one that the replaced systems accepted; quoted local parts and internationalised
    /// addresses are refused, since SES does not send to the former and Cognito does not sign up the latter.
    redacted Email, email
}

fn email(text: &str) -> Result<String, InvalidField> {
    const INVALID: InvalidField = InvalidField("must be an e-mail address like name@example.com");
    let address = text.trim().to_ascii_lowercase();
    let (local, host) = address.split_once('@').ok_or(INVALID)?;
    let local_is_valid = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_is_valid = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let host_is_valid = host.split('.').all(label_is_valid)
        && host
            .rsplit_once('.')
            .is_some_and(|(_, top)| top.len() >= 2 && top.bytes().any(|b| b.is_ascii_alphabetic()));
    if local_is_valid && host_is_valid && address.len() <= 254 {
        Ok(address)
    } else {
        Err(INVALID)
    }
}

text_value! {
    /// A telephone number in E.164: `+919876543210`, 7 to 15 digits.
    redacted Phone, phone
}

fn phone(text: &str) -> Result<String, InvalidField> {
    const INVALID: InvalidField =
        InvalidField("must be an international number like +919876543210");
    let digits = text.strip_prefix('+').ok_or(INVALID)?;
    let is_valid = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if is_valid {
        Ok(text.to_owned())
    } else {
        Err(INVALID)
    }
}

text_value! {
    /// A postal address of 1 to 300 characters, line breaks included.
    redacted Address, address
}

fn address(text: &str) -> Result<String, InvalidField> {
    lines(text, 300, "must have 1 to 300 characters")
}

/// The day on which somebody was born, since 1900.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate(Date);

const BIRTH_DATE: InvalidField =
    InvalidField("must be a date like 1990-05-31, since 1900 and not in the future");

impl BirthDate {
    /// Reads `YYYY-MM-DD`, on or before `today`.
    pub fn parse(text: &str, today: Date) -> Result<Self, InvalidField> {
        let birth = Self::try_from(text.trim().to_owned())?;
        if birth.0 <= today {
            Ok(birth)
        } else {
            Err(BIRTH_DATE)
        }
    }

    /// The day.
    pub const fn date(&self) -> Date {
        self.0
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = InvalidField;

    /// For reading from storage, where "not in the future" was checked already.
    fn try_from(text: String) -> Result<Self, InvalidField> {
        let date: Date = text.parse().map_err(|_| BIRTH_DATE)?;
        // `Date` also reads a whole date-time: only the plain date is what was asked for.
        if date.year() >= 1900 && date.to_string() == text {
            Ok(Self(date))
        } else {
            Err(BIRTH_DATE)
        }
    }
}

impl From<BirthDate> for String {
    fn from(birth: BirthDate) -> Self {
        birth.0.to_string()
    }
}
