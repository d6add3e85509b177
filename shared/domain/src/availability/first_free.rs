//! The first free slots of a doctor's day, from which the list of the earliest slots of a speciality is made.
//!
//! The record is an index and no promise. A reader that shows one of its slots reads the slot first; a writer that
//! changes a slot causes a new computation of the day.

use crate::availability::slot::Mode;
use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::availability::daily_quota::DailyQuota;
use crate::availability::slot::Slot;
use crate::core::id::{DoctorId, SlotId};
use crate::core::person::{Language, Speciality};
use crate::directory::doctor::Doctor;

/// The time ahead that a search covers without a given end.
pub const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// A free slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeSlot {
    /// The slot.
    pub slot: SlotId,
    /// The first instant at which it can't be booked any more.
    pub closes: Timestamp,
}

/// The first free slots of a doctor's day (in UTC, so that days of doctors in different zones follow each other).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstFreeSlots {
    /// The doctor of the day.
    pub doctor: DoctorId,
    /// The date in UTC.
    pub date: Date,
    /// The specialities under which patients find the doctor; empty if the doctor can't be booked.
    pub specialities: Vec<Speciality>,
    /// The languages under which patients find the doctor, without their regions.
    pub languages: Vec<Language>,
    /// The first slot for a video visit.
    pub video: Option<FreeSlot>,
    /// The first slot in a clinic.
    pub clinic: Option<FreeSlot>,
    /// The version that was read; 0 if the day was never computed.
    pub version: u64,
}

impl FirstFreeSlots {
    /// The record of a day that was never computed.
    pub const fn unknown(doctor: DoctorId, date: Date) -> Self {
        Self { doctor, date, specialities: vec![], languages: vec![], video: None, clinic: None, version: 0 }
    }

    /// The record as it is true now: `slots` are those that start on the day, in order of time, `full` the doctor's
    /// local dates that take no more visits. The version stays the one that was read.
    #[must_use]
    pub fn recompute(&self, doctor: Option<&Doctor>, slots: &[Slot], full: &BTreeSet<Date>, now: Timestamp) -> Self {
        let Some(doctor) = doctor.filter(|doctor| doctor.is_active()) else {
            return Self { version: self.version, ..Self::unknown(self.doctor, self.date) };
        };
        let first = |mode: Mode| {
            let of_the_mode = slots.iter().filter(|slot| Mode::of(&slot.place) == mode);
            let mut open = of_the_mode.filter(|slot| slot.is_bookable_by(None, now));
            let slot = open.find(|slot| !full.contains(&DailyQuota::date_of(doctor, slot.time.start())))?;
            Some(FreeSlot { slot: slot.id(), closes: slot.closes.min(slot.time.start()) })
        };
        Self {
            specialities: doctor.specialities.clone(),
            languages: doctor.primary_languages(),
            video: first(Mode::Video),
            clinic: first(Mode::Clinic),
            ..self.clone()
        }
    }

    /// The first free slot of a mode, or of the mode with the earlier slot if `None`.
    pub fn first(&self, mode: Option<Mode>) -> Option<FreeSlot> {
        match mode {
            Some(Mode::Video) => self.video,
            Some(Mode::Clinic) => self.clinic,
            None => [self.video, self.clinic].into_iter().flatten().min_by_key(|free| free.slot.start()),
        }
    }

    /// The search keys of the day: each speciality with each language, and with any. At most 5 x 7.
    pub fn search_keys(&self) -> Vec<(Speciality, Option<Language>)> {
        let languages = || self.languages.iter().cloned().map(Some).chain([None]);
        self.specialities
            .iter()
            .flat_map(|speciality| languages().map(move |language| (speciality.clone(), language)))
            .collect()
    }

    /// The instants at which the day must be computed again although nothing was written: one of its slots closes.
    pub fn ends(&self) -> impl Iterator<Item = Timestamp> {
        [self.video, self.clinic].into_iter().flatten().map(|free| free.closes)
    }
}

#[cfg(test)]
mod tests {
    use crate::availability::slot::Place;
    use jiff::civil::date;

    use super::*;
    use crate::availability::slot::{ClinicName, SlotState};
    use crate::testing::{appointment_id, doctor, doctor_id, minutes, now, range, slot};

    fn at(start: &str) -> Slot {
        let time = range(start, 30);
        Slot { time, closes: time.start(), ..slot() }
    }

    fn recompute(slots: &[Slot], now: Timestamp) -> FirstFreeSlots {
        FirstFreeSlots::unknown(doctor_id(), date(2026, 12, 1)).recompute(Some(&doctor()), slots, &BTreeSet::new(), now)
    }

    fn starts(free: &FirstFreeSlots) -> [Option<Timestamp>; 3] {
        [None, Some(Mode::Video), Some(Mode::Clinic)].map(|mode| free.first(mode).map(|it| it.slot.start()))
    }

    #[test]
    fn each_mode_has_its_first_slot_that_can_be_booked() {
        let taken = SlotState::Booked { appointment: appointment_id(1) };
        let clinic = Place::Clinic { name: ClinicName::parse("Indiranagar").unwrap() };
        let slots = [
            Slot { state: taken, ..at("2026-12-01T04:00:00Z") },
            Slot { place: clinic, ..at("2026-12-01T04:30:00Z") },
            at("2026-12-01T05:00:00Z"),
            at("2026-12-01T05:30:00Z"),
        ];
        let [first, second] = [&slots[1], &slots[2]].map(|slot| Some(slot.time.start()));
        assert_eq!(starts(&recompute(&slots, now())), [first, second, first]);
        assert_eq!(starts(&recompute(&slots, slots[1].time.start())), [second, second, None]);
        assert_eq!(starts(&recompute(&slots[..1], now())), [None; 3]);
    }

    #[test]
    fn a_slot_counts_until_it_closes_and_a_hold_until_it_ends() {
        let slots = [at("2026-12-01T05:00:00Z")];
        let closes = slots[0].time.start() - minutes(60);
        let early = [Slot { closes, ..slots[0].clone() }];
        assert_eq!(recompute(&early, now()).ends().collect::<Vec<_>>(), [closes]);
        assert_eq!(recompute(&early, closes).first(None), None);
        let until = now() + minutes(10);
        let held = [Slot { state: SlotState::Held { appointment: appointment_id(1), until }, ..slots[0].clone() }];
        assert_eq!(recompute(&held, now()).first(None), None);
        assert!(recompute(&held, until).first(None).is_some());
    }

    #[test]
    fn a_suspended_doctor_and_a_full_day_have_no_free_slot() {
        let slots = [at("2026-12-01T05:00:00Z")];
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        let before = FirstFreeSlots { version: 3, ..recompute(&slots, now()) };
        let after = before.recompute(Some(&suspended), &slots, &BTreeSet::new(), now());
        assert_eq!(after, FirstFreeSlots { version: 3, ..FirstFreeSlots::unknown(doctor_id(), date(2026, 12, 1)) });
        assert_eq!(before.recompute(None, &slots, &BTreeSet::new(), now()), after);
        let full = BTreeSet::from([date(2026, 12, 1)]);
        assert_eq!(before.recompute(Some(&doctor()), &slots, &full, now()).first(None), None);
    }

    #[test]
    fn a_day_is_found_by_speciality_with_each_language_and_any() {
        let free = recompute(&[at("2026-12-01T05:00:00Z")], now());
        let cardiology = Speciality::parse("cardiology").unwrap();
        let english = Language::parse("en").unwrap();
        assert_eq!(free.search_keys(), [(cardiology.clone(), Some(english)), (cardiology, None)]);
    }
}
