//! Who comes: the patients of a page, as their doctor sees them. Their profiles are read in one batch.

use crate::intake::IntakePorts;
use crate::view::AppointmentView;
use crate::waitlist::EntryView;
use api::{Context, Health, Problem, View};
use domain::access::Actor;
use domain::appointments::appointment::{Appointment, Stage};
use domain::appointments::waitlist::Entry;
use domain::core::id::{DoctorId, PatientId, UserId};
use domain::core::person::{EmergencyContact, PersonalDetails, Sex};
use domain::core::time::Zone;
use gateway::vault::open_profiles;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A patient, as the patient's doctor sees them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Patient)]
pub struct PatientView {
    /// The name of the patient's profile.
    #[schema(example = "Meera Iyer")]
    name: String,
    /// The age in whole years today. Absent if the profile has no day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 36)]
    age: Option<u8>,
    /// `female`, `male` or `other`. Absent if the profile does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "female")]
    sex: Option<Sex>,
    /// The telephone number in the format E.164. Absent if the profile has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+919876543210")]
    phone: Option<String>,
}

/// The patient of a visit that a doctor looks at, with the people to call if something happens to the patient.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VisitingPatient {
    /// The patient.
    #[serde(flatten)]
    patient: PatientView,
    /// The people to call, in the order in which the patient wants them called. Absent if the profile has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emergency_contacts: Vec<PatientContact>,
}

/// A person to call if something happens to the patient.
#[derive(Debug, Serialize, ToSchema)]
pub struct PatientContact {
    /// The contact's name.
    #[schema(example = "Ravi Iyer")]
    name: String,
    /// What the contact is to the patient, in the patient's words.
    #[schema(example = "husband")]
    relation: String,
    /// The contact's telephone number in the format E.164.
    #[schema(example = "+919876543211")]
    phone: String,
}

impl From<&EmergencyContact> for PatientContact {
    fn from(contact: &EmergencyContact) -> Self {
        PatientContact {
            name: contact.name.to_string(),
            relation: contact.relation.as_str().to_owned(),
            phone: contact.phone.as_str().to_owned(),
        }
    }
}

/// An appointment and, for its doctor, the patient.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListedAppointment)]
pub struct ListedAppointment {
    /// The appointment.
    #[serde(flatten)]
    appointment: AppointmentView,
    /// The patient. Present for the doctor of a visit that was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<PatientView>,
}

/// A waiting list entry and, for its doctor, the patient.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListedWaitlistEntry)]
pub struct ListedEntry {
    /// The entry.
    #[serde(flatten)]
    entry: EntryView,
    /// The patient. Present if the caller is the doctor that the patient waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<PatientView>,
}

impl View for ListedAppointment {
    type Data = Health;
}

impl View for ListedEntry {
    type Data = Health;
}

/// The patients of a page, by their ids, as far as the caller may know them.
pub(crate) struct Patients(BTreeMap<UserId, PersonalDetails>);

impl Patients {
    /// Reads the profiles of these people.
    ///
    /// # Errors
    /// 503 if the table or the vault does not answer.
    pub(crate) async fn read(ports: &IntakePorts, users: BTreeSet<UserId>) -> Result<Self, Problem> {
        if users.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let profiles = ports.storage.profiles(&users).await?;
        let sealed = profiles.into_iter().map(|profile| (profile.id, profile.details.as_sealed().to_owned()));
        Ok(Self(open_profiles(ports.vault.as_ref(), sealed).await.map_err(Problem::unavailable)?))
    }

    fn view(&self, patient: PatientId, zone: &Zone, now: Timestamp) -> Option<PatientView> {
        let details = self.0.get(&UserId::from(patient))?;
        Some(PatientView {
            name: details.name.to_string(),
            age: details.birth_date.as_ref().map(|birth| birth.age_on(zone.date(now))),
            sex: details.sex,
            phone: details.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        })
    }

    /// The patient of an appointment, if the caller may know who it is and the patient's data was not erased.
    pub(crate) fn of(&self, cx: &Context, appointment: &Appointment) -> Option<PatientView> {
        is_told(cx, appointment).then(|| self.view(appointment.patient, &appointment.zone, cx.now())).flatten()
    }

    /// The patient of an appointment with the emergency contacts, under the same condition. Lists leave the contacts out,
    /// because they serve an emergency in one visit.
    pub(crate) fn visiting(&self, cx: &Context, appointment: &Appointment) -> Option<VisitingPatient> {
        let patient = self.of(cx, appointment)?;
        let details = self.0.get(&UserId::from(appointment.patient))?;
        let emergency_contacts = details.emergency_contacts.as_slice().iter().map(PatientContact::from).collect();
        Some(VisitingPatient { patient, emergency_contacts })
    }

    /// An appointment with its patient.
    pub(crate) fn with_visit(&self, cx: &Context, appointment: &Appointment) -> ListedAppointment {
        ListedAppointment { appointment: AppointmentView::of(cx, appointment), patient: self.of(cx, appointment) }
    }

    /// An entry with its patient.
    pub(crate) fn with_entry(&self, cx: &Context, entry: &Entry) -> ListedEntry {
        // An entry has no place, so the age is that of the day in India.
        ListedEntry { entry: EntryView::of(entry), patient: self.view(entry.patient, &Zone::default(), cx.now()) }
    }
}

/// The patients of these appointments, as far as the caller may know them.
pub(crate) fn who_come<'a>(cx: &Context, appointments: impl IntoIterator<Item = &'a Appointment>) -> BTreeSet<UserId> {
    let told = appointments.into_iter().filter(|appointment| is_told(cx, appointment));
    told.map(|appointment| appointment.patient.into()).collect()
}

/// The patients of these entries, if the caller is the doctor whose queue it is.
pub(crate) fn who_wait(cx: &Context, doctor: Option<DoctorId>, entries: &[Entry]) -> BTreeSet<UserId> {
    let is_told = doctor.is_some_and(|doctor| is_doctor(cx, doctor));
    entries.iter().filter(|_| is_told).map(|entry| entry.patient.into()).collect()
}

/// Whether the caller learns who comes: only the doctor of the visit, and not by a hold, which costs nothing.
fn is_told(cx: &Context, appointment: &Appointment) -> bool {
    let was_confirmed = match appointment.stage {
        Stage::Held { .. } => false,
        Stage::Cancelled(_) => appointment.was_confirmed(),
        _ => true,
    };
    was_confirmed && is_doctor(cx, appointment.doctor)
}

fn is_doctor(cx: &Context, doctor: DoctorId) -> bool {
    cx.caller.actors().contains(&Actor::Doctor(doctor))
}
