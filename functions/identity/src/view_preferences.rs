//! `GET /v1/me/preferences`: how the service speaks to the caller.

use crate::preferences::PreferencesView;
use crate::profiles::Profiles;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200};

/// The endpoint `viewPreferences`.
pub static ENDPOINT: Endpoint<Profiles, (), Ok200<PreferencesView>> = Endpoint::get(
    "/v1/me/preferences",
    "viewPreferences",
    "View your preferences",
    &handle,
)
.details(
    "The language and the time zone of the profile, and which reminders are sent. They are part of the profile and \
             have its version.",
)
.problems(&[&problem::NOT_FOUND]);

async fn handle(cx: Context, profiles: Profiles, (): ()) -> Result<Ok200<PreferencesView>, Problem> {
    let (profile, details) = profiles.own(cx.caller.user()?.id).await?;
    Ok(Ok200::new(details.preferences.into()).tagged(profile.version))
}
