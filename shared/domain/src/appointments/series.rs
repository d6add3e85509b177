//! Recurring visits to one doctor, booked together: every occurrence is decided by the rule of a single booking, on the
//! patient's agenda with the occurrences before it. All bookings of a series are written in one transaction.
//!
//! Each occurrence is an appointment of its own, with its own payment, cancellation and reminders. The limits of a
//! patient are the same as for single bookings: at most [`MAX_HOLDS`] visits with a fee can await payment at a time.
//!
//! [`MAX_HOLDS`]: crate::appointments::agenda::MAX_HOLDS

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::Deserialize;

use crate::access::{Parties, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::booking::{BookRefusal, Booking, BookingRequest, BookingSnapshot};
use crate::availability::daily_quota::DailyQuota;
use crate::availability::slot::Slot;
use crate::core::id::{AppointmentId, DoctorId, PatientId, SeriesId, SlotId};
use crate::core::time::Zone;
use crate::directory::doctor::Doctor;

/// The fewest occurrences of a series.
pub const MIN_OCCURRENCES: usize = 2;
/// The most occurrences of a series: one transaction can write this number, each with its timers and its reason.
pub const MAX_OCCURRENCES: usize = 12;
/// The longest interval between two occurrences, in days.
pub const MAX_INTERVAL_DAYS: u16 = 366;

/// The slots that the patient asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesPlan {
    /// Slots at a regular interval, at the same time of day in the doctor's zone.
    Every {
        /// The first slot.
        first: SlotId,
        /// The interval in days, 1 to [`MAX_INTERVAL_DAYS`].
        days: u16,
        /// The number of slots, [`MIN_OCCURRENCES`] to [`MAX_OCCURRENCES`].
        count: usize,
    },
    /// A slot each month, at the same time of day in the doctor's zone.
    Monthly {
        /// The first slot.
        first: SlotId,
        /// What stays the same from month to month.
        by: MonthlyBy,
        /// The number of slots, [`MIN_OCCURRENCES`] to [`MAX_OCCURRENCES`].
        count: usize,
    },
    /// The named slots, each once; the same number as in a regular series.
    These(Vec<SlotId>),
}

/// What the dates of a monthly series have in common, in the doctor's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthlyBy {
    /// The day of the month, or the last day of a month that is shorter: the 31st of January, the 28th of February, the
    /// 31st of March.
    Day,
    /// The weekday and its number in the month, such as the second Tuesday; the last one of a month that has no fifth.
    Weekday,
}

impl MonthlyBy {
    /// The date of this kind, `months` after that of `first`. `None` at the end of the calendar.
    fn date(self, first: Date, months: usize) -> Option<Date> {
        let month = first.first_of_month().checked_add(Span::new().months(i64::try_from(months).ok()?)).ok()?;
        match self {
            Self::Day => Date::new(month.year(), month.month(), first.day().min(month.days_in_month())).ok(),
            Self::Weekday => {
                let number = (first.day() - 1) / 7 + 1;
                let weekday = first.weekday();
                month.nth_weekday_of_month(number, weekday).or_else(|_| month.nth_weekday_of_month(-1, weekday)).ok()
            }
        }
    }
}

/// The reason why a plan is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSeries {
    /// The plan has too few or too many occurrences.
    #[error("must be {MIN_OCCURRENCES} to {MAX_OCCURRENCES}")]
    Count,
    /// The interval is out of range.
    #[error("must be 1 to {MAX_INTERVAL_DAYS} days")]
    Interval,
    /// The plan names a slot twice.
    #[error("must name each slot once")]
    Twice,
}

impl SeriesPlan {
    /// A plan with an interval of `days`.
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

    /// A plan with a slot each month.
    ///
    /// # Errors
    /// [`InvalidSeries::Count`].
    pub fn monthly(first: SlotId, by: MonthlyBy, count: usize) -> Result<Self, InvalidSeries> {
        if !(MIN_OCCURRENCES..=MAX_OCCURRENCES).contains(&count) {
            return Err(InvalidSeries::Count);
        }
        Ok(Self::Monthly { first, by, count })
    }

    /// A plan of these slots, in order of time.
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

    /// The slots of the plan. A time of day that a clock change skips becomes the one after the gap, and of one that
    /// occurs twice the first is taken. The doctor's calendar decides whether a slot exists at that time.
    pub fn slots(&self, zone: &Zone) -> Vec<SlotId> {
        match self {
            Self::These(slots) => slots.clone(),
            Self::Every { first, days, count } => at_time_of(*first, *count, zone, |first, number| {
                let days = i64::from(*days) * i64::try_from(number).ok()?;
                first.checked_add(Span::new().days(days)).ok()
            }),
            Self::Monthly { first, by, count } => {
                at_time_of(*first, *count, zone, |first, number| by.date(first, number))
            }
        }
    }
}

/// The slots at the time of day of `first` in `zone`, on the dates that `date` gives for the date of `first` and the
/// number of the slot.
fn at_time_of(first: SlotId, count: usize, zone: &Zone, date: impl Fn(Date, usize) -> Option<Date>) -> Vec<SlotId> {
    let local = first.start().to_zoned(zone.tz().clone()).datetime();
    let occurrence = |number: usize| {
        let local = date(local.date(), number)?.to_datetime(local.time());
        let start = zone.tz().to_ambiguous_timestamp(local).compatible().ok()?;
        SlotId::new(start).ok()
    };
    (0..count).filter_map(occurrence).collect()
}

/// A published slot and those that follow it, as many as a visit needs; `None` if there is no such slot.
pub type Found = Option<(Slot, Vec<Slot>)>;

/// The records that the decision about a series reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSnapshot {
    /// The doctor.
    pub doctor: Doctor,
    /// The instant at which the patient's last visit to this doctor was completed.
    pub last_visit: Option<Timestamp>,
    /// The patient's agenda.
    pub agenda: Agenda,
    /// The slots that the patient asks for, in order of time.
    pub wanted: Vec<(SlotId, Found)>,
    /// The daily quotas of the days on which they start, if the doctor has one.
    pub days: Vec<DailyQuota>,
}

/// The decision about one occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurrence {
    /// The occurrence can be booked, with these records.
    Booked(Box<Booking>),
    /// The doctor has published no such slot.
    NotPublished,
    /// The occurrence can't be booked.
    Refused(BookRefusal),
}

/// Visits that were booked together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The id of the series.
    pub id: SeriesId,
    /// The patient of the visits.
    pub patient: PatientId,
    /// The doctor of the visits.
    pub doctor: DoctorId,
    /// The visits, in order of time.
    pub appointments: Vec<AppointmentId>,
}

impl Resource for Series {
    fn parties(&self) -> Parties {
        Parties::treatment(self.patient, self.doctor)
    }
}

impl SeriesSnapshot {
    /// Decides each occurrence; `id` makes the ids of the appointments.
    pub fn hold(
        self,
        wish: BookingRequest,
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
    fn a_series_keeps_its_time_of_day_in_the_doctors_zone_over_clock_changes() {
        let first: SlotId = "20270320T0900Z".parse().unwrap();
        let weekly = SeriesPlan::every(first, 7, 3).unwrap();
        // London changes to summer time on 28 March 2027.
        let london = Zone::parse("Europe/London").unwrap();
        assert_eq!(weekly.slots(&london), slots(&["20270320T0900Z", "20270327T0900Z", "20270403T0800Z"]));
        assert_eq!(weekly.slots(&Zone::default()), slots(&["20270320T0900Z", "20270327T0900Z", "20270403T0900Z"]));
        // 01:30 does not exist on the day of the change.
        let night = SeriesPlan::every("20270327T0130Z".parse().unwrap(), 1, 2).unwrap();
        assert_eq!(night.slots(&london), slots(&["20270327T0130Z", "20270328T0130Z"]));
    }

    #[test]
    fn a_monthly_series_keeps_the_weekday_or_the_day_of_the_month_and_its_time_of_day() {
        let starts = |zone: &Zone, first: &str, by, count| {
            let plan = SeriesPlan::monthly(first.parse().unwrap(), by, count).unwrap();
            plan.slots(zone).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let (india, london) = (Zone::default(), Zone::parse("Europe/London").unwrap());
        // The second Tuesday. London changes to summer time on 28 March 2027.
        assert_eq!(
            starts(&london, "20270209T0900Z", MonthlyBy::Weekday, 4),
            ["20270209T0900Z", "20270309T0900Z", "20270413T0800Z", "20270511T0800Z"]
        );
        // The fifth Monday, or the last one.
        assert_eq!(
            starts(&india, "20261130T0430Z", MonthlyBy::Weekday, 4),
            ["20261130T0430Z", "20261228T0430Z", "20270125T0430Z", "20270222T0430Z"]
        );
        // The last day of the month, over the end of the year and in a month with 28 days.
        assert_eq!(
            starts(&india, "20261231T0430Z", MonthlyBy::Day, 4),
            ["20261231T0430Z", "20270131T0430Z", "20270228T0430Z", "20270331T0430Z"]
        );
        // The day is the doctor's: it is the 1st in India already.
        assert_eq!(
            starts(&india, "20261130T2000Z", MonthlyBy::Day, 3),
            ["20261130T2000Z", "20261231T2000Z", "20270131T2000Z"]
        );
        // 01:30 does not exist on 28 March 2027 in London.
        assert_eq!(starts(&london, "20270228T0130Z", MonthlyBy::Day, 2), ["20270228T0130Z", "20270328T0130Z"]);
        let first = "20261231T0430Z".parse().unwrap();
        assert_eq!(SeriesPlan::monthly(first, MonthlyBy::Day, 13), Err(InvalidSeries::Count));
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
        let busy = BookRefusal::PatientBusy { with: appointment_id(1), time: range("2026-12-01T04:30:00Z", 30) };
        assert!(matches!(&occurrences[..], [
            Occurrence::Booked(_),
            Occurrence::Refused(refusal),
            Occurrence::Booked(last),
        ] if *refusal == busy && last.agenda.entries.len() == 2 && last.agenda.version == agenda().version));
    }

    #[test]
    fn a_slot_that_is_taken_or_missing_refuses_its_occurrence_alone() {
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
    fn a_limited_number_of_visits_with_a_fee_await_payment() {
        let wanted: Vec<SlotId> =
            (0..5).map(|week| SlotId::new(at("2026-12-01T04:30:00Z") + minutes(week * 7 * 24 * 60)).unwrap()).collect();
        let occurrences = hold(snapshot(&wanted, doctor()));
        let (held, refused) = occurrences.split_at(MAX_HOLDS);
        assert!(held.iter().all(|it| matches!(it, Occurrence::Booked(_))));
        let refusal = BookRefusal::TooManyHolds { until: now() + minutes(10) };
        assert!(refused.iter().all(|it| *it == Occurrence::Refused(refusal)));
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
