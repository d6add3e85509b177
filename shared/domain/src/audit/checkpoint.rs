//! Checkpoints: the ends of all chains at an instant, signed by a key that the writer of the chains does not have.
//!
//! A checkpoint closes a *segment* of each chain: the events since the previous checkpoint, possibly none. It has the
//! first and last event of each segment and the hash at its end, and the root of a Merkle tree over the events of all
//! segments, chain by chain. It also carries the hash of the previous checkpoint, so that checkpoints form a chain of
//! their own. An attacker who rewrites a chain from some event to its end has to forge a signature; a chain that is cut
//! off contradicts the last checkpoint.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::merkle::Tree;
use super::{CHAINS, ChainBreak, ChainedEvent, Head, follow};
use crate::core::digest::{Digest, hex, sha256, unhex};

/// The version of checkpoints that this code writes and reads.
const VERSION: u8 = 1;

/// The events of a chain between two checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The number of the chain.
    pub chain: u8,
    /// The number of its first event; one more than `last` if there are none.
    pub first: u64,
    /// The number of its last event.
    pub last: u64,
    /// The hash of event `last`, in hexadecimal; zeros if the chain has no events yet.
    pub head: String,
}

impl Segment {
    /// The number of events; `None` if the borders are invalid.
    pub fn count(&self) -> Option<u64> {
        self.last.checked_add(1)?.checked_sub(self.first)
    }

    /// The end of the chain at the checkpoint.
    pub fn end(&self) -> Head {
        Head { chain: self.chain, sequence: self.last, hash: self.head.clone() }
    }
}

/// A signed checkpoint, as it is stored: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The version of this layout.
    pub v: u8,
    /// The number of the checkpoint, from 1.
    pub sequence: u64,
    /// The hash of the previous checkpoint, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// The instant at which it was made, in the form of RFC 3339.
    pub at: String,
    /// The id of the key that signed it: [`PublicKey::id`].
    pub key_id: String,
    /// The segments that it closes, of all chains in order.
    pub chains: Vec<Segment>,
    /// The number of events in these segments.
    pub events: u64,
    /// The root of the Merkle tree over the hashes of these events, in hexadecimal.
    pub root: String,
    /// ECDSA on P-256 with SHA-256 over [`Checkpoint::signed_bytes`], in DER, in hexadecimal.
    pub signature: String,
}

/// The reason why a checkpoint is invalid, or does not follow the previous one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointBreak {
    /// The version is unknown: the checkpoint is of a later release, or forged.
    #[error("version {0} is not known")]
    UnknownVersion(u8),
    /// The checkpoint contradicts itself.
    #[error("its chains, numbers or hashes are not those of a checkpoint")]
    Malformed,
    /// No trusted key has signed the checkpoint.
    #[error("its signature is not by a trusted key")]
    Signature,
    /// Checkpoints are missing, repeated or out of order.
    #[error("checkpoint {expected} was expected, and {found} was found")]
    Sequence {
        /// The expected number.
        expected: u64,
        /// The number that was found.
        found: u64,
    },
    /// The checkpoint continues another one than the previous: one of the two comes from a fork.
    #[error("it does not follow the previous checkpoint")]
    Link,
    /// The segment of a chain does not begin where the previous one ended.
    #[error("its segment of chain {0} does not begin where the previous one ended")]
    Segment(u8),
    /// The checkpoint is older than the one that it follows.
    #[error("it is older than the previous checkpoint")]
    Time,
}

impl Checkpoint {
    /// Checks the checkpoint alone. The other functions are meaningful only for a valid one.
    ///
    /// # Errors
    /// [`CheckpointBreak::UnknownVersion`] or [`CheckpointBreak::Malformed`].
    pub fn check(&self) -> Result<(), CheckpointBreak> {
        if self.v != VERSION {
            return Err(CheckpointBreak::UnknownVersion(self.v));
        }
        let is_hash = |text: &str| unhex(text).is_some_and(|bytes| bytes.len() == 32);
        let in_order = self.chains.iter().map(|segment| segment.chain).eq(0..CHAINS);
        let events = self.chains.iter().try_fold(0_u64, |sum, segment| sum.checked_add(segment.count()?));
        let hashes = [&self.previous_hash, &self.key_id, &self.root];
        let heads = self.chains.iter().map(|segment| &segment.head);
        let fine = in_order
            && self.sequence > 0
            && self.chains.iter().all(|segment| segment.first > 0)
            && events == Some(self.events)
            && hashes.into_iter().chain(heads).all(|text| is_hash(text))
            && self.at.parse::<Timestamp>().is_ok();
        if fine { Ok(()) } else { Err(CheckpointBreak::Malformed) }
    }

    /// Checks the checkpoint alone, and that it is signed by the key that it names, which must be one of `keys`.
    ///
    /// # Errors
    /// As for [`Checkpoint::check`], and [`CheckpointBreak::Signature`].
    pub fn verify(&self, keys: &[PublicKey]) -> Result<(), CheckpointBreak> {
        self.check()?;
        let signature = unhex(&self.signature).unwrap_or_default();
        let bytes = self.signed_bytes();
        let signed = keys.iter().any(|key| key.id == self.key_id && key.has_signed(&bytes, &signature));
        if signed { Ok(()) } else { Err(CheckpointBreak::Signature) }
    }

    /// Checks that the checkpoint continues `previous`, or is the first.
    ///
    /// # Errors
    /// [`CheckpointBreak`].
    pub fn follows(&self, previous: Option<&Self>) -> Result<(), CheckpointBreak> {
        let (sequence, hash) = previous.map_or((0, zeros()), |it| (it.sequence, it.hash()));
        if sequence.checked_add(1) != Some(self.sequence) {
            return Err(CheckpointBreak::Sequence { expected: sequence.saturating_add(1), found: self.sequence });
        }
        if self.previous_hash != hash {
            return Err(CheckpointBreak::Link);
        }
        let before = previous.map_or_else(genesis, |it| it.chains.iter().map(Segment::end).collect());
        for (segment, before) in self.chains.iter().zip(before) {
            let begins = before.sequence.checked_add(1) == Some(segment.first);
            let unmoved = segment.count() != Some(0) || segment.head == before.hash;
            if segment.chain != before.chain || !begins || !unmoved {
                return Err(CheckpointBreak::Segment(segment.chain));
            }
        }
        let at = |text: &str| text.parse::<Timestamp>().ok();
        if previous.is_some_and(|it| at(&it.at) > at(&self.at)) {
            return Err(CheckpointBreak::Time);
        }
        Ok(())
    }

    /// The bytes that are signed: all fields but the signature.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let Self { v: _, sequence, previous_hash, at, key_id, chains, events, root, signature: _ } = self;
        let start = Digest::new("vaidya-checkpoint-1")
            .number(*sequence)
            .text(previous_hash)
            .text(at)
            .text(key_id)
            .number(chains.len() as u64);
        chains
            .iter()
            .fold(start, |digest, Segment { chain, first, last, head }| {
                digest.number(u64::from(*chain)).number(*first).number(*last).text(head)
            })
            .number(*events)
            .text(root)
            .into_bytes()
    }

    /// The hash of the checkpoint, which the next one carries.
    pub fn hash(&self) -> String {
        hex(&sha256(&self.signed_bytes()))
    }

    /// The index of an event in the tree under `root`, from 0; `None` if the checkpoint did not close its segment.
    pub fn leaf_index(&self, chain: u8, sequence: u64) -> Option<u64> {
        let segment = self.chains.iter().find(|segment| segment.chain == chain)?;
        let before: u64 = self.chains.iter().take_while(|it| it.chain != chain).filter_map(Segment::count).sum();
        (segment.first..=segment.last).contains(&sequence).then(|| before + (sequence - segment.first))
    }
}

fn zeros() -> String {
    "0".repeat(64)
}

fn genesis() -> Vec<Head> {
    (0..CHAINS).map(Head::genesis).collect()
}

/// A checkpoint in the making. It takes the events since the previous checkpoint, chain by chain, and refuses one that
/// does not follow.
#[derive(Debug, Clone)]
pub struct Draft {
    sequence: u64,
    previous_hash: String,
    chains: Vec<Segment>,
    /// The chain of the last event.
    chain: u8,
    tree: Tree,
}

/// The reason why a draft refuses an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The chain is broken: the checkpoint must not be signed.
    #[error(transparent)]
    Break(#[from] ChainBreak),
    /// Events must come chain by chain, in the order of the [`CHAINS`] chains.
    #[error("an event of chain {0} comes out of order")]
    OutOfTurn(u8),
}

impl Draft {
    /// A checkpoint that follows `previous`, or the first.
    ///
    /// # Errors
    /// [`CheckpointBreak`], if the previous one is invalid. The caller must check its signature.
    pub fn after(previous: Option<&Checkpoint>) -> Result<Self, CheckpointBreak> {
        previous.map_or(Ok(()), Checkpoint::check)?;
        let ends = previous.map_or_else(genesis, |it| it.chains.iter().map(Segment::end).collect());
        let begin = |Head { chain, sequence, hash }| {
            let first = sequence.checked_add(1).ok_or(CheckpointBreak::Malformed)?;
            Ok(Segment { chain, first, last: sequence, head: hash })
        };
        Ok(Self {
            sequence: previous.map_or(0, |it| it.sequence).checked_add(1).ok_or(CheckpointBreak::Malformed)?,
            previous_hash: previous.map_or_else(zeros, Checkpoint::hash),
            chains: ends.into_iter().map(begin).collect::<Result<_, _>>()?,
            chain: 0,
            tree: Tree::default(),
        })
    }

    /// The end of a chain so far: the next event is the one after it.
    pub fn head(&self, chain: u8) -> Option<Head> {
        self.chains.get(usize::from(chain)).map(Segment::end)
    }

    /// Takes the next event of its chain.
    ///
    /// # Errors
    /// [`Refused`]; the draft is then unchanged.
    pub fn push(&mut self, event: &ChainedEvent) -> Result<(), Refused> {
        let chain = event.chain;
        let Some(segment) = self.chains.get_mut(usize::from(chain)).filter(|_| chain >= self.chain) else {
            return Err(Refused::OutOfTurn(chain));
        };
        let head = follow(&segment.end(), event)?;
        let hash = unhex(&head.hash).and_then(|bytes| bytes.try_into().ok()).expect("its hash was just recomputed");
        (segment.last, segment.head) = (head.sequence, head.hash);
        self.chain = chain;
        self.tree.push(&hash);
        Ok(())
    }

    /// The number of events that the draft has taken.
    pub const fn events(&self) -> u64 {
        self.tree.size()
    }

    /// The checkpoint to sign with the key of this id ([`PublicKey::id`]).
    pub fn close(self, at: Timestamp, key_id: &str) -> Unsigned {
        let Self { sequence, previous_hash, chains, chain: _, tree } = self;
        Unsigned(Checkpoint {
            v: VERSION,
            sequence,
            previous_hash,
            at: at.to_string(),
            key_id: key_id.to_owned(),
            chains,
            events: tree.size(),
            root: hex(&tree.root()),
            signature: String::new(),
        })
    }
}

/// A checkpoint that lacks its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned(Checkpoint);

impl Unsigned {
    /// The message to sign by ECDSA on P-256 with SHA-256; less than 4096 bytes.
    pub fn message(&self) -> Vec<u8> {
        self.0.signed_bytes()
    }

    /// The checkpoint with its signature, in DER.
    pub fn signed(self, signature: &[u8]) -> Checkpoint {
        Checkpoint { signature: hex(signature), ..self.0 }
    }
}

/// A public key on P-256 by which checkpoints are verified.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    id: String,
    point: Vec<u8>,
}

/// The bytes are not a public key for checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the SubjectPublicKeyInfo of a key on P-256")]
pub struct NotAKey;

/// The bytes before the point of every key on P-256 in DER: its algorithm and curve.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER: the result of KMS's `GetPublicKey`, and the contents of a PEM file.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn from_der(der: &[u8]) -> Result<Self, NotAKey> {
        match der.strip_prefix(P256.as_slice()) {
            Some(point) if point.len() == 65 => Ok(Self { id: hex(&sha256(der)), point: point.to_owned() }),
            _ => Err(NotAKey),
        }
    }

    /// The id of the key: SHA-256 of the key in DER, in hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the key has signed `message`.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.point).verify(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.id).finish()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;
    use crate::audit::merkle::{leaf, path, root_of};
    use crate::audit::{AuditEvent, link};
    use crate::testing::{at, audit_event as event};

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
        }

        fn public(&self) -> PublicKey {
            PublicKey::from_der(&[P256.as_slice(), self.0.public_key().as_ref()].concat()).unwrap()
        }

        fn sign(&self, unsigned: Unsigned) -> Checkpoint {
            let signature = self.0.sign(&SystemRandom::new(), &unsigned.message()).unwrap();
            unsigned.signed(signature.as_ref())
        }

        /// The same with another content, as a holder of the key could make it.
        fn again(&self, changed: Checkpoint) -> Checkpoint {
            self.sign(Unsigned(changed))
        }
    }

    /// The next `count` events of a chain.
    fn events(draft: &Draft, chain: u8, count: usize) -> Vec<ChainedEvent> {
        let mut head = draft.head(chain).unwrap();
        let next = |_| {
            let id = format!("e{}-{}", head.chain, head.sequence + 1);
            let chained = link(&head, AuditEvent { id, ..event() }, None);
            head = chained.head();
            chained
        };
        (0..count).map(next).collect()
    }

    fn checkpoint(signer: &Signer, previous: Option<&Checkpoint>, counts: &[(u8, usize)]) -> Checkpoint {
        let mut draft = Draft::after(previous).unwrap();
        for (chain, count) in counts {
            events(&draft, *chain, *count).iter().for_each(|event| draft.push(event).unwrap());
        }
        let time = at("2026-11-30T03:00:00Z") + jiff::SignedDuration::from_mins(draft.sequence as i64);
        signer.sign(draft.close(time, signer.public().id()))
    }

    #[test]
    fn checkpoints_follow_each_other_and_are_signed() {
        let signer = Signer::new();
        let first = checkpoint(&signer, None, &[(0, 3), (7, 2)]);
        let second = checkpoint(&signer, Some(&first), &[(7, 1), (15, 4)]);
        let third = checkpoint(&signer, Some(&second), &[]);
        for (now, before) in [(&first, None), (&second, Some(&first)), (&third, Some(&second))] {
            assert_eq!(now.verify(&[Signer::new().public(), signer.public()]), Ok(()));
            assert_eq!(now.follows(before), Ok(()));
        }
        assert_eq!((second.events, second.chains[7].first, second.chains[7].last), (5, 3, 3));
        assert_eq!((third.events, third.chains[7].first, third.chains[7].last), (0, 4, 3));
        assert_eq!(third.follows(Some(&first)), Err(CheckpointBreak::Sequence { expected: 2, found: 3 }));
        assert_eq!(second.follows(None), Err(CheckpointBreak::Sequence { expected: 1, found: 2 }));
        assert_eq!(first.verify(&[]), Err(CheckpointBreak::Signature));

        let line = serde_json::to_string(&second).unwrap();
        assert_eq!(serde_json::from_str::<Checkpoint>(&line).unwrap(), second);
        assert!(second.signed_bytes().len() < 4096);
    }

    #[test]
    fn any_change_of_a_checkpoint_invalidates_its_signature() {
        type Change = fn(&mut Checkpoint);
        let changes: [(&str, Change); 9] = [
            ("sequence", |it| it.sequence += 1),
            ("previous_hash", |it| it.previous_hash = "1".repeat(64)),
            ("at", |it| it.at = "2026-11-30T03:02:01Z".to_owned()),
            ("key_id", |it| it.key_id = "1".repeat(64)),
            ("borders", |it| (it.chains[0].first, it.chains[1].last) = (2, 1)),
            ("shift", |it| (it.chains[0].first, it.chains[0].last) = (2, 4)),
            ("head", |it| it.chains[15].head = "1".repeat(64)),
            ("root", |it| it.root = "1".repeat(64)),
            ("signature", |it| it.signature = it.signature.replacen(['0', '1', '2'], "3", 1)),
        ];
        let signer = Signer::new();
        let good = checkpoint(&signer, None, &[(0, 3)]);
        for (what, change) in changes {
            let mut changed = good.clone();
            change(&mut changed);
            assert_eq!(changed.verify(&[signer.public()]), Err(CheckpointBreak::Signature), "{what}");
        }
    }

    #[test]
    fn a_checkpoint_that_contradicts_itself_is_invalid_even_if_it_is_signed() {
        type Change = fn(&mut Checkpoint);
        let changes: [(&str, Change); 10] = [
            ("sequence", |it| it.sequence = 0),
            ("events", |it| it.events = 4),
            ("chain missing", |it| drop(it.chains.pop())),
            ("chain twice", |it| it.chains[1].chain = 0),
            ("before the first event", |it| it.chains[1].first = 0),
            ("less than none", |it| it.chains[1].first = 2),
            ("more than can be", |it| (it.chains[1].first, it.chains[1].last) = (1, u64::MAX)),
            ("root", |it| it.root.push('0')),
            ("capitals", |it| it.chains[0].head = it.chains[0].head.to_uppercase()),
            ("at", |it| it.at = "yesterday".to_owned()),
        ];
        let signer = Signer::new();
        let good = checkpoint(&signer, None, &[(0, 3)]);
        for (what, change) in changes {
            let mut changed = good.clone();
            change(&mut changed);
            let signed = signer.again(changed);
            assert_eq!(signed.verify(&[signer.public()]), Err(CheckpointBreak::Malformed), "{what}");
        }
        let later = signer.again(Checkpoint { v: 2, ..good });
        assert_eq!(later.verify(&[signer.public()]), Err(CheckpointBreak::UnknownVersion(2)));
    }

    #[test]
    fn a_checkpoint_of_another_history_does_not_follow() {
        let signer = Signer::new();
        let first = checkpoint(&signer, None, &[(0, 3)]);
        let fork = checkpoint(&signer, None, &[(1, 3)]);
        let second = checkpoint(&signer, Some(&first), &[(1, 1)]);
        assert_eq!(second.follows(Some(&fork)), Err(CheckpointBreak::Link));

        let gap = signer.again(Checkpoint {
            chains: second
                .chains
                .iter()
                .cloned()
                .map(|it| Segment { first: it.first + 1, last: it.last + 1, ..it })
                .collect(),
            ..second.clone()
        });
        assert_eq!(gap.follows(Some(&first)), Err(CheckpointBreak::Segment(0)));
        let mut moved = second.clone();
        moved.chains[0].head = "1".repeat(64);
        assert_eq!(signer.again(moved).follows(Some(&first)), Err(CheckpointBreak::Segment(0)));
        let early = signer.again(Checkpoint { at: "2026-11-30T02:00:00Z".to_owned(), ..second });
        assert_eq!(early.follows(Some(&first)), Err(CheckpointBreak::Time));
    }

    #[test]
    fn a_draft_refuses_an_event_that_does_not_follow_and_a_chain_twice() {
        let mut draft = Draft::after(None).unwrap();
        let chain = events(&draft, 3, 3);
        draft.push(&chain[0]).unwrap();
        let gap = Refused::Break(ChainBreak::Sequence { chain: 3, expected: 2, found: 3 });
        assert_eq!(draft.push(&chain[2]), Err(gap));
        let mut changed = chain[1].clone();
        changed.event.actor.push('x');
        assert_eq!(draft.push(&changed), Err(ChainBreak::Changed { chain: 3, sequence: 2 }.into()));
        draft.push(&chain[1]).unwrap();
        let earlier = events(&draft, 2, 1);
        assert_eq!(draft.push(&earlier[0]), Err(Refused::OutOfTurn(2)));
        let nowhere = ChainedEvent { chain: CHAINS, ..earlier[0].clone() };
        assert_eq!(draft.push(&nowhere), Err(Refused::OutOfTurn(CHAINS)));
        assert_eq!((draft.events(), draft.head(3)), (2, Some(chain[1].head())));
    }

    #[test]
    fn every_event_has_its_place_in_the_tree() {
        let signer = Signer::new();
        let first = checkpoint(&signer, None, &[(0, 2)]);
        let mut draft = Draft::after(Some(&first)).unwrap();
        let mut all = vec![];
        for (chain, count) in [(0, 3), (4, 5), (15, 1)] {
            for event in events(&draft, chain, count) {
                draft.push(&event).unwrap();
                all.push((event.chain, event.sequence, leaf(&unhex(&event.current_hash).unwrap())));
            }
        }
        let second = signer.sign(draft.close(at("2026-11-30T03:02:00Z"), signer.public().id()));
        let leaves: Vec<_> = all.iter().map(|(_, _, leaf)| *leaf).collect();
        for (place, (chain, sequence, leaf)) in all.iter().enumerate() {
            assert_eq!(second.leaf_index(*chain, *sequence), Some(place as u64));
            let path = path(&leaves, place).unwrap();
            let root = root_of(leaf, place as u64, second.events, &path).unwrap();
            assert_eq!(hex(&root), second.root);
        }
        for (chain, sequence) in [(0, 2), (0, 6), (1, 1), (16, 1)] {
            assert_eq!(second.leaf_index(chain, sequence), None);
        }
    }

    #[test]
    fn only_a_key_on_p256_is_a_key() {
        let good = [P256.as_slice(), &[4; 65]].concat();
        assert!(PublicKey::from_der(&good).is_ok());
        assert_eq!(PublicKey::from_der(&good[..90]), Err(NotAKey));
        assert_eq!(PublicKey::from_der(&[good.as_slice(), &[0]].concat()), Err(NotAKey));
        assert_eq!(PublicKey::from_der(&[]), Err(NotAKey));
        // A point that is not on the curve has signed no message.
        assert!(!PublicKey::from_der(&good).unwrap().has_signed(b"", b""));
    }
}
