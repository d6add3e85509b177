//! A doctor as every signed-in user sees them: without the address for mails, and without the reason of a suspension.

use crate::terms::TermsBody;
use api::{Open, View};
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Language, Speciality};
use domain::directory::doctor::{Doctor, DoctorStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which doctor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorPath {
    /// The doctor.
    #[schema(value_type = uuid::Uuid)]
    pub doctor_id: DoctorId,
}

/// A doctor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Doctor)]
pub struct DoctorView {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    id: DoctorId,
    /// As the doctor is called.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The number in the medical register, by which a patient can verify the doctor.
    #[schema(example = "KMC/12345")]
    registration_number: String,
    /// Degrees.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// What the doctor treats, foremost first.
    #[schema(value_type = Vec<String>, example = json!(["cardiology"]))]
    specialities: Vec<Speciality>,
    /// The languages in which the doctor consults.
    #[schema(value_type = Vec<String>, example = json!(["en-IN", "hi"]))]
    languages: Vec<Language>,
    /// What a visit costs that is booked now, in paise.
    #[schema(value_type = i64, example = 50000)]
    fee: Paise,
    /// How the doctor can be booked, beyond a visit of one slot at the fee.
    #[schema(inline)]
    terms: TermsBody,
    /// The IANA time zone of the doctor's hours.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// `active`, or `suspended`: can't be booked.
    #[schema(example = "active")]
    standing: &'static str,
    /// Since when the doctor is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    suspended_at: Option<Timestamp>,
}

impl View for DoctorView {
    type Data = Open;
}

impl DoctorView {
    /// The doctor as they are.
    pub fn of(doctor: &Doctor) -> Self {
        let (standing, suspended_at) = match doctor.standing {
            DoctorStatus::Active => ("active", None),
            DoctorStatus::Suspended { at, .. } => ("suspended", Some(at)),
        };
        DoctorView {
            id: doctor.id,
            name: doctor.name.to_string(),
            registration_number: doctor.registration_number.to_string(),
            qualification: doctor.qualification.to_string(),
            specialities: doctor.specialities.clone(),
            languages: doctor.languages.clone(),
            fee: doctor.fee,
            terms: TermsBody::of(&doctor.terms),
            zone: doctor.zone.as_str().to_owned(),
            standing,
            suspended_at,
        }
    }
}
