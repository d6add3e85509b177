//! The paths of the trail's parts in the archive and in an export.
//!
//! ```text
//! audit/keys/<key id>.pem                                   a public key that has signed checkpoints
//! audit/checkpoints/00000000000000000007.json               a checkpoint, by its number
//! audit/events/chain=03/day=2026-11-30/00000000000000000001.jsonl
//!                                                           events of a chain, by the number of the first
//! ```
//!
//! The day is that of the checkpoint that closes the events. The days of a chain never go back, so the sorted paths of
//! a chain give its events in order, and a checkpoint of the day signs all events of that day. An event may be a little
//! older than its day. Every key follows from the checkpoint alone, so that a second run writes the same objects.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Checkpoint, Segment};

/// The most events of an object: about a megabyte, and the number that is in memory at a time.
pub const EVENTS_AT_ONCE: u64 = 1_000;

/// The prefix of the trail in the archive's bucket.
const ROOT: &str = "audit/";

/// A part of the trail: an object of the archive, and a file of an export, or lines of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A public key.
    Key {
        /// The id of the key: [`super::PublicKey::id`].
        id: String,
    },
    /// A checkpoint.
    Checkpoint {
        /// The number of the checkpoint.
        number: u64,
    },
    /// Events of a chain.
    Events {
        /// The number of the chain.
        chain: u8,
        /// The day (UTC) of the checkpoint that closes them.
        day: Date,
        /// The number of the first event.
        first: u64,
        /// The number of the last event.
        last: u64,
    },
}

impl Part {
    /// The key of the part's object.
    pub fn object(&self) -> String {
        match self {
            Self::Key { id } => format!("{ROOT}keys/{id}.pem"),
            Self::Checkpoint { number } => format!("{ROOT}checkpoints/{number:020}.json"),
            Self::Events { .. } => format!("{ROOT}{}", self.file()),
        }
    }

    /// The key or checkpoint of an object; `None` for all other objects, those of events included.
    pub fn of_object(object: &str) -> Option<Self> {
        let (directory, name) = object.strip_prefix(ROOT)?.split_once('/')?;
        let part = match directory {
            "keys" => Self::Key { id: name.strip_suffix(".pem")?.to_owned() },
            "checkpoints" => Self::Checkpoint { number: name.strip_suffix(".json")?.parse().ok()? },
            _ => return None,
        };
        (part.object() == object).then_some(part)
    }

    /// The file of an export to which the part is appended.
    pub fn file(&self) -> String {
        match self {
            Self::Key { .. } => "keys.pem".to_owned(),
            Self::Checkpoint { .. } => "checkpoints.jsonl".to_owned(),
            Self::Events { chain, day, first, .. } => format!("events/chain={chain:02}/day={day}/{first:020}.jsonl"),
        }
    }

    /// The content type of the part's object.
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Key { .. } => "application/x-pem-file",
            Self::Checkpoint { .. } => "application/json",
            Self::Events { .. } => "application/jsonl",
        }
    }

    /// The objects with the events `first` to `last` of a chain, which a checkpoint of the instant `at` closes.
    pub fn events(chain: u8, at: Timestamp, first: u64, last: u64) -> impl Iterator<Item = Self> {
        let day = day(at);
        let starts = std::iter::successors(Some(first), |first| first.checked_add(EVENTS_AT_ONCE));
        starts.take_while(move |first| *first <= last).map(move |first| {
            let last = last.min(first.saturating_add(EVENTS_AT_ONCE - 1));
            Self::Events { chain, day, first, last }
        })
    }

    /// The prefix of the objects with a chain's events that were closed on a day.
    pub fn events_of_day(chain: u8, day: Date) -> String {
        format!("{ROOT}events/chain={chain:02}/day={day}/")
    }
}

/// The day (UTC) on which a checkpoint closes events.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Checkpoint {
    /// The instant at which the checkpoint was made; `None` if its text is not an instant, which [`Checkpoint::check`]
    /// reports.
    pub fn made(&self) -> Option<Timestamp> {
        self.at.parse().ok()
    }

    /// The checkpoint's own object, and those of the events that it closes, chain by chain.
    pub fn parts(&self) -> Vec<Part> {
        let own = Part::Checkpoint { number: self.sequence };
        let closed = |it: &Segment| self.made().map(|at| Part::events(it.chain, at, it.first, it.last));
        std::iter::once(own).chain(self.chains.iter().filter_map(closed).flatten()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn events(first: u64, last: u64) -> Vec<(u64, u64)> {
        let span = |part: Part| match part {
            Part::Events { first, last, .. } => (first, last),
            other => panic!("{other:?}"),
        };
        Part::events(3, at("2026-11-30T23:59:59Z"), first, last).map(span).collect()
    }

    #[test]
    fn every_event_is_in_one_object_of_a_bounded_size() {
        assert_eq!(events(8, 7), []);
        assert_eq!(events(8, 8), [(8, 8)]);
        assert_eq!(events(1, 1_000), [(1, 1_000)]);
        assert_eq!(events(1_001, 3_500), [(1_001, 2_000), (2_001, 3_000), (3_001, 3_500)]);
        assert_eq!(events(u64::MAX, u64::MAX), [(u64::MAX, u64::MAX)]);
    }

    #[test]
    fn keys_and_checkpoints_are_known_by_their_objects() {
        for part in [Part::Key { id: "0a1b".to_owned() }, Part::Checkpoint { number: 7 }] {
            assert_eq!(Part::of_object(&part.object()), Some(part));
        }
        for other in ["audit/checkpoints/7.json", "audit/events/chain=03/day=2026-11-30/1.jsonl", "keys/1.pem", ""] {
            assert_eq!(Part::of_object(other), None, "{other}");
        }
    }

    #[test]
    fn paths_of_a_chain_sort_as_its_chain_does() {
        let path = |instant: &str, first| Part::events(3, at(instant), first, first).next().unwrap().file();
        let paths =
            [path("2026-11-30T23:59:59Z", 9), path("2026-12-01T00:00:00Z", 10), path("2026-12-01T09:00:00Z", 100)];
        assert!(paths.is_sorted(), "{paths:?}");
        assert_eq!(paths[0], "events/chain=03/day=2026-11-30/00000000000000000009.jsonl");
        let object = Part::events(3, at("2026-11-30T23:59:59Z"), 9, 9).next().unwrap().object();
        assert!(object.starts_with(&Part::events_of_day(3, day(at("2026-11-30T12:00:00Z")))), "{object}");
    }
}
