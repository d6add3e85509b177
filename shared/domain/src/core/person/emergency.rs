//! The people to call if something happens to a patient.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PersonName, Phone};
use crate::core::sensitive::REDACTED;
use crate::core::text::{InvalidField, one_line, text_value};

/// The most emergency contacts of a person.
pub const MAX_EMERGENCY_CONTACTS: usize = 5;

text_value! {
    /// What a contact is to the patient, in the patient's own words: `wife`, `neighbour`; one line of 1 to 40 characters.
    redacted Relationship, relationship
}

fn relationship(text: &str) -> Result<String, InvalidField> {
    one_line(text, 40, "must be one line of 1 to 40 characters, like wife")
}

/// A person to call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyContact {
    /// The contact's name.
    pub name: PersonName,
    /// What the contact is to the patient.
    pub relation: Relationship,
    /// The contact's telephone number.
    pub phone: Phone,
}

/// The people to call, in the order in which they are called. No two have the same number, because a second call of one
/// number reaches no one else.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<EmergencyContact>", into = "Vec<EmergencyContact>")]
pub struct EmergencyContacts(Vec<EmergencyContact>);

/// The contacts are no list of emergency contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContacts {
    /// There are too many.
    #[error("must be at most {MAX_EMERGENCY_CONTACTS} contacts")]
    TooMany,
    /// The contact at this place has the number of an earlier one.
    #[error("has the telephone number of another contact")]
    SameNumber(usize),
}

impl EmergencyContacts {
    /// The contacts, in their order.
    pub fn as_slice(&self) -> &[EmergencyContact] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<EmergencyContact>> for EmergencyContacts {
    type Error = InvalidContacts;

    fn try_from(contacts: Vec<EmergencyContact>) -> Result<Self, InvalidContacts> {
        if contacts.len() > MAX_EMERGENCY_CONTACTS {
            return Err(InvalidContacts::TooMany);
        }
        let is_repeated = |place: &usize| contacts[..*place].iter().any(|other| other.phone == contacts[*place].phone);
        match (0..contacts.len()).find(is_repeated) {
            Some(place) => Err(InvalidContacts::SameNumber(place)),
            None => Ok(Self(contacts)),
        }
    }
}

impl From<EmergencyContacts> for Vec<EmergencyContact> {
    fn from(contacts: EmergencyContacts) -> Self {
        contacts.0
    }
}

impl fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Debug for EmergencyContacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(number: usize) -> EmergencyContact {
        EmergencyContact {
            name: "Ravi Rao".parse().unwrap(),
            relation: "husband".parse().unwrap(),
            phone: format!("+91987654321{number}").parse().unwrap(),
        }
    }

    #[test]
    fn a_person_has_five_contacts_at_most_and_keeps_their_order() {
        let five: Vec<_> = [3, 1, 4, 2, 0].map(contact).into();
        assert_eq!(EmergencyContacts::try_from(five.clone()).unwrap().as_slice(), five);
        let six: Vec<_> = (0..6).map(contact).collect();
        assert_eq!(EmergencyContacts::try_from(six), Err(InvalidContacts::TooMany));
    }

    #[test]
    fn a_number_that_is_there_already_is_pointed_at() {
        let contacts: Vec<_> = [1, 2, 1].map(contact).into();
        assert_eq!(EmergencyContacts::try_from(contacts), Err(InvalidContacts::SameNumber(2)));
    }

    #[test]
    fn contacts_do_not_show_in_logs() {
        let contacts = EmergencyContacts::try_from(vec![contact(1)]).unwrap();
        assert_eq!(format!("{contacts:?} {:?}", contact(1)), "[redacted] [redacted]");
    }
}
