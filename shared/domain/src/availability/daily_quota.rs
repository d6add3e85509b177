//! The daily quota: a local day of a doctor with a limit of visits a day.
//!
//! The visits of a day are not stored as a number: they follow from its slots, so that the count can't be wrong. A
//! write that adds a visit increments the version of the quota, so that two writes can't both take the last place. A
//! write that ends a visit frees its slots, and does not need the quota.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::availability::slot::{Slot, SlotState};
use crate::core::id::{AppointmentId, DoctorId, PatientId, WaitlistEntryId};
use crate::directory::doctor::Doctor;

/// A day with its visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyQuota {
    /// The doctor of the day.
    pub doctor: DoctorId,
    /// The date in the doctor's zone.
    pub date: Date,
    /// The most visits that start on the day.
    limit: usize,
    /// The visits with a slot that starts on the day, held ones included.
    visits: BTreeSet<AppointmentId>,
    /// The waiting list entries with an offered slot that starts on the day. For every patient but their own, each of
    /// them counts as a visit.
    offers: BTreeMap<WaitlistEntryId, PatientId>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// The doctor takes no more visits on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the doctor takes no more visits on that day")]
pub struct DailyQuotaFull;

impl DailyQuota {
    /// The date, in the doctor's zone, of a visit that starts at `start`.
    pub fn date_of(doctor: &Doctor, start: Timestamp) -> Date {
        doctor.zone.date(start)
    }

    /// The quota of a day, from all slots that start on it; `None` for a doctor without a limit.
    pub fn of(doctor: &Doctor, date: Date, slots: &[Slot], version: u64, now: Timestamp) -> Option<Self> {
        let limit = usize::from(doctor.terms.daily_limit?);
        let (from, to) = doctor.zone.days(date, date);
        let of_the_day = slots.iter().filter(|slot| (from..to).contains(&slot.time.start()));
        let visits = of_the_day.clone().filter_map(|slot| visit(slot, now)).collect();
        let offers = of_the_day.filter_map(|slot| offer(slot, now)).collect();
        Some(Self { doctor: doctor.id, date, limit, visits, offers, version })
    }

    /// Whether the day has no room for another visit of `patient`, or of a patient without an offer if `None`.
    pub fn is_full_for(&self, patient: Option<PatientId>) -> bool {
        let kept = self.offers.values().filter(|offered| Some(**offered) != patient).count();
        self.visits.len() + kept >= self.limit
    }

    /// Whether the day counts a visit. A visit with a hold that is over is not counted.
    pub fn counts(&self, appointment: AppointmentId) -> bool {
        self.visits.contains(&appointment)
    }

    /// Adds a visit of a patient. A visit that is counted already stays, even if the limit is lower by now.
    ///
    /// # Errors
    /// [`DailyQuotaFull`].
    pub fn admit(mut self, appointment: AppointmentId, patient: PatientId) -> Result<Self, DailyQuotaFull> {
        if !self.visits.contains(&appointment) && self.is_full_for(Some(patient)) {
            return Err(DailyQuotaFull);
        }
        self.offers.retain(|_, offered| *offered != patient);
        self.visits.insert(appointment);
        Ok(self)
    }
}

/// The visit that has a slot. A hold that is over does not count: every patient may take the slot.
fn visit(slot: &Slot, now: Timestamp) -> Option<AppointmentId> {
    match slot.state {
        SlotState::Held { until, .. } if until <= now => None,
        _ => slot.holder(),
    }
}

/// The offer for which a slot is kept. An offer that is over does not count.
fn offer(slot: &Slot, now: Timestamp) -> Option<(WaitlistEntryId, PatientId)> {
    match slot.state {
        SlotState::Offered { patient, entry, until } if until > now => Some((entry, patient)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::directory::doctor::Terms;
    use crate::testing::{appointment_id, doctor, entry_id, minutes, now, other_patient, patient_id, range, slot};

    fn doctor_with(daily_limit: Option<u8>) -> Doctor {
        Doctor { terms: Terms { daily_limit, ..Terms::default() }, ..doctor() }
    }

    fn taken(start: &str, state: SlotState) -> Slot {
        Slot { time: range(start, 30), state, ..slot() }
    }

    fn booked(start: &str, number: u128) -> Slot {
        taken(start, SlotState::Booked { appointment: appointment_id(number) })
    }

    fn day(limit: u8, slots: &[Slot]) -> DailyQuota {
        DailyQuota::of(&doctor_with(Some(limit)), date(2026, 12, 1), slots, 3, now()).unwrap()
    }

    #[test]
    fn a_doctor_without_a_limit_has_no_daily_quota() {
        assert_eq!(DailyQuota::of(&doctor_with(None), date(2026, 12, 1), &[], 0, now()), None);
    }

    #[test]
    fn visits_are_counted_once_each_however_many_slots_they_take() {
        let slots = [booked("2026-12-01T04:30:00Z", 1), booked("2026-12-01T05:00:00Z", 1), slot()];
        assert!(day(1, &slots).is_full_for(None) && !day(2, &slots).is_full_for(None));
        assert_eq!(day(1, &slots).admit(appointment_id(2), patient_id()), Err(DailyQuotaFull));
        // A visit that is confirmed, or moved within its day, is not another one.
        assert!(day(1, &slots).admit(appointment_id(1), patient_id()).is_ok());
        let both = day(2, &slots).admit(appointment_id(2), patient_id()).unwrap();
        assert_eq!((both.is_full_for(None), both.version), (true, 3));
    }

    #[test]
    fn a_hold_counts_until_it_is_over() {
        let held = |until| taken("2026-12-01T04:30:00Z", SlotState::Held { appointment: appointment_id(1), until });
        assert!(day(1, &[held(now() + minutes(1))]).is_full_for(None));
        assert!(!day(1, &[held(now())]).is_full_for(None));
    }

    #[test]
    fn an_offered_slot_counts_for_all_other_patients() {
        let kept = |until| SlotState::Offered { patient: patient_id(), entry: entry_id(1), until };
        let day = |until| day(1, &[taken("2026-12-01T04:30:00Z", kept(until))]);
        let later = now() + minutes(1);
        assert!(day(later).is_full_for(None) && day(later).is_full_for(Some(other_patient())));
        assert!(!day(later).is_full_for(Some(patient_id())));
        assert_eq!(day(later).admit(appointment_id(1), other_patient()), Err(DailyQuotaFull));
        assert!(day(later).admit(appointment_id(1), patient_id()).is_ok());
        assert!(!day(now()).is_full_for(None));
    }

    #[test]
    fn a_day_is_the_doctors() {
        // The 1st of December in India.
        let slots = ["2026-11-30T18:30:00Z", "2026-12-01T18:00:00Z"].map(|start| booked(start, 1));
        assert!(slots.iter().all(|slot| day(1, std::slice::from_ref(slot)).is_full_for(None)));
        let slots = ["2026-11-30T18:00:00Z", "2026-12-01T18:30:00Z"].map(|start| booked(start, 1));
        assert!(!day(1, &slots).is_full_for(None));
        assert_eq!(DailyQuota::date_of(&doctor(), slots[1].time.start()), date(2026, 12, 2));
    }
}
