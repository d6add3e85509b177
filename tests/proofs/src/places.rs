//! Every use of a guard is needed: each place of the code that writes an item is left out by itself, and an order of what some
//! parties do, or a world of the simulation, must find a violation.
//!
//! [`mutants`](crate::mutants) leaves a guard out everywhere at once. That does not show that each transaction passes it: a use may
//! be forgotten in one while another one is caught. So `places.txt` names for each place what notices that it is missing. A place is a
//! guarded write, which is made without its guard; or a check or a write without a guard, which is not made at all.
//!
//! `VAIDYA_UPDATE=1 cargo test -p proofs every_place` looks for what notices the places that the file does not have yet: first among the
//! hunts for guards, then among all pairs that reach the place, then in worlds of the simulation. A place that nothing notices is
//! either not needed, or a gap of the proofs. The test prints those that the file does not have, and fails where what the file names
//! does not notice any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use storage::guard::{Place, disarm, leave_out, reached};

use crate::interleavings::{Setting, Share, Stage};
use crate::mutants::{HUNTED, Hunt};
use crate::operations::OPERATIONS;
use crate::simulation;

/// The folders of `storage` that scheduling and money write from.
const FOLDERS: &[&str] = &["appointments", "availability", "payments"];

/// How many pairs look for a place that no hunt notices, those of the fewest calls first.
const PAIRS: usize = 24;

/// How many worlds of the simulation look for a place that no pair notices.
const WORLDS: u64 = 4;

/// What notices that a place is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The hunt for a guard, by its place in [`HUNTED`].
    Hunt(usize),
    /// Two operations at once, by their places in [`OPERATIONS`].
    Pair(usize, usize),
    /// The world of a seed.
    World(u64),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Hunt(index) => write!(f, "the hunt for {}", HUNTED[index].guard.name()),
            Self::Pair(one, two) => write!(f, "{} | {}", OPERATIONS[one].name, OPERATIONS[two].name),
            Self::World(seed) => write!(f, "the world of seed {seed}"),
        }
    }
}

impl Notice {
    fn read(text: &str) -> Option<Self> {
        let operation = |name: &str| OPERATIONS.iter().position(|operation| operation.name == name);
        if let Some(guard) = text.strip_prefix("the hunt for ") {
            return HUNTED.iter().position(|hunt| hunt.guard.name() == guard).map(Self::Hunt);
        }
        if let Some(seed) = text.strip_prefix("the world of seed ") {
            return seed.parse().ok().map(Self::World);
        }
        let (one, two) = text.split_once(" | ")?;
        Some(Self::Pair(operation(one)?, operation(two)?))
    }

    /// Whether a violation is found without the place.
    pub fn notices(self, stage: &mut Stage, place: Place, invocations: u64) -> bool {
        let found = catch_unwind(AssertUnwindSafe(|| match self {
            Self::Hunt(index) => {
                let Hunt { behind, setting, .. } = HUNTED[index];
                let parties = HUNTED[index].parties();
                disarm(behind.iter().copied());
                leave_out(Some(place));
                stage.setting = setting;
                stage.try_all(&parties, Share::Nothing).is_err()
            }
            Self::Pair(one, two) => {
                leave_out(Some(place));
                stage.try_all(&[vec![one], vec![two]], Share::Nothing).is_err()
            }
            Self::World(seed) => {
                leave_out(Some(place));
                simulation::run(seed, invocations, true).is_err()
            }
        }));
        leave_out(None);
        disarm(None);
        stage.setting = Setting::Usual;
        // A state that should not be stops what looks at it, too; a stage that was stopped half-way is of no more use.
        found.unwrap_or_else(|_| {
            *stage = Stage::new();
            true
        })
    }
}

/// Looks for what notices that a place is missing.
pub fn search(stage: &mut Stage, place: Place, invocations: u64) -> Option<Notice> {
    let reaches: Vec<bool> = stage.alone.iter().map(|footprint| footprint.places.contains(&place)).collect();
    let hunts = HUNTED.iter().enumerate().filter(|(_, hunt)| {
        place.guard == Some(hunt.guard) || hunt.parties().iter().flatten().any(|operation| reaches[*operation])
    });
    let mut hunts: Vec<(bool, usize)> = hunts.map(|(index, hunt)| (place.guard != Some(hunt.guard), index)).collect();
    hunts.sort_unstable();
    let hunts = hunts.into_iter().map(|(_, index)| Notice::Hunt(index));
    let mut pairs: Vec<(usize, usize)> =
        stage.pairs().into_iter().filter(|(one, two)| reaches[*one] || reaches[*two]).collect();
    pairs.sort_by_key(|(one, two)| stage.alone[*one].calls + stage.alone[*two].calls);
    let pairs = pairs.into_iter().take(PAIRS).map(|(one, two)| Notice::Pair(one, two));
    let worlds = (0..WORLDS).map(Notice::World);
    let candidates: Vec<Notice> = hunts.chain(pairs).chain(worlds).collect();
    candidates.into_iter().find(|candidate| candidate.notices(stage, place, invocations))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const PREFIX: &str = "shared/storage/src/";

/// The names of places: the file, the function around it, the write, its entity and its guard. Where that is the same twice, the second
/// one has a number.
pub fn names(places: &BTreeSet<Place>) -> BTreeMap<String, Place> {
    let mut sources: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for place in places {
        let file = place.location.file();
        let lines = sources.entry(file).or_insert_with(|| {
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            text.lines().map(str::to_owned).collect()
        });
        let before = lines[..place.location.line() as usize].iter().rev();
        let function = before.into_iter().find_map(|line| function(line)).unwrap_or_default();
        let file = file.trim_start_matches(PREFIX).trim_end_matches(".rs");
        let guard = place.guard.map_or("no guard", |guard| guard.name());
        let name = format!("{file} {function}: {} {}, {guard}", place.write, place.entity);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !names.contains_key(name)).unwrap();
        names.insert(free, *place);
    }
    names
}

/// The name of the function that begins on this line.
fn function(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    let is_declared =
        before.trim().split(' ').all(|word| matches!(word, "" | "pub" | "pub(crate)" | "async" | "const"));
    is_declared.then(|| rest.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next()).flatten()
}

/// What `places.txt` says.
pub fn noticed() -> BTreeMap<String, Notice> {
    let text = std::fs::read_to_string(root().join("tests/proofs/places.txt")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(" <- "));
    lines.filter_map(|(place, notice)| Some((place.to_owned(), Notice::read(notice)?))).collect()
}

/// Writes `places.txt`.
pub fn write(noticed: &BTreeMap<String, Notice>) {
    let lines: String = noticed.iter().map(|(place, notice)| format!("{place} <- {notice}\n")).collect();
    std::fs::write(root().join("tests/proofs/places.txt"), lines).unwrap();
}

/// The lines of the sources on which a write is added to a transaction, as `file:line`, but for those of functions whose callers are
/// the places (`#[track_caller]`).
pub fn written() -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for folder in FOLDERS {
        let files = std::fs::read_dir(root().join(PREFIX).join(folder)).unwrap();
        for file in files.map(|file| file.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            let path = format!("{PREFIX}{folder}/{}", file.file_name().unwrap().to_str().unwrap());
            let (mut is_tracked, mut is_marked) = (false, false);
            for (number, line) in text.lines().enumerate() {
                is_marked |= line.trim() == "#[track_caller]";
                if function(line).is_some() {
                    is_tracked = std::mem::take(&mut is_marked);
                }
                let writes = [".put(", ".check(", ".put_unconditionally(", ".delete_unconditionally("];
                if !is_tracked && writes.iter().any(|write| line.contains(write)) {
                    places.insert(format!("{path}:{}", number + 1));
                }
            }
        }
    }
    places
}

/// Where a place is written, as [`written`] says it.
pub fn line_of(place: &Place) -> String {
    format!("{}:{}", place.location.file(), place.location.line())
}

/// The places that this thread has come by, in scheduling and money.
pub fn own_reached() -> BTreeSet<Place> {
    reached().into_iter().filter(is_own).collect()
}

/// Whether a place is one of scheduling and money.
pub fn is_own(place: &Place) -> bool {
    let file = place.location.file().trim_start_matches(PREFIX);
    FOLDERS.iter().any(|folder| file.starts_with(folder))
}
