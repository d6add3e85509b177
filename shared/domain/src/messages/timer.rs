//! Timers: messages for a future time that is further away than the longest delay of a queue.
//!
//! A fired timer only makes a consumer look again: the consumer reads the current records and decides by them. So a
//! timer is never cancelled; one that is out of date fires without effect.

use jiff::{SignedDuration, Timestamp};

use crate::core::digest::Digest;
use crate::messages::Message;

/// A message, and the instant at which it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    at: Timestamp,
    message: Message,
}

impl Timer {
    /// A timer that sends `message` at `at`, or at the first whole second after it.
    pub fn new(at: Timestamp, message: Message) -> Self {
        let part = SignedDuration::from_nanos(at.subsec_nanosecond().into());
        let whole = at - part;
        let at = if part.is_positive() { whole.checked_add(SignedDuration::from_secs(1)).unwrap_or(whole) } else { at };
        Self { at, message }
    }

    /// The instant at which the timer fires.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The message that the timer sends.
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// The id of the timer, 64 hexadecimal digits. The same time and message give the same id, however often they are
    /// planned.
    pub fn id(&self) -> String {
        let message =
            serde_json::to_string(&self.message).expect("a message has string keys only, which JSON can write");
        Digest::new("timer/1").text(&self.at.to_string()).text(&message).hex()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{appointment_id, at};

    fn timer(time: &str, version: u64) -> Timer {
        Timer::new(at(time), Message::AppointmentConfirmed { appointment: appointment_id(1), version })
    }

    #[test]
    fn a_timer_fires_at_a_whole_second_and_never_early() {
        assert_eq!(timer("2026-12-01T04:30:00Z", 1).at(), at("2026-12-01T04:30:00Z"));
        assert_eq!(timer("2026-12-01T04:29:59.000001Z", 1).at(), at("2026-12-01T04:30:00Z"));
    }

    #[test]
    fn the_same_time_and_message_are_one_timer() {
        let first = timer("2026-12-01T04:30:00Z", 1);
        assert_eq!(first.id(), timer("2026-12-01T04:29:59.5Z", 1).id());
        assert_ne!(first.id(), timer("2026-12-01T04:30:01Z", 1).id());
        assert_ne!(first.id(), timer("2026-12-01T04:30:00Z", 2).id());
        assert_eq!(first.id().len(), 64);
    }
}
