//! What an operation or a call touches, and whether two of them meet.

use std::collections::BTreeSet;

use storage::guard::{Guard, Place};

/// What an operation touches.
#[derive(Debug, Clone, Default)]
pub struct Footprint {
    pub reads: BTreeSet<String>,
    pub writes: BTreeSet<String>,
    pub guards: Vec<Guard>,
    /// The places of the code that write what it writes.
    pub places: BTreeSet<Place>,
    /// How many calls there are.
    pub calls: usize,
}

impl Footprint {
    /// Whether it writes anything.
    pub fn writes(&self) -> bool {
        !self.writes.is_empty()
    }

    pub fn meets(&self, other: &Self) -> bool {
        let touches = |one: &Self, two: &Self| {
            one.writes.iter().any(|item| two.writes.contains(item) || two.reads.iter().any(|read| covers(read, item)))
        };
        touches(self, other) || touches(other, self)
    }
}

/// Whether a read sees an item: by its key, or by the beginning of it, or by an index.
fn covers(read: &str, item: &str) -> bool {
    match read.strip_suffix('*') {
        Some(beginning) => item.starts_with(beginning),
        None => read == item,
    }
}
