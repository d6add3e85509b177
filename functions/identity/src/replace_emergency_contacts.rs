//! `PUT /v1/me/emergency-contacts`: the caller says who is called if something happens to them.

use crate::emergency_contacts::{EmergencyContactsView, ReplaceEmergencyContacts};
use crate::profiles::Profiles;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, Json, Variable};
use domain::access::Role;
use domain::audit::EventType;
use domain::core::person::{PersonalDetails, PhoneRegion};

/// The endpoint `replaceEmergencyContacts`.
pub static ENDPOINT: Endpoint<ContactPorts, Json<ReplaceEmergencyContacts>, Disclosed<EmergencyContactsView>> =
    Endpoint::put("/v1/me/emergency-contacts", "replaceEmergencyContacts", "Replace your emergency contacts", &handle)
        .details(
            "Replaces the people to call if something happens to the caller; an empty list removes all of them. They are \
             part of the profile: `If-Match` names the version of the profile.",
        )
        .allow(&[Role::Patient])
        .problems(&[&problem::NOT_FOUND]);

/// The profiles, and the country of telephone numbers without a country code.
#[derive(Clone)]
pub struct ContactPorts {
    profiles: Profiles,
    phone_region: PhoneRegion,
}

impl FromEnvironment for ContactPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(ContactPorts { profiles: Profiles::wire(aws)?, phone_region: aws.parsed(Variable::PhoneRegion)? })
    }
}

async fn handle(
    cx: Context,
    ports: ContactPorts,
    Json(body): Json<ReplaceEmergencyContacts>,
) -> Result<Disclosed<EmergencyContactsView>, Problem> {
    const EVENT: EventType = EventType::EmergencyContactsReplaced;
    let contacts = body.parse(ports.phone_region)?;
    let with_contacts = |before| PersonalDetails { emergency_contacts: contacts.clone(), ..before };
    let (profile, details) = ports.profiles.change(&cx, EVENT, with_contacts).await?;
    // The answer shows what was written, so the audit event of the write also records the disclosure.
    let view = EmergencyContactsView::from(&details.emergency_contacts);
    Ok(cx.disclose_written(EVENT, view).await?.tagged(profile.version))
}
