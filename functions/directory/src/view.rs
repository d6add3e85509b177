//! The view of a doctor for all signed-in users. It has neither the e-mail address for notifications nor the reason of
//! a suspension.

use crate::terms::TermsBody;
use api::{Open, View};
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Language, Speciality};
use domain::directory::doctor::{Doctor, DoctorStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The doctor that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorPath {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    pub doctor_id: DoctorId,
}

/// A doctor as users see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Doctor)]
pub struct DoctorView {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    id: DoctorId,
    /// The title before the name. Absent if the doctor has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Dr.")]
    title: Option<String>,
    /// The doctor's name, without the title.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The name with the title, as people read it.
    #[schema(example = "Dr. Asha Rao")]
    display_name: String,
    /// The number in the medical register, with which a patient can verify the doctor.
    #[schema(example = "KMC/12345")]
    registration_number: String,
    /// The doctor's degrees.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// The doctor's description for patients. Absent if the doctor has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Twenty years of cardiology in Bengaluru.")]
    bio: Option<String>,
    /// The doctor's specialities, the main one first.
    #[schema(value_type = Vec<String>, example = json!(["cardiology"]))]
    specialities: Vec<Speciality>,
    /// The languages in which the doctor consults, as tags (BCP 47).
    #[schema(value_type = Vec<String>, example = json!(["en-IN", "hi"]))]
    languages: Vec<Language>,
    /// The fee, in paise, of a visit that is booked now.
    #[schema(value_type = i64, example = 50000)]
    fee: Paise,
    /// The terms of the doctor's visits, beyond a visit of one slot at the fee.
    #[schema(inline)]
    terms: TermsBody,
    /// The IANA time zone of the doctor's hours.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// `active`, or `suspended` if the doctor cannot be booked.
    #[schema(example = "active")]
    standing: &'static str,
    /// The instant of the suspension.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    suspended_at: Option<Timestamp>,
}

impl View for DoctorView {
    type Data = Open;
}

impl DoctorView {
    /// The view of a doctor.
    pub fn of(doctor: &Doctor) -> Self {
        let (standing, suspended_at) = match doctor.standing {
            DoctorStatus::Active => ("active", None),
            DoctorStatus::Suspended { at, .. } => ("suspended", Some(at)),
        };
        DoctorView {
            id: doctor.id,
            title: doctor.title.as_ref().map(ToString::to_string),
            name: doctor.name.to_string(),
            display_name: doctor.display_name().into(),
            registration_number: doctor.registration_number.to_string(),
            qualification: doctor.qualification.to_string(),
            bio: doctor.bio.as_ref().map(ToString::to_string),
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
