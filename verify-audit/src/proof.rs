//! Inclusion proofs: that one event is among those of a checkpoint, shown without the others.
//!
//! A proof is the event's hash, its place, and one hash for each level of the checkpoint's Merkle tree: less than two
//! kilobytes for checkpoints of up to sixteen million events. It is checked with the checkpoint and the public key
//! alone. If the event's line is available, its content is checked too: the hash follows from it.

use std::io;

use domain::audit::merkle::{self, Node};
use domain::audit::{Checkpoint, EventLine, NotAnEvent, PublicKey};
use serde::{Deserialize, Serialize};

use crate::export::{LONGEST_LINE, Lines};
use crate::finding::is_hash;
use crate::verify::believe;

/// The version of proofs that this program writes and reads.
const VERSION: u8 = 1;

/// A proof that an event is among those of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The version of this layout.
    pub v: u8,
    /// The number of the checkpoint.
    pub checkpoint: u64,
    /// The chain of the event.
    pub chain: u8,
    /// The number of the event in the chain.
    pub sequence: u64,
    /// The hash of the event, in hexadecimal.
    pub hash: String,
    /// The audit path from the leaf to the root, in hexadecimal (RFC 9162, 2.1.3).
    pub path: Vec<String>,
}

/// The reason why there is no proof for an event.
#[derive(Debug, thiserror::Error)]
pub enum NoProof {
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// No event has this id.
    #[error("no event of this export has this id")]
    NoSuchEvent,
    /// The event is younger than the last checkpoint.
    #[error("event {sequence} of chain {chain} is after the last checkpoint: prove it when the next one exists")]
    NotSigned {
        /// The event's chain.
        chain: u8,
        /// The event's number.
        sequence: u64,
    },
    /// The events do not match the checkpoint.
    #[error("the export does not match checkpoint {0}: verify it first")]
    Contradicted(u64),
}

/// The reason why a proof is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The file is not a proof of this version.
    #[error("not a proof that this program can check: {0}")]
    Unreadable(String),
    /// The proof's checkpoint is missing, or is not acceptable.
    #[error("checkpoint {0} is missing, or is not signed by a trusted key")]
    NoCheckpoint(u64),
    /// The path does not lead to the root of the checkpoint.
    #[error("the event is not among those of checkpoint {0}")]
    NotIncluded(u64),
    /// The event is not the one of the proof.
    #[error("the event is not the one of the proof: {0}")]
    OtherEvent(String),
}

/// Finds an event by its id and proves it. `open` opens the chains, from chain 0 on: they are read more than once.
///
/// # Errors
/// [`NoProof`].
pub fn prove<L: Lines>(
    id: &str,
    keys: &[PublicKey],
    checkpoints: &mut impl Lines,
    mut open: impl FnMut() -> io::Result<Vec<L>>,
) -> Result<Proof, NoProof> {
    let Some((chain, sequence)) = find(id, open()?)? else { return Err(NoProof::NoSuchEvent) };
    let mut line = vec![];
    while checkpoints.next_line(&mut line)?.is_some() {
        let Ok(checkpoint) = believe(&line, keys) else { continue };
        let Some(index) = checkpoint.leaf_index(chain, sequence) else { continue };
        return prove_in(&checkpoint, chain, sequence, index, open()?);
    }
    Err(NoProof::NotSigned { chain, sequence })
}

/// Chain and number of the event with this id.
fn find<L: Lines>(id: &str, chains: Vec<L>) -> io::Result<Option<(u8, u64)>> {
    let mut bytes = vec![];
    for mut chain in chains {
        while chain.next_line(&mut bytes)?.is_some() {
            if let Some(line) = parse(&bytes).filter(|line| line.id.as_str() == id) {
                return Ok(Some((line.chain, line.sequence)));
            }
        }
    }
    Ok(None)
}

fn parse(bytes: &[u8]) -> Option<EventLine<'_>> {
    if bytes.len() > LONGEST_LINE {
        return None;
    }
    EventLine::from_json(str::from_utf8(bytes).ok()?).ok()
}

fn prove_in<L: Lines>(
    checkpoint: &Checkpoint,
    chain: u8,
    sequence: u64,
    index: u64,
    chains: Vec<L>,
) -> Result<Proof, NoProof> {
    let contradicted = || NoProof::Contradicted(checkpoint.sequence);
    let (mut leaves, mut hash, mut bytes, mut buffer) = (vec![], None, vec![], vec![]);
    for (segment, mut lines) in checkpoint.chains.iter().zip(chains) {
        let mut next = segment.first;
        while next <= segment.last && lines.next_line(&mut bytes)?.is_some() {
            let Some(line) = parse(&bytes).filter(|line| line.sequence == next) else { continue };
            let found = line.hash_in(&mut buffer).map_err(|_| contradicted())?;
            if (segment.chain, next) == (chain, sequence) {
                hash = Some(found);
            }
            leaves.push(merkle::leaf(&found));
            next += 1;
        }
    }
    let hash = hash.ok_or_else(contradicted)?;
    let path = usize::try_from(index).ok().and_then(|index| merkle::path(&leaves, index)).ok_or_else(contradicted)?;
    let root = merkle::root_of(&merkle::leaf(&hash), index, checkpoint.events, &path);
    if !root.is_some_and(|root| is_hash(&checkpoint.root, &root)) {
        return Err(contradicted());
    }
    Ok(Proof {
        v: VERSION,
        checkpoint: checkpoint.sequence,
        chain,
        sequence,
        hash: hex(&hash),
        path: path.iter().map(hex).collect(),
    })
}

/// Checks a proof against the checkpoint that it names, which is returned. With `event`, its line, the content is
/// checked too.
///
/// # Errors
/// [`Unproven`], or those of the disk.
pub fn check(
    proof: &Proof,
    event: Option<&[u8]>,
    keys: &[PublicKey],
    checkpoints: &mut impl Lines,
) -> io::Result<Result<Checkpoint, Unproven>> {
    let mut line = vec![];
    while checkpoints.next_line(&mut line)?.is_some() {
        if let Ok(checkpoint) = believe(&line, keys)
            && checkpoint.sequence == proof.checkpoint
        {
            let checked = leads_to(proof, &checkpoint).and_then(|()| event.map_or(Ok(()), |it| is_about(proof, it)));
            return Ok(checked.map(|()| checkpoint));
        }
    }
    Ok(Err(Unproven::NoCheckpoint(proof.checkpoint)))
}

fn leads_to(proof: &Proof, checkpoint: &Checkpoint) -> Result<(), Unproven> {
    if proof.v != VERSION {
        return Err(Unproven::Unreadable(format!("version {}", proof.v)));
    }
    let malformed = || Unproven::Unreadable("a hash is not 64 lowercase hexadecimal digits".to_owned());
    let hash = unhex(&proof.hash).ok_or_else(malformed)?;
    let path = proof.path.iter().map(|node| unhex(node)).collect::<Option<Vec<Node>>>().ok_or_else(malformed)?;
    let root = checkpoint
        .leaf_index(proof.chain, proof.sequence)
        .and_then(|index| merkle::root_of(&merkle::leaf(&hash), index, checkpoint.events, &path));
    if root.is_some_and(|root| is_hash(&checkpoint.root, &root)) {
        Ok(())
    } else {
        Err(Unproven::NotIncluded(checkpoint.sequence))
    }
}

fn is_about(proof: &Proof, event: &[u8]) -> Result<(), Unproven> {
    let other = |reason: &str| Err(Unproven::OtherEvent(reason.to_owned()));
    let Some(line) = parse(event) else { return other("its line is not an event") };
    match line.hash() {
        Ok(hash) if is_hash(&proof.hash, &hash) => {}
        Ok(_) => return other("its hash is another one"),
        Err(error @ (NotAnEvent::UnknownFormat(_) | NotAnEvent::Misplaced | NotAnEvent::Malformed)) => {
            return other(&error.to_string());
        }
    }
    if line.client() == domain::audit::Client::Forged {
        return other("the values about its client are not those that were committed to");
    }
    Ok(())
}

fn hex(node: &Node) -> String {
    node.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 64 lowercase hexadecimal digits.
fn unhex(text: &str) -> Option<Node> {
    let mut node = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != node.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in node.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    is_hash(text, &node).then_some(node)
}
