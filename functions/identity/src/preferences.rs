//! What the two operations about preferences share: the view of them.

use api::{Open, View};
use domain::core::person::{Preferences, ReminderWish};
use serde::Serialize;
use utoipa::ToSchema;

/// How the service speaks to the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Preferences)]
pub struct PreferencesView {
    /// The language in which the user reads, as a tag of BCP 47. It is that of the profile.
    #[schema(example = "en")]
    language: String,
    /// The IANA time zone of the user's local times. It is that of the profile.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// Which reminders of visits are sent: `all` or `none`.
    #[schema(value_type = String, example = "all")]
    reminders: ReminderWish,
}

/// A language, a zone and a wish for reminders tell nothing of a person's health and do not name a person.
impl View for PreferencesView {
    type Data = Open;
}

impl From<Preferences> for PreferencesView {
    fn from(Preferences { language, zone, reminders }: Preferences) -> Self {
        PreferencesView { language: language.into(), zone: zone.into(), reminders }
    }
}
