//! Doctors. Each write of a doctor also writes the doctor's entries of the directory ([`super::entry`]).

use domain::audit::EventType;
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{
    Biography, Email, Language, PersonName, Qualification, RegistrationNumber, Speciality, Title,
};
use domain::core::time::Zone;
use domain::directory::doctor::{Doctor, DoctorStatus, Terms};
use domain::messages::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::directory::entry::{EntryChanges, new_spellings};
use crate::directory::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::key::ItemKey;
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// Why a doctor is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationRefusal {
    /// Another doctor has the registration number.
    #[error("the registration number belongs to another doctor")]
    NumberTaken,
    /// The user is registered as a doctor already.
    #[error("the user is registered as a doctor already")]
    AlreadyRegistered,
}

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Title>,
    name: PersonName,
    registration_number: RegistrationNumber,
    qualification: Qualification,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bio: Option<Biography>,
    specialities: Vec<Speciality>,
    languages: Vec<Language>,
    fee: Paise,
    #[serde(default, skip_serializing_if = "is_usual")]
    terms: Terms,
    zone: Zone,
    email: Email,
    #[serde(flatten)]
    standing: StandingRecord,
}

fn is_usual(terms: &Terms) -> bool {
    *terms == Terms::default()
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StandingRecord {
    Active,
    Suspended {
        #[serde(with = "ms::required")]
        suspended_at: Timestamp,
        suspended_because: String,
    },
}

/// Whose number it is.
#[derive(Serialize)]
struct RegistrationRecord {
    doctor: DoctorId,
}

pub(crate) fn item(doctor: &Doctor) -> Item {
    let Doctor {
        id,
        title,
        name,
        registration_number,
        qualification,
        bio,
        specialities,
        languages,
        fee,
        terms,
        zone,
        email,
        ..
    } = doctor.clone();
    let standing = match doctor.standing.clone() {
        DoctorStatus::Active => StandingRecord::Active,
        DoctorStatus::Suspended { at, reason } => {
            StandingRecord::Suspended { suspended_at: at, suspended_because: reason }
        }
    };
    let record = Record {
        title,
        name,
        registration_number,
        qualification,
        bio,
        specialities,
        languages,
        fee,
        terms,
        zone,
        email,
        standing,
    };
    Item::new(Key::Doctor(id), &record).version(doctor.version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Doctor, StorageError> {
    let Key::Doctor(id) = row.key()? else { return Err(row.inconsistent("not a doctor")) };
    let Record {
        title,
        name,
        registration_number,
        qualification,
        bio,
        specialities,
        languages,
        fee,
        terms,
        zone,
        email,
        standing,
    } = row.record()?;
    let standing = match standing {
        StandingRecord::Active => DoctorStatus::Active,
        StandingRecord::Suspended { suspended_at, suspended_because } => {
            DoctorStatus::Suspended { at: suspended_at, reason: suspended_because }
        }
    };
    let version = row.version()?;
    Ok(Doctor {
        id,
        title,
        name,
        registration_number,
        qualification,
        bio,
        specialities,
        languages,
        fee,
        terms,
        zone,
        email,
        standing,
        version,
    })
}

/// What a change of a doctor means to others.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let before = before.map(read).transpose()?;
    let after = read(after)?;
    let Some(before) = before else { return Ok(None) };
    match (before.is_active(), after.is_active()) {
        (true, false) => return Ok(Some(Message::DoctorSuspended { doctor: after.id })),
        (false, true) => return Ok(Some(Message::DoctorReinstated { doctor: after.id })),
        _ => {}
    }
    let found_by = |doctor: &Doctor| {
        let Doctor { specialities, languages, terms, zone, .. } = doctor.clone();
        (specialities, languages, terms.daily_limit, zone)
    };
    let is_news = found_by(&before) != found_by(&after);
    Ok(is_news.then_some(Message::FirstFreeSlotsDue { doctor: after.id, date: None }))
}

impl Storage {
    /// Writes a new doctor, takes the registration number, and enters the doctor into
    /// the directory.
    ///
    /// # Errors
    /// [`RegistrationRefusal`], or another [`CommitError`].
    pub async fn commit_registration(
        &self,
        doctor: &Doctor,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError<RegistrationRefusal>> {
        let id = doctor.id;
        let number = Key::Registration(doctor.registration_number.identity());
        self.write_ahead(new_spellings(None, doctor), prov).await?;
        let transaction = Transaction::by(prov)
            .put(
                item(doctor).event(EventType::DoctorRegistered),
                Guard::DOCTOR_NEW,
                OnFailure::Refuse(RegistrationRefusal::AlreadyRegistered),
            )
            .put(
                Item::new(number, &RegistrationRecord { doctor: id }),
                Guard::REGISTRATION_NUMBER_FREE,
                OnFailure::Refuse(RegistrationRefusal::NumberTaken),
            )
            .claim(claim, answer, prov.at);
        let transaction = EntryChanges::between(None, doctor).add(transaction, 3, self, prov).await?;
        claim.conclude(transaction.commit(self).await, prov.at)
    }

    /// A doctor, suspended or not.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn doctor(&self, id: DoctorId) -> Result<Option<Doctor>, StorageError> {
        self.row(Key::Doctor(id)).await?.map(|row| read(&row)).transpose()
    }

    /// The names of some doctors (at most 100), in one read; of those that there are.
    ///
    /// Key condition: `DOCTOR` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn doctor_names(
        &self,
        doctors: impl IntoIterator<Item = DoctorId>,
    ) -> Result<Vec<(DoctorId, String)>, StorageError> {
        let doctors: Vec<DoctorId> = doctors.into_iter().collect();
        if doctors.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = self.rows(ItemKey::all(doctors.iter().copied().map(Key::Doctor))).await?;
        let mut names = Vec::with_capacity(doctors.len());
        for id in doctors {
            if let Some(doctor) = rows.read(Key::Doctor(id), read)? {
                names.push((id, doctor.display_name().into()));
            }
        }
        Ok(names)
    }

    /// Writes a revision of a doctor, and the directory entries that follow from it. `before` is what was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_revision(&self, before: &Doctor, after: &Doctor, prov: &Provenance) -> Result<(), CommitError> {
        self.write_ahead(new_spellings(Some(before), after), prov).await?;
        let updated = item(after).event(EventType::DoctorUpdated);
        let transaction = Transaction::by(prov).put(updated, unchanged(before), OnFailure::Stale);
        let entries = EntryChanges::between(Some(before), after);
        entries.add(transaction, 1, self, prov).await?.commit(self).await
    }

    /// Writes a suspension, and takes the doctor out of the directory.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_suspension(&self, suspended: &Doctor, prov: &Provenance) -> Result<(), CommitError> {
        let before = Doctor { standing: DoctorStatus::Active, ..suspended.clone() };
        self.commit_standing(&before, suspended, EventType::DoctorSuspended, prov).await
    }

    /// Writes the end of a suspension, and enters the doctor into the directory again. `suspended` is what was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_reinstatement(
        &self,
        suspended: &Doctor,
        reinstated: &Doctor,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        self.commit_standing(suspended, reinstated, EventType::DoctorReinstated, prov).await
    }

    async fn commit_standing(
        &self,
        before: &Doctor,
        after: &Doctor,
        event: EventType,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let transaction = Transaction::by(prov).put(item(after).event(event), unchanged(before), OnFailure::Stale);
        let entries = EntryChanges::between(Some(before), after);
        entries.add(transaction, 1, self, prov).await?.commit(self).await
    }
}

pub(crate) fn unchanged(read: &Doctor) -> Condition {
    Guard::DOCTOR_UNCHANGED.expecting(read.version)
}
