//! Condition expressions. A guard is a condition with the reason why it is there. The two usual guards, that an item is new or that it
//! has the version that was read, stand in the rows of the entities; the special ones stand with their contexts. What a failure
//! of one *means* is not said there: the transaction that uses it says so, on the line where it does.
//!
//! In a build for development a guard can be left out of the requests of this thread, everywhere or at one place of the code, so that
//! a test can show what happens without it: a guard that nothing misses is not needed. A release has no such switch. It is no feature of the
//! crate: that would be another crate for everything above, wherever the proofs are built too.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

/// A condition on the item that stands where a write goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    pub(crate) name: &'static str,
    /// `:ver`, `:now` and other placeholders are bound by a [`Condition`].
    pub(crate) expression: &'static str,
    /// The names of states in the expression: the placeholder of a state stands for its name.
    pub(crate) states: &'static [&'static str],
    pub(crate) why: &'static str,
}

const ABSENT: &str = "attribute_not_exists(PK)";
const UNCHANGED: &str = "ver = :ver";

impl Guard {
    /// No item stands at the key.
    pub(crate) const fn new(name: &'static str, why: &'static str) -> Self {
        Self { name, expression: ABSENT, states: &[], why }
    }

    /// The item has the version that was read.
    pub(crate) const fn unchanged(name: &'static str, why: &'static str) -> Self {
        Self { name, expression: UNCHANGED, states: &[], why }
    }

    /// The name of its constant.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The condition expression.
    pub const fn expression(self) -> &'static str {
        self.expression
    }

    /// What would go wrong without it.
    pub const fn why(self) -> &'static str {
        self.why
    }

    /// The guard on an item that was read in version `version`.
    pub fn expecting(self, version: u64) -> Condition {
        Condition::from(self).number(":ver", version)
    }

    /// This guard for an item that was not there (version 0), or `unchanged` for one that was read.
    pub(crate) fn or(self, unchanged: Self, version: u64) -> Condition {
        match version {
            0 => self.into(),
            version => unchanged.expecting(version),
        }
    }

    /// The guard at the time of the request.
    pub fn at(self, now: Timestamp) -> Condition {
        Condition::from(self).at(now)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A guard with its values.
#[derive(Debug, Clone)]
pub struct Condition {
    guard: Guard,
    values: HashMap<String, AttributeValue>,
}

/// A condition in the form in which a request takes it.
pub(crate) struct Rendered {
    pub expression: String,
    pub names: Option<HashMap<String, String>>,
    pub values: Option<HashMap<String, AttributeValue>>,
}

impl From<Guard> for Condition {
    fn from(guard: Guard) -> Self {
        Self { guard, values: HashMap::new() }
    }
}

impl Condition {
    /// The guard without its values.
    pub(crate) const fn guard(&self) -> Guard {
        self.guard
    }

    /// Adds the time of the request, in the table's milliseconds.
    pub fn at(self, now: Timestamp) -> Self {
        self.bind(":now", AttributeValue::N(now.as_millisecond().to_string()))
    }

    /// Adds a number.
    pub(crate) fn number(self, placeholder: &str, value: u64) -> Self {
        self.bind(placeholder, AttributeValue::N(value.to_string()))
    }

    /// Adds a text.
    pub(crate) fn text(self, placeholder: &str, value: impl fmt::Display) -> Self {
        self.bind(placeholder, AttributeValue::S(value.to_string()))
    }

    fn bind(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// The expression with names and values, or `None` for a guard that a test has disarmed.
    pub(crate) fn render(mut self) -> Option<Rendered> {
        if is_disarmed(self.guard) {
            return None;
        }
        let Guard { expression, states, .. } = self.guard;
        for state in states {
            self.values.insert(format!(":{state}"), AttributeValue::S((*state).to_owned()));
        }
        let names = expression.contains("#state").then(|| HashMap::from([("#state".to_owned(), "state".to_owned())]));
        let values = (!self.values.is_empty()).then_some(self.values);
        Some(Rendered { expression: expression.to_owned(), names, values })
    }
}

/// A place of the code that writes an item in a transaction, with the guard that it has there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The call that adds the write to its transaction.
    pub location: &'static Location<'static>,
    /// `put`, `delete` or `check`.
    pub write: &'static str,
    /// The item's entity.
    pub entity: &'static str,
    /// None for a write that relies on the guard of another one.
    pub guard: Option<Guard>,
}

impl Place {
    pub(crate) fn is_left_out(self) -> bool {
        is_left_out(self)
    }
}

#[cfg(any(test, debug_assertions))]
mod switch {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::{Guard, Place};

    thread_local! {
        static LEFT_OUT: RefCell<Option<Place>> = const { RefCell::new(None) };
        static REACHED: RefCell<BTreeSet<Place>> = const { RefCell::new(BTreeSet::new()) };
        static DISARMED: RefCell<Vec<Guard>> = const { RefCell::new(Vec::new()) };
        static ASKED: RefCell<BTreeSet<Guard>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Leaves guards out of every request that this thread builds, until it is called again; `None` leaves out none.
    pub fn disarm(guards: impl IntoIterator<Item = Guard>) {
        DISARMED.set(guards.into_iter().collect());
    }

    /// The guards of the requests that this thread has built since it was asked the last time, disarmed or not.
    pub fn asked() -> Vec<Guard> {
        ASKED.take().into_iter().collect()
    }

    /// Leaves one place out of every request that this thread builds, until it is called again: a guarded write is made without its
    /// guard, a check and a write without a guard are not made.
    pub fn leave_out(place: Option<Place>) {
        LEFT_OUT.set(place);
    }

    /// The places of the writes that this thread has built since it was asked the last time, left out or not.
    pub fn reached() -> BTreeSet<Place> {
        REACHED.take()
    }

    pub(super) fn is_left_out(place: Place) -> bool {
        REACHED.with_borrow_mut(|reached| reached.insert(place));
        LEFT_OUT.with_borrow(|left_out| *left_out == Some(place))
    }

    pub(super) fn is_disarmed(guard: Guard) -> bool {
        ASKED.with_borrow_mut(|asked| asked.insert(guard));
        DISARMED.with_borrow(|disarmed| disarmed.contains(&guard))
    }
}

#[cfg(any(test, debug_assertions))]
pub use switch::{asked, disarm, leave_out, reached};
#[cfg(any(test, debug_assertions))]
use switch::{is_disarmed, is_left_out};

#[cfg(not(any(test, debug_assertions)))]
const fn is_disarmed(_: Guard) -> bool {
    false
}

#[cfg(not(any(test, debug_assertions)))]
const fn is_left_out(_: Place) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Guard = Guard::new("ONE", "one");
    const STATES: Guard = Guard {
        name: "STATES",
        expression: "ver = :ver AND (#state = :free OR patient = :patient AND until <= :now)",
        states: &["free"],
        why: "states",
    };

    #[test]
    fn a_rendered_condition_binds_every_placeholder_of_its_expression_and_no_other() {
        let condition = STATES.expecting(3).text(":patient", "p").at(Timestamp::UNIX_EPOCH);
        let rendered = condition.render().expect("nothing is disarmed");
        let values = rendered.values.expect("it has values");
        let mut names: Vec<&str> = values.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, [":free", ":now", ":patient", ":ver"]);
        assert_eq!(rendered.names.expect("state is a reserved word")["#state"], "state");
    }

    #[test]
    fn a_disarmed_guard_renders_nothing_and_the_others_still_do() {
        disarm(Some(ONE));
        assert!(Condition::from(ONE).render().is_none());
        assert!(STATES.expecting(1).render().is_some());
        disarm(None);
        assert!(Condition::from(ONE).render().is_some());
    }
}
