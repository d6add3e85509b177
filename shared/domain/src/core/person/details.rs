//! The personal details of a profile in plain text. They are stored as one sealed text, so that no field can be read
//! without the owner's key. The sealing is done elsewhere.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Address, BirthDate, Email, PersonName, Phone, Sex};
use crate::core::sensitive::{REDACTED, Sensitive};
use crate::core::time::Zone;

/// A person's details, as the person gave them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalDetails {
    /// The e-mail address of the account, for notifications.
    pub email: Email,
    /// The person's name.
    pub name: PersonName,
    /// The zone of the person's local times.
    pub zone: Zone,
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
}

/// The text is not that of a profile's details. The error omits the text, which is personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the details of a profile can't be read")]
pub struct UnreadableDetails;

impl PersonalDetails {
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
            email: "asha@example.com".parse().unwrap(),
            name: "Asha Rao".parse().unwrap(),
            zone: Zone::default(),
            phone: None,
            birth_date: Some(BirthDate::try_from("1990-05-31".to_owned()).unwrap()),
            sex: Some(Sex::Female),
            address: None,
        }
    }

    #[test]
    fn details_read_back_and_their_form_is_stable() {
        let text = details().to_json().into_inner();
        assert_eq!(
            text,
            r#"{"email":"asha@example.com","name":"Asha Rao","zone":"Asia/Kolkata","birthDate":"1990-05-31","sex":"female"}"#
        );
        assert_eq!(PersonalDetails::from_json(&text).unwrap(), details());
    }

    #[test]
    fn details_do_not_show_in_logs() {
        assert_eq!(format!("{:?} {}", details(), details().to_json()), "[redacted] [redacted]");
        let error = PersonalDetails::from_json(r#"{"email":"asha"}"#).unwrap_err();
        assert!(!error.to_string().contains("asha"));
    }
}
