//! A doctor as patients find and book them. The doctor's slots are in [`crate::availability::slot`].

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::core::id::DoctorId;
use crate::core::money::Paise;
use crate::core::person::{
    Biography, DoctorName, Email, Language, PersonName, Qualification, RegistrationNumber, Speciality, Title,
};
use crate::core::text::InvalidField;
use crate::core::time::Zone;
use crate::directory::visit_kind::VisitKind;

/// The most specialities of one doctor: each is a directory entry for each language.
pub const MAX_SPECIALITIES: usize = 5;
/// The most languages of one doctor.
pub const MAX_LANGUAGES: usize = 6;

/// A registered doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// The id of the Cognito user.
    pub id: DoctorId,
    /// The title before the name; `None` for a doctor who has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The name that patients see, without the title.
    pub name: PersonName,
    /// The number in the medical register, which never changes.
    pub registration_number: RegistrationNumber,
    /// The qualification that patients see.
    pub qualification: Qualification,
    /// The description for patients; `None` if the doctor has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<Biography>,
    /// The specialities, 1 to [`MAX_SPECIALITIES`]; see [`distinct_specialities`].
    pub specialities: Vec<Speciality>,
    /// The languages, 1 to [`MAX_LANGUAGES`]; see [`distinct_languages`].
    pub languages: Vec<Language>,
    /// The fee of a visit that is booked from now on, in paise. A visit at zero needs no payment.
    pub fee: Paise,
    /// The terms for visits beyond one slot at the usual fee.
    pub terms: Terms,
    /// The zone of the doctor's local times.
    pub zone: Zone,
    /// The address for notifications.
    pub email: Email,
    /// Whether patients can book the doctor.
    pub standing: DoctorStatus,
    /// The version that was read.
    pub version: u64,
}

impl Resource for Doctor {
    fn parties(&self) -> Parties {
        Parties::doctor(self.id)
    }
}

/// The most slots that one visit takes.
pub const MAX_SLOTS_OF_A_VISIT: u8 = 8;
/// The longest time after a visit in which a follow-up has a fee of its own, in days: half a year, as in the
/// Telemedicine Practice Guidelines (25 March 2020) for a follow-up of the same condition.
pub const MAX_FOLLOW_UP_DAYS: u16 = 183;

/// The terms of a doctor. A kind of visit that they do not name costs [`Doctor::fee`] and takes one slot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terms {
    /// Kinds of visits that take more time, or another fee.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<VisitKind, KindTerms>,
    /// The fee of a follow-up soon after a visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// The most visits of one local day, holds included; `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_limit: Option<u8>,
}

/// The terms of a kind of visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindTerms {
    /// The number of adjacent slots ([`crate::availability::slot::span`]): 1 to [`MAX_SLOTS_OF_A_VISIT`].
    pub slots: u8,
    /// The fee in paise.
    pub fee: Paise,
}

/// The terms of a follow-up that starts soon after a visit to the same doctor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The longest time after the visit, in days of 24 hours: 1 to [`MAX_FOLLOW_UP_DAYS`].
    pub within_days: u16,
    /// The fee in paise.
    pub fee: Paise,
}

/// Whether patients can book a doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DoctorStatus {
    /// Patients can find and book the doctor.
    Active,
    /// Patients can't book the doctor, and booked visits are cancelled and refunded.
    Suspended {
        /// The instant of the suspension.
        at: Timestamp,
        /// The reason, for administrators.
        reason: String,
    },
}

/// The data of a doctor that an update replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorRevision {
    /// See [`Doctor::title`].
    pub title: Option<Title>,
    /// See [`Doctor::name`].
    pub name: PersonName,
    /// See [`Doctor::qualification`].
    pub qualification: Qualification,
    /// See [`Doctor::bio`].
    pub bio: Option<Biography>,
    /// See [`Doctor::specialities`].
    pub specialities: Vec<Speciality>,
    /// See [`Doctor::languages`].
    pub languages: Vec<Language>,
    /// See [`Doctor::fee`]. Booked visits keep their fee.
    pub fee: Paise,
    /// See [`Doctor::terms`]. Booked visits keep their terms.
    pub terms: Terms,
    /// See [`Doctor::zone`].
    pub zone: Zone,
    /// See [`Doctor::email`].
    pub email: Email,
}

/// The doctor is suspended already; the first reason stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the doctor is suspended already")]
pub struct AlreadySuspended;

/// The doctor is not suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the doctor is not suspended")]
pub struct NotSuspended;

impl FollowUp {
    /// The last start of a follow-up that comes soon enough after a visit that was completed at `last`.
    pub fn last_start(&self, last: Timestamp) -> Timestamp {
        let within = SignedDuration::from_hours(24 * i64::from(self.within_days));
        last.checked_add(within).unwrap_or(Timestamp::MAX)
    }

    /// Whether a visit that starts at `start` comes soon enough after one that was completed at `last`.
    pub fn covers(&self, last: Timestamp, start: Timestamp) -> bool {
        start <= self.last_start(last)
    }
}

impl Doctor {
    /// The slots and the fee of a visit of this kind that starts at `start`, for a patient whose last visit to this
    /// doctor was completed at `last_visit`.
    pub fn terms_of(&self, kind: VisitKind, start: Timestamp, last_visit: Option<Timestamp>) -> KindTerms {
        let terms = self.usual_terms_of(kind);
        match self.follow_up_of(kind, start, last_visit) {
            Some((follow_up, _)) => KindTerms { fee: follow_up.fee, ..terms },
            None => terms,
        }
    }

    /// The last start at which such a visit still has the fee of [`terms_of`](Self::terms_of), if a later one costs
    /// more.
    pub fn fee_until(&self, kind: VisitKind, start: Timestamp, last_visit: Option<Timestamp>) -> Option<Timestamp> {
        let (follow_up, last) = self.follow_up_of(kind, start, last_visit)?;
        (follow_up.fee < self.usual_terms_of(kind).fee).then(|| follow_up.last_start(last))
    }

    fn usual_terms_of(&self, kind: VisitKind) -> KindTerms {
        self.terms.kinds.get(&kind).copied().unwrap_or(KindTerms { slots: 1, fee: self.fee })
    }

    /// The terms of a follow-up that apply, and the last visit that it follows.
    fn follow_up_of(
        &self,
        kind: VisitKind,
        start: Timestamp,
        last_visit: Option<Timestamp>,
    ) -> Option<(FollowUp, Timestamp)> {
        let (follow_up, last) = self.terms.follow_up.zip(last_visit)?;
        (kind == VisitKind::FollowUp && follow_up.covers(last, start)).then_some((follow_up, last))
    }

    /// The number of adjacent slots of a visit of this kind.
    pub fn slots_of(&self, kind: VisitKind) -> u8 {
        self.terms.kinds.get(&kind).map_or(1, |terms| terms.slots)
    }

    /// The name with the title, as people read it.
    pub fn display_name(&self) -> DoctorName {
        DoctorName::of(self.title.as_ref(), &self.name)
    }

    /// Whether the doctor consults in a language that a patient asks for, see [`Language::agrees_with`].
    pub fn speaks(&self, range: &Language) -> bool {
        self.languages.iter().any(|language| language.agrees_with(range))
    }

    /// The languages under which the doctor is looked up: each without its region, once.
    pub fn primary_languages(&self) -> Vec<Language> {
        primary_languages(&self.languages)
    }

    /// Whether patients can book the doctor.
    pub const fn is_active(&self) -> bool {
        matches!(self.standing, DoctorStatus::Active)
    }

    pub(crate) fn suspend(self, reason: String, at: Timestamp) -> Result<Self, AlreadySuspended> {
        match self.standing {
            DoctorStatus::Active => Ok(Self { standing: DoctorStatus::Suspended { at, reason }, ..self }),
            DoctorStatus::Suspended { .. } => Err(AlreadySuspended),
        }
    }

    pub(crate) fn reinstate(self) -> Result<Self, NotSuspended> {
        match self.standing {
            DoctorStatus::Suspended { .. } => Ok(Self { standing: DoctorStatus::Active, ..self }),
            DoctorStatus::Active => Err(NotSuspended),
        }
    }

    pub(crate) fn revise(self, revision: DoctorRevision) -> Self {
        let DoctorRevision { title, name, qualification, bio, specialities, languages, fee, terms, zone, email } =
            revision;
        Self { title, name, qualification, bio, specialities, languages, fee, terms, zone, email, ..self }
    }
}

/// Removes repetitions and checks that 1 to [`MAX_SPECIALITIES`] are left.
pub fn distinct_specialities(list: Vec<Speciality>) -> Result<Vec<Speciality>, InvalidField> {
    distinct(list, MAX_SPECIALITIES).ok_or(InvalidField("must name 1 to 5 specialities"))
}

/// Removes repetitions and checks that 1 to [`MAX_LANGUAGES`] are left.
pub fn distinct_languages(list: Vec<Language>) -> Result<Vec<Language>, InvalidField> {
    distinct(list, MAX_LANGUAGES).ok_or(InvalidField("must name 1 to 6 languages"))
}

/// The languages without script and region, each once.
pub fn primary_languages(languages: &[Language]) -> Vec<Language> {
    let mut primary: Vec<Language> = Vec::new();
    for language in languages.iter().map(Language::primary) {
        if !primary.contains(&language) {
            primary.push(language);
        }
    }
    primary
}

/// Keeps the order: the first speciality is shown first.
fn distinct<T: PartialEq>(list: Vec<T>, max: usize) -> Option<Vec<T>> {
    let mut kept: Vec<T> = Vec::new();
    for item in list {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    (1..=max).contains(&kept.len()).then_some(kept)
}

impl Authorized<Doctor> {
    /// Suspends the doctor.
    pub fn suspend(self, reason: String, at: Timestamp) -> Result<Doctor, AlreadySuspended> {
        self.into_inner().suspend(reason, at)
    }

    /// Ends the suspension. Visits that it cancelled stay cancelled.
    pub fn reinstate(self) -> Result<Doctor, NotSuspended> {
        self.into_inner().reinstate()
    }

    /// Replaces the data of `revision`. Identity, registration and standing stay.
    pub fn revise(self, revision: DoctorRevision) -> Doctor {
        self.into_inner().revise(revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, doctor, now};

    #[test]
    fn a_suspension_happens_once_and_its_first_reason_stands() {
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        assert!(doctor().is_active());
        assert!(!suspended.is_active());
        let later = at("2026-12-24T00:00:00Z");
        assert_eq!(suspended.suspend("again".to_owned(), later), Err(AlreadySuspended));
    }

    #[test]
    fn a_reinstated_doctor_is_as_before_the_suspension() {
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        assert_eq!(suspended.reinstate(), Ok(doctor()));
        assert_eq!(doctor().reinstate(), Err(NotSuspended));
    }

    #[test]
    fn a_revision_keeps_identity_registration_standing_and_version() {
        let before = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        let after = before.clone().revise(DoctorRevision {
            title: Some("Prof.".parse().unwrap()),
            name: "Asha K. Rao".parse().unwrap(),
            qualification: "MBBS, DM".parse().unwrap(),
            bio: None,
            specialities: vec!["general-medicine".parse().unwrap()],
            languages: vec!["kn".parse().unwrap()],
            fee: Paise::ZERO,
            terms: Terms::default(),
            zone: Zone::parse("Europe/London").unwrap(),
            email: "rao@example.com".parse().unwrap(),
        });
        assert_eq!(after.fee, Paise::ZERO);
        assert_eq!(after.display_name().as_str(), "Prof. Asha K. Rao");
        assert_eq!(
            (after.id, &after.registration_number, &after.standing, after.version),
            (before.id, &before.registration_number, &before.standing, before.version),
        );
    }

    #[test]
    fn lists_are_distinct_in_order_and_bounded() {
        let speciality = |text: &str| Speciality::parse(text).unwrap();
        let list = vec![speciality("ent"), speciality("cardiology"), speciality("ent")];
        assert_eq!(distinct_specialities(list).unwrap(), [speciality("ent"), speciality("cardiology")]);
        assert!(distinct_specialities(vec![]).is_err());
        let many = |count| (0..count).map(|i| speciality(&format!("s{i}"))).collect::<Vec<_>>();
        assert!(distinct_specialities(many(MAX_SPECIALITIES)).is_ok());
        assert!(distinct_specialities(many(MAX_SPECIALITIES + 1)).is_err());
        let tongues = ["hi", "en", "kn", "ta", "te", "ml", "mr"].map(|text| Language::parse(text).unwrap());
        assert!(distinct_languages(tongues[..6].to_vec()).is_ok());
        assert!(distinct_languages(tongues.to_vec()).is_err());
    }

    #[test]
    fn a_stored_doctor_reads_back_and_its_form_is_stable() {
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        let json = serde_json::to_value(&suspended).unwrap();
        assert_eq!(json["standing"]["state"], "suspended");
        assert_eq!(json["fee"], 50_000);
        assert_eq!(json["zone"], "Asia/Kolkata");
        assert_eq!(serde_json::from_value::<Doctor>(json).unwrap(), suspended);
    }
}
