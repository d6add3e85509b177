//! `PUT /v1/me`: the caller replaces their profile.
//!
//! The e-mail address of the account is not changed here. The user pool owns it, and confirms a new one first.

use crate::profiles::{MeView, Profiles};
use api::problem::{self, Fields, Problem};
use api::{Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, Json, Variable};
use domain::audit::EventType;
use domain::core::person::{
    Address, BirthDate, Language, PersonName, PersonalDetails, Phone, PhoneRegion, Preferences, Sex, WrittenAddress,
};
use domain::core::sensitive::Sensitive;
use domain::core::time::Zone;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `updateMe`.
pub static ENDPOINT: Endpoint<UpdateMePorts, Json<UpdateMe>, Disclosed<MeView>> =
    Endpoint::put("/v1/me", "updateMe", "Replace your own profile", &handle)
        .details(
            "Replaces all fields of the caller's profile except the e-mail address, which the user pool owns. An optional \
             field is removed if it is left out; language and time zone, which every profile has, then stay. The emergency contacts \
             and the wish for reminders stay, too: they have operations of their own, and the same version.",
        )
        .problems(&[&problem::NOT_FOUND]);

/// The profiles, and the country of telephone numbers without a country code.
#[derive(Clone)]
pub struct UpdateMePorts {
    profiles: Profiles,
    phone_region: PhoneRegion,
}

impl FromEnvironment for UpdateMePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(UpdateMePorts { profiles: Profiles::wire(aws)?, phone_region: aws.parsed(Variable::PhoneRegion)? })
    }
}

/// The fields of the profile. An optional field is removed if it is left out, `null` or empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    /// The name that doctors see, 1 to 100 characters. If it is left out, it is made of first and last name.
    #[schema(value_type = Option<String>, example = "Asha Rao")]
    name: Option<Sensitive<String>>,
    /// The first name, for papers that ask for it, 1 to 100 characters. It says nothing about `name`.
    #[schema(value_type = Option<String>, example = "Asha")]
    first_name: Option<Sensitive<String>>,
    /// The last name, for papers that ask for it, 1 to 100 characters.
    #[schema(value_type = Option<String>, example = "Rao")]
    last_name: Option<Sensitive<String>>,
    /// The language in which the user reads, as a tag of BCP 47. It stays if it is left out.
    #[schema(example = "en")]
    language: Option<String>,
    /// The IANA time zone of the user's local times. It stays if it is left out.
    #[schema(example = "Asia/Kolkata")]
    zone: Option<String>,
    /// The telephone number, with any separators. A number without a country code is an Indian one unless the stage has
    /// another country. It is stored, and shown, in the format E.164.
    #[schema(value_type = Option<String>, example = "+91 98765 43210")]
    phone: Option<Sensitive<String>>,
    /// The day of birth, from 1900 on and not in the future.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Sensitive<String>>,
    /// `female`, `male` or `other`. The doctors who treat the user see it.
    #[schema(value_type = Option<String>, example = "female")]
    sex: Option<Sensitive<String>>,
    /// The postal address. It is removed if no part beside the country is filled.
    #[schema(value_type = Option<AddressBody>)]
    address: Option<Sensitive<AddressBody>>,
}

/// A postal address.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressBody {
    /// House, street and quarter, 1 to 300 characters on any number of lines.
    #[schema(example = "14 MG Road")]
    street: Option<String>,
    /// City, town or village, 1 to 100 characters.
    #[schema(example = "Bengaluru")]
    city: Option<String>,
    /// State or province, 1 to 100 characters.
    #[schema(example = "Karnataka")]
    state: Option<String>,
    /// The postal code. In India a PIN of six digits.
    #[schema(example = "560001")]
    postal_code: Option<String>,
    /// The country, as its code of ISO 3166-1. `IN` if it is left out.
    #[schema(example = "IN")]
    country: Option<String>,
}

async fn handle(cx: Context, ports: UpdateMePorts, Json(body): Json<UpdateMe>) -> Result<Disclosed<MeView>, Problem> {
    let user = cx.caller.user()?;
    let change = body.parse(ports.phone_region, cx.now())?;
    let changed = ports.profiles.change(&cx, EventType::ProfileUpdated, |before| change.clone().of(before));
    let (profile, details) = changed.await?;
    // The answer shows the written profile, so the audit event of the write also records the disclosure.
    let view = MeView::of(user, &profile, details);
    Ok(cx.disclose_written(EventType::ProfileUpdated, view).await?.tagged(profile.version))
}

/// The checked fields of an update.
#[derive(Debug, Clone)]
struct Change {
    name: PersonName,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    language: Option<Language>,
    zone: Option<Zone>,
    phone: Option<Phone>,
    birth_date: Option<BirthDate>,
    sex: Option<Sex>,
    address: Option<Address>,
}

impl Change {
    fn of(self, before: PersonalDetails) -> PersonalDetails {
        let Change { name, first_name, last_name, language, zone, phone, birth_date, sex, address } = self;
        let language = language.unwrap_or(before.preferences.language);
        let zone = zone.unwrap_or(before.preferences.zone);
        let preferences = Preferences { language, zone, reminders: before.preferences.reminders };
        PersonalDetails { name, first_name, last_name, preferences, phone, birth_date, sex, address, ..before }
    }
}

impl UpdateMe {
    fn parse(&self, region: PhoneRegion, now: Timestamp) -> Result<Change, Problem> {
        let mut fields = Fields::default();
        let parsed = |text: &Option<Sensitive<String>>| filled(text).map(PersonName::parse);
        let first_name = fields.parse_optional("firstName", parsed(&self.first_name));
        let last_name = fields.parse_optional("lastName", parsed(&self.last_name));
        let made = || PersonName::of_parts(first_name.as_ref(), last_name.as_ref());
        let name = fields.parse("name", parsed(&self.name).unwrap_or_else(made));
        let written = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let zone = fields.parse_optional("zone", written(&self.zone).map(|text| Zone::parse(&text)));
        // The day of birth is compared with today's date in the zone of the request, or in India's.
        let today = now.to_zoned(zone.clone().unwrap_or_default().tz().clone()).date();
        let phone = fields.parse_optional("phone", filled(&self.phone).map(|text| Phone::read(text, region)));
        let birth_date = filled(&self.birth_date).map(|text| BirthDate::parse(text, today));
        let birth_date = fields.parse_optional("birthDate", birth_date);
        let sex = fields.parse_optional("sex", filled(&self.sex).map(str::parse::<Sex>));
        let language = fields.parse_optional("language", written(&self.language).map(|text| Language::parse(&text)));
        let address = self.address.as_ref().and_then(|address| address.expose().parse(&mut fields));
        fields.finish()?;
        // A name that is missing is among the refused fields.
        let name = name.ok_or_else(|| Problem::internal("a profile without a name"))?;
        Ok(Change { name, first_name, last_name, language, zone, phone, birth_date, sex, address })
    }
}

impl AddressBody {
    fn parse(&self, fields: &mut Fields) -> Option<Address> {
        let AddressBody { street, city, state, postal_code, country } = self;
        let [street, city, state, postal_code, country] =
            [street, city, state, postal_code, country].map(Option::as_deref);
        Address::read(&WrittenAddress { street, city, state, postal_code, country }).unwrap_or_else(|wrong| {
            for (part, error) in wrong {
                fields.refuse(&format!("address/{part}"), error);
            }
            None
        })
    }
}

/// The text of an optional field. Forms send an empty text for a field that was cleared.
fn filled(text: &Option<Sensitive<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str()).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::details_of_account;
    use domain::core::person::ReminderWish;

    fn parsed(body: &str, now: &str) -> Result<Change, Vec<String>> {
        let body: UpdateMe = serde_json::from_str(body).unwrap();
        let pointers = |problem: Problem| problem.body("r").errors.into_iter().map(|error| error.pointer).collect();
        body.parse("IN".parse().unwrap(), now.parse().unwrap()).map_err(pointers)
    }

    #[test]
    fn a_field_that_is_left_out_is_removed_and_the_address_of_the_account_stays() {
        let change = parsed(r#"{"name": "Asha K. Rao", "zone": "europe/london"}"#, "2026-11-22T06:00:00Z").unwrap();
        let mut before = details_of_account(Some("asha@example.com"), None).unwrap();
        before.phone = Some("+919876543210".parse().unwrap());
        before.first_name = Some("Asha".parse().unwrap());
        before.preferences.language = "hi".parse().unwrap();
        before.preferences.reminders = ReminderWish::None;
        let after = change.of(before.clone());
        assert_eq!((after.email, after.phone, after.first_name), (before.email, None, None));
        // What every profile has stays, and what has an operation of its own.
        assert_eq!((after.preferences.language.as_str(), after.preferences.reminders), ("hi", ReminderWish::None));
        assert_eq!((after.name.as_str(), after.preferences.zone.as_str()), ("Asha K. Rao", "Europe/London"));
    }

    #[test]
    fn every_wrong_field_is_pointed_at() {
        let body = r#"{"name": "", "zone": "IST", "phone": "98765", "birthDate": "31-05-1990", "sex": "F",
            "language": "x", "lastName": "\u200b", "address": {"street": "\u200b", "postalCode": "1"}}"#;
        let all = [
            "#/lastName",
            "#/name",
            "#/zone",
            "#/phone",
            "#/birthDate",
            "#/sex",
            "#/language",
            "#/address/street",
            "#/address/postalCode",
        ];
        assert_eq!(parsed(body, "2026-11-22T06:00:00Z").unwrap_err(), all);
        let body = r#"{"name": "Asha", "zone": "Asia/Kolkata", "phone": "98765"}"#;
        assert_eq!(parsed(body, "2026-11-22T06:00:00Z").unwrap_err(), ["#/phone"]);
    }

    #[test]
    fn a_number_is_stored_in_one_spelling_and_an_empty_field_is_removed() {
        let change = |rest: &str| {
            parsed(&format!(r#"{{"name": "Asha", "zone": "Asia/Kolkata", {rest}}}"#), "2026-11-22T06:00:00Z").unwrap()
        };
        for written in ["+91 98765 43210", "098765-43210", "+9109876543210"] {
            let phone = change(&format!(r#""phone": "{written}""#)).phone.map(String::from);
            assert_eq!(phone.as_deref(), Some("+919876543210"), "{written}");
        }
        for empty in
            [r#""phone": null"#, r#""phone": """#, r#""phone": " ", "birthDate": "", "address": {"city": " "}"#]
        {
            let change = change(empty);
            assert_eq!((change.phone, change.birth_date, change.address), (None, None, None), "{empty}");
        }
    }

    #[test]
    fn a_name_that_is_left_out_is_made_of_its_parts() {
        let name = |names: &str| parsed(&format!(r#"{{{names}, "zone": "Asia/Kolkata"}}"#), "2026-11-22T06:00:00Z");
        let made = name(r#""firstName": "Asha", "lastName": "Rao""#).unwrap();
        assert_eq!(made.name.as_str(), "Asha Rao");
        let told = name(r#""name": "Dr. Rao's mother", "firstName": "Asha""#).unwrap();
        assert_eq!(told.name.as_str(), "Dr. Rao's mother");
        assert_eq!(name(r#""firstName": " ""#).unwrap_err(), ["#/name"]);
    }

    #[test]
    fn the_day_of_birth_is_judged_by_the_local_calendar() {
        // In Kolkata it is already the 23rd.
        let body = |zone: &str| format!(r#"{{"name": "Asha", "zone": "{zone}", "birthDate": "2026-11-23"}}"#);
        assert!(parsed(&body("Asia/Kolkata"), "2026-11-22T20:00:00Z").is_ok());
        assert_eq!(parsed(&body("Europe/London"), "2026-11-22T20:00:00Z").unwrap_err(), ["#/birthDate"]);
    }
}
