//! The stack's clock: the machine's, moved by as much as its user likes, or standing still for a test.

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
    /// Runs with the machine.
    pub fn running() -> Self {
        StackClock { base: Base::Machine, offset: Arc::default() }
    }

    /// Stands at an instant until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        StackClock { base: Base::Standing(at), offset: Arc::default() }
    }

    /// Moves it forward.
    pub fn advance(&self, by: SignedDuration) {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// By how much it was moved.
    pub fn offset(&self) -> SignedDuration {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As a function, in the form in which the services take a clock.
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
