//! What the two operations about emergency contacts share: their form in requests and answers.

use api::problem::{Fields, Problem};
use api::{Health, View};
use domain::core::person::{
    EmergencyContact, EmergencyContacts, InvalidContacts, PersonName, Phone, PhoneRegion, Relationship,
};
use domain::core::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The emergency contacts of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EmergencyContacts)]
pub struct EmergencyContactsView {
    /// The people to call, in the order in which they are called.
    contacts: Vec<EmergencyContactView>,
}

impl View for EmergencyContactsView {
    type Data = Health;
}

impl From<&EmergencyContacts> for EmergencyContactsView {
    fn from(contacts: &EmergencyContacts) -> Self {
        let view = |contact: &EmergencyContact| EmergencyContactView {
            name: contact.name.to_string(),
            relation: contact.relation.as_str().to_owned(),
            phone: contact.phone.as_str().to_owned(),
        };
        EmergencyContactsView { contacts: contacts.as_slice().iter().map(view).collect() }
    }
}

/// A person to call if something happens to a patient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EmergencyContact)]
pub struct EmergencyContactView {
    /// The contact's name.
    #[schema(example = "Ravi Rao")]
    name: String,
    /// What the contact is to the patient, in the patient's words.
    #[schema(example = "husband")]
    relation: String,
    /// The contact's telephone number in the format E.164.
    #[schema(example = "+919876543211")]
    phone: String,
}

/// The emergency contacts that replace those of before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplaceEmergencyContacts {
    /// The people to call, in the order in which they are called: at most 5, each with a number of its own.
    #[schema(value_type = Vec<ContactBody>, max_items = 5)]
    contacts: Vec<ContactBody>,
}

/// A person to call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactBody {
    /// The contact's name, 1 to 100 characters.
    #[schema(value_type = String, example = "Ravi Rao")]
    name: Sensitive<String>,
    /// What the contact is to the patient, 1 to 40 characters.
    #[schema(value_type = String, example = "husband")]
    relation: Sensitive<String>,
    /// The contact's telephone number, with any separators. A number without a country code is an Indian one unless the
    /// stage has another country.
    #[schema(value_type = String, example = "+91 98765 43211")]
    phone: Sensitive<String>,
}

impl ReplaceEmergencyContacts {
    pub(crate) fn parse(&self, region: PhoneRegion) -> Result<EmergencyContacts, Problem> {
        let mut fields = Fields::default();
        let mut contacts = vec![];
        for (place, contact) in self.contacts.iter().enumerate() {
            let at = |field: &str| format!("contacts/{place}/{field}");
            let name = fields.parse(&at("name"), PersonName::parse(contact.name.expose()));
            let relation = fields.parse(&at("relation"), Relationship::parse(contact.relation.expose()));
            let phone = fields.parse(&at("phone"), Phone::read(contact.phone.expose(), region));
            if let (Some(name), Some(relation), Some(phone)) = (name, relation, phone) {
                contacts.push(EmergencyContact { name, relation, phone });
            }
        }
        fields.finish()?;
        EmergencyContacts::try_from(contacts).map_err(|error| match error {
            InvalidContacts::TooMany => Problem::field("contacts", error),
            InvalidContacts::SameNumber(place) => Problem::field(&format!("contacts/{place}/phone"), error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(contacts: serde_json::Value) -> Vec<String> {
        let body: ReplaceEmergencyContacts =
            serde_json::from_value(serde_json::json!({ "contacts": contacts })).unwrap();
        let problem = body.parse("IN".parse().unwrap()).map(drop).map_err(|problem| problem.body("r").errors);
        problem.err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn every_wrong_field_of_every_contact_is_pointed_at() {
        let ravi = |phone: &str| serde_json::json!({ "name": "Ravi Rao", "relation": "husband", "phone": phone });
        assert!(pointers(serde_json::json!([])).is_empty());
        assert!(pointers(serde_json::json!([ravi("98765 43211"), ravi("98765 43212")])).is_empty());
        let blank = serde_json::json!({ "name": " ", "relation": "", "phone": "12" });
        assert_eq!(
            pointers(serde_json::json!([ravi("98765 43211"), blank])),
            ["#/contacts/1/name", "#/contacts/1/relation", "#/contacts/1/phone"]
        );
        // Two spellings of one number are one number.
        assert_eq!(pointers(serde_json::json!([ravi("98765 43211"), ravi("+91 9876543211")])), ["#/contacts/1/phone"]);
        let six: Vec<_> = (0..6).map(|last| ravi(&format!("987654321{last}"))).collect();
        assert_eq!(pointers(six.into()), ["#/contacts"]);
    }
}
