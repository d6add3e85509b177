//! The verification: checkpoint after checkpoint, with the segments that each of them closes.

use std::io;

use domain::audit::merkle::Tree;
use domain::audit::{CHAINS, Checkpoint, CheckpointBreak, Client, Head, PublicKey, Segment};
use serde::Serialize;

use crate::chain::{Chain, End, Notes};
use crate::export::{LONGEST_LINE, Lines};
use crate::finding::{Finding, Kind, is_hash};

/// The options of a verification.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The export begins after this checkpoint, which is its first: older events were left out, or their retention
    /// is over. Without it the trail is followed from its beginning.
    pub since: Option<u64>,
    /// Checkpoints that are known from another source: number and hash, such as those of an earlier report.
    pub anchors: Vec<(u64, String)>,
    /// The number of findings that are kept; all are counted.
    pub most: usize,
}

/// The last checkpoint that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastCheckpoint {
    /// The checkpoint's number.
    pub sequence: u64,
    /// The checkpoint's hash: an anchor for the next verification.
    pub hash: String,
    /// The instant of the checkpoint.
    pub at: String,
    /// The key that signed it.
    pub key_id: String,
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Whether there are no findings.
    pub verified: bool,
    /// The number of events that have their place in a chain.
    pub events: u64,
    /// The number of events after the last checkpoint: their chain holds, and they are not signed yet.
    pub unsigned_events: u64,
    /// The number of events with client's values that were erased or withheld.
    pub withheld: u64,
    /// The number of checkpoints that were accepted.
    pub checkpoints: u64,
    /// The last accepted checkpoint.
    pub last_checkpoint: Option<LastCheckpoint>,
    /// The number of findings.
    pub found: u64,
    /// The first findings.
    pub findings: Vec<Finding>,
}

/// The report while it is written.
struct Notebook {
    report: Report,
    most: usize,
}

impl Report {
    /// Adds a finding, of which `most` are kept.
    pub(crate) fn add(&mut self, finding: Finding, most: usize) {
        self.verified = false;
        self.found += 1;
        if self.findings.len() < most {
            self.findings.push(finding);
        }
    }
}

impl Notes for Notebook {
    fn find(&mut self, finding: Finding) {
        self.report.add(finding, self.most);
    }

    fn event(&mut self, client: Client) {
        self.report.events += 1;
        self.report.withheld += u64::from(client == Client::Withheld);
    }
}

/// A chain, and its findings so far.
struct Follower<L> {
    chain: Chain<L>,
    /// The chain has ended before a checkpoint.
    short: bool,
    /// The chain ends in another hash than the last checkpoint's.
    astray: bool,
}

/// Verifies chains, from chain 0 on, against checkpoints.
///
/// # Errors
/// The errors of the disk. A fault of the export is not an error but a finding.
pub fn verify<L: Lines>(
    keys: &[PublicKey],
    mut checkpoints: impl Lines,
    chains: Vec<L>,
    options: &Options,
) -> io::Result<Report> {
    let mut notes = Notebook { report: Report::default(), most: options.most };
    let follow = |head: Head, lines| Follower { chain: Chain::after(&head, lines), short: false, astray: false };
    let mut waiting = Some(chains);
    let mut chains: Vec<Follower<L>> = vec![];
    let mut previous: Option<Checkpoint> = None;
    let mut line = vec![];
    if options.since.is_none() {
        let started = waiting.take().into_iter().flatten().zip(0..CHAINS);
        chains = started.map(|(lines, chain)| follow(Head::genesis(chain), lines)).collect();
    }
    while let Some(place) = checkpoints.next_line(&mut line)? {
        let checkpoint = match believe(&line, keys) {
            Ok(checkpoint) => checkpoint,
            Err((kind, number)) => {
                notes.find(Finding::of_checkpoint(kind, number, Some(checkpoints.describe(place))));
                continue;
            }
        };
        let number = Some(checkpoint.sequence);
        let base = options.since.filter(|_| previous.is_none());
        if let Some(kind) = succession(&checkpoint, previous.as_ref(), base) {
            notes.find(Finding::of_checkpoint(kind, number, Some(checkpoints.describe(place))));
        }
        if previous.as_ref().is_some_and(|previous| checkpoint.sequence <= previous.sequence) {
            continue;
        }
        let anchors = options.anchors.iter().filter(|(sequence, _)| *sequence == checkpoint.sequence);
        for _ in anchors.filter(|(_, hash)| *hash != checkpoint.hash()) {
            notes.find(Finding::of_checkpoint(Kind::Anchor, number, Some(checkpoints.describe(place))));
        }
        notes.report.checkpoints += 1;
        if let Some(lines) = waiting.take() {
            // The first checkpoint of an export that begins later: its segments are not in it.
            chains =
                lines.into_iter().zip(checkpoint.chains.iter().map(Segment::end)).map(|(l, h)| follow(h, l)).collect();
        } else {
            close_segments(&checkpoint, &mut chains, &mut notes)?;
        }
        previous = Some(checkpoint);
    }
    let reached = previous.as_ref().map_or(0, |it| it.sequence);
    for (sequence, _) in options.anchors.iter().filter(|(sequence, _)| *sequence > reached) {
        notes.find(Finding::of_checkpoint(Kind::Anchor, Some(*sequence), None));
    }
    if previous.is_none() {
        notes.find(Finding::of_checkpoint(Kind::NothingSigned, None, None));
    }
    let signed = notes.report.events;
    for follower in &mut chains {
        follower.chain.follow(u64::MAX, None, None, &mut notes)?;
    }
    let mut report = notes.report;
    report.unsigned_events = report.events - signed;
    report.last_checkpoint =
        previous.map(|it| LastCheckpoint { sequence: it.sequence, hash: it.hash(), at: it.at, key_id: it.key_id });
    report.verified = report.found == 0;
    Ok(report)
}

/// Reads a checkpoint, and checks it without its neighbours.
pub(crate) fn believe(line: &[u8], keys: &[PublicKey]) -> Result<Checkpoint, (Kind, Option<u64>)> {
    let unreadable = |reason: String| (Kind::UnreadableCheckpoint { reason }, None);
    if line.len() > LONGEST_LINE {
        return Err(unreadable(format!("longer than {LONGEST_LINE} bytes")));
    }
    let checkpoint: Checkpoint = serde_json::from_slice(line).map_err(|error| unreadable(error.to_string()))?;
    let checked = checkpoint.verify(keys);
    checked.map_err(|reason| (Kind::Checkpoint { reason }, Some(checkpoint.sequence)))?;
    Ok(checkpoint)
}

/// How a checkpoint fails to continue the one before it, or to be the first, which is `base` if that is given.
fn succession(checkpoint: &Checkpoint, previous: Option<&Checkpoint>, base: Option<u64>) -> Option<Kind> {
    let found = checkpoint.sequence;
    if let Some(base) = base {
        let missing = Kind::MissingCheckpoints { first: base, last: base };
        return (found != base).then_some(missing);
    }
    match checkpoint.follows(previous) {
        Ok(()) => None,
        Err(CheckpointBreak::Sequence { expected, found }) if found > expected => {
            Some(Kind::MissingCheckpoints { first: expected, last: found - 1 })
        }
        Err(CheckpointBreak::Sequence { .. }) => Some(Kind::ForkedCheckpoints),
        Err(reason) => Some(Kind::Checkpoint { reason }),
    }
}

/// Follows each chain to the end of its segment and compares.
fn close_segments<L: Lines>(
    checkpoint: &Checkpoint,
    chains: &mut [Follower<L>],
    notes: &mut Notebook,
) -> io::Result<()> {
    let number = Some(checkpoint.sequence);
    let found_before = notes.report.found;
    let mut tree = Tree::default();
    let mut settled = true;
    for (Segment { chain, first, last, head }, follower) in checkpoint.chains.iter().zip(chains) {
        if follower.short {
            settled = false;
            continue;
        }
        let found = notes.report.found;
        // Events without a checkpoint, since theirs is missing.
        if follower.chain.expected() < *first {
            follower.chain.follow(first - 1, number, None, notes)?;
        }
        let first_now = follower.chain.expected();
        let end = follower.chain.follow(*last, number, Some(&mut tree), notes)?;
        let about = |kind, sequence| Finding {
            kind,
            chain: Some(*chain),
            sequence: Some(sequence),
            checkpoint: number,
            place: None,
        };
        if end == End::Short {
            let missing = follower.chain.expected();
            notes.find(about(Kind::Truncated { first: missing, last: *last }, missing));
            follower.short = true;
            settled = false;
            continue;
        }
        let astray = follower.chain.expected() == last.saturating_add(1) && !follower.chain.ends_in(head);
        // Once, and not where another finding explains it.
        if astray && !follower.astray && notes.report.found == found {
            let first = if first_now > *last { *first } else { first_now };
            notes.find(about(Kind::Rewritten { first: first.min(*last), last: *last }, first.min(*last)));
        }
        follower.astray = astray;
        settled &= !astray && first_now == *first;
    }
    let agrees = tree.size() == checkpoint.events && is_hash(&checkpoint.root, &tree.root());
    if settled && notes.report.found == found_before && !agrees {
        notes.find(Finding::of_checkpoint(Kind::Root, number, None));
    }
    Ok(())
}
