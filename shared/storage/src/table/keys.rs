//! The keys of what belongs to the table itself.

use jiff::{SignedDuration, Timestamp};

use crate::table::entities::{entities, guards};
use crate::table::key::{Hour, Second, Span, second};

entities! {
    /// A timer.
    Timer(hour: Hour, at: Second, id: String) "timer" = "DUE#{hour}" | "TIMER#{at}#{id}";
    /// How far the timers are fired.
    TimerCursor "timer_cursor" = "DUE#CURSOR" | "CURSOR";
    /// An idempotency record.
    Idempotency(key_hash: String) "idempotency" = "IDEM#{key_hash}" | "IDEM"
        expires "24 hours";
}

guards! {
    /// An answer is recorded under an idempotency key.
    IDEMPOTENCY_KEY_FREE = "attribute_not_exists(PK) OR expires <= :now";
        "a request that is sent twice would be carried out twice"
}

impl Span {
    /// The timers of an hour that are due at `now`.
    pub fn due(hour: Hour, now: Timestamp) -> Self {
        // A second later than `now`, without what follows the time: right behind everything that is due.
        let behind = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
        Self::partition::<Key>(format!("DUE#{hour}")).between("TIMER#".to_owned(), format!("TIMER#{}", second(behind)))
    }
}
