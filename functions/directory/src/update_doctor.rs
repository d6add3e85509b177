//! `PUT /v1/doctors/{doctorId}`: the doctor or an administrator replaces the doctor's profile.
//!
//! The entries of the directory change in the same transaction. Booked visits keep the fee and the doctor's name of the
//! time of booking. The registration number and the standing are not changed here.

use crate::presentation::{Draft, Presentation};
use crate::terms::TermsBody;
use crate::view::{DoctorPath, DoctorView};
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use domain::directory::doctor::{Doctor, DoctorRevision};
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `updateDoctor`.
pub static ENDPOINT: Endpoint<Storage, (Path<DoctorPath>, Json<UpdateDoctor>), Ok200<DoctorView>> =
    Endpoint::put("/v1/doctors/{doctorId}", "updateDoctor", "Replace a doctor's profile", &handle)
        .details(
            "Replaces the profile that patients see, with the fee and the terms: lengths and fees of the kinds of \
             visits, the follow-up, the daily limit. Booked visits keep the fee and the doctor's name of the time of \
             booking. The registration number and the standing are not changed here.",
        )
        .allow(&[Role::Admin, Role::Doctor]);

/// The fields of a doctor that can be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateDoctor {
    /// The title before the name, at most 20 characters; empty for none. If it is left out, the title in the name
    /// counts, otherwise the title does not change.
    #[schema(example = "Dr.")]
    title: Option<String>,
    /// The doctor's name, 1 to 100 characters.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The doctor's degrees, 1 to 100 characters.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// The doctor's description for patients, at most 500 characters; empty for none. It does not change if it
    /// is left out.
    #[schema(example = "Twenty years of cardiology in Bengaluru.")]
    bio: Option<String>,
    /// The doctor's specialities, the main one first: 1 to 5, each by a code, a name or a synonym of
    /// `listSpecialities`.
    #[schema(example = json!(["cardiology"]))]
    specialities: Vec<String>,
    /// The languages in which the doctor consults: 1 to 6, each by a tag (BCP 47) or a name of `listLanguages`.
    #[schema(example = json!(["en-IN", "hi"]))]
    languages: Vec<String>,
    /// The fee, in paise, of visits that are booked from now on; 0 if they are free of charge.
    #[schema(minimum = 0, maximum = 100_000_000, example = 50000)]
    fee: i64,
    /// The terms of the doctor's visits, beyond a visit of one slot at the fee.
    #[serde(default)]
    #[schema(inline)]
    terms: TermsBody,
    /// The IANA time zone of the doctor's hours.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// The e-mail address for notifications. No view shows the address, so it does not change if it is left out.
    #[schema(value_type = Option<String>, format = Email)]
    email: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<DoctorPath>, Json<UpdateDoctor>),
) -> Result<Ok200<DoctorView>, Problem> {
    let (presentation, email) = body.parse()?;
    cx.retrying(async || {
        let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let before = cx.authorize(Action::UpdateDoctor, doctor)?;
        cx.must_match(before.version)?;
        let after = before.clone().revise(revision(&before, presentation.clone(), email.clone()));
        storage.commit_revision(&before, &after, &cx.provenance()).await?;
        Ok(Ok200::new(DoctorView::of(&after)).tagged(after.version + 1))
    })
    .await
}

fn revision(before: &Doctor, presentation: Presentation, email: Option<Email>) -> DoctorRevision {
    let Presentation { title, name, qualification, bio, specialities, languages, fee, terms, zone } = presentation;
    let bio = bio.unwrap_or_else(|| before.bio.clone());
    let title = title.or(|| before.title.clone());
    let email = email.unwrap_or_else(|| before.email.clone());
    DoctorRevision { title, name, qualification, bio, specialities, languages, fee, terms, zone, email }
}

impl UpdateDoctor {
    fn parse(&self) -> Result<(Presentation, Option<Email>), Problem> {
        let UpdateDoctor { title, name, qualification, bio, specialities, languages, fee, terms, zone, email } = self;
        let mut fields = Fields::default();
        let (title, bio) = (title.as_deref(), bio.as_deref());
        let draft = Draft { title, name, qualification, bio, specialities, languages, fee: *fee, terms, zone };
        let presentation = draft.parse(&mut fields);
        let email = fields.parse_optional("email", email.as_ref().map(|text| Email::parse(text.expose())));
        match presentation {
            Some(presentation) => fields.finish().map(|()| (presentation, email)),
            None => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_optional_and_checked_and_a_registration_number_is_refused() {
        let mut body = serde_json::json!({
            "name": "Asha Rao", "qualification": "MBBS", "specialities": ["ent"], "languages": ["hi"],
            "fee": 0, "zone": "Asia/Kolkata",
        });
        let parsed = |body: &serde_json::Value| serde_json::from_value::<UpdateDoctor>(body.clone()).unwrap().parse();
        assert!(parsed(&body).unwrap().1.is_none());
        body["email"] = "asha".into();
        assert_eq!(parsed(&body).unwrap_err().body("r").errors[0].pointer, "#/email");
        body["registrationNumber"] = "KMC/2".into();
        assert!(serde_json::from_value::<UpdateDoctor>(body).is_err());
    }
}
