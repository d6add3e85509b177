//! The instants at which a schedule is due: `rate(..)` and `cron(..)` of Amazon EventBridge Scheduler, in UTC.
//!
//! Source: EventBridge Scheduler user guide, "Schedule types". Unsupported expressions (`at(..)`, and `L`, `W` and `#` in a field of
//! cron) are refused, so that every schedule that runs in AWS runs here too.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A repeating schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// `rate(5 minutes)`. AWS counts from the schedule's creation; here the instants are whole multiples since 1970, so that a run
    /// can be repeated.
    Rate(SignedDuration),
    /// `cron(30 2 * * ? *)`.
    Cron(Cron),
}

/// The fields of a cron expression, each with the values that it admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    days_of_month: BTreeSet<i16>,
    months: BTreeSet<i16>,
    /// The days of the week; Sunday is 1.
    days_of_week: BTreeSet<i16>,
    years: BTreeSet<i16>,
}

/// An expression that is invalid, or is not supported here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no schedule that is understood here: rate(n minutes|hours|days), or cron with numbers, names, `*`, `?`, `,`, `-` and `/`"
)]
pub struct NotUnderstood(String);

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A leap day comes at least every eight years (1896 to 1904, 2096 to 2104).
const LONGEST_WAIT_DAYS: usize = 8 * 366;

impl Schedule {
    /// The first instant after `at` at which it is due; `None` when there is none.
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        match self {
            Schedule::Rate(period) => {
                let period = period.as_secs();
                let last = at.as_second().div_euclid(period);
                Timestamp::from_second((last + 1) * period).ok()
            }
            Schedule::Cron(cron) => cron.next_after(at),
        }
    }

    /// The instants in `(after, until]` at which it is due.
    pub fn between(&self, after: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        std::iter::successors(self.next_after(after), |at| self.next_after(*at)).take_while(move |at| *at <= until)
    }
}

impl Cron {
    fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        // Expressions have whole minutes, so the first that can be due is the minute after the one that `at` is in.
        let first = Timestamp::from_second((at.as_second().div_euclid(60) + 1) * 60).ok()?.to_zoned(TimeZone::UTC);
        let from = (i16::from(first.hour()), i16::from(first.minute()));
        let mut date = first.date();
        for waited in 0..LONGEST_WAIT_DAYS {
            if self.admits(date) {
                let times = self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)));
                let time = times.into_iter().find(|time| waited > 0 || *time >= from);
                if let Some((hour, minute)) = time {
                    let time = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
                    return Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
                }
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }

    fn admits(&self, date: Date) -> bool {
        let weekday = i16::from(date.weekday().since(Weekday::Sunday)) + 1;
        self.years.contains(&date.year())
            && self.months.contains(&i16::from(date.month()))
            && self.days_of_month.contains(&i16::from(date.day()))
            && self.days_of_week.contains(&weekday)
    }
}

impl FromStr for Schedule {
    type Err = NotUnderstood;

    fn from_str(text: &str) -> Result<Self, NotUnderstood> {
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        let rate = inside("rate").and_then(rate).map(Schedule::Rate);
        let cron = || inside("cron").and_then(cron).map(Schedule::Cron);
        rate.or_else(cron).ok_or_else(|| NotUnderstood(text.to_owned()))
    }
}

fn rate(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    // AWS refuses "1 minutes" and "2 minute".
    let is_plural = unit.ends_with('s');
    (is_plural == (number > 1)).then(|| number.checked_mul(seconds).map(SignedDuration::from_secs))?
}

fn cron(text: &str) -> Option<Cron> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let [minutes, hours, days_of_month, months, days_of_week, years] = fields[..] else { return None };
    // One of the two fields gives the days, and the other is `?`.
    if (days_of_month == "?") == (days_of_week == "?") {
        return None;
    }
    Some(Cron {
        minutes: field(minutes, 0..=59, &[])?,
        hours: field(hours, 0..=23, &[])?,
        days_of_month: field(if days_of_month == "?" { "*" } else { days_of_month }, 1..=31, &[])?,
        months: field(months, 1..=12, &MONTHS)?,
        days_of_week: field(if days_of_week == "?" { "*" } else { days_of_week }, 1..=7, &DAYS)?,
        years: field(years, 1970..=2199, &[])?,
    })
}

/// The values that a field admits. `names` stand for the first values of the range.
fn field(text: &str, range: RangeInclusive<i16>, names: &[&str]) -> Option<BTreeSet<i16>> {
    let value = |text: &str| {
        let named = names.iter().zip(range.clone()).find(|(name, _)| name.eq_ignore_ascii_case(text));
        named.map(|(_, value)| value).or_else(|| text.parse().ok()).filter(|value| range.contains(value))
    };
    let mut admitted = BTreeSet::new();
    for part in text.split(',') {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(step.parse::<usize>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let span = match (span, span.split_once('-'), step) {
            ("*", _, _) => range.clone(),
            (_, Some((from, to)), _) => value(from)?..=value(to)?,
            (from, None, Some(_)) => value(from)?..=*range.end(),
            (only, None, None) => value(only)?..=value(only)?,
        };
        if span.is_empty() {
            return None;
        }
        admitted.extend(span.step_by(step.unwrap_or(1)));
    }
    Some(admitted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(expression: &str, after: &str) -> Option<String> {
        expression.parse::<Schedule>().unwrap().next_after(at(after)).map(|at| at.to_string())
    }

    #[test]
    fn a_rate_is_due_at_whole_multiples_and_never_at_the_instant_itself() {
        assert_eq!(next("rate(1 minute)", "2026-11-23T03:00:00Z").unwrap(), "2026-11-23T03:01:00Z");
        assert_eq!(next("rate(1 minute)", "2026-11-23T03:00:59.9Z").unwrap(), "2026-11-23T03:01:00Z");
        assert_eq!(next("rate(5 minutes)", "2026-11-23T03:01:00Z").unwrap(), "2026-11-23T03:05:00Z");
        assert_eq!(next("rate(6 hours)", "2026-11-23T03:00:00Z").unwrap(), "2026-11-23T06:00:00Z");
        assert_eq!(next("rate(1 day)", "2026-11-23T03:00:00Z").unwrap(), "2026-11-24T00:00:00Z");
    }

    #[test]
    fn cron_is_due_where_all_its_fields_agree() {
        let cases = [
            ("cron(30 2 * * ? *)", "2026-11-23T02:29:59Z", "2026-11-23T02:30:00Z"),
            ("cron(30 2 * * ? *)", "2026-11-23T02:30:00Z", "2026-11-24T02:30:00Z"),
            ("cron(0/15 8-9 ? * MON-FRI *)", "2026-11-20T09:45:00Z", "2026-11-23T08:00:00Z"),
            ("cron(0/15 8-9 ? * mon-fri *)", "2026-11-23T08:00:00Z", "2026-11-23T08:15:00Z"),
            ("cron(5,50 0 1 JAN,7 ? *)", "2026-11-23T00:00:00Z", "2027-01-01T00:05:00Z"),
            ("cron(0 0 29 2 ? *)", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("cron(0 0 ? * 1 2027-2028)", "2026-11-23T00:00:00Z", "2027-01-03T00:00:00Z"),
        ];
        for (expression, after, expected) in cases {
            assert_eq!(next(expression, after).as_deref(), Some(expected), "{expression} after {after}");
        }
        assert_eq!(next("cron(0 0 31 2 ? *)", "2026-11-23T00:00:00Z"), None);
    }

    #[test]
    fn the_instants_between_two_leave_out_the_first_and_have_the_last() {
        let schedule: Schedule = "rate(1 minute)".parse().unwrap();
        let found: Vec<_> = schedule.between(at("2026-11-23T03:00:00Z"), at("2026-11-23T03:03:00Z")).collect();
        assert_eq!(found, ["2026-11-23T03:01:00Z", "2026-11-23T03:02:00Z", "2026-11-23T03:03:00Z"].map(at));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "rate(1 minutes)",
            "rate(2 minute)",
            "rate(0 minutes)",
            "rate(1 week)",
            "at(2026-11-23T03:00:00)",
            "cron(0 0 * * *)",
            "cron(0 0 * * * *)",
            "cron(0 0 ? * ? *)",
            "cron(60 0 * * ? *)",
            "cron(0 0 L * ? *)",
            "cron(0 0 ? * 6#3 *)",
            "cron(9-5 0 * * ? *)",
            "cron(0/0 0 * * ? *)",
        ] {
            assert_eq!(text.parse::<Schedule>(), Err(NotUnderstood(text.to_owned())), "{text}");
        }
    }
}
