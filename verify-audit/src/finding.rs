//! What can be wrong with an export, and where.

use std::fmt;

use domain::audit::CheckpointBreak;
use serde::{Serialize, Serializer};

/// Something that is not as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    #[serde(flatten)]
    pub kind: Kind,
    /// In which chain; `None` if it concerns a checkpoint.
    pub chain: Option<u8>,
    /// At which position of the chain.
    pub sequence: Option<u64>,
    /// The checkpoint that it is about, or that closes the segment in which it was found; `None` behind the last one.
    pub checkpoint: Option<u64>,
    /// File and line, if there is something to see.
    pub place: Option<String>,
}

/// What a finding is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A line is not an event.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// A line says that it is of another chain.
    OtherChain {
        /// Which.
        claims: u8,
    },
    /// Events are missing between others.
    Missing {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// The chain ends before the checkpoint says that it does.
    Truncated {
        /// The first event that is missing.
        first: u64,
        /// The last event that the checkpoint knows.
        last: u64,
    },
    /// An event stands there twice.
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
    /// The event is not what its hash says.
    Changed,
    /// The values about its client are not those that were committed to.
    Client,
    /// The chain holds, and ends in another hash than was signed: it was written anew, somewhere in these events.
    Rewritten {
        /// The first event of the segment.
        first: u64,
        /// Its last event.
        last: u64,
    },
    /// A file is none of an export's.
    Stranger,
    /// A line is not a checkpoint.
    UnreadableCheckpoint {
        /// Why.
        reason: String,
    },
    /// A checkpoint can't be believed.
    Checkpoint {
        /// Why.
        #[serde(serialize_with = "as_text")]
        reason: CheckpointBreak,
    },
    /// Checkpoints are missing between others, or before the first.
    MissingCheckpoints {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// There is no checkpoint that can be believed, so that nothing says how long the chains were.
    NothingSigned,
    /// Two different checkpoints have this number, both of them signed; or this one comes a second time, or too late.
    ForkedCheckpoints,
    /// A checkpoint that is known from elsewhere is not there: the checkpoints were cut off before it, or forked.
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
            (Some(_), None) => f.write_str("behind the last checkpoint: ")?,
            (None, Some(checkpoint)) => write!(f, "checkpoint {checkpoint}: ")?,
            (None, None) => {}
        }
        match kind {
            Kind::Unreadable { reason } => write!(f, "not an event: {reason}"),
            Kind::OtherChain { claims } => write!(f, "this line says that it is of chain {claims}"),
            Kind::Missing { first, last } => write!(f, "{} missing", range("event", *first, *last)),
            Kind::Truncated { first, last } => {
                write!(f, "the chain ends here; {} cut off", range("event", *first, *last))
            }
            Kind::Repeated => f.write_str("the event stands there twice"),
            Kind::Forked => f.write_str("another event has the same position: the chain was forked"),
            Kind::Misplaced { claims } => {
                write!(f, "a line stands here that says it is event {claims}: put in, moved or renumbered")
            }
            Kind::Link => f.write_str("it does not continue the event before it: one of the two was replaced"),
            Kind::Changed => f.write_str("it was changed: it is not what its hash says"),
            Kind::Client => f.write_str("the values about its client are not those that were committed to"),
            Kind::Rewritten { first, last } => {
                write!(
                    f,
                    "the chain was written anew from somewhere in events {first} to {last} on: not what was signed"
                )
            }
            Kind::Stranger => f.write_str("this is no file of an export"),
            Kind::UnreadableCheckpoint { reason } => write!(f, "not a checkpoint: {reason}"),
            Kind::Checkpoint { reason } => reason.fmt(f),
            Kind::MissingCheckpoints { first, last } => write!(f, "{} missing", range("checkpoint", *first, *last)),
            Kind::NothingSigned => f.write_str("no checkpoint can be believed: nothing here is signed"),
            Kind::ForkedCheckpoints => f.write_str("it stands there again, or another one of the same number"),
            Kind::Anchor => f.write_str("it is known from elsewhere, and is missing or another one: cut off or forked"),
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
