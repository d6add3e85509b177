//! Hash chains of events. Each event carries the hash of the previous one, so that a verifier who follows the chain
//! detects every edited, dropped, inserted or swapped event. A verifier who compares it with a signed
//! [`Checkpoint`](super::Checkpoint) detects a chain that was cut off at its end, or rewritten from some event on.
//! [`EventLine`](super::EventLine) defines the hashed bytes.

use serde::{Deserialize, Serialize};

use super::commitment::ClientValues;
use super::line::Client;
use super::{AuditEvent, Commitment, Opening};
use crate::core::digest::{Digest, hex};

/// The number of chains, so that writers seldom conflict.
pub const CHAINS: u8 = 16;

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the chain, from 0 to [`CHAINS`] - 1.
    pub chain: u8,
    /// The number of its last event; 0 if there is none.
    pub sequence: u64,
    /// The hash of its last event, in hexadecimal.
    pub hash: String,
}

impl Head {
    /// The head of a chain without events.
    pub fn genesis(chain: u8) -> Self {
        Self { chain, sequence: 0, hash: "0".repeat(64) }
    }
}

/// The number of the format in which events are hashed. It stands in every line of an event.
pub const FORMAT: u8 = 1;

/// An event with its position in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainedEvent {
    /// The number of the chain.
    pub chain: u8,
    /// The number of the event in the chain, from 1.
    pub sequence: u64,
    /// The event.
    pub event: AuditEvent,
    /// The commitment that the hash covers in place of the client's values, if they can be erased.
    pub commitment: Option<Commitment>,
    /// The hash of the previous event, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// The hash of this event, over everything above.
    pub current_hash: String,
}

impl ChainedEvent {
    /// The head of a chain that ends here.
    pub fn head(&self) -> Head {
        Head { chain: self.chain, sequence: self.sequence, hash: self.current_hash.clone() }
    }
}

/// The break of a chain, and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// The event is of another chain.
    #[error("chain {chain} has an event of chain {found}")]
    OtherChain {
        /// The chain that is followed.
        chain: u8,
        /// The chain of the event.
        found: u8,
    },
    /// Events are missing, repeated or out of order.
    #[error("chain {chain} should have event {expected}, but has {found}")]
    Sequence {
        /// The number of the chain.
        chain: u8,
        /// The expected number.
        expected: u64,
        /// The number that was found.
        found: u64,
    },
    /// The event does not continue the previous one: one of the two was replaced.
    #[error("event {sequence} of chain {chain} does not follow the previous one")]
    Link {
        /// The number of the chain.
        chain: u8,
        /// The number of the event.
        sequence: u64,
    },
    /// The event was changed after it was chained.
    #[error("event {sequence} of chain {chain} was changed")]
    Changed {
        /// The number of the chain.
        chain: u8,
        /// The number of the event.
        sequence: u64,
    },
    /// The client's values differ from those with which the event was chained.
    #[error("the client's values of event {sequence} of chain {chain} do not match its commitment")]
    Client {
        /// The number of the chain.
        chain: u8,
        /// The number of the event.
        sequence: u64,
    },
}

/// The chain for the events of a partition of the table.
pub fn chain_of(partition_key: &str) -> u8 {
    // SHA-256 of the bare key, which can be checked by hand; 16 divides 256, so that the last byte decides.
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, partition_key.as_bytes());
    hash.as_ref().last().map_or(0, |byte| byte % CHAINS)
}

/// The id of an event, which follows from the parts of the action: the same parts give the same id.
pub fn event_id(parts: &[&str]) -> String {
    parts.iter().fold(Digest::new("vaidya-event-1"), |digest, part| digest.text(part)).hex()
}

/// Appends an event to `head`. With an `opening` the hash only commits to the client's values, which can then be
/// erased.
///
/// # Panics
/// Never: the events that [`EventLine`](super::EventLine) refuses are not made here.
pub fn link(head: &Head, event: AuditEvent, opening: Option<Opening>) -> ChainedEvent {
    let values = ClientValues {
        session_id: event.session_id.as_deref(),
        ip: event.ip.as_deref(),
        user_agent: event.user_agent.as_deref(),
    };
    let commitment = opening.map(|opening| Commitment { hash: hex(&opening.commit(&values)), opening: Some(opening) });
    let mut chained = ChainedEvent {
        chain: head.chain,
        sequence: head.sequence + 1,
        event,
        commitment,
        previous_hash: head.hash.clone(),
        current_hash: String::new(),
    };
    chained.current_hash = chained.hash().expect("the format covers all of it");
    chained
}

/// Checks that `next` follows `head` unchanged, and returns the head after it.
pub fn follow(head: &Head, next: &ChainedEvent) -> Result<Head, ChainBreak> {
    let (chain, sequence, expected) = (head.chain, next.sequence, head.sequence + 1);
    if next.chain != chain {
        Err(ChainBreak::OtherChain { chain, found: next.chain })
    } else if sequence != expected {
        Err(ChainBreak::Sequence { chain, expected, found: sequence })
    } else if next.previous_hash != head.hash {
        Err(ChainBreak::Link { chain, sequence })
    } else if next.hash().as_ref() != Ok(&next.current_hash) {
        Err(ChainBreak::Changed { chain, sequence })
    } else if next.client() == Client::Forged {
        Err(ChainBreak::Client { chain, sequence })
    } else {
        Ok(next.head())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Category, EventLine, EventType, Outcome, Severity};
    use crate::testing::{at, audit_event as event};

    fn three() -> Vec<ChainedEvent> {
        let mut head = Head::genesis(3);
        let mut events = Vec::new();
        for number in 1..=3 {
            let chained = link(&head, AuditEvent { id: format!("e{number}"), ..event() }, None);
            head = chained.head();
            events.push(chained);
        }
        events
    }

    fn verify(events: &[ChainedEvent]) -> Result<Head, ChainBreak> {
        events.iter().try_fold(Head::genesis(3), |head, event| follow(&head, event))
    }

    #[test]
    fn an_unchanged_chain_holds() {
        let events = three();
        assert_eq!(verify(&events), Ok(events[2].head()));
        assert_eq!([events[0].sequence, events[1].sequence, events[2].sequence], [1, 2, 3]);
        assert_eq!(events[0].previous_hash, "0".repeat(64));
        assert_eq!(events[1].previous_hash, events[0].current_hash);
    }

    #[test]
    fn any_changed_field_is_found() {
        type Change = fn(&mut AuditEvent);
        let changes: [(&str, Change); 25] = [
            ("id", |it| it.id.push('x')),
            ("event_type", |it| it.event_type = EventType::AppointmentCancelled),
            ("category", |it| it.category = Category::Admin),
            ("severity", |it| it.severity = Severity::High),
            ("outcome", |it| it.outcome = Outcome::Failure),
            ("at", |it| it.at = at("2026-11-30T03:00:00.250000001Z")),
            ("actor", |it| it.actor.clear()),
            ("actor_role", |it| it.actor_role = "admin".to_owned()),
            ("operation", |it| it.operation.push('x')),
            ("request_id", |it| it.request_id.push('x')),
            ("session_id", |it| it.session_id = None),
            ("ip", |it| it.ip = Some(String::new())),
            ("user_agent", |it| it.user_agent = Some(String::new())),
            ("resource_type", |it| it.resource_type.push('x')),
            ("resource_id", |it| it.resource_id.push('x')),
            ("subjects", |it| it.subjects.clear()),
            ("a subject among the fields", |it| it.fields.insert(0, it.subjects.remove(0))),
            ("fields", |it| it.fields.clear()),
            ("order of fields", |it| it.fields.reverse()),
            ("joined fields", |it| it.fields = vec!["stateuntil".to_owned()]),
            ("phi_accessed", |it| it.phi_accessed = true),
            ("data_exported", |it| it.data_exported = true),
            ("detail", |it| it.detail = Some("x".to_owned())),
            ("swapped flags", |it| (it.phi_accessed, it.data_exported) = (true, true)),
            ("character moved to the next field", |it| {
                it.resource_type = "appointmentx".to_owned();
                it.resource_id = "1".to_owned();
            }),
        ];
        for (what, change) in changes {
            let mut events = three();
            change(&mut events[1].event);
            assert_eq!(verify(&events), Err(ChainBreak::Changed { chain: 3, sequence: 2 }), "{what}");
        }
    }

    #[test]
    fn the_place_in_the_chain_is_part_of_the_hash() {
        let head = Head::genesis(3);
        let here = link(&head, event(), None).current_hash;
        assert_ne!(link(&Head { chain: 4, ..head.clone() }, event(), None).current_hash, here);
        assert_ne!(link(&Head { sequence: 1, ..head.clone() }, event(), None).current_hash, here);
        assert_ne!(link(&Head { hash: "1".repeat(64), ..head }, event(), None).current_hash, here);
    }

    #[test]
    fn dropping_inserting_swapping_and_replacing_are_found() {
        let dropped = [three()[0].clone(), three()[2].clone()];
        assert_eq!(verify(&dropped), Err(ChainBreak::Sequence { chain: 3, expected: 2, found: 3 }));

        let repeated = [three()[0].clone(), three()[0].clone()];
        assert_eq!(verify(&repeated), Err(ChainBreak::Sequence { chain: 3, expected: 2, found: 1 }));

        let swapped = [three()[1].clone(), three()[0].clone()];
        assert_eq!(verify(&swapped), Err(ChainBreak::Sequence { chain: 3, expected: 1, found: 2 }));

        // A forged, consistent second event breaks the link of the third.
        let mut replaced = three();
        replaced[1] = link(&replaced[0].head(), AuditEvent { id: "forged".to_owned(), ..event() }, None);
        assert_eq!(verify(&replaced), Err(ChainBreak::Link { chain: 3, sequence: 3 }));

        let mut moved = three();
        moved[1].chain = 5;
        assert_eq!(verify(&moved), Err(ChainBreak::OtherChain { chain: 3, found: 5 }));
    }

    fn opening() -> Opening {
        Opening::new([7; 32])
    }

    #[test]
    fn a_hash_that_was_stored_is_still_the_hash() {
        let first = link(&Head::genesis(3), AuditEvent { subjects: vec![], ..event() }, None);
        assert_eq!(first.current_hash, "725e4ca883b09190c10c940c2f3802d17dd334e31fbdc8b40b483129da8575de");
        let second = link(&first.head(), event(), None);
        assert_eq!(second.current_hash, "008c8d7295b43c7d688bf0d06b0519a961fa9fa5dfb2b94635ea6fd1e0b74ad0");
        assert_eq!(
            link(&first.head(), event(), Some(opening())).current_hash,
            "18c40ce02fda94194cc1f4d6b729738b58b30429abd05ba9b0d4b5ae2a81a0cb"
        );
    }

    #[test]
    fn values_under_a_commitment_can_be_erased_but_not_replaced() {
        let head = Head::genesis(3);
        let shown = link(&head, event(), Some(opening()));
        assert_eq!(follow(&head, &shown), Ok(shown.head()));
        let withheld = shown.clone().withheld();
        assert_eq!((&withheld.event.ip, &withheld.event.session_id), (&None, &None));
        assert_eq!(follow(&head, &withheld), Ok(shown.head()));

        let forged = Err(ChainBreak::Client { chain: 3, sequence: 1 });
        let mut other = shown.clone();
        other.event.ip = Some("203.0.113.8".to_owned());
        assert_eq!(follow(&head, &other), forged);
        let mut unproven = withheld.clone();
        unproven.event.ip = Some("203.0.113.7".to_owned());
        assert_eq!(follow(&head, &unproven), forged);
        let mut half = shown.clone();
        half.event.session_id = None;
        assert_eq!(follow(&head, &half), forged);
        let mut reopened = shown.clone();
        reopened.commitment.as_mut().unwrap().opening = Some(Opening::new([8; 32]));
        assert_eq!(follow(&head, &reopened), forged);

        // The commitment itself is part of the hash, and so is its presence.
        let changed = Err(ChainBreak::Changed { chain: 3, sequence: 1 });
        let mut recommitted = shown.clone();
        recommitted.commitment.as_mut().unwrap().hash = "0".repeat(64);
        assert_eq!(follow(&head, &recommitted), changed);
        let mut uncommitted = shown;
        uncommitted.commitment = None;
        assert_eq!(follow(&head, &uncommitted), changed);
    }

    #[test]
    fn staffs_values_are_in_the_hash_and_stay_there() {
        let plain = link(&Head::genesis(3), event(), None);
        assert_eq!(plain.clone().withheld(), plain);
    }

    #[test]
    fn a_chained_event_reads_back_from_its_line() {
        for opening in [None, Some(opening())] {
            let chained = link(&Head::genesis(3), event(), opening);
            let line = EventLine::of(&chained);
            let json = line.to_json();
            let read = EventLine::from_json(&json).unwrap();
            assert_eq!(read, line);
            assert_eq!(read.hash().map(|hash| hex(&hash)).as_ref(), Ok(&chained.current_hash));
        }
    }

    #[test]
    fn an_event_id_follows_from_its_parts_and_their_borders() {
        assert_eq!(event_id(&["r1", "op", "PK"]), event_id(&["r1", "op", "PK"]));
        assert_ne!(event_id(&["r1", "op", "PK"]), event_id(&["r1o", "p", "PK"]));
        assert_ne!(event_id(&["r1", ""]), event_id(&["r1"]));
    }

    #[test]
    fn partitions_spread_over_all_chains_and_keep_theirs() {
        let mut seen = [0; CHAINS as usize];
        for number in 0..1600 {
            let key = format!("APPT#{number}");
            assert_eq!(chain_of(&key), chain_of(&key));
            seen[usize::from(chain_of(&key))] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
    }
}
