//! Recurring visits to one doctor, booked together: every occurrence is decided by the rule of a single booking, on the patient's
//! agenda as it is with those before it. What of it is written, is written at once.
//!
//! Each occurrence is an appointment of its own, with its own payment, cancellation and reminders. The limits of a patient
//! hold as they do for single bookings: of visits with a fee, which wait for payment, there are [`MAX_HOLDS`] at a time at most.
//!
//! [`MAX_HOLDS`]: crate::appointments::agenda::MAX_HOLDS

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};

use crate::access::{Parties, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::booking::{BookRefusal, Booking, BookingSnapshot, BookingWish};
use crate::availability::daily_quota::DailyQuota;
use crate::availability::slot::Slot;
use crate::core::id::{AppointmentId, DoctorId, PatientId, SeriesId, SlotId};
use crate::core::time::Zone;
use crate::directory::doctor::Doctor;

/// The fewest occurrences.
pub const MIN_OCCURRENCES: usize = 2;
/// The most: what one transaction can write, each with its timers and its reason.
pub const MAX_OCCURRENCES: usize = 12;
/// The longest time between two occurrences, in days: a year.
pub const MAX_INTERVAL_DAYS: u16 = 366;

/// Which slots are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesPlan {
    /// One after the other, every so many days at the same time of day where the doctor is.
    Every {
        /// The first.
        first: SlotId,
        /// 1 to [`MAX_INTERVAL_DAYS`].
        days: u16,
        /// [`MIN_OCCURRENCES`] to [`MAX_OCCURRENCES`].
        count: usize,
    },
    /// These, each once; as many as a series can have.
    These(Vec<SlotId>),
}

/// The series does not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSeries {
    /// Too few or too many occurrences.
    #[error("must be {MIN_OCCURRENCES} to {MAX_OCCURRENCES}")]
    Count,
    /// The time between them.
    #[error("must be 1 to {MAX_INTERVAL_DAYS} days")]
    Interval,
    /// A slot is named twice.
    #[error("must name each slot once")]
    Twice,
}

impl SeriesPlan {
    /// Every so many days.
    ///
    /// # Errors
    /// [`InvalidSeries`].
    pub fn every(first: SlotId, days: u16, count: usize) -> Result<Self, InvalidSeries> {
        if !(MIN_OCCURRENCES..=MAX_OCCURRENCES).contains(&count) {
            return Err(InvalidSeries::Count);
        }
        if !(1..=MAX_INTERVAL_DAYS).contains(&days) {
            return Err(InvalidSeries::Interval);
        }
        Ok(Self::Every { first, days, count })
    }

    /// These slots, in the order of time.
    ///
    /// # Errors
    /// [`InvalidSeries`].
    pub fn these(mut slots: Vec<SlotId>) -> Result<Self, InvalidSeries> {
        if !(MIN_OCCURRENCES..=MAX_OCCURRENCES).contains(&slots.len()) {
            return Err(InvalidSeries::Count);
        }
        slots.sort_unstable();
        if slots.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(InvalidSeries::Twice);
        }
        Ok(Self::These(slots))
    }

    /// The slots. A time of day that the clocks leave out on a date is the one after the gap, one that they have twice the first:
    /// whether there is a slot then, the doctor's calendar says.
    pub fn slots(&self, zone: &Zone) -> Vec<SlotId> {
        match self {
            Self::These(slots) => slots.clone(),
            Self::Every { first, days, count } => {
                let local = first.start().to_zoned(zone.tz().clone()).datetime();
                let occurrence = |number: usize| {
                    let days = i64::from(*days) * i64::try_from(number).ok()?;
                    let local = local.checked_add(Span::new().days(days)).ok()?;
                    let start = zone.tz().to_ambiguous_timestamp(local).compatible().ok()?;
                    SlotId::new(start).ok()
                };
                (0..*count).filter_map(occurrence).collect()
            }
        }
    }
}

/// A published slot with those that follow it, as many as a visit needs; `None` if there is no such slot.
pub type Found = Option<(Slot, Vec<Slot>)>;

/// What the decision about a series looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSnapshot {
    /// The doctor.
    pub doctor: Doctor,
    /// When the patient's last visit to this doctor was completed.
    pub last_visit: Option<Timestamp>,
    /// What else the patient has booked.
    pub agenda: Agenda,
    /// The wanted slots, in the order of time.
    pub wanted: Vec<(SlotId, Found)>,
    /// The days on which they start, of a doctor who takes only so many visits in one.
    pub days: Vec<DailyQuota>,
}

/// What becomes of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurrence {
    /// It can be booked; this is what is written.
    Booked(Box<Booking>),
    /// The doctor has published no such slot.
    NotPublished,
    /// It can't be booked.
    Refused(BookRefusal),
}

/// What was booked together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Whose visits.
    pub patient: PatientId,
    /// With whom.
    pub doctor: DoctorId,
    /// The visits, in the order of time.
    pub appointments: Vec<AppointmentId>,
}

impl Resource for Series {
    fn parties(&self) -> Parties {
        Parties::treatment(self.patient, self.doctor)
    }
}

impl SeriesSnapshot {
    /// Decides each occurrence; `id` makes the ids of appointments.
    pub fn hold(
        self,
        wish: BookingWish,
        patient: PatientId,
        mut id: impl FnMut() -> AppointmentId,
        now: Timestamp,
        hold_for: SignedDuration,
    ) -> Vec<(SlotId, Occurrence)> {
        let Self { doctor, last_visit, mut agenda, wanted, days } = self;
        let mut days: BTreeMap<Date, DailyQuota> = days.into_iter().map(|day| (day.date, day)).collect();
        let decide = |(slot_id, found): (SlotId, Found)| {
            let Some((slot, following)) = found else { return (slot_id, Occurrence::NotPublished) };
            let day = days.get(&DailyQuota::date_of(&doctor, slot.time.start())).cloned();
            let snapshot =
                BookingSnapshot { slot, following, last_visit, agenda: agenda.clone(), doctor: doctor.clone(), day };
            let occurrence = match snapshot.hold(wish, patient, id(), now, hold_for) {
                Ok(booking) => {
                    agenda = booking.agenda.clone();
                    days.extend(booking.day.clone().map(|day| (day.date, day)));
                    Occurrence::Booked(Box::new(booking))
                }
                Err(refusal) => Occurrence::Refused(refusal),
            };
            (slot_id, occurrence)
        };
        wanted.into_iter().map(decide).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::agenda::MAX_HOLDS;
    use crate::availability::slot::SlotState;
    use crate::core::money::Paise;
    use crate::directory::doctor::Terms;
    use crate::testing::{WISH, agenda, appointment_id, at, doctor, minutes, now, patient_id, range, slot};

    fn slots(texts: &[&str]) -> Vec<SlotId> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn snapshot(wanted: &[SlotId], doctor: Doctor) -> SeriesSnapshot {
        let found = |id: &SlotId| {
            let time = range(&id.start().to_string(), 30);
            (*id, Some((Slot { time, closes: time.start(), ..slot() }, vec![])))
        };
        let wanted = wanted.iter().map(found).collect();
        SeriesSnapshot { doctor, last_visit: None, agenda: agenda(), wanted, days: vec![] }
    }

    fn hold(snapshot: SeriesSnapshot) -> Vec<Occurrence> {
        let mut number = 0;
        let id = || {
            number += 1;
            appointment_id(number)
        };
        snapshot
            .hold(WISH, patient_id(), id, now(), minutes(10))
            .into_iter()
            .map(|(_, occurrence)| occurrence)
            .collect()
    }

    fn free_of_charge() -> Doctor {
        Doctor { fee: Paise::ZERO, ..doctor() }
    }

    #[test]
    fn it_is_at_the_same_time_of_day_where_the_doctor_is_whatever_the_clocks_do() {
        let first: SlotId = "20270320T0900Z".parse().unwrap();
        let weekly = SeriesPlan::every(first, 7, 3).unwrap();
        // London goes over to summer time on 28 March 2027.
        let london = Zone::parse("Europe/London").unwrap();
        assert_eq!(weekly.slots(&london), slots(&["20270320T0900Z", "20270327T0900Z", "20270403T0800Z"]));
        assert_eq!(weekly.slots(&Zone::default()), slots(&["20270320T0900Z", "20270327T0900Z", "20270403T0900Z"]));
        // 01:30 on the day of the change is not there.
        let night = SeriesPlan::every("20270327T0130Z".parse().unwrap(), 1, 2).unwrap();
        assert_eq!(night.slots(&london), slots(&["20270327T0130Z", "20270328T0130Z"]));
    }

    #[test]
    fn a_series_has_two_to_twelve_slots_each_once() {
        let first: SlotId = "20261201T0430Z".parse().unwrap();
        assert_eq!(SeriesPlan::every(first, 7, 1), Err(InvalidSeries::Count));
        assert_eq!(SeriesPlan::every(first, 7, 13), Err(InvalidSeries::Count));
        assert_eq!(SeriesPlan::every(first, 0, 2), Err(InvalidSeries::Interval));
        assert_eq!(SeriesPlan::every(first, 367, 2), Err(InvalidSeries::Interval));
        assert_eq!(SeriesPlan::these(vec![first]), Err(InvalidSeries::Count));
        assert_eq!(SeriesPlan::these(vec![first, first]), Err(InvalidSeries::Twice));
        let two = slots(&["20261202T0430Z", "20261201T0430Z"]);
        let sorted = SeriesPlan::these(two.clone()).unwrap();
        assert_eq!(sorted.slots(&Zone::default()), [two[1], two[0]]);
    }

    #[test]
    fn every_occurrence_is_decided_on_the_agenda_with_those_before_it() {
        let wanted = slots(&["20261201T0430Z", "20261201T0445Z", "20261208T0430Z"]);
        let occurrences = hold(snapshot(&wanted, free_of_charge()));
        let busy = BookRefusal::PatientBusy { with: appointment_id(1) };
        assert!(matches!(&occurrences[..], [
            Occurrence::Booked(_),
            Occurrence::Refused(refusal),
            Occurrence::Booked(last),
        ] if *refusal == busy && last.agenda.entries.len() == 2 && last.agenda.version == agenda().version));
    }

    #[test]
    fn what_is_taken_or_not_there_is_said_of_its_occurrence_alone() {
        let wanted = slots(&["20261201T0430Z", "20261208T0430Z", "20261215T0430Z"]);
        let mut snapshot = snapshot(&wanted, free_of_charge());
        snapshot.wanted[1].1 = None;
        if let Some((slot, _)) = &mut snapshot.wanted[2].1 {
            slot.state = SlotState::Booked { appointment: appointment_id(9) };
        }
        let occurrences = hold(snapshot);
        assert!(matches!(occurrences[0], Occurrence::Booked(_)));
        assert_eq!(occurrences[1], Occurrence::NotPublished);
        assert_eq!(occurrences[2], Occurrence::Refused(BookRefusal::SlotTaken));
    }

    #[test]
    fn of_visits_with_a_fee_only_so_many_wait_for_payment() {
        let wanted: Vec<SlotId> =
            (0..5).map(|week| SlotId::new(at("2026-12-01T04:30:00Z") + minutes(week * 7 * 24 * 60)).unwrap()).collect();
        let occurrences = hold(snapshot(&wanted, doctor()));
        let (held, refused) = occurrences.split_at(MAX_HOLDS);
        assert!(held.iter().all(|it| matches!(it, Occurrence::Booked(_))));
        assert!(refused.iter().all(|it| *it == Occurrence::Refused(BookRefusal::TooManyHolds)));
        assert!(hold(snapshot(&wanted, free_of_charge())).iter().all(|it| matches!(it, Occurrence::Booked(_))));
    }

    #[test]
    fn two_of_a_series_count_in_a_day_that_has_a_limit() {
        let doctor = Doctor { terms: Terms { daily_limit: Some(1), ..Terms::default() }, ..free_of_charge() };
        let wanted = slots(&["20261201T0430Z", "20261201T0530Z"]);
        let date = DailyQuota::date_of(&doctor, wanted[0].start());
        let day = DailyQuota::of(&doctor, date, &[], 0, now()).unwrap();
        let occurrences = hold(SeriesSnapshot { days: vec![day], ..snapshot(&wanted, doctor) });
        assert_eq!(occurrences[1], Occurrence::Refused(BookRefusal::DailyQuotaFull));
    }
}
