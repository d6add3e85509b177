//! A doctor's hours, and the slots that follow from them.
//!
//! Hours are written in local time; slots are instants. Where the two disagree, these rules apply:
//!
//! - A slot whose local start does not exist (clocks go forward) is **skipped**.
//! - A slot whose local start exists twice (clocks go back) is published **once, at the first**.
//! - A slot's length is **real, elapsed minutes**, also over a change of the clocks.
//! - A slot that would end after the hours do, or start before the previous slot and the pause are over, is skipped.
//!   Hence slots never overlap, and no doctor works longer than their hours.
//! - The first slot starts when the hours do. The pauses lie between slots: the time before the first and after the
//!   last is the doctor's own.
//!
//! Several hours may meet, on one day or across midnight. Then **the earlier wins**: overrides of a date before weekly
//! rules, the first in the list before the second, and of one rule the day before the day after. A slot that comes
//! closer to one of them than both their pauses is skipped, even if that one is skipped itself: so the slots of a day
//! depend only on the days around it, and never on the day on which they are computed.
//!
//! A doctor's standing hours are a [`Schedule`], whose slots are published as time goes on: a [`Plan`] has the slots to
//! add, to change and to withdraw. Hours for a stretch of days, published once and by hand, are a [`WeeklyRule`];
//! published slots are not its concern, but that of [`crate::availability::calendar::Calendar::publish`].

mod hours;
mod plan;
mod weekly_rule;

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::availability::slot::Place;
use crate::core::id::DoctorId;
use crate::core::time::{TimeRange, Zone};

pub use hours::{Hours, HoursWarning};
pub use plan::Plan;
pub use weekly_rule::{InvalidRule, MAX_DAYS, RuleDraft, WeeklyRule};

/// The shortest slot, in minutes.
pub const MIN_SLOT_MINUTES: i64 = 5;
/// The longest pause before or after a slot, in minutes.
pub const MAX_BUFFER_MINUTES: i64 = 240;
/// The most weekly rules of a schedule.
pub const MAX_RULES: usize = 30;
/// The most dates with hours of their own.
pub const MAX_OVERRIDES: usize = 100;
/// The most hours of such a date.
pub const MAX_HOURS_OF_A_DATE: usize = 4;
/// The most blocked periods.
pub const MAX_BLOCKED: usize = 100;
/// The most slots that all weekly rules have in a week, whether or not their dates meet.
pub const MAX_SLOTS_OF_A_WEEK: usize = 1000;
/// The most slots of a date with hours of its own.
pub const MAX_SLOTS_OF_A_DATE: usize = 150;
/// The longest notice that a doctor can require, in minutes.
pub const MAX_NOTICE_MINUTES: i64 = 30 * 24 * 60;
/// The farthest that slots are published ahead, in days.
pub const MAX_HORIZON_DAYS: i64 = 92;
/// The default for how far slots are published ahead, in days.
pub const DEFAULT_HORIZON_DAYS: i64 = 28;

/// The schedule of a doctor: one document under one version, complete and valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The doctor of the schedule.
    pub doctor: DoctorId,
    terms: ScheduleDraft,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

impl Resource for Schedule {
    fn parties(&self) -> Parties {
        Parties::doctor(self.doctor)
    }
}

/// A schedule as the doctor or an administrator entered it.
///
/// Within its limits its stored form has less than 200 KB, half of what an item of the table may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleDraft {
    /// The usual weeks; at most [`MAX_RULES`].
    pub rules: Vec<ScheduleRule>,
    /// Dates with other hours, or none; at most [`MAX_OVERRIDES`], each date once.
    pub overrides: Vec<DateOverride>,
    /// Times in which no slot is published, such as leave; at most [`MAX_BLOCKED`].
    pub blocked: Vec<Blocked>,
    /// The time before its start at which a slot closes for booking, in minutes: 0 to [`MAX_NOTICE_MINUTES`].
    pub notice_minutes: i64,
    /// The number of days ahead for which slots are published, beside today: 1 to [`MAX_HORIZON_DAYS`].
    pub horizon_days: i64,
}

/// Hours that repeat every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRule {
    /// The days of the week on which they start.
    #[serde(with = "weekdays")]
    pub weekdays: Vec<Weekday>,
    /// The first date on which they start; `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// The last date on which they start; `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// The hours.
    pub hours: Hours,
}

/// The hours of a date, in place of the hours of all weekly rules that would start on it, each by its own calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateOverride {
    /// The date.
    pub date: Date,
    /// The hours of the date, at most [`MAX_HOURS_OF_A_DATE`]; empty for a day off.
    pub hours: Vec<Hours>,
}

/// A time in which no slot is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Blocked {
    /// From one instant up to, but not including, another.
    Time {
        /// The first instant.
        from: Timestamp,
        /// The first instant after it.
        to: Timestamp,
    },
    /// Whole days in a zone.
    Days {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
        /// The zone of the days.
        zone: Zone,
    },
}

/// A flaw of a schedule, with its path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Flaw {
    /// The path of fields and indexes, as in `rules/0/hours/slot_minutes`.
    pub path: String,
    problem: String,
}

impl Flaw {
    fn at(path: &str, problem: &str) -> Self {
        Self { path: path.to_owned(), problem: problem.to_owned() }
    }

    fn within(self, outer: &str) -> Self {
        Self { path: format!("{outer}/{}", self.path), ..self }
    }
}

/// A slot that follows from a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    time: TimeRange,
    /// The time of the slot with the pauses before and after it.
    occupied: (Timestamp, Timestamp),
    /// The date on which its hours start, in their zone.
    date: Date,
    zone: Zone,
    place: Place,
}

impl ScheduleDraft {
    /// A schedule without hours.
    pub const fn empty() -> Self {
        Self {
            rules: Vec::new(),
            overrides: Vec::new(),
            blocked: Vec::new(),
            notice_minutes: 0,
            horizon_days: DEFAULT_HORIZON_DAYS,
        }
    }

    /// All flaws of the schedule.
    fn flaws(&self) -> Vec<Flaw> {
        let Self { rules, overrides, blocked, notice_minutes, horizon_days } = self;
        let mut flaws = Vec::new();
        let mut demand = |is_met: bool, path: &str, problem: &str| {
            if !is_met {
                flaws.push(Flaw::at(path, problem));
            }
        };
        demand(rules.len() <= MAX_RULES, "rules", &format!("must be at most {MAX_RULES}"));
        demand(overrides.len() <= MAX_OVERRIDES, "overrides", &format!("must be at most {MAX_OVERRIDES}"));
        demand(blocked.len() <= MAX_BLOCKED, "blocked", &format!("must be at most {MAX_BLOCKED}"));
        let notice = format!("must be 0 to {MAX_NOTICE_MINUTES} minutes");
        demand((0..=MAX_NOTICE_MINUTES).contains(notice_minutes), "notice_minutes", &notice);
        let horizon = format!("must be 1 to {MAX_HORIZON_DAYS} days");
        demand((1..=MAX_HORIZON_DAYS).contains(horizon_days), "horizon_days", &horizon);
        if !flaws.is_empty() {
            return flaws;
        }

        for (place, rule) in rules.iter().enumerate() {
            flaws.extend(rule.flaws().into_iter().map(|flaw| flaw.within(&format!("rules/{place}"))));
        }
        for (place, exception) in overrides.iter().enumerate() {
            let path = format!("overrides/{place}");
            flaws.extend(exception.flaws().into_iter().map(|flaw| flaw.within(&path)));
            if overrides[..place].iter().any(|earlier| earlier.date == exception.date) {
                flaws.push(Flaw::at(&format!("{path}/date"), "must not be repeated"));
            }
        }
        for (place, blocked) in blocked.iter().enumerate() {
            flaws.extend(blocked.flaw().map(|flaw| flaw.within(&format!("blocked/{place}"))));
        }
        if flaws.is_empty() && self.slots_of_a_week() > MAX_SLOTS_OF_A_WEEK {
            flaws.push(Flaw::at("rules", &format!("must have at most {MAX_SLOTS_OF_A_WEEK} slots a week in all")));
        }
        flaws
    }
}

impl ScheduleDraft {
    /// The slots of a week of 24-hour days in which all weekly rules apply and none meets another.
    pub fn slots_of_a_week(&self) -> usize {
        self.rules.iter().map(|rule| rule.weekdays.len() * rule.hours.slots_of_a_day()).sum()
    }

    /// What is unusual about the hours, each with the path of the hours, as in `rules/0/hours`.
    pub fn warnings(&self) -> Vec<(String, HoursWarning)> {
        let of_rules = self.rules.iter().enumerate().map(|(place, rule)| (format!("rules/{place}/hours"), &rule.hours));
        let of_dates = self.overrides.iter().enumerate().flat_map(|(date, other)| {
            let path = move |place| format!("overrides/{date}/hours/{place}");
            other.hours.iter().enumerate().map(move |(place, hours)| (path(place), hours))
        });
        of_rules.chain(of_dates).filter_map(|(path, hours)| Some((path, hours.warning()?))).collect()
    }
}

impl ScheduleRule {
    fn flaws(&self) -> Vec<Flaw> {
        let mut flaws: Vec<Flaw> = self.hours.flaws().into_iter().map(|flaw| flaw.within("hours")).collect();
        if self.weekdays.is_empty() {
            flaws.push(Flaw::at("weekdays", "must name at least one day of the week"));
        }
        let has_repetition = |(place, day)| self.weekdays[..place].contains(day);
        if self.weekdays.iter().enumerate().any(has_repetition) {
            flaws.push(Flaw::at("weekdays", "must name a day of the week once"));
        }
        if let (Some(first), Some(last)) = (self.first, self.last)
            && last < first
        {
            flaws.push(Flaw::at("last", "must not be before the first date"));
        }
        flaws
    }

    fn starts_on(&self, date: Date) -> bool {
        self.weekdays.contains(&date.weekday())
            && self.first.is_none_or(|first| first <= date)
            && self.last.is_none_or(|last| date <= last)
    }
}

impl DateOverride {
    fn flaws(&self) -> Vec<Flaw> {
        if self.hours.len() > MAX_HOURS_OF_A_DATE {
            return vec![Flaw::at("hours", &format!("must be at most {MAX_HOURS_OF_A_DATE}"))];
        }
        let hours = self.hours.iter().enumerate();
        let mut flaws: Vec<Flaw> = hours
            .flat_map(|(place, hours)| {
                hours.flaws().into_iter().map(move |flaw| flaw.within(&format!("hours/{place}")))
            })
            .collect();
        let slots: usize = self.hours.iter().map(Hours::slots_of_a_day).sum();
        if flaws.is_empty() && slots > MAX_SLOTS_OF_A_DATE {
            flaws.push(Flaw::at("hours", &format!("must have at most {MAX_SLOTS_OF_A_DATE} slots in all")));
        }
        flaws
    }
}

impl Blocked {
    fn flaw(&self) -> Option<Flaw> {
        match self {
            Self::Time { from, to } => (to <= from).then(|| Flaw::at("to", "must be after from")),
            Self::Days { first, last, .. } => {
                (last < first).then(|| Flaw::at("last", "must not be before the first day"))
            }
        }
    }

    /// The first instant, and the first instant after it.
    fn bounds(&self) -> (Timestamp, Timestamp) {
        match self {
            Self::Time { from, to } => (*from, *to),
            Self::Days { first, last, zone } => zone.days(*first, *last),
        }
    }
}

impl Schedule {
    /// The schedule of a doctor who never made one.
    pub const fn empty(doctor: DoctorId) -> Self {
        Self { doctor, terms: ScheduleDraft::empty(), version: 0 }
    }

    /// Checks a schedule.
    ///
    /// # Errors
    /// All flaws of the schedule.
    pub fn new(doctor: DoctorId, terms: ScheduleDraft, version: u64) -> Result<Self, Vec<Flaw>> {
        match terms.flaws() {
            flaws if flaws.is_empty() => Ok(Self { doctor, terms, version }),
            flaws => Err(flaws),
        }
    }

    /// The contents of the schedule.
    pub const fn terms(&self) -> &ScheduleDraft {
        &self.terms
    }

    /// The window of the published slots that a [`Plan`] takes into account.
    pub fn reach(now: Timestamp) -> (Timestamp, Timestamp) {
        // Two days more than the horizon: zones differ by more than a day, and hours may end on the next.
        let days = SignedDuration::from_hours(24 * (MAX_HORIZON_DAYS + 3));
        (now, now.checked_add(days).unwrap_or(Timestamp::MAX))
    }

    /// The slots of every date that a plan of `now` takes into account, in order of time, without blocked times. They
    /// never overlap.
    fn wanted(&self, now: Timestamp) -> Vec<Wanted> {
        let ScheduleDraft { rules, overrides, blocked, .. } = &self.terms;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        // Hours last up to two days, zones differ by up to 26 hours: hours that are open now began two days ago or
        // later, and meet no hours that began more than three days before or after them.
        let (Ok(first), Ok(last)) =
            (today.checked_sub(Span::new().days(5)), today.checked_add(Span::new().days(MAX_HORIZON_DAYS + 5)))
        else {
            return Vec::new();
        };
        let dates = || first.series(Span::new().days(1)).take_while(|date| *date <= last);

        let exceptions = overrides.iter().filter(|it| (first..=last).contains(&it.date));
        let of_exceptions = exceptions.flat_map(|it| it.hours.iter().map(|hours| (it.date, hours)));
        let of_rules = rules.iter().flat_map(|rule| {
            let is_usual = |date: &Date| rule.starts_on(*date) && !overrides.iter().any(|it| it.date == *date);
            dates().filter(is_usual).map(|date| (date, &rule.hours))
        });

        let mut taken = Taken::default();
        let mut wanted: Vec<Wanted> = of_exceptions
            .chain(of_rules)
            .flat_map(|(date, hours)| hours.slots_on(date).into_iter().map(move |time| Wanted::of(hours, date, time)))
            .filter(|slot| taken.admit(slot.occupied))
            .collect();
        wanted.sort_by_key(|slot| slot.time.start());
        let blocked: Vec<_> = blocked.iter().map(Blocked::bounds).collect();
        let is_blocked = |time: TimeRange| blocked.iter().any(|(from, to)| time.start() < *to && *from < time.end());
        wanted.retain(|slot| !is_blocked(slot.time));
        wanted
    }
}

impl Authorized<Schedule> {
    /// Replaces the contents of the schedule.
    ///
    /// # Errors
    /// All flaws of the new terms.
    pub fn replace(self, terms: ScheduleDraft) -> Result<Schedule, Vec<Flaw>> {
        let Schedule { doctor, version, .. } = self.into_inner();
        Schedule::new(doctor, terms, version)
    }
}

impl Wanted {
    fn of(hours: &Hours, date: Date, time: TimeRange) -> Self {
        let before = SignedDuration::from_mins(hours.buffer_before_minutes);
        let after = SignedDuration::from_mins(hours.buffer_after_minutes);
        let occupied = (
            time.start().checked_sub(before).unwrap_or(Timestamp::MIN),
            time.end().checked_add(after).unwrap_or(Timestamp::MAX),
        );
        Self { time, occupied, date, zone: hours.zone.clone(), place: hours.place.clone() }
    }
}

/// The times of slots of higher precedence, as intervals that neither overlap nor touch, by their starts.
#[derive(Default)]
struct Taken(BTreeMap<Timestamp, Timestamp>);

impl Taken {
    /// Adds an interval, and returns whether it overlaps none of those before.
    fn admit(&mut self, (mut from, mut to): (Timestamp, Timestamp)) -> bool {
        let mut is_clear = true;
        while let Some((&start, &end)) = self.0.range(..=to).next_back()
            && end >= from
        {
            is_clear &= end == from || start == to;
            (from, to) = (from.min(start), to.max(end));
            self.0.remove(&start);
        }
        self.0.insert(from, to);
        is_clear
    }
}

/// Days of the week by their names; their numbers differ from library to library.
mod weekdays {
    use jiff::civil::Weekday;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const NAMES: [(Weekday, &str); 7] = [
        (Weekday::Monday, "monday"),
        (Weekday::Tuesday, "tuesday"),
        (Weekday::Wednesday, "wednesday"),
        (Weekday::Thursday, "thursday"),
        (Weekday::Friday, "friday"),
        (Weekday::Saturday, "saturday"),
        (Weekday::Sunday, "sunday"),
    ];

    pub fn serialize<S: Serializer>(days: &[Weekday], serializer: S) -> Result<S::Ok, S::Error> {
        let name = |day: &Weekday| NAMES.iter().find(|(known, _)| known == day).map(|(_, name)| *name);
        days.iter().filter_map(name).collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Weekday>, D::Error> {
        let day = |name: String| NAMES.iter().find(|(_, known)| *known == name).map(|(day, _)| *day);
        Vec::<String>::deserialize(deserializer)?
            .into_iter()
            .map(|name| day(name).ok_or_else(|| D::Error::custom("no day of the week")))
            .collect()
    }
}

#[cfg(test)]
mod tests;
