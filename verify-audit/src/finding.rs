//! The findings: what is wrong with an export, and where.

use std::fmt;

use domain::audit::CheckpointBreak;
use serde::{Serialize, Serializer};

/// A difference from the signed state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The kind of the finding.
    #[serde(flatten)]
    pub kind: Kind,
    /// The chain; `None` if the finding concerns a checkpoint.
    pub chain: Option<u8>,
    /// The position in the chain.
    pub sequence: Option<u64>,
    /// The checkpoint of the finding, or the one that closes its segment; `None` after the last one.
    pub checkpoint: Option<u64>,
    /// File and line, if there is a line.
    pub place: Option<String>,
}

/// The kinds of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A line is not an event.
    Unreadable {
        /// The reason.
        reason: String,
    },
    /// A line claims another chain.
    OtherChain {
        /// The chain that the line claims.
        claims: u8,
    },
    /// Events are missing between other events.
    Missing {
        /// The first one that is missing.
        first: u64,
        /// The last one that is missing.
        last: u64,
    },
    /// The chain ends before the position in the checkpoint.
    Truncated {
        /// The first event that is missing.
        first: u64,
        /// The last event in the checkpoint.
        last: u64,
    },
    /// An event is there twice.
    Repeated,
    /// Two different events have this position.
    Forked,
    /// A line stands where events of other positions belong: it was put in, moved, or given another number.
    Misplaced {
        /// The position that it claims.
        claims: u64,
    },
    /// The event does not continue the one before it: one of the two was put in place of another.
    Link,
    /// The event does not match its hash.
    Changed,
    /// The values about its client are not those that were committed to.
    Client,
    /// The chain holds, and ends in another hash than was signed: it was rewritten, from one of these events on.
    Rewritten {
        /// The first event of the segment.
        first: u64,
        /// Its last event.
        last: u64,
    },
    /// A file does not belong to an export.
    Stranger,
    /// A line is not a checkpoint.
    UnreadableCheckpoint {
        /// The reason.
        reason: String,
    },
    /// A checkpoint is not acceptable.
    Checkpoint {
        /// The reason.
        #[serde(serialize_with = "as_text")]
        reason: CheckpointBreak,
    },
    /// Checkpoints are missing between others, or before the first.
    MissingCheckpoints {
        /// The first one that is missing.
        first: u64,
        /// The last one that is missing.
        last: u64,
    },
    /// There is no acceptable checkpoint, so the length of the chains is not known.
    NothingSigned,
    /// Two different signed checkpoints have this number; or this one comes a second time, or too late.
    ForkedCheckpoints,
    /// A checkpoint that is known from another source is missing: the checkpoints were cut off before it, or forked.
    Anchor,
    /// The hashes at the ends of all segments are as signed, and the root of the tree over them is not.
    Root,
}

fn as_text<S: Serializer>(reason: &CheckpointBreak, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

impl Finding {
    /// A finding about a checkpoint.
    pub(crate) const fn of_checkpoint(kind: Kind, checkpoint: Option<u64>, place: Option<String>) -> Self {
        Self { kind, chain: None, sequence: None, checkpoint, place }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, chain, sequence, checkpoint, place } = self;
        if let Some(chain) = chain {
            write!(f, "chain {chain}, ")?;
            if let Some(sequence) = sequence {
                write!(f, "event {sequence}, ")?;
            }
        }
        match (chain, checkpoint) {
            (Some(_), Some(checkpoint)) => write!(f, "before checkpoint {checkpoint}: ")?,
            (Some(_), None) => f.write_str("after the last checkpoint: ")?,
            (None, Some(checkpoint)) => write!(f, "checkpoint {checkpoint}: ")?,
            (None, None) => {}
        }
        match kind {
            Kind::Unreadable { reason } => write!(f, "not an event: {reason}"),
            Kind::OtherChain { claims } => write!(f, "this line claims chain {claims}"),
            Kind::Missing { first, last } => write!(f, "{} missing", range("event", *first, *last)),
            Kind::Truncated { first, last } => {
                write!(f, "the chain ends here; {} cut off", range("event", *first, *last))
            }
            Kind::Repeated => f.write_str("the event is there twice"),
            Kind::Forked => f.write_str("another event has the same position: the chain was forked"),
            Kind::Misplaced { claims } => {
                write!(f, "a line here claims to be event {claims}: it was put in, moved or renumbered")
            }
            Kind::Link => f.write_str("it does not continue the event before it: one of the two was replaced"),
            Kind::Changed => f.write_str("it was changed: it does not match its hash"),
            Kind::Client => f.write_str("the values about its client are not those that were committed to"),
            Kind::Rewritten { first, last } => {
                write!(
                    f,
                    "the chain was rewritten from one of the events {first} to {last} on: it does not match the signature"
                )
            }
            Kind::Stranger => f.write_str("this file does not belong to an export"),
            Kind::UnreadableCheckpoint { reason } => write!(f, "not a checkpoint: {reason}"),
            Kind::Checkpoint { reason } => reason.fmt(f),
            Kind::MissingCheckpoints { first, last } => write!(f, "{} missing", range("checkpoint", *first, *last)),
            Kind::NothingSigned => f.write_str("there is no acceptable checkpoint: nothing here is signed"),
            Kind::ForkedCheckpoints => f.write_str("it is there again, or another one has the same number"),
            Kind::Anchor => {
                f.write_str("it is known from another source, and is missing or different: cut off or forked")
            }
            Kind::Root => f.write_str("its Merkle root is not that of its events"),
        }?;
        place.as_ref().map_or(Ok(()), |place| write!(f, " ({place})"))
    }
}

fn range(what: &str, first: u64, last: u64) -> String {
    if first == last { format!("{what} {first} is") } else { format!("{what}s {first} to {last} are") }
}

/// Whether a text is this hash in hexadecimal.
pub(crate) fn is_hash(text: &str, hash: &[u8; 32]) -> bool {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let same =
        |(byte, pair): (&u8, &[u8; 2])| *pair == [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    rest.is_empty() && pairs.len() == hash.len() && hash.iter().zip(pairs).all(same)
}
