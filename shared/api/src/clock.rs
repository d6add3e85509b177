//! Time and randomness as a request sees them: read once by `api`, an argument everywhere else.

use jiff::Timestamp;
use uuid::Uuid;

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Where new ids come from.
pub trait Ids: Send + Sync {
    /// A new random id: 122 random bits, so that an id in a URL tells nothing and can't be guessed.
    fn new_id(&self) -> Uuid;
}

/// Ids of the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes random ids")]
    fn new_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}
