//! The hours of one day, cut into slots. The rules of [`super`] on gaps, folds and pauses are implemented only here.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Flaw, MAX_BUFFER_MINUTES, MIN_SLOT_MINUTES};
use crate::availability::slot::Place;
use crate::core::time::{MAX_MINUTES, TimeRange, Zone};

/// Hours of a day, in local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The zone of the local times.
    pub zone: Zone,
    /// The start of the hours.
    pub start: Time,
    /// The end of the hours, on the next day if it is not after `start`.
    pub end: Time,
    /// The length of a slot, in minutes.
    pub slot_minutes: i64,
    /// The pause before a slot, in minutes.
    #[serde(default)]
    pub buffer_before_minutes: i64,
    /// The pause after a slot, in minutes.
    #[serde(default)]
    pub buffer_after_minutes: i64,
    /// The place of the visits.
    #[serde(default)]
    pub place: Place,
}

/// What is unusual about hours, and may be a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursWarning {
    /// The hours end when they start, on the next day.
    #[error("start and end are the same, so the hours last 24 hours and have {slots} slots")]
    WholeDay {
        /// The slots of the hours.
        slots: usize,
    },
    /// A slot is longer than the hours.
    #[error("no slot of {slot_minutes} minutes fits into the hours")]
    NoSlot {
        /// The length of a slot, in minutes.
        slot_minutes: i64,
    },
    /// The hours end on the next day.
    #[error("the end is before the start, so the hours last over midnight and have {slots} slots")]
    Overnight {
        /// The slots of the hours.
        slots: usize,
    },
}

impl HoursWarning {
    /// The name of the warning in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WholeDay { .. } => "whole_day",
            Self::NoSlot { .. } => "no_slot",
            Self::Overnight { .. } => "overnight",
        }
    }
}

const MINUTES_OF_A_DAY: i64 = 24 * 60;

impl Hours {
    /// The flaws of the hours, each with its field.
    pub(super) fn flaws(&self) -> Vec<Flaw> {
        let buffers = 0..=MAX_BUFFER_MINUTES;
        let slots = format!("must be {MIN_SLOT_MINUTES} to {MAX_MINUTES} minutes");
        let pause = format!("must be 0 to {MAX_BUFFER_MINUTES} minutes");
        [
            (is_whole_minute(self.start), "start", "must be a whole minute"),
            (is_whole_minute(self.end), "end", "must be a whole minute"),
            ((MIN_SLOT_MINUTES..=MAX_MINUTES).contains(&self.slot_minutes), "slot_minutes", &slots),
            (buffers.contains(&self.buffer_before_minutes), "buffer_before_minutes", &pause),
            (buffers.contains(&self.buffer_after_minutes), "buffer_after_minutes", &pause),
        ]
        .into_iter()
        .filter(|(is_right, ..)| !is_right)
        .map(|(_, field, problem)| Flaw::at(field, problem))
        .collect()
    }

    /// The number of slots in a day of 24 hours.
    pub(super) fn slots_of_a_day(&self) -> usize {
        let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let length = match minute(self.end) - minute(self.start) {
            length @ 1.. => length,
            overnight => overnight + MINUTES_OF_A_DAY,
        };
        let pause = self.buffer_before_minutes + self.buffer_after_minutes;
        usize::try_from((length + pause).div_euclid((self.slot_minutes + pause).max(1))).unwrap_or_default()
    }

    /// What is unusual about the hours, if anything is.
    pub(super) fn warning(&self) -> Option<HoursWarning> {
        let slots = self.slots_of_a_day();
        if self.end == self.start {
            Some(HoursWarning::WholeDay { slots })
        } else if slots == 0 {
            Some(HoursWarning::NoSlot { slot_minutes: self.slot_minutes })
        } else if self.end < self.start {
            Some(HoursWarning::Overnight { slots })
        } else {
            None
        }
    }

    /// The slots of the hours that start on `date`, in order of time. Each depends on `date` and the hours alone.
    pub(super) fn slots_on(&self, date: Date) -> Vec<TimeRange> {
        let length = SignedDuration::from_mins(self.slot_minutes);
        let pause = self.pause();
        let Some((opens, closes, closing)) = self.bounds_on(date) else { return Vec::new() };

        // The starts of the slots if every day had 24 hours.
        let next = |start: &DateTime| start.checked_add(length + pause).ok();
        let starts = std::iter::successors(Some(opens), next)
            .take_while(|start| start.checked_add(length).is_ok_and(|end| end <= closes));
        let mut slots: Vec<TimeRange> = Vec::new();
        for start in starts.filter_map(|local| first_instant(local, &self.zone)) {
            let Ok(end) = start.checked_add(length) else { continue };
            let is_clear = slots.last().is_none_or(|previous| start.duration_since(previous.end()) >= pause);
            // A slot off the whole UTC minute exists only under the odd offsets of the past: it is left out.
            if let Ok(slot) = TimeRange::new(start, end)
                && is_clear
                && end <= closing
            {
                slots.push(slot);
            }
        }
        slots
    }

    /// The least time between the end of a slot and the start of the next.
    pub(super) fn pause(&self) -> SignedDuration {
        SignedDuration::from_mins(self.buffer_before_minutes + self.buffer_after_minutes)
    }

    /// The local start and end of the hours, and the end as an instant: a slot may cross a change of the clocks before
    /// it. `None` at the end of the calendar.
    fn bounds_on(&self, date: Date) -> Option<(DateTime, DateTime, Timestamp)> {
        let last_day = if self.end > self.start { date } else { date.tomorrow().ok()? };
        let closes = last_day.to_datetime(self.end);
        let closing = self.zone.tz().to_ambiguous_timestamp(closes).compatible().ok()?;
        Some((date.to_datetime(self.start), closes, closing))
    }
}

fn is_whole_minute(time: Time) -> bool {
    time.second() == 0 && time.subsec_nanosecond() == 0
}

/// The instant of a local time: `None` in a gap, the first of a fold.
fn first_instant(local: DateTime, zone: &Zone) -> Option<Timestamp> {
    let ambiguous = zone.tz().to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => None,
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
    }
}
