//! Times as they are told to a person, each in the zone that its purpose demands.
//!
//! | what is told | in the zone of |
//! |---|---|
//! | when to be at a place | the place, with the reader's own beside it where the clocks differ |
//! | what a reader does from anywhere: a video visit, a deadline | the reader |
//! | the date of a document under Indian law | India |
//!
//! Only this module writes a time for a person, so that no text has an instant in a zone that was at hand.

use jiff::{Timestamp, Zoned};

use crate::core::time::{TimeRange, Zone};

/// An instant, or an interval, with the zone in which it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    start: Timestamp,
    end: Option<Timestamp>,
    zone: Zone,
    /// The reader's zone, if its clocks show another time.
    beside: Option<Zone>,
}

impl Told {
    /// What happens at a place, in the zone of the place. The reader's own time stands beside it if it differs.
    pub fn at_place(time: TimeRange, place: &Zone, reader: &Zone) -> Self {
        let clocks = |zone: &Zone| [time.start(), time.end()].map(|at| local(at, zone).datetime());
        let beside = (clocks(place) != clocks(reader)).then(|| reader.clone());
        Self { start: time.start(), end: Some(time.end()), zone: place.clone(), beside }
    }

    /// What the reader takes part in from anywhere, in the reader's zone.
    pub fn to_reader(time: TimeRange, reader: &Zone) -> Self {
        Self { start: time.start(), end: Some(time.end()), zone: reader.clone(), beside: None }
    }

    /// The instant by which a reader must act, in the reader's zone.
    pub fn deadline(at: Timestamp, reader: &Zone) -> Self {
        Self { start: at, end: None, zone: reader.clone(), beside: None }
    }

    /// The instant of a document under Indian law, in the zone of India.
    pub fn by_indian_law(at: Timestamp) -> Self {
        Self { start: at, end: None, zone: Zone::default(), beside: None }
    }

    /// The beginning in short, for a subject: `1 December 2026 at 10:30`. It names its zone if the reader's clock shows
    /// another time.
    pub fn in_short(&self) -> String {
        let start = local(self.start, &self.zone).strftime("%-d %B %Y at %H:%M").to_string();
        if self.beside.is_some() { format!("{start} ({})", self.zone) } else { start }
    }

    /// The whole: `Tuesday, 1 December 2026, 10:30 to 11:00 (Asia/Kolkata)`. The reader's time follows if it differs.
    pub fn in_full(&self) -> String {
        let here = self.clock(&self.zone);
        match &self.beside {
            Some(zone) => format!("{here}, which is {}", self.clock(zone)),
            None => here,
        }
    }

    fn clock(&self, zone: &Zone) -> String {
        let start = local(self.start, zone).strftime("%A, %-d %B %Y, %H:%M").to_string();
        match self.end {
            Some(end) => format!("{start} to {} ({zone})", local(end, zone).strftime("%H:%M")),
            None => format!("{start} ({zone})"),
        }
    }
}

fn local(at: Timestamp, zone: &Zone) -> Zoned {
    at.to_zoned(zone.tz().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, range};

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    #[test]
    fn clocks_are_compared_at_both_ends_of_the_visit() {
        // London leaves summer time during the visit; until then its clocks are those of Lagos.
        let time = range("2026-10-25T00:30:00Z", 60);
        let told = Told::at_place(time, &zone("Africa/Lagos"), &zone("Europe/London"));
        assert!(
            told.in_full().contains("(Africa/Lagos), which is Sunday, 25 October 2026, 01:30 to 01:30"),
            "{told:?}"
        );
    }

    #[test]
    fn a_deadline_is_the_readers_and_a_document_indias() {
        let instant = at("2026-11-29T20:00:00Z");
        assert_eq!(Told::deadline(instant, &zone("Europe/Berlin")).in_short(), "29 November 2026 at 21:00");
        assert_eq!(Told::by_indian_law(instant).in_full(), "Monday, 30 November 2026, 01:30 (Asia/Kolkata)");
    }
}
