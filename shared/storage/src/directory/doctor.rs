//! Doctors, and the directory in which patients find them: an entry for each way of looking, so that a page
//! of any search is one query of one partition, however many doctors there are.

use domain::audit::EventType;
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Email, Language, PersonName, Qualification, RegistrationNumber, Speciality};
use domain::core::time::Zone;
use domain::directory::doctor::{Doctor, DoctorStatus, Terms};
use domain::messages::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::directory::keys::{Key, listings_of};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::key::{ItemKey, Span};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// A doctor in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorListing {
    /// Whose entry it is.
    pub doctor: DoctorId,
    /// See [`Doctor::name`].
    pub name: PersonName,
    /// See [`Doctor::qualification`].
    pub qualification: Qualification,
    /// See [`Doctor::specialities`].
    pub specialities: Vec<Speciality>,
    /// See [`Doctor::languages`].
    pub languages: Vec<Language>,
    /// See [`Doctor::fee`].
    pub fee: Paise,
}

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
    name: PersonName,
    registration_number: RegistrationNumber,
    qualification: Qualification,
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

#[derive(Serialize, Deserialize)]
struct ListingRecord {
    name: PersonName,
    qualification: Qualification,
    specialities: Vec<Speciality>,
    languages: Vec<Language>,
    fee: Paise,
}

/// Whose number it is.
#[derive(Serialize)]
struct RegistrationRecord {
    doctor: DoctorId,
}

pub(crate) fn item(doctor: &Doctor) -> Item {
    let Doctor {
        id, name, registration_number, qualification, specialities, languages, fee, terms, zone, email, ..
    } = doctor.clone();
    let standing = match doctor.standing.clone() {
        DoctorStatus::Active => StandingRecord::Active,
        DoctorStatus::Suspended { at, reason } => {
            StandingRecord::Suspended { suspended_at: at, suspended_because: reason }
        }
    };
    let record =
        Record { name, registration_number, qualification, specialities, languages, fee, terms, zone, email, standing };
    Item::new(Key::Doctor(id), &record).version(doctor.version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Doctor, StorageError> {
    let Key::Doctor(id) = row.key()? else { return Err(row.inconsistent("not a doctor")) };
    let Record { name, registration_number, qualification, specialities, languages, fee, terms, zone, email, standing } =
        row.record()?;
    let standing = match standing {
        StandingRecord::Active => DoctorStatus::Active,
        StandingRecord::Suspended { suspended_at, suspended_because } => {
            DoctorStatus::Suspended { at: suspended_at, reason: suspended_because }
        }
    };
    let version = row.version()?;
    Ok(Doctor {
        id,
        name,
        registration_number,
        qualification,
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

fn listing_item(key: Key, doctor: &Doctor) -> Item {
    let Doctor { name, qualification, specialities, languages, fee, .. } = doctor.clone();
    Item::new(key, &ListingRecord { name, qualification, specialities, languages, fee })
}

fn read_listing(row: &Row) -> Result<DoctorListing, StorageError> {
    let Key::Listing(_, _, listed) = row.key()? else { return Err(row.inconsistent("not a directory entry")) };
    let ListingRecord { name, qualification, specialities, languages, fee } = row.record()?;
    Ok(DoctorListing { doctor: listed.doctor, name, qualification, specialities, languages, fee })
}

/// What a change of a doctor means to others.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let before = before.map(read).transpose()?;
    let after = read(after)?;
    let Some(before) = before else { return Ok(None) };
    if before.is_active() && !after.is_active() {
        return Ok(Some(Message::DoctorSuspended { doctor: after.id }));
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
        let number = Key::Registration(doctor.registration_number.clone());
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
        let entries = listings_of(doctor).into_iter();
        let transaction =
            entries.fold(transaction, |transaction, key| transaction.put_unconditionally(listing_item(key, doctor)));
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
                names.push((id, doctor.name.as_str().to_owned()));
            }
        }
        Ok(names)
    }

    /// Active doctors by speciality and language, or any, whose names begin with a text, in the order of their
    /// names. The entries are written with the doctor, in one transaction.
    ///
    /// Key condition: `DIR#` partition, name begins with.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn search(
        &self,
        speciality: Option<&Speciality>,
        language: Option<&Language>,
        name_prefix: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<DoctorListing>, StorageError> {
        let span = Span::directory(speciality, language, name_prefix);
        self.page(span, page).await?.try_map(|row| read_listing(&row))
    }

    /// Writes a revision of a doctor, and the directory entries that follow from it. `before` is what was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_revision(&self, before: &Doctor, after: &Doctor, prov: &Provenance) -> Result<(), CommitError> {
        let updated = item(after).event(EventType::DoctorUpdated);
        let transaction = Transaction::by(prov).put(updated, unchanged(before), OnFailure::Stale);
        let now_listed = if after.is_active() { listings_of(after) } else { Vec::new() };
        let transaction = unlisted(transaction, before, &now_listed);
        now_listed
            .into_iter()
            .fold(transaction, |transaction, key| transaction.put_unconditionally(listing_item(key, after)))
            .commit(self)
            .await
    }

    /// Writes a suspension, and takes the doctor out of the directory.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_suspension(&self, suspended: &Doctor, prov: &Provenance) -> Result<(), CommitError> {
        let item = item(suspended).event(EventType::DoctorSuspended);
        let transaction = Transaction::by(prov).put(item, unchanged(suspended), OnFailure::Stale);
        unlisted(transaction, suspended, &[]).commit(self).await
    }
}

fn unchanged(read: &Doctor) -> Condition {
    Guard::DOCTOR_UNCHANGED.expecting(read.version)
}

/// Removes the entries that a doctor had and is not to have any more.
fn unlisted(transaction: Transaction, before: &Doctor, kept: &[Key]) -> Transaction {
    let gone = listings_of(before).into_iter().filter(|entry| !kept.contains(entry));
    gone.fold(transaction, |transaction, entry| transaction.delete_unconditionally(entry))
}
