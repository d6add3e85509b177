//! Hash chains of events. Each event carries the hash of the one before it, so that editing, dropping, inserting or
//! swapping one is seen by anybody who follows the chain. Cutting off its end is seen by comparing with a signed
//! checkpoint, which is not made here.

use serde::{Deserialize, Serialize};

use super::AuditEvent;
use crate::digest::Digest;

/// How many chains there are, so that writers seldom meet.
pub const LANES: u8 = 16;

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which chain, from 0 to [`LANES`] - 1.
    pub lane: u8,
    /// The number of its last event; 0 if there is none.
    pub sequence: u64,
    /// The hash of its last event, in hexadecimal.
    pub hash: String,
}

impl Head {
    /// The head of a chain without events.
    pub fn genesis(lane: u8) -> Self {
        Self { lane, sequence: 0, hash: "0".repeat(64) }
    }
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainedEvent {
    /// Which chain.
    pub lane: u8,
    /// Its number, from 1.
    pub sequence: u64,
    /// The event.
    pub event: AuditEvent,
    /// The hash of the event before it, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// Its own hash, over everything above.
    pub current_hash: String,
}

impl ChainedEvent {
    /// The head of a chain that ends here.
    pub fn head(&self) -> Head {
        Head { lane: self.lane, sequence: self.sequence, hash: self.current_hash.clone() }
    }
}

/// Where a chain does not hold, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// The event is of another chain.
    #[error("lane {lane} has an event of lane {found}")]
    OtherLane {
        /// The chain that is followed.
        lane: u8,
        /// The chain of the event.
        found: u8,
    },
    /// Events are missing, repeated or out of order.
    #[error("lane {lane} should have event {expected} and has {found}")]
    Sequence {
        /// Which chain.
        lane: u8,
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The event does not continue the one before it: one of the two was replaced.
    #[error("event {sequence} of lane {lane} does not follow the one before it")]
    Link {
        /// Which chain.
        lane: u8,
        /// Which event.
        sequence: u64,
    },
    /// The event was changed after it was chained.
    #[error("event {sequence} of lane {lane} was changed")]
    Changed {
        /// Which chain.
        lane: u8,
        /// Which event.
        sequence: u64,
    },
}

/// The chain for events of a partition of the table.
pub fn lane(partition_key: &str) -> u8 {
    // SHA-256 of the bare key, which anybody can check by hand; 16 divides 256, so that the last byte decides.
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, partition_key.as_bytes());
    hash.as_ref().last().map_or(0, |byte| byte % LANES)
}

/// An identifier that follows from what happened: the same parts, the same event.
pub fn event_id(parts: &[&str]) -> String {
    parts.iter().fold(Digest::new("vaidya-event-1"), |digest, part| digest.text(part)).hex()
}

/// Puts an event behind `head`.
pub fn chain(head: &Head, event: AuditEvent) -> ChainedEvent {
    let sequence = head.sequence + 1;
    let current_hash = hash(head.lane, sequence, &head.hash, &event);
    ChainedEvent { lane: head.lane, sequence, event, previous_hash: head.hash.clone(), current_hash }
}

/// Checks that `next` stands behind `head`, unchanged, and returns the head after it.
pub fn follow(head: &Head, next: &ChainedEvent) -> Result<Head, ChainBreak> {
    let (lane, sequence, expected) = (head.lane, next.sequence, head.sequence + 1);
    if next.lane != lane {
        Err(ChainBreak::OtherLane { lane, found: next.lane })
    } else if sequence != expected {
        Err(ChainBreak::Sequence { lane, expected, found: sequence })
    } else if next.previous_hash != head.hash {
        Err(ChainBreak::Link { lane, sequence })
    } else if next.current_hash != hash(lane, sequence, &next.previous_hash, &next.event) {
        Err(ChainBreak::Changed { lane, sequence })
    } else {
        Ok(next.head())
    }
}

/// Every field, in the order of the struct. The pattern is exhaustive: a new field does not compile until it is
/// hashed, and then takes a new label.
fn hash(lane: u8, sequence: u64, previous_hash: &str, event: &AuditEvent) -> String {
    let AuditEvent {
        id,
        event_type,
        category,
        severity,
        outcome,
        at,
        actor,
        actor_role,
        operation,
        request_id,
        session_id,
        ip,
        user_agent,
        resource_type,
        resource_id,
        fields,
        phi_accessed,
        data_exported,
        detail,
    } = event;
    Digest::new("vaidya-audit-1")
        .number(u64::from(lane))
        .number(sequence)
        .text(previous_hash)
        .text(id)
        .text(event_type.as_str())
        .text(category.as_str())
        .text(severity.as_str())
        .text(outcome.as_str())
        .text(&at.to_string())
        .text(actor)
        .text(actor_role)
        .text(operation)
        .text(request_id)
        .optional(session_id.as_deref())
        .optional(ip.as_deref())
        .optional(user_agent.as_deref())
        .text(resource_type)
        .text(resource_id)
        .texts(fields)
        .flag(*phi_accessed)
        .flag(*data_exported)
        .optional(detail.as_deref())
        .hex()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Category, EventType, Outcome, Severity};
    use crate::testing::at;

    fn event() -> AuditEvent {
        let event_type = EventType::AppointmentBooked;
        AuditEvent {
            id: "e1".to_owned(),
            event_type,
            category: event_type.category(),
            severity: event_type.severity(),
            outcome: Outcome::Success,
            at: at("2026-11-30T03:00:00.25Z"),
            actor: "a1".to_owned(),
            actor_role: "patient".to_owned(),
            operation: "bookAppointment".to_owned(),
            request_id: "r1".to_owned(),
            session_id: Some("s1".to_owned()),
            ip: Some("203.0.113.7".to_owned()),
            user_agent: None,
            resource_type: "appointment".to_owned(),
            resource_id: "x1".to_owned(),
            fields: vec!["state".to_owned(), "until".to_owned()],
            phi_accessed: false,
            data_exported: false,
            detail: None,
        }
    }

    fn three() -> Vec<ChainedEvent> {
        let mut head = Head::genesis(3);
        let mut events = Vec::new();
        for number in 1..=3 {
            let chained = chain(&head, AuditEvent { id: format!("e{number}"), ..event() });
            head = chained.head();
            events.push(chained);
        }
        events
    }

    fn verify(events: &[ChainedEvent]) -> Result<Head, ChainBreak> {
        events.iter().try_fold(Head::genesis(3), |head, event| follow(&head, event))
    }

    #[test]
    fn a_chain_that_nobody_touched_holds() {
        let events = three();
        assert_eq!(verify(&events), Ok(events[2].head()));
        assert_eq!([events[0].sequence, events[1].sequence, events[2].sequence], [1, 2, 3]);
        assert_eq!(events[0].previous_hash, "0".repeat(64));
        assert_eq!(events[1].previous_hash, events[0].current_hash);
    }

    #[test]
    fn any_changed_field_is_found() {
        type Change = fn(&mut AuditEvent);
        let changes: [(&str, Change); 23] = [
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
            ("fields", |it| it.fields.clear()),
            ("order of fields", |it| it.fields.reverse()),
            ("joined fields", |it| it.fields = vec!["stateuntil".to_owned()]),
            ("phi_accessed", |it| it.phi_accessed = true),
            ("data_exported", |it| it.data_exported = true),
            ("detail", |it| it.detail = Some("x".to_owned())),
            ("swapped flags", |it| (it.phi_accessed, it.data_exported) = (true, true)),
            ("letter moved to the next field", |it| {
                it.resource_type = "appointmentx".to_owned();
                it.resource_id = "1".to_owned();
            }),
        ];
        for (what, change) in changes {
            let mut events = three();
            change(&mut events[1].event);
            assert_eq!(verify(&events), Err(ChainBreak::Changed { lane: 3, sequence: 2 }), "{what}");
        }
    }

    #[test]
    fn the_place_in_the_chain_is_part_of_the_hash() {
        let head = Head::genesis(3);
        let here = chain(&head, event()).current_hash;
        assert_ne!(chain(&Head { lane: 4, ..head.clone() }, event()).current_hash, here);
        assert_ne!(chain(&Head { sequence: 1, ..head.clone() }, event()).current_hash, here);
        assert_ne!(chain(&Head { hash: "1".repeat(64), ..head }, event()).current_hash, here);
    }

    #[test]
    fn dropping_inserting_swapping_and_replacing_are_found() {
        let dropped = [three()[0].clone(), three()[2].clone()];
        assert_eq!(verify(&dropped), Err(ChainBreak::Sequence { lane: 3, expected: 2, found: 3 }));

        let repeated = [three()[0].clone(), three()[0].clone()];
        assert_eq!(verify(&repeated), Err(ChainBreak::Sequence { lane: 3, expected: 2, found: 1 }));

        let swapped = [three()[1].clone(), three()[0].clone()];
        assert_eq!(verify(&swapped), Err(ChainBreak::Sequence { lane: 3, expected: 1, found: 2 }));

        // A forger who makes a new, consistent second event breaks the link of the third.
        let mut replaced = three();
        replaced[1] = chain(&replaced[0].head(), AuditEvent { id: "forged".to_owned(), ..event() });
        assert_eq!(verify(&replaced), Err(ChainBreak::Link { lane: 3, sequence: 3 }));

        let mut moved = three();
        moved[1].lane = 5;
        assert_eq!(verify(&moved), Err(ChainBreak::OtherLane { lane: 3, found: 5 }));
    }

    #[test]
    fn a_hash_that_was_stored_is_still_the_hash() {
        let hash = chain(&Head::genesis(3), event()).current_hash;
        assert_eq!(hash, "758b88b002013a88503a65a74d50c208f3ffaf12821e9ba59885549d1453646d");
    }

    #[test]
    fn a_chained_event_reads_back_and_still_holds() {
        let json = serde_json::to_string(&three()[0]).unwrap();
        let read: ChainedEvent = serde_json::from_str(&json).unwrap();
        assert!(follow(&Head::genesis(3), &read).is_ok());
    }

    #[test]
    fn an_event_id_follows_from_its_parts_and_their_borders() {
        assert_eq!(event_id(&["r1", "op", "PK"]), event_id(&["r1", "op", "PK"]));
        assert_ne!(event_id(&["r1", "op", "PK"]), event_id(&["r1o", "p", "PK"]));
        assert_ne!(event_id(&["r1", ""]), event_id(&["r1"]));
    }

    #[test]
    fn partitions_spread_over_all_lanes_and_keep_theirs() {
        let mut seen = [0; LANES as usize];
        for number in 0..1600 {
            let key = format!("APPT#{number}");
            assert_eq!(lane(&key), lane(&key));
            seen[usize::from(lane(&key))] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
    }
}
