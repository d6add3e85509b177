//! A user's calendar feed: knowing its address is enough to read it, so the address is a secret, and only its hash is
//! stored.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::appointments::appointment::{Appointment, Stage};
use crate::core::cancelled_by::CancelledBy;
use crate::core::digest::Digest;

/// The time for which a feed shows visits that are over or were cancelled.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time ahead that a feed shows.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The part of the past that a feed reads at once.
const PAST_AT_ONCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The instant from which a feed looks ahead and back: the beginning of the day in UTC. So a feed changes when a visit
/// does, and at the beginning of a day, and at no other time.
pub fn reference(now: Timestamp) -> Timestamp {
    let seconds = now.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(24 * 60 * 60)).unwrap_or(now)
}

/// The window ahead that a feed shows, as its first instant and its end.
pub fn ahead(now: Timestamp) -> (Timestamp, Timestamp) {
    (now, now + AHEAD)
}

/// The past that a feed shows, step by step, the newest first: a feed that has no room for all visits omits the oldest.
pub fn past(now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let first = now - KEPT_FOR;
    std::iter::successors(Some(now), |&end| Some(end - PAST_AT_ONCE))
        .take_while(move |&end| first < end)
        .map(move |end| (first.max(end - PAST_AT_ONCE), end))
}

/// The secret of a feed's address: 64 hexadecimal digits. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedToken(String);

/// The text is not a feed token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a calendar feed")]
pub struct InvalidToken;

impl FeedToken {
    /// A new token of 256 bits, the hash of three random ids with 366 random bits in all.
    pub fn from_random(ids: [Uuid; 3]) -> Self {
        Self(ids.iter().fold(Digest::new("feed-token/1"), |digest, id| digest.text(&id.to_string())).hex())
    }

    /// Reads a token in its only written form.
    ///
    /// # Errors
    /// [`InvalidToken`].
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let is_hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 64 && is_hex { Ok(Self(text.to_owned())) } else { Err(InvalidToken) }
    }

    /// The token in clear, for its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The stored hash, from which the token can't be recovered.
    pub fn hash(&self) -> String {
        Digest::new("feed-hash/1").text(&self.0).hex()
    }
}

impl fmt::Debug for FeedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedToken([redacted])")
    }
}

/// Whether a feed shows an appointment: it is or was more than a hold, and was not cancelled longer than [`KEPT_FOR`]
/// ago.
pub fn shows(appointment: &Appointment, now: Timestamp) -> bool {
    match &appointment.stage {
        Stage::Held { .. } => false,
        Stage::Cancelled(cancellation) => {
            // Every transition increments the sequence: a hold that only ended has sequence 1.
            let was_confirmed = appointment.fee.is_zero() || appointment.sequence > 1;
            was_confirmed && cancellation.by != CancelledBy::Expiry && now < cancellation.at + KEPT_FOR
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, booking, confirmed, minutes, now};

    fn token(number: u128) -> FeedToken {
        FeedToken::from_random([1, 2, number].map(Uuid::from_u128))
    }

    #[test]
    fn a_token_survives_its_address_and_is_not_what_is_stored() {
        let token = token(3);
        assert_eq!(FeedToken::parse(token.expose()), Ok(token.clone()));
        assert_ne!(token.hash(), token.expose());
        assert_ne!(token.hash(), self::token(4).hash());
        assert_eq!(format!("{token:?}"), "FeedToken([redacted])");
        for text in ["", "abc", &token.expose().to_uppercase(), &format!("{} ", &token.expose()[1..])] {
            assert_eq!(FeedToken::parse(text), Err(InvalidToken), "{text}");
        }
    }

    #[test]
    fn a_feed_looks_from_the_beginning_of_the_day() {
        for (now, expected) in [
            ("2026-11-30T03:00:00.5Z", "2026-11-30T00:00:00Z"),
            ("2026-11-30T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("2026-11-30T23:59:59.999Z", "2026-11-30T00:00:00Z"),
            ("1969-12-31T12:00:00Z", "1969-12-31T00:00:00Z"),
        ] {
            assert_eq!(reference(at(now)), at(expected), "{now}");
        }
    }

    #[test]
    fn a_feed_reads_the_past_newest_first_without_a_gap_and_what_is_ahead_apart_from_it() {
        assert_eq!(ahead(now()), (now(), now() + AHEAD));
        let past: Vec<_> = past(now()).collect();
        assert_eq!(past[0], (now() - PAST_AT_ONCE, now()));
        assert!(past.windows(2).all(|pair| pair[0].0 == pair[1].1), "{past:?}");
        assert_eq!((past.len(), past[4].0), (5, now() - KEPT_FOR));
    }

    #[test]
    fn a_feed_shows_visits_and_for_a_month_those_that_were_cancelled() {
        assert!(!shows(&booking().appointment, now()));
        assert!(shows(&confirmed(), now()));
        let cancelled = confirmed().cancel(CancelledBy::Doctor, None, now()).unwrap();
        assert!(shows(&cancelled, now() + KEPT_FOR - minutes(1)));
        assert!(!shows(&cancelled, now() + KEPT_FOR));
        let dropped = booking().appointment.cancel(CancelledBy::Patient, None, now()).unwrap();
        assert!(!shows(&dropped, now()), "no calendar had it");
        let expired = booking().appointment.expire(now() + minutes(10)).unwrap();
        assert!(!shows(&expired, now() + minutes(10)));
    }
}
