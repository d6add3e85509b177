//! A chain, followed from event to event, up to the end of one segment at a time.

use std::io;

use domain::audit::merkle::Tree;
use domain::audit::{Client, EventLine, Head, Text};

use crate::export::{LONGEST_LINE, Lines, Place};
use crate::finding::{Finding, Kind, is_hash};

/// Hexadecimal digits of a hash.
type Hex = [u8; 64];

/// The receiver of a chain's findings and events while it is followed.
pub trait Notes {
    /// Records a finding.
    fn find(&mut self, finding: Finding);
    /// Records an event that has its place; its client's values are there or not.
    fn event(&mut self, client: Client);
}

/// The state of a chain at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The segment is there to its last event.
    Reached,
    /// The chain has ended before.
    Short,
}

/// A chain that is being followed.
pub struct Chain<L> {
    chain: u8,
    lines: L,
    now: Line,
    ahead: Line,
    /// The buffer in which a line is encoded for its hash.
    buffer: Vec<u8>,
    /// The position that the next event has.
    expected: u64,
    /// The hash that it continues; `None` after something that leaves this open.
    link: Option<Hex>,
    /// How many lines were passed over since the last event that had its place: as many may be missing without
    /// another finding.
    excused: u64,
}

/// A line that was read and not yet processed.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    place: Option<Place>,
}

impl Line {
    fn fill(&mut self, lines: &mut impl Lines) -> io::Result<bool> {
        if self.place.is_none() {
            self.place = lines.next_line(&mut self.bytes)?;
        }
        Ok(self.place.is_some())
    }

    fn parse(&self) -> Result<EventLine<'_>, String> {
        if self.bytes.len() > LONGEST_LINE {
            return Err(format!("longer than {LONGEST_LINE} bytes"));
        }
        let text = str::from_utf8(&self.bytes).map_err(|_| "not UTF-8".to_owned())?;
        EventLine::from_json(text).map_err(|error| error.to_string())
    }
}

impl<L: Lines> Chain<L> {
    /// The chain after `head`.
    pub fn after(head: &Head, lines: L) -> Self {
        Self {
            chain: head.chain,
            lines,
            now: Line::default(),
            ahead: Line::default(),
            buffer: Vec::with_capacity(2048),
            expected: head.sequence.saturating_add(1),
            link: head.hash.as_bytes().try_into().ok(),
            excused: 0,
        }
    }

    /// Whether the event before the next one has this hash, as far as is known.
    pub fn ends_in(&self, hash: &str) -> bool {
        self.link.is_none_or(|link| link.as_slice() == hash.as_bytes())
    }

    /// The position that the next event has.
    pub const fn expected(&self) -> u64 {
        self.expected
    }

    /// Follows the chain up to event `last`, and grows `tree` by what it finds. Findings are about `checkpoint`.
    pub fn follow(
        &mut self,
        last: u64,
        checkpoint: Option<u64>,
        mut tree: Option<&mut Tree>,
        notes: &mut impl Notes,
    ) -> io::Result<End> {
        while self.expected <= last {
            if !self.now.fill(&mut self.lines)? {
                return Ok(End::Short);
            }
            let line = match self.now.parse() {
                Ok(line) => line,
                Err(reason) => {
                    let (kind, at) = (Kind::Unreadable { reason }, self.expected);
                    self.excused += 1;
                    self.pass(kind, at, checkpoint, notes);
                    continue;
                }
            };
            if line.chain != self.chain {
                let (kind, at) = (Kind::OtherChain { claims: line.chain }, self.expected);
                self.excused += 1;
                self.pass(kind, at, checkpoint, notes);
                continue;
            }
            let (sequence, expected) = (line.sequence, self.expected);
            if sequence != expected {
                let is_link = |hash: &Text<'_>| self.link.is_some_and(|link| link == *hash.as_str().as_bytes());
                let (linked, repeated) = (is_link(&line.previous_hash), is_link(&line.current_hash));
                let authentic =
                    line.hash_in(&mut self.buffer).is_ok_and(|hash| is_hash(line.current_hash.as_str(), &hash));
                let behind = sequence < expected;
                if linked || (sequence > last && !authentic && !self.one_ahead_is_in(expected, last)?) {
                    // The event is in its place, under another number.
                    self.renumbered(sequence, checkpoint, notes);
                } else if behind && sequence.checked_add(1) == Some(expected) {
                    let kind = if repeated { Kind::Repeated } else { Kind::Forked };
                    self.pass(kind, sequence, checkpoint, notes);
                } else if behind || self.one_ahead_is_in(expected, last.min(sequence - 1))? {
                    // It belongs elsewhere: the next event is at this position.
                    self.excused += 1;
                    self.pass(Kind::Misplaced { claims: sequence }, expected, checkpoint, notes);
                } else {
                    self.missing(last.min(sequence - 1), checkpoint, notes);
                }
                continue;
            }
            // In its place. Is it what it was?
            let (client, hash) = (line.client(), line.hash_in(&mut self.buffer));
            let unlinked = self.link.is_some_and(|link| link.as_slice() != line.previous_hash.as_str().as_bytes());
            let wrong = match &hash {
                Err(error) => Some(Kind::Unreadable { reason: error.to_string() }),
                Ok(hash) if !is_hash(line.current_hash.as_str(), hash) => Some(Kind::Changed),
                Ok(_) if client == Client::Forged => Some(Kind::Client),
                Ok(_) => None,
            };
            // The next event must continue the hash that this one states, so that a change is found once.
            self.link = line.current_hash.as_str().as_bytes().try_into().ok();
            if let (Some(tree), Ok(hash)) = (tree.as_deref_mut(), hash) {
                tree.push(&hash);
            }
            notes.event(client);
            for kind in unlinked.then_some(Kind::Link).into_iter().chain(wrong) {
                self.find(kind, expected, checkpoint, notes);
            }
            self.expected = expected.saturating_add(1);
            self.excused = 0;
            self.next();
        }
        Ok(End::Reached)
    }

    /// Whether the next line is an event of this chain from `first` to `last`.
    fn one_ahead_is_in(&mut self, first: u64, last: u64) -> io::Result<bool> {
        self.ahead.fill(&mut self.lines)?;
        let is_in = |line: EventLine<'_>| line.chain == self.chain && (first..=last).contains(&line.sequence);
        Ok(self.ahead.place.is_some() && self.ahead.parse().is_ok_and(is_in))
    }

    /// Events up to `last` are not there.
    fn missing(&mut self, last: u64, checkpoint: Option<u64>, notes: &mut impl Notes) {
        let first = self.expected;
        if last - first + 1 > self.excused {
            self.find(Kind::Missing { first, last }, first, checkpoint, notes);
        }
        self.expected = last.saturating_add(1);
        self.link = None;
        self.excused = 0;
    }

    /// The line is at position `expected`, and claims another one.
    fn renumbered(&mut self, claims: u64, checkpoint: Option<u64>, notes: &mut impl Notes) {
        let hash = self.now.parse().ok().and_then(|line| line.current_hash.as_str().as_bytes().try_into().ok());
        let at = self.expected;
        self.pass(Kind::Misplaced { claims }, at, checkpoint, notes);
        self.expected = self.expected.saturating_add(1);
        self.link = hash;
        self.excused = 0;
    }

    /// Skips the line, with a finding.
    fn pass(&mut self, kind: Kind, at: u64, checkpoint: Option<u64>, notes: &mut impl Notes) {
        self.find(kind, at, checkpoint, notes);
        self.next();
    }

    fn find(&self, kind: Kind, at: u64, checkpoint: Option<u64>, notes: &mut impl Notes) {
        let place = self.now.place.map(|place| self.lines.describe(place));
        notes.find(Finding { kind, chain: Some(self.chain), sequence: Some(at), checkpoint, place });
    }

    fn next(&mut self) {
        self.now.place = None;
        if self.ahead.place.is_some() {
            std::mem::swap(&mut self.now, &mut self.ahead);
        }
    }
}
