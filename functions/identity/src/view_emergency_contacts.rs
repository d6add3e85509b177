//! `GET /v1/me/emergency-contacts`: the people to call if something happens to the caller.

use crate::emergency_contacts::EmergencyContactsView;
use crate::profiles::Profiles;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint};
use domain::access::Role;
use domain::audit::EventType;

/// The endpoint `viewEmergencyContacts`.
pub static ENDPOINT: Endpoint<Profiles, (), Disclosed<EmergencyContactsView>> = Endpoint::get(
    "/v1/me/emergency-contacts",
    "viewEmergencyContacts",
    "View your emergency contacts",
    &handle,
)
.details(
    "The people to call if something happens to the caller, in their order. The doctor of a confirmed visit sees \
             them in `viewAppointment`. They are part of the profile and have its version.",
)
.allow(&[Role::Patient])
.problems(&[&problem::NOT_FOUND]);

async fn handle(cx: Context, profiles: Profiles, (): ()) -> Result<Disclosed<EmergencyContactsView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let (profile, details) = profiles.own(patient.into()).await?;
    let about = About::of("emergency_contacts", &patient.to_string(), patient);
    let view = EmergencyContactsView::from(&details.emergency_contacts);
    let disclosed = cx.disclose(&profiles.storage, EventType::EmergencyContactsViewed, about, view).await?;
    Ok(disclosed.tagged(profile.version))
}
