//! Weekly hours over a stretch of days, which are published once and by hand.

use jiff::civil::{Date, Time, Weekday};

use super::hours::Hours;
use super::{MAX_BUFFER_MINUTES, MIN_SLOT_MINUTES, Taken, Wanted};
use crate::availability::slot::Place;
use crate::core::time::{MAX_MINUTES, TimeRange, Zone};

/// The longest stretch that one rule covers, in days, first and last included.
pub const MAX_DAYS: i32 = 92;

/// Weekly hours as the doctor or an administrator entered them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// The first day.
    pub from: Date,
    /// The last day, on which hours can still start.
    pub to: Date,
    /// The days of the week on which hours start.
    pub weekdays: Vec<Weekday>,
    /// The start of the hours, in local time.
    pub start: Time,
    /// The end of the hours, in local time; on the next day if it is not after `start`.
    pub end: Time,
    /// The length of a slot, in minutes.
    pub slot_minutes: i64,
    /// The pause after a slot, in minutes.
    pub buffer_minutes: i64,
    /// The zone of the local times.
    pub zone: Zone,
}

/// Valid weekly hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyRule(RuleDraft);

/// The reason why the hours are invalid. [`InvalidRule::field`] names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// The last day is before the first.
    #[error("must not be before the first day")]
    EndsBeforeStart,
    /// The stretch has more than [`MAX_DAYS`] days.
    #[error("must be at most {MAX_DAYS} days after the first day, both included")]
    TooManyDays,
    /// The hours name no day of the week.
    #[error("must name at least one day of the week")]
    NoWeekday,
    /// The start has seconds.
    #[error("must be a whole minute")]
    StartNotWholeMinute,
    /// The end has seconds.
    #[error("must be a whole minute")]
    EndNotWholeMinute,
    /// The length of a slot is not [`MIN_SLOT_MINUTES`] to [`MAX_MINUTES`].
    #[error("must be {MIN_SLOT_MINUTES} to {MAX_MINUTES} minutes")]
    SlotLength,
    /// The pause is not 0 to [`MAX_BUFFER_MINUTES`].
    #[error("must be 0 to {MAX_BUFFER_MINUTES} minutes")]
    BufferLength,
}

impl InvalidRule {
    /// The name of the invalid field of [`RuleDraft`].
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
    /// Checks the hours; the error is the first one that is found.
    pub fn new(draft: RuleDraft) -> Result<Self, InvalidRule> {
        let is_whole_minute = |time: Time| time.second() == 0 && time.subsec_nanosecond() == 0;
        let days = draft.to.since(draft.from).map_or(i32::MAX, |span| span.get_days() + 1);
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

    /// The hours as they were entered.
    pub const fn draft(&self) -> &RuleDraft {
        &self.0
    }

    /// The slots in order of time, under the rules of [the module](super). Empty if no slot fits.
    pub fn slots(&self) -> Vec<TimeRange> {
        let RuleDraft { zone, start, end, slot_minutes, buffer_minutes, .. } = self.0.clone();
        let hours = Hours {
            zone,
            start,
            end,
            slot_minutes,
            buffer_before_minutes: 0,
            buffer_after_minutes: buffer_minutes,
            place: Place::default(),
        };
        let mut taken = Taken::default();
        self.days()
            .flat_map(|date| hours.slots_on(date).into_iter().map(move |time| (date, time)))
            .filter(|&(date, time)| taken.admit(Wanted::of(&hours, date, time).occupied))
            .map(|(_, time)| time)
            .collect()
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        let RuleDraft { from, to, weekdays, .. } = &self.0;
        from.series(jiff::Span::new().days(1))
            .take_while(move |date| date <= to)
            .filter(|date| weekdays.contains(&date.weekday()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    const EVERY_DAY: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    fn draft(zone: &str, day: Date, hours: (Time, Time), slot_minutes: i64, buffer_minutes: i64) -> RuleDraft {
        RuleDraft {
            from: day,
            to: day,
            weekdays: EVERY_DAY.to_vec(),
            start: hours.0,
            end: hours.1,
            slot_minutes,
            buffer_minutes,
            zone: Zone::parse(zone).unwrap(),
        }
    }

    fn slots(draft: RuleDraft) -> Vec<TimeRange> {
        WeeklyRule::new(draft).unwrap().slots()
    }

    /// The starts of the slots, as UTC `HH:MM`.
    fn starts(draft: RuleDraft) -> Vec<String> {
        slots(draft).iter().map(|slot| slot.start().strftime("%H:%M").to_string()).collect()
    }

    fn hm(hour: i8, minute: i8) -> Time {
        time(hour, minute, 0, 0)
    }

    #[test]
    fn hours_fill_with_slots_and_the_rest_stays_empty() {
        let day = date(2026, 12, 1);
        let morning = draft("Asia/Kolkata", day, (hm(10, 0), hm(11, 50)), 30, 0);
        assert_eq!(starts(morning), ["04:30", "05:00", "05:30"]);
        let with_pause = draft("Asia/Kolkata", day, (hm(10, 0), hm(11, 50)), 30, 10);
        assert_eq!(starts(with_pause), ["04:30", "05:10", "05:50"]);
        let too_short = draft("Asia/Kolkata", day, (hm(10, 0), hm(10, 29)), 30, 0);
        assert!(slots(too_short).is_empty());
    }

    #[test]
    fn only_the_named_days_of_the_stretch_have_slots() {
        let mut rule = draft("Asia/Kolkata", date(2026, 12, 1), (hm(10, 0), hm(10, 30)), 30, 0);
        rule.to = date(2026, 12, 14);
        rule.weekdays = vec![Weekday::Monday, Weekday::Wednesday, Weekday::Wednesday];
        let days: Vec<String> = slots(rule).iter().map(|slot| slot.start().strftime("%m-%d").to_string()).collect();
        assert_eq!(days, ["12-02", "12-07", "12-09", "12-14"]);
    }

    #[test]
    fn hours_that_end_before_they_start_end_on_the_next_day() {
        let night = slots(draft("Asia/Kolkata", date(2026, 12, 1), (hm(22, 45), hm(0, 45)), 60, 0));
        assert_eq!(night.len(), 2);
        let local = |at: Timestamp| at.to_zoned(Zone::default().tz().clone()).strftime("%dT%H:%M").to_string();
        // The second slot crosses midnight.
        assert_eq!((local(night[1].start()), local(night[1].end())), ("01T23:45".into(), "02T00:45".into()));
        let around_the_clock = draft("Asia/Kolkata", date(2026, 12, 1), (hm(9, 0), hm(9, 0)), 480, 0);
        assert_eq!(slots(around_the_clock).len(), 3);
    }

    #[test]
    fn nights_that_follow_each_other_keep_the_pause_between_them() {
        let mut rule = draft("Asia/Kolkata", date(2026, 12, 1), (hm(0, 0), hm(0, 0)), 120, 12);
        rule.to = date(2026, 12, 3);
        let slots = slots(rule);
        assert!(slots.windows(2).all(|pair| pair[1].start().duration_since(pair[0].end()).as_mins() >= 12));
    }

    #[test]
    fn india_has_no_change_of_clocks() {
        for day in [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)] {
            let all_day = draft("Asia/Kolkata", day, (hm(0, 0), hm(0, 0)), 60, 0);
            assert_eq!(slots(all_day).len(), 24, "{day}");
        }
    }

    #[test]
    fn new_york_skips_the_hour_that_does_not_exist() {
        // 2026-03-08: 02:00 EST becomes 03:00 EDT.
        let rule = draft("America/New_York", date(2026, 3, 8), (hm(1, 0), hm(4, 0)), 30, 0);
        assert_eq!(starts(rule), ["06:00", "06:30", "07:00", "07:30"]);
    }

    #[test]
    fn new_york_publishes_the_hour_that_comes_twice_once_at_its_first() {
        // 2026-11-01: 02:00 EDT becomes 01:00 EST. 01:00 to 02:00 is 05:00 to 06:00 UTC first, and 06:00 to 07:00 again.
        let rule = draft("America/New_York", date(2026, 11, 1), (hm(0, 30), hm(3, 0)), 30, 0);
        assert_eq!(starts(rule), ["04:30", "05:00", "05:30", "07:00", "07:30"]);
    }

    #[test]
    fn london_does_the_same_an_hour_earlier() {
        // 2026-03-29: 01:00 GMT becomes 02:00 BST. 2026-10-25: 02:00 BST becomes 01:00 GMT.
        let spring = draft("Europe/London", date(2026, 3, 29), (hm(0, 0), hm(3, 0)), 30, 0);
        assert_eq!(starts(spring), ["00:00", "00:30", "01:00", "01:30"]);
        let autumn = draft("Europe/London", date(2026, 10, 25), (hm(0, 0), hm(3, 0)), 60, 0);
        assert_eq!(starts(autumn), ["23:00", "00:00", "02:00"]);
    }

    #[test]
    fn lord_howe_moves_by_half_an_hour() {
        // 2026-10-04: 02:00 (+10:30) becomes 02:30 (+11). 2026-04-05: 02:00 (+11) becomes 01:30 (+10:30).
        let spring = draft("Australia/Lord_Howe", date(2026, 10, 4), (hm(1, 30), hm(3, 30)), 15, 0);
        assert_eq!(starts(spring), ["15:00", "15:15", "15:30", "15:45", "16:00", "16:15"]);
        let autumn = draft("Australia/Lord_Howe", date(2026, 4, 5), (hm(1, 0), hm(2, 30)), 30, 0);
        assert_eq!(starts(autumn), ["14:00", "14:30", "15:30"]);
    }

    #[test]
    fn a_slot_across_the_change_lasts_its_real_minutes_and_drops_the_one_it_would_meet() {
        // The slot at 01:45 EST is over at 04:15 EDT: the slot at 03:15 of the rule would start in it.
        let rule = draft("America/New_York", date(2026, 3, 8), (hm(0, 15), hm(6, 15)), 90, 0);
        let slots = slots(rule);
        assert!(slots.iter().all(|slot| slot.minutes() == 90));
        assert!(slots.windows(2).all(|pair| !pair[0].overlaps(&pair[1])));
        let starts: Vec<String> = slots.iter().map(|slot| slot.start().strftime("%H:%M").to_string()).collect();
        assert_eq!(starts, ["05:15", "06:45", "08:45"]);
    }

    #[test]
    fn a_doctor_works_no_longer_than_the_hours_when_clocks_go_forward() {
        // 01:30 and 90 minutes would be over at 04:00 EDT.
        let rule = draft("America/New_York", date(2026, 3, 8), (hm(1, 30), hm(3, 0)), 90, 0);
        assert!(slots(rule).is_empty());
    }

    #[test]
    fn an_invalid_rule_names_its_field() {
        let good = || draft("Asia/Kolkata", date(2026, 12, 1), (hm(10, 0), hm(12, 0)), 30, 0);
        let refused = |change: &dyn Fn(&mut RuleDraft)| {
            let mut draft = good();
            change(&mut draft);
            WeeklyRule::new(draft).unwrap_err()
        };
        let cases = [
            (refused(&|it| it.to = date(2026, 11, 30)), InvalidRule::EndsBeforeStart, "to"),
            (refused(&|it| it.to = date(2027, 3, 3)), InvalidRule::TooManyDays, "to"),
            (refused(&|it| it.to = date(9999, 12, 31)), InvalidRule::TooManyDays, "to"),
            (refused(&|it| it.weekdays.clear()), InvalidRule::NoWeekday, "weekdays"),
            (refused(&|it| it.start = time(10, 0, 1, 0)), InvalidRule::StartNotWholeMinute, "start"),
            (refused(&|it| it.end = time(12, 0, 0, 1)), InvalidRule::EndNotWholeMinute, "end"),
            (refused(&|it| it.slot_minutes = 4), InvalidRule::SlotLength, "slot_minutes"),
            (refused(&|it| it.slot_minutes = 481), InvalidRule::SlotLength, "slot_minutes"),
            (refused(&|it| it.buffer_minutes = -1), InvalidRule::BufferLength, "buffer_minutes"),
            (refused(&|it| it.buffer_minutes = 241), InvalidRule::BufferLength, "buffer_minutes"),
        ];
        for (refusal, expected, field) in cases {
            assert_eq!((refusal, refusal.field()), (expected, field));
        }
        let mut longest = good();
        longest.to = date(2027, 3, 2);
        assert_eq!(slots(longest).len(), 92 * 4);
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let last = draft("Asia/Kolkata", date(9999, 12, 31), (hm(22, 0), hm(2, 0)), 30, 0);
        assert!(slots(last).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn slots_never_overlap_and_keep_length_pause_and_hours(
            zone in prop::sample::select(vec![
                "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia",
                "America/St_Johns", "Africa/Casablanca", "Asia/Gaza",
            ]),
            day in 0_i32..400,
            days in 1_i32..15,
            start in 0_i8..24,
            end in 0_i8..24,
            slot_minutes in 5_i64..=480,
            buffer_minutes in 0_i64..=60,
        ) {
            let from = date(2026, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            let mut rule = draft(zone, from, (hm(start, 15), hm(end, 0)), slot_minutes, buffer_minutes);
            rule.to = from.checked_add(jiff::Span::new().days(days - 1)).unwrap();
            let slots = slots(rule);
            for slot in &slots {
                prop_assert_eq!(slot.minutes(), slot_minutes);
            }
            for pair in slots.windows(2) {
                prop_assert!(!pair[0].overlaps(&pair[1]));
                prop_assert!(pair[1].start().duration_since(pair[0].end()).as_mins() >= buffer_minutes);
            }
        }
    }
}
