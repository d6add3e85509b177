//! The personal details of a profile in plain text. They are stored as one sealed text, so that no field can be read
//! without the owner's key. The sealing is done elsewhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Address, BirthDate, Email, EmergencyContacts, Language, PersonName, Phone, Sex};
use crate::core::sensitive::{REDACTED, Sensitive};
use crate::core::text::InvalidField;
use crate::core::time::Zone;

/// A person's details, as the person gave them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalDetails {
    /// The e-mail address of the account, for notifications.
    pub email: Email,
    /// The name by which the person is called, in full.
    pub name: PersonName,
    /// The first name, for papers that ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<PersonName>,
    /// The last name, for papers that ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<PersonName>,
    /// How the service speaks to the person.
    #[serde(flatten)]
    pub preferences: Preferences,
    /// The telephone number, for calls about a visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
    /// The sex, for the doctors who treat the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The people to call if something happens to the person.
    #[serde(default, skip_serializing_if = "EmergencyContacts::is_empty")]
    pub emergency_contacts: EmergencyContacts,
}

/// How the service speaks to a person. Each choice is one that the service acts on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// The language in which the person reads.
    #[serde(default = "english")]
    pub language: Language,
    /// The zone of the person's local times.
    pub zone: Zone,
    /// Whether the person wants to be reminded of visits.
    #[serde(default)]
    pub reminders: ReminderWish,
}

fn english() -> Language {
    Language::parse("en").expect("it is a tag")
}

impl Default for Preferences {
    fn default() -> Self {
        Self { language: english(), zone: Zone::default(), reminders: ReminderWish::default() }
    }
}

impl fmt::Debug for Preferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Which reminders of visits a person wants. Messages that a visit was confirmed, moved or cancelled always come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderWish {
    /// Each reminder that the stage plans.
    #[default]
    All,
    /// None.
    None,
}

impl FromStr for ReminderWish {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => Err(InvalidField("must be all or none")),
        }
    }
}

/// The text is not that of a profile's details. The error omits the text, which is personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the details of a profile can't be read")]
pub struct UnreadableDetails;

impl PersonalDetails {
    /// The details of a person of whom only address and name are known.
    pub fn new(email: Email, name: PersonName) -> Self {
        Self {
            email,
            name,
            first_name: None,
            last_name: None,
            preferences: Preferences::default(),
            phone: None,
            birth_date: None,
            sex: None,
            address: None,
            emergency_contacts: EmergencyContacts::default(),
        }
    }

    /// The name of the sealed field. The record name is the user's id.
    pub const FIELD: &str = "details";

    /// The text to seal.
    pub fn to_json(&self) -> Sensitive<String> {
        Sensitive::new(serde_json::to_string(self).expect("texts are JSON"))
    }

    /// Reads the text that was sealed.
    pub fn from_json(text: &str) -> Result<Self, UnreadableDetails> {
        serde_json::from_str(text).map_err(|_| UnreadableDetails)
    }
}

impl fmt::Debug for PersonalDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> PersonalDetails {
        PersonalDetails {
            birth_date: Some(BirthDate::try_from("1990-05-31".to_owned()).unwrap()),
            sex: Some(Sex::Female),
            ..PersonalDetails::new("asha@example.com".parse().unwrap(), "Asha Rao".parse().unwrap())
        }
    }

    #[test]
    fn details_read_back_and_their_form_is_stable() {
        let text = details().to_json().into_inner();
        assert_eq!(
            text,
            r#"{"email":"asha@example.com","name":"Asha Rao","language":"en","zone":"Asia/Kolkata","reminders":"all","birthDate":"1990-05-31","sex":"female"}"#
        );
        assert_eq!(PersonalDetails::from_json(&text).unwrap(), details());
    }

    #[test]
    fn details_of_the_layout_before_are_read() {
        let text = r#"{"email":"asha@example.com","name":"Asha Rao","zone":"Asia/Kolkata","birthDate":"1990-05-31","sex":"female","address":"14 MG Road"}"#;
        let read = PersonalDetails::from_json(text).unwrap();
        assert_eq!(read.address.as_ref().and_then(Address::street), Some("14 MG Road"));
        assert_eq!(PersonalDetails { address: None, ..read }, details());
    }

    #[test]
    fn details_do_not_show_in_logs() {
        assert_eq!(format!("{:?} {}", details(), details().to_json()), "[redacted] [redacted]");
        let error = PersonalDetails::from_json(r#"{"email":"asha"}"#).unwrap_err();
        assert!(!error.to_string().contains("asha"));
    }
}
