//! Time and randomness of a request: `api` reads them once, and they are an argument everywhere else.

use jiff::Timestamp;
use std::pin::Pin;
use std::time::Duration;
use uuid::Uuid;

/// The source of the present instant.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Waits for `duration`. The clock of a test decides when the wait ends.
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

/// The source of new ids.
pub trait Ids: Send + Sync {
    /// A new random id: a UUID of version 4 has 122 random bits, so that an id in a URL tells nothing and can't be
    /// guessed.
    fn new_id(&self) -> Uuid;
}

/// Ids from the randomness of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes random ids")]
    fn new_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}
