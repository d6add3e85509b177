//! The keys of doctors and of the directory.

use domain::core::id::DoctorId;
use domain::core::person::{Language, RegistrationNumber, Speciality};
use domain::directory::doctor::Doctor;

use crate::table::entities::entities;
use crate::table::key::{KeyPart, Span};

entities! {
    /// A doctor.
    Doctor(doctor: DoctorId) "doctor" = "DOC#{doctor}" | "DOCTOR"
        new DOCTOR_NEW "a second registration would overwrite a doctor, her suspension included"
        unchanged DOCTOR_UNCHANGED "a revision would undo a suspension that it has not seen";
    /// A registration number in use.
    Registration(number: RegistrationNumber) "registration" = "REG#{number}" | "REG"
        new REGISTRATION_NUMBER_FREE "two doctors would practise under one registration number";
    /// An entry of the directory: a doctor under a speciality or any (`*`), and a language or any.
    Listing(speciality: Option<Speciality>, language: Option<Language>, listed: Listed) "listing"
        = "DIR#{speciality}#{language}" | "{listed}";
}

/// A doctor in the order of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Listed {
    /// The name in lower case: what a prefix is compared with, and the order of a page.
    name: String,
    pub doctor: DoctorId,
}

/// `<name, lower case>#<doctor>`.
impl KeyPart for Listed {
    fn text(&self) -> String {
        format!("{}#{}", self.name, self.doctor)
    }

    fn read(text: &str) -> Option<Self> {
        let (name, doctor) = text.rsplit_once('#')?;
        Some(Self { name: name.to_owned(), doctor: doctor.parse().ok()? })
    }
}

fn sort_name(name: &str) -> String {
    name.to_lowercase()
}

/// Every entry of a doctor: each of the specialities, or any, with each of the languages, or any. At
/// most 6 x 7 of them.
pub(crate) fn listings_of(doctor: &Doctor) -> Vec<Key> {
    let specialities: Vec<Option<Speciality>> = doctor.specialities.iter().cloned().map(Some).chain([None]).collect();
    let languages: Vec<Option<Language>> = doctor.languages.iter().cloned().map(Some).chain([None]).collect();
    let listed = Listed { name: sort_name(doctor.name.as_str()), doctor: doctor.id };
    specialities
        .into_iter()
        .flat_map(|speciality| languages.iter().map(move |language| (speciality.clone(), language.clone())))
        .map(|(speciality, language)| Key::Listing(speciality, language, listed.clone()))
        .collect()
}

impl Span {
    /// The doctors of one partition of the directory, by the beginning of their names.
    pub fn directory(speciality: Option<&Speciality>, language: Option<&Language>, prefix: Option<&str>) -> Self {
        let any = |part: Option<String>| part.text();
        let (speciality, language) = (any(speciality.map(KeyPart::text)), any(language.map(KeyPart::text)));
        let partition = Self::partition::<Key>(format!("DIR#{speciality}#{language}"));
        match prefix {
            Some(prefix) => partition.beginning_with(sort_name(prefix)),
            None => partition,
        }
    }
}
