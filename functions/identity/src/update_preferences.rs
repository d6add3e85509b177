//! `PUT /v1/me/preferences`: the caller chooses how the service speaks to them.

use crate::preferences::PreferencesView;
use crate::profiles::Profiles;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::EventType;
use domain::core::person::{Language, PersonalDetails, Preferences, ReminderWish};
use domain::core::time::Zone;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `updatePreferences`.
pub static ENDPOINT: Endpoint<Profiles, Json<UpdatePreferences>, Ok200<PreferencesView>> =
    Endpoint::put("/v1/me/preferences", "updatePreferences", "Replace your preferences", &handle)
        .details(
            "Replaces the language, the time zone and the wish for reminders. Without reminders the messages that a visit \
             was confirmed, moved or cancelled still come. The preferences are part of the profile: `If-Match` names the \
             version of the profile.",
        )
        .problems(&[&problem::NOT_FOUND]);

/// The preferences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePreferences {
    /// The language in which the user reads, as a tag of BCP 47.
    #[schema(example = "hi")]
    language: String,
    /// The IANA time zone of the user's local times.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// Which reminders of visits are sent: `all` or `none`.
    #[schema(example = "all")]
    reminders: String,
}

async fn handle(
    cx: Context,
    profiles: Profiles,
    Json(body): Json<UpdatePreferences>,
) -> Result<Ok200<PreferencesView>, Problem> {
    let preferences = body.parse()?;
    let with_preferences = |before| PersonalDetails { preferences: preferences.clone(), ..before };
    let (profile, details) = profiles.change(&cx, EventType::PreferencesUpdated, with_preferences).await?;
    Ok(Ok200::new(details.preferences.into()).tagged(profile.version))
}

impl UpdatePreferences {
    fn parse(&self) -> Result<Preferences, Problem> {
        let mut fields = Fields::default();
        let language = fields.parse("language", Language::parse(&self.language));
        let zone = fields.parse("zone", Zone::parse(&self.zone));
        let reminders = fields.parse("reminders", self.reminders.parse::<ReminderWish>());
        match (language, zone, reminders) {
            (Some(language), Some(zone), Some(reminders)) => Ok(Preferences { language, zone, reminders }),
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_choice_is_pointed_at() {
        let body = UpdatePreferences { language: "x".into(), zone: "IST".into(), reminders: "some".into() };
        let errors = body.parse().unwrap_err().body("r").errors;
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/language", "#/zone", "#/reminders"]);
    }
}
