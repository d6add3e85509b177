//! The audit trail: chains of records, appended by one writer for each lane at a time, and the activities
//! (log-ins, denials, disclosures) that have no write of their own to be seen in the stream.
//!
//! The table can't stop somebody who may put any item from overwriting a record: the chain shows it.

use std::collections::HashSet;

use domain::audit::{AuditEvent, ChainedEvent, Commitment, EventType, Format, Head, Outcome, chain, event_id};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::error::{CommitError, StorageError};
use crate::guard::{Condition, Guard};
use crate::item::{Item, Row};
use crate::keys::{IndexKey, Key, Span};
use crate::pagination::{Page, PageRequest};
use crate::provenance::Provenance;
use crate::transaction::{MAX_ITEMS, OnFailure, Transaction};

/// How long a chain remembers which events it has, and an activity is kept: the stream forgets after a day.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The head, and for each event its record and the note that it was seen.
const EVENTS_AT_ONCE: usize = (MAX_ITEMS - 1) / 2;

/// How often an append begins again when another writer of the lane was faster.
const ATTEMPTS: usize = 5;

/// Something that was done and left no trace in the table: written so that the stream has it. Who did it
/// is said by the [`Provenance`] beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// What was done.
    pub event_type: EventType,
    /// Whether it succeeded.
    pub outcome: Outcome,
    /// The kind of thing that it was done to.
    pub resource_type: String,
    /// Its id.
    pub resource_id: String,
    /// The names of the fields that were shown.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Whether data left the system as a file.
    #[serde(default)]
    pub data_exported: bool,
    /// A short explanation, without personal or health data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Activity {
    /// The audit event that says the same.
    pub(crate) fn event(self, id: String, by: Provenance) -> AuditEvent {
        AuditEvent {
            id,
            event_type: self.event_type,
            category: self.event_type.category(),
            severity: self.event_type.severity(),
            outcome: self.outcome,
            at: by.at,
            actor: by.actor,
            actor_role: by.role,
            operation: by.operation,
            request_id: by.request_id,
            session_id: by.session,
            ip: by.ip,
            user_agent: by.user_agent,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            subjects: vec![],
            fields: self.fields,
            phi_accessed: self.event_type.phi_accessed(),
            data_exported: self.data_exported,
            detail: self.detail,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    /// Of the second format on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<u8>,
    #[serde(flatten)]
    event: AuditEvent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commitment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opening: Option<String>,
    previous_hash: String,
    current_hash: String,
}

#[derive(Serialize, Deserialize)]
struct HeadRecord {
    seq: u64,
    head_hash: String,
}

/// An event that a chain has: the key says it all.
#[derive(Serialize)]
struct Seen {}

pub(crate) fn record(chained: &ChainedEvent) -> Item {
    let ChainedEvent { format, lane, sequence, event, commitment, previous_hash, current_hash } = chained.clone();
    let place = IndexKey::AuditRecord { actor: event.actor.clone(), at: event.at, lane, sequence };
    let (commitment, opening) = commitment.map_or((None, None), |it| (Some(it.hash), it.opening));
    let record = Record {
        format: (format != Format::First).then(|| format.number()),
        event,
        commitment,
        opening: opening.map(|opening| opening.to_string()),
        previous_hash,
        current_hash,
    };
    Item::new(Key::AuditRecord { lane, sequence }, &record).indexed(&place)
}

pub(crate) fn read(row: &Row) -> Result<ChainedEvent, StorageError> {
    let Key::AuditRecord { lane, sequence } = row.key else { return Err(row.inconsistent("not an audit record")) };
    let Record { format, event, commitment, opening, previous_hash, current_hash } = row.record()?;
    let format = Format::numbered(format.unwrap_or(1)).ok_or_else(|| row.inconsistent("its format is not known"))?;
    let opening = opening.map(|opening| opening.parse()).transpose().map_err(|error| row.inconsistent(error))?;
    let commitment = commitment.map(|hash| Commitment { hash, opening });
    Ok(ChainedEvent { format, lane, sequence, event, commitment, previous_hash, current_hash })
}

impl Storage {
    /// Appends events to a chain, each once however often it comes, and returns how many were new. Events
    /// go in as many transactions as they need, each with its own move of the head.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when other writers of the lane were faster again and again, or another
    /// [`CommitError`]; what was appended before stays, and is known when the events come again.
    pub async fn append(&self, lane: u8, events: Vec<AuditEvent>, prov: &Provenance) -> Result<usize, CommitError> {
        let mut ids = HashSet::new();
        let events: Vec<_> = events.into_iter().filter(|event| ids.insert(event.id.clone())).collect();
        let mut appended = 0;
        for some in events.chunks(EVENTS_AT_ONCE) {
            appended += self.append_some(lane, some, prov).await?;
        }
        Ok(appended)
    }

    async fn append_some(&self, lane: u8, events: &[AuditEvent], prov: &Provenance) -> Result<usize, CommitError> {
        for _ in 0..ATTEMPTS {
            let (head, new) = self.unseen(lane, events).await?;
            match append_transaction(lane, head, &new, prov).commit(self).await {
                Err(CommitError::Stale) => {}
                end => return end.map(|()| new.len()),
            }
        }
        Err(CommitError::Stale)
    }

    /// The head of a chain, and those of the events that it has not.
    pub(crate) async fn unseen(
        &self,
        lane: u8,
        events: &[AuditEvent],
    ) -> Result<(Option<Head>, Vec<AuditEvent>), StorageError> {
        let seen = |event: &AuditEvent| Key::Seen(lane, event.id.clone());
        let keys: Vec<Key> = events.iter().map(seen).chain([Key::ChainHead(lane)]).collect();
        let mut rows = self.rows(&keys).await?;
        let new = events.iter().filter(|event| rows.take(&seen(event)).is_none()).cloned().collect();
        let head = rows.read(&Key::ChainHead(lane), |row| row.record::<HeadRecord>())?;
        Ok((head.map(|HeadRecord { seq, head_hash }| Head { lane, sequence: seq, hash: head_hash }), new))
    }

    /// The audit records of a day (UTC), oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn events_by_day(&self, day: Date, page: &PageRequest) -> Result<Page<ChainedEvent>, StorageError> {
        self.page(Span::audit_day(day), page).await?.try_map(|row| read(&row))
    }

    /// The audit records of an actor in `from..to`, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn events_by_actor(
        &self,
        actor: &str,
        from: Timestamp,
        to: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        self.page(Span::audit_actor(actor, from, to), page).await?.try_map(|row| read(&row))
    }

    /// Writes an activity, so that the stream has it. Its id comes from request, operation and what was done
    /// to what, so that writing it again changes nothing, and needs no guard.
    ///
    /// # Errors
    /// [`StorageError`]: whoever discloses something must not go on without it.
    pub async fn record_activity(&self, activity: &Activity, prov: &Provenance) -> Result<(), StorageError> {
        let id = event_id(&[
            &prov.request_id,
            &prov.operation,
            activity.event_type.as_str(),
            &activity.resource_type,
            &activity.resource_id,
        ]);
        let mut item = Item::new(Key::Activity(id), activity).expires(prov.at + KEPT_FOR);
        item.attributes.insert("prov".to_owned(), prov.stamp_event(activity.event_type));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item.attributes));
        put.send().await.map(drop).map_err(StorageError::unavailable)
    }
}

/// The next part of a chain: its head moves, which only one writer at a time can do, so that the records
/// behind it need no guard of their own.
pub(crate) fn append_transaction(
    lane: u8,
    head: Option<Head>,
    events: &[AuditEvent],
    prov: &Provenance,
) -> Transaction {
    let mut transaction = Transaction::by(prov);
    if events.is_empty() {
        return transaction;
    }
    let guard = match &head {
        Some(head) => Guard::ChainHeadUnchanged.after(head.sequence, &head.hash),
        None => Condition::from(Guard::ChainHeadNew),
    };
    let mut head = head.unwrap_or_else(|| Head::genesis(lane));
    for event in events {
        let chained = chain(&head, event.clone(), None);
        let seen = Item::new(Key::Seen(lane, event.id.clone()), &Seen {}).expires(prov.at + KEPT_FOR);
        transaction = transaction.along(record(&chained)).put(seen, Guard::AuditEventUnseen, OnFailure::Stale);
        head = chained.head();
    }
    let moved = HeadRecord { seq: head.sequence, head_hash: head.hash };
    transaction.put(Item::new(Key::ChainHead(lane), &moved), guard, OnFailure::Stale)
}
