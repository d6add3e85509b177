//! Time and randomness as a request sees them: read once by `api`, an argument everywhere else.

use jiff::Timestamp;
use std::pin::Pin;
use std::time::Duration;
use uuid::Uuid;

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Waits. Whoever brings the time of a test decides when that is over.
    fn pause(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
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
