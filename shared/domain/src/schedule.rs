//! A doctor's weekly hours, and the slots that follow from them.
//!
//! A rule is written in local time; its slots are instants. Where the two disagree, this is the policy:
//!
//! - A slot whose local start does not exist (clocks go forward) is **skipped**.
//! - A slot whose local start exists twice (clocks go back) is published **once, at the first**.
//! - A slot's length is **real, elapsed minutes**, whatever the clocks do meanwhile.
//! - A slot that would end after the hours do, or start before the one before it and its buffer are over, is skipped.
//!   Hence slots never overlap, and nobody works longer than they said.
//!
//! It does not know what is published already: that is [`crate::slot::Calendar::publish`].

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp};

use crate::time::{MAX_MINUTES, TimeRange, Zone};

/// The longest stretch that one rule covers, in days, first and last included.
pub const MAX_DAYS: i32 = 92;
/// The shortest slot, in minutes.
pub const MIN_SLOT_MINUTES: i64 = 5;
/// The longest pause between two slots, in minutes.
pub const MAX_BUFFER_MINUTES: i64 = 240;

/// Weekly hours as somebody filled them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// The first day.
    pub from: Date,
    /// The last day, on which hours can still start.
    pub to: Date,
    /// The days of the week on which hours start.
    pub weekdays: Vec<Weekday>,
    /// When hours start, in local time.
    pub start: Time,
    /// When they end, in local time. Not after `start` means on the next day.
    pub end: Time,
    /// The length of a slot, in minutes.
    pub slot_minutes: i64,
    /// The pause after a slot, in minutes.
    pub buffer_minutes: i64,
    /// Where the local times are.
    pub zone: Zone,
}

/// Weekly hours that hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyRule(RuleDraft);

/// Why the hours do not hold together. [`InvalidRule::field`] says where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// The last day is before the first.
    #[error("must not be before the first day")]
    EndsBeforeStart,
    /// More than [`MAX_DAYS`].
    #[error("must be at most {MAX_DAYS} days after the first day, both included")]
    TooManyDays,
    /// No day of the week.
    #[error("must name at least one day of the week")]
    NoWeekday,
    /// The start has seconds.
    #[error("must be a whole minute")]
    StartNotWholeMinute,
    /// The end has seconds.
    #[error("must be a whole minute")]
    EndNotWholeMinute,
    /// Not [`MIN_SLOT_MINUTES`] to [`MAX_MINUTES`].
    #[error("must be {MIN_SLOT_MINUTES} to {MAX_MINUTES} minutes")]
    SlotLength,
    /// Not 0 to [`MAX_BUFFER_MINUTES`].
    #[error("must be 0 to {MAX_BUFFER_MINUTES} minutes")]
    BufferLength,
}

impl InvalidRule {
    /// The name of the field of [`RuleDraft`] that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::EndsBeforeStart | Self::TooManyDays => "to",
            Self::NoWeekday => "weekdays",
            Self::StartNotWholeMinute => "start",
            Self::EndNotWholeMinute => "end",
            Self::SlotLength => "slot_minutes",
            Self::BufferLength => "buffer_minutes",
        }
    }
}

impl WeeklyRule {
    /// Checks the hours; the first thing that is wrong is named.
    pub fn new(draft: RuleDraft) -> Result<Self, InvalidRule> {
        let is_whole_minute = |time: Time| time.second() == 0 && time.subsec_nanosecond() == 0;
        let days = draft
            .to
            .since(draft.from)
            .map_or(i32::MAX, |span| span.get_days() + 1);
        if draft.to < draft.from {
            Err(InvalidRule::EndsBeforeStart)
        } else if days > MAX_DAYS {
            Err(InvalidRule::TooManyDays)
        } else if draft.weekdays.is_empty() {
            Err(InvalidRule::NoWeekday)
        } else if !is_whole_minute(draft.start) {
            Err(InvalidRule::StartNotWholeMinute)
        } else if !is_whole_minute(draft.end) {
            Err(InvalidRule::EndNotWholeMinute)
        } else if !(MIN_SLOT_MINUTES..=MAX_MINUTES).contains(&draft.slot_minutes) {
            Err(InvalidRule::SlotLength)
        } else if !(0..=MAX_BUFFER_MINUTES).contains(&draft.buffer_minutes) {
            Err(InvalidRule::BufferLength)
        } else {
            Ok(Self(draft))
        }
    }

    /// The hours as they were filled in.
    pub const fn draft(&self) -> &RuleDraft {
        &self.0
    }

    /// The slots in order of time, under the policy of this module. Empty if no slot fits.
    pub fn slots(&self) -> Vec<TimeRange> {
        let rule = &self.0;
        let length = SignedDuration::from_mins(rule.slot_minutes);
        let buffer = SignedDuration::from_mins(rule.buffer_minutes);
        let mut slots: Vec<TimeRange> = Vec::new();
        for hours in self.days().filter_map(|date| Hours::on(date, rule)) {
            for start in hours
                .local_starts(length, buffer)
                .filter_map(|local| first_instant(local, &rule.zone))
            {
                let Ok(end) = start.checked_add(length) else {
                    continue;
                };
                let is_clear = slots
                    .last()
                    .is_none_or(|previous| start.duration_since(previous.end()) >= buffer);
                // Not a whole UTC minute only under the odd offsets of the past: those are left out.
                if let Ok(slot) = TimeRange::new(start, end)
                    && is_clear
                    && end <= hours.closing
                {
                    slots.push(slot);
                }
            }
        }
        slots
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        let RuleDraft {
            from, to, weekdays, ..
        } = &self.0;
        from.series(jiff::Span::new().days(1))
            .take_while(move |date| date <= to)
            .filter(|date| weekdays.contains(&date.weekday()))
    }
}

/// The hours that start on one day.
struct Hours {
    opens: DateTime,
    closes: DateTime,
    /// When they end, as an instant: a slot may cross the change of clocks before.
    closing: Timestamp,
}

impl Hours {
    /// `None` at the end of the calendar.
    fn on(date: Date, rule: &RuleDraft) -> Option<Self> {
        let last_day = if rule.end > rule.start {
            date
        } else {
            date.tomorrow().ok()?
        };
        let closes = last_day.to_datetime(rule.end);
        let closing = rule
            .zone
            .tz()
            .to_ambiguous_timestamp(closes)
            .compatible()
            .ok()?;
        Some(Self {
            opens: date.to_datetime(rule.start),
            closes,
            closing,
        })
    }

    /// Where slots would start if every day had 24 hours.
    fn local_starts(
        &self,
        length: SignedDuration,
        buffer: SignedDuration,
    ) -> impl Iterator<Item = DateTime> {
        let next = move |start: &DateTime| start.checked_add(length + buffer).ok();
        std::iter::successors(Some(self.opens), next).take_while(move |start| {
            start
                .checked_add(length)
                .is_ok_and(|end| end <= self.closes)
        })
    }
}

/// The instant of a local time: none in a gap, the first of a fold.
fn first_instant(local: DateTime, zone: &Zone) -> Option<Timestamp> {
    let ambiguous = zone.tz().to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => None,
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.earlier().ok()
        }
    }
}
