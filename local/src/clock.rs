//! The stack's clock: the machine's clock plus an offset, or a clock that stands still for a test.

use api::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// A clock that can be moved forward. Clones are the same clock.
#[derive(Clone)]
pub struct StackClock {
    base: Base,
    offset: Arc<Mutex<SignedDuration>>,
}

#[derive(Clone)]
enum Base {
    Machine,
    Standing(Timestamp),
}

impl StackClock {
    /// A clock that runs with the machine's.
    pub fn running() -> Self {
        StackClock { base: Base::Machine, offset: Arc::default() }
    }

    /// A clock that stands at an instant until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        StackClock { base: Base::Standing(at), offset: Arc::default() }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: SignedDuration) {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// The time by which the clock was moved.
    pub fn offset(&self) -> SignedDuration {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock as a function, in the form that the services take.
    pub fn as_fn(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

impl Clock for StackClock {
    fn now(&self) -> Timestamp {
        let base = match self.base {
            Base::Machine => api::SystemClock.now(),
            Base::Standing(at) => at,
        };
        base + self.offset()
    }
}
