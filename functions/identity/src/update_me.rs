//! `PUT /v1/me`: the caller replaces their profile.
//!
//! The e-mail address of the account is not changed here. The user pool owns it, and confirms a new one first.

use crate::profiles::{MeView, Profiles};
use api::problem::{self, Fields, Problem};
use api::{Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, Json, Variable};
use domain::audit::EventType;
use domain::core::person::{Address, BirthDate, PersonName, PersonalDetails, Phone, PhoneRegion, Sex};
use domain::core::sensitive::Sensitive;
use domain::core::time::Zone;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `updateMe`.
pub static ENDPOINT: Endpoint<UpdateMePorts, Json<UpdateMe>, Disclosed<MeView>> =
    Endpoint::put("/v1/me", "updateMe", "Replace your own profile", &handle)
        .details("Replaces all fields of the caller's profile except the e-mail address, which the user pool owns.")
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

/// All fields of the profile that can be changed. An optional field is removed if it is left out, `null` or empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    /// The name that doctors see, 1 to 100 characters.
    #[schema(value_type = String, example = "Asha Rao")]
    name: Sensitive<String>,
    /// The IANA time zone of the user's local times.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
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
    /// The postal address, 1 to 300 characters.
    #[schema(value_type = Option<String>)]
    address: Option<Sensitive<String>>,
}

async fn handle(cx: Context, ports: UpdateMePorts, Json(body): Json<UpdateMe>) -> Result<Disclosed<MeView>, Problem> {
    let UpdateMePorts { profiles, phone_region } = ports;
    let user = cx.caller.user()?;
    let change = body.parse(phone_region, cx.now())?;
    let (details, version) = cx
        .retrying(async || {
            let profile = profiles.storage.profile(user.id).await?;
            let profile = profile.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
            cx.must_match(profile.version)?;
            let details = change.clone().of(profiles.open(&profile).await?);
            let sealed = profiles.seal(user.id, &details).await?;
            let updated = profiles.storage.update_profile(&profile, sealed, &cx.provenance()).await?;
            Ok((details, updated.version))
        })
        .await?;
    // The answer shows the written profile, so the audit event of the write also records the disclosure.
    Ok(cx.disclose_written(EventType::ProfileUpdated, MeView::of(user, details)).await?.tagged(version))
}

/// The checked fields of an update.
#[derive(Debug, Clone)]
struct Change {
    name: PersonName,
    zone: Zone,
    phone: Option<Phone>,
    birth_date: Option<BirthDate>,
    sex: Option<Sex>,
    address: Option<Address>,
}

impl Change {
    fn of(self, before: PersonalDetails) -> PersonalDetails {
        let Change { name, zone, phone, birth_date, sex, address } = self;
        PersonalDetails { email: before.email, name, zone, phone, birth_date, sex, address }
    }
}

impl UpdateMe {
    fn parse(&self, region: PhoneRegion, now: Timestamp) -> Result<Change, Problem> {
        let mut fields = Fields::default();
        let name = fields.parse("name", PersonName::parse(self.name.expose()));
        let zone = fields.parse("zone", Zone::parse(&self.zone));
        // The day of birth is compared with today's date in the user's zone.
        let today = now.to_zoned(zone.clone().unwrap_or_default().tz().clone()).date();
        let phone = fields.parse_optional("phone", filled(&self.phone).map(|text| Phone::read(text, region)));
        let birth_date = filled(&self.birth_date).map(|text| BirthDate::parse(text, today));
        let birth_date = fields.parse_optional("birthDate", birth_date);
        let sex = fields.parse_optional("sex", filled(&self.sex).map(str::parse::<Sex>));
        let address = fields.parse_optional("address", filled(&self.address).map(Address::parse));
        match (name, zone) {
            (Some(name), Some(zone)) => {
                fields.finish()?;
                Ok(Change { name, zone, phone, birth_date, sex, address })
            }
            _ => Err(fields.refusal()),
        }
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
        let after = change.of(before.clone());
        assert_eq!((after.email, after.phone), (before.email, None));
        assert_eq!((after.name.as_str(), after.zone.as_str()), ("Asha K. Rao", "Europe/London"));
    }

    #[test]
    fn every_wrong_field_is_pointed_at() {
        let body = r#"{"name": "", "zone": "IST", "phone": "98765", "birthDate": "31-05-1990", "sex": "F",
            "address": "\u200b"}"#;
        let all = ["#/name", "#/zone", "#/phone", "#/birthDate", "#/sex", "#/address"];
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
        for empty in [r#""phone": null"#, r#""phone": """#, r#""phone": " ", "birthDate": "", "address": " ""#] {
            let change = change(empty);
            assert_eq!((change.phone, change.birth_date, change.address), (None, None, None), "{empty}");
        }
    }

    #[test]
    fn the_day_of_birth_is_judged_by_the_local_calendar() {
        // In Kolkata it is already the 23rd.
        let body = |zone: &str| format!(r#"{{"name": "Asha", "zone": "{zone}", "birthDate": "2026-11-23"}}"#);
        assert!(parsed(&body("Asia/Kolkata"), "2026-11-22T20:00:00Z").is_ok());
        assert_eq!(parsed(&body("Europe/London"), "2026-11-22T20:00:00Z").unwrap_err(), ["#/birthDate"]);
    }
}
