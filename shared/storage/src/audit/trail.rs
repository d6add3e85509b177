//! The audit trail: chains of records, appended by one writer for each chain at a time, and the activities
//! (log-ins, denials, disclosures) that have no write of their own to be seen in the stream.
//!
//! The table can't stop a writer with the right to put any item from overwriting a record: the chain shows it.
//!
//! What an event of a patient says of its client (session, address, program) stands in an item of the patient's own, beside the record,
//! and the record's hash only commits to it: these items can be deleted, and the chains hold. Items of other events can't be
//! deleted, so that erasure is no pretext for taking events out of the trail.

use std::collections::HashSet;

use domain::access::Role;
use domain::audit::{
    AuditEvent, ChainedEvent, Commitment, EventType, Head, Opening, Outcome, Retention, event_id, link,
};
use domain::core::id::PatientId;
use domain::core::time::in_milliseconds;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::audit::keys::{AuditIndex, AuditPlace, Key};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row};
use crate::table::key::{ItemKey, Millisecond, Order, Span};
use crate::table::pagination::{Cursor, Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::transaction::{MAX_ITEMS, OnFailure, Transaction};

/// How long an activity is kept: the stream forgets after a day.
const ACTIVITY_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// For how many days a chain remembers which events it has: longer than a batch can be replayed, because the bucket
/// of failures keeps none for so long.
pub const SEEN_DAYS: i64 = 100;

const SEEN_KEPT: SignedDuration = SignedDuration::from_hours(SEEN_DAYS * 24);

/// The head, and for each event its record, the note that it was seen, and the values of its client.
const EVENTS_AT_ONCE: usize = (MAX_ITEMS - 1) / 3;

/// How many days a page of [`Storage::events_in`] looks at.
pub const DAYS_AT_ONCE: usize = 7;

/// How often an append begins again when another writer of the chain was faster.
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
    /// The patients whose data it is, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
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

/// How records are kept. It can't be printed, since it has a secret.
#[derive(Clone)]
pub struct Keeping {
    /// For how long they stay in the table.
    pub retention: Retention,
    /// 32 random bytes, new for each batch and kept nowhere: what the openings of its commitments follow from.
    pub secret: [u8; 32],
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
            subjects: self.subjects,
            fields: self.fields,
            phi_accessed: self.event_type.phi_accessed(),
            data_exported: self.data_exported,
            detail: self.detail,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(flatten)]
    event: AuditEvent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commitment: Option<String>,
    previous_hash: String,
    current_hash: String,
}

/// What an event of a patient says of its client, and what proves it.
#[derive(Serialize, Deserialize)]
struct ClientRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    opening: String,
}

#[derive(Serialize, Deserialize)]
struct HeadRecord {
    seq: u64,
    head_hash: String,
}

/// An event that a chain has: the key says it all.
#[derive(Serialize)]
struct Seen {}

/// Where the values of the client stand that an event has, if they can be erased: those of a patient.
fn client_key(event: &AuditEvent) -> Option<Key> {
    let has_values = event.session_id.is_some() || event.ip.is_some() || event.user_agent.is_some();
    let patient = (has_values && event.actor_role == Role::Patient.as_str()).then(|| event.actor.parse().ok())??;
    Some(Key::ClientValues(patient, event.id.clone()))
}

/// The values of the client, if the event commits to them.
fn client_item(chained: &ChainedEvent) -> Option<Item> {
    let opening = chained.commitment.as_ref()?.opening?.to_string();
    let AuditEvent { session_id, ip, user_agent, .. } = chained.event.clone();
    Some(Item::new(client_key(&chained.event)?, &ClientRecord { session_id, ip, user_agent, opening }))
}

/// A record. Of a client's values that can be erased it has none.
pub(crate) fn record(chained: &ChainedEvent) -> Item {
    let withheld = chained.clone().withheld();
    let ChainedEvent { chain, sequence, event, commitment, previous_hash, current_hash } = withheld;
    let place = AuditIndex { actor: event.actor.clone(), event_type: event.event_type, at: event.at, chain, sequence };
    let record = Record { event, commitment: commitment.map(|it| it.hash), previous_hash, current_hash };
    Item::new(Key::AuditRecord(chain, sequence), &record).indexed(place.attributes())
}

pub(crate) fn read_head(chain: u8, row: &Row) -> Result<Head, StorageError> {
    let HeadRecord { seq, head_hash } = row.record()?;
    Ok(Head { chain, sequence: seq, hash: head_hash })
}

pub(crate) fn read(row: &Row) -> Result<ChainedEvent, StorageError> {
    let Key::AuditRecord(chain, sequence) = row.key()? else { return Err(row.inconsistent("not an audit record")) };
    let Record { event, commitment, previous_hash, current_hash } = row.record()?;
    let commitment = commitment.map(|hash| Commitment { hash, opening: None });
    Ok(ChainedEvent { chain, sequence, event, commitment, previous_hash, current_hash })
}

/// That a person saw data of a patient: what the patient is told of an audit event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: Timestamp,
    /// The event in the audit trail.
    pub event: String,
    /// What was done.
    pub event_type: EventType,
    /// Who: [`domain::access::Actor::id_text`].
    pub actor: String,
    /// In which role: [`domain::access::Actor::role_text`].
    pub actor_role: String,
    /// What kind of record was seen.
    pub resource_type: String,
    /// Which one.
    pub resource_id: String,
    /// The names of the fields that were shown.
    pub fields: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct AccessRecord {
    event_type: EventType,
    actor: String,
    actor_role: String,
    resource_type: String,
    resource_id: String,
    fields: Vec<String>,
}

pub(crate) fn access_item(patient: PatientId, access: &Access) -> Item {
    let Access { at, event, event_type, actor, actor_role, resource_type, resource_id, fields } = access.clone();
    let record = AccessRecord { event_type, actor, actor_role, resource_type, resource_id, fields };
    Item::new(Key::Access(patient, Millisecond(at), event), &record)
}

pub(crate) fn read_access(row: &Row) -> Result<Access, StorageError> {
    let Key::Access(_, Millisecond(at), event) = row.key()? else { return Err(row.inconsistent("not an access")) };
    let AccessRecord { event_type, actor, actor_role, resource_type, resource_id, fields } = row.record()?;
    Ok(Access { at, event, event_type, actor, actor_role, resource_type, resource_id, fields })
}

/// An entry for each patient whose data an event shows was seen.
fn access_items(event: &AuditEvent, retention: &Retention) -> Vec<Item> {
    if !event.phi_accessed || event.outcome == Outcome::Failure {
        return Vec::new();
    }
    let AuditEvent { id, event_type, at, actor, actor_role, resource_type, resource_id, fields, .. } = event.clone();
    // To the millisecond, as the key has it.
    let at = in_milliseconds(at);
    let access = Access { at, event: id, event_type, actor, actor_role, resource_type, resource_id, fields };
    let patients = event.subjects.iter().filter_map(|subject| subject.parse().ok());
    let until = retention.until(event.category, event.at);
    patients.map(|patient| access_item(patient, &access).expires(until)).collect()
}

fn place(chained: &ChainedEvent) -> AuditPlace {
    AuditPlace::of(chained.event.at, chained.chain, chained.sequence)
}

fn start_of_day_after(day: Date) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    next.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

impl Storage {
    /// Appends events to a chain, each once however often it comes, and returns how many were new. Events go in as
    /// many transactions as they need, each with its own move of the head.
    ///
    /// Key condition: `HEAD` and `SEEN#` keys, strong.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when other writers of the chain were faster again and again, or another
    /// [`CommitError`]; what was appended before stays, and is known when the events come again.
    pub async fn append(
        &self,
        chain: u8,
        events: Vec<AuditEvent>,
        keeping: &Keeping,
        prov: &Provenance,
    ) -> Result<usize, CommitError> {
        let mut ids = HashSet::new();
        let events: Vec<_> = events.into_iter().filter(|event| ids.insert(event.id.clone())).collect();
        let mut appended = 0;
        for some in events.chunks(EVENTS_AT_ONCE) {
            appended += self.append_some(chain, some, keeping, prov).await?;
        }
        Ok(appended)
    }

    /// Tells the patients: an entry for each whose data an event shows was seen. Before the event enters its chain, so that
    /// no access is in the trail that its patient can't find; written again, it is the same entry.
    async fn note_accesses(
        &self,
        events: &[AuditEvent],
        retention: &Retention,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let entries: Vec<Item> = events.iter().flat_map(|event| access_items(event, retention)).collect();
        for some in entries.chunks(MAX_ITEMS) {
            let transaction = some.iter().cloned().fold(Transaction::by(prov), Transaction::put_unconditionally);
            transaction.commit(self).await?;
        }
        Ok(())
    }

    async fn append_some(
        &self,
        chain: u8,
        events: &[AuditEvent],
        keeping: &Keeping,
        prov: &Provenance,
    ) -> Result<usize, CommitError> {
        for _ in 0..ATTEMPTS {
            let (head, new) = self.unseen(chain, events).await?;
            self.note_accesses(&new, &keeping.retention, prov).await?;
            match append_transaction(chain, head, &new, keeping, prov).commit(self).await {
                Err(CommitError::Stale) => {}
                end => return end.map(|()| new.len()),
            }
        }
        Err(CommitError::Stale)
    }

    /// The head of a chain, and those of the events that it has not.
    pub(crate) async fn unseen(
        &self,
        chain: u8,
        events: &[AuditEvent],
    ) -> Result<(Option<Head>, Vec<AuditEvent>), StorageError> {
        let seen = |event: &AuditEvent| Key::Seen(chain, event.id.clone());
        let keys: Vec<Key> = events.iter().map(seen).chain([Key::ChainHead(chain)]).collect();
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        let new = events.iter().filter(|event| rows.take(seen(event)).is_none()).cloned().collect();
        Ok((rows.read(Key::ChainHead(chain), |row| read_head(chain, row))?, new))
    }

    /// The audit records of a day (UTC), oldest first.
    #[cfg(test)]
    pub(crate) async fn events_by_day(
        &self,
        day: Date,
        page: &PageRequest,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        self.page(Span::audit_day(day), page).await?.try_map(|row| read(&row))
    }

    /// The audit records of an actor in `from..to`, oldest first.
    ///
    /// Key condition: GSI2 `AUDITBY#`, time between; then up to 100 `CLIENT#` keys, strong.
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
        let Page { items, next } =
            self.page(Span::audit_actor(actor, from, to), page).await?.try_map(|row| read(&row))?;
        Ok(Page { items: self.with_clients(items).await?, next })
    }

    /// The same records with the values of their clients, as far as these were not erased.
    async fn with_clients(&self, mut events: Vec<ChainedEvent>) -> Result<Vec<ChainedEvent>, StorageError> {
        let key = |chained: &ChainedEvent| {
            let patient = chained.event.actor.parse().ok().filter(|_| chained.commitment.is_some())?;
            Some(Key::ClientValues(patient, chained.event.id.clone()))
        };
        let keys: Vec<Key> = events.iter().filter_map(key).collect::<HashSet<_>>().into_iter().collect();
        if keys.is_empty() {
            return Ok(events);
        }
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        for chained in &mut events {
            let Some(row) = key(chained).and_then(|key| rows.take(key)) else { continue };
            let ClientRecord { session_id, ip, user_agent, opening } = row.record()?;
            let opening = opening.parse().map_err(|error| row.inconsistent(error))?;
            (chained.event.session_id, chained.event.ip, chained.event.user_agent) = (session_id, ip, user_agent);
            if let Some(commitment) = &mut chained.commitment {
                commitment.opening = Some(opening);
            }
        }
        Ok(events)
    }

    /// The audit records in `from..to` of these types, or of all if none are named, oldest first, from indexes. A page reads
    /// at most [`DAYS_AT_ONCE`] days, each by one query for a type: it may hold fewer records than asked for and still have a
    /// successor.
    ///
    /// Key condition: GSI1 `AUDITDAY#` or GSI3 `AUDITTYPE#`, time between; then up to 100 `CLIENT#` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn events_in(
        &self,
        types: &[EventType],
        from: Timestamp,
        to: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        let kinds: Vec<Option<EventType>> =
            if types.is_empty() { vec![None] } else { types.iter().copied().map(Some).collect() };
        let mut after = AuditPlace::at(from);
        if let Some(cursor) = page.start() {
            match AuditPlace::parse(&cursor) {
                Some(place) => after = place.max(after),
                None => return Ok(Page { items: Vec::new(), next: None }),
            }
        }
        let end = AuditPlace::at(to);
        let mut items: Vec<ChainedEvent> = Vec::new();
        for _ in 0..DAYS_AT_ONCE {
            let Some(day) = after.day().filter(|_| after < end) else { break };
            let spans = kinds.iter().map(|kind| Span::audit_part(day, *kind, &after, &end));
            let one = PageRequest::first(u8::try_from(page.limit() - items.len()).unwrap_or(PageRequest::MAX));
            let pages = futures::future::try_join_all(spans.map(|span| self.page(span, &one))).await?;
            // Behind where the shortest of the pages ends, a record of its type may be missing.
            let mut complete_to = None;
            let mut found = Vec::new();
            for page in pages {
                let rows: Vec<ChainedEvent> = page.items.iter().map(read).collect::<Result<_, _>>()?;
                if page.next.is_some() {
                    let last = rows.last().map(place);
                    complete_to = [complete_to, last].into_iter().flatten().min();
                }
                found.extend(rows);
            }
            found.sort_by_cached_key(place);
            found.retain(|chained| complete_to.as_ref().is_none_or(|last| place(chained) <= *last));
            let room = page.limit() - items.len();
            let is_cut = found.len() > room;
            found.truncate(room);
            items.extend(found);
            after = match items.last().filter(|_| is_cut || complete_to.is_some()) {
                Some(last) => place(last),
                None => AuditPlace::at(start_of_day_after(day)),
            };
            if items.len() == page.limit() {
                break;
            }
        }
        let next = (after < end && after.day().is_some()).then(|| Cursor::of(&after.cursor()));
        Ok(Page { items: self.with_clients(items).await?, next })
    }

    /// Who has seen a patient's data, newest first.
    ///
    /// Key condition: `ACCESS#` partition, newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn accesses(&self, patient: PatientId, page: &PageRequest) -> Result<Page<Access>, StorageError> {
        let span = Span::accesses(patient).in_order(Order::Descending);
        self.page(span, page).await?.try_map(|row| read_access(&row))
    }

    /// The records of a chain from a number up to and including another, strongly consistent, without clients' values that can be
    /// erased: what the archive may keep. For parts that are bounded.
    ///
    /// Key condition: `AUDIT#` partition, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn chain_part(&self, chain: u8, from: u64, to: u64) -> Result<Vec<ChainedEvent>, StorageError> {
        self.all(Span::chain(chain, from, to)).await?.iter().map(read).collect()
    }

    /// Writes an activity, so that the stream has it. Its id comes from request, operation and what was done
    /// to what, so that writing it again changes nothing, and needs no guard.
    ///
    /// # Errors
    /// [`StorageError`]: a disclosure must not go on without it.
    pub async fn record_activity(&self, activity: &Activity, prov: &Provenance) -> Result<(), StorageError> {
        let mut item = activity_item(activity, prov);
        item.attributes.insert("prov".to_owned(), prov.stamp_event(activity.event_type));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item.attributes));
        put.send().await.map(drop).map_err(StorageError::unavailable)
    }
}

/// An activity as it is stored: alone, or in the transaction of the act that it tells of.
pub(crate) fn activity_item(activity: &Activity, prov: &Provenance) -> Item {
    let id = event_id(&[
        &prov.request_id,
        &prov.operation,
        activity.event_type.as_str(),
        &activity.resource_type,
        &activity.resource_id,
        activity.detail.as_deref().unwrap_or_default(),
    ]);
    Item::new(Key::Activity(id), activity).expires(prov.at + ACTIVITY_KEPT).event(activity.event_type)
}

impl Storage {
    /// Writes an activity without a known actor, once for an address and a minute: anonymous requests cost their sender nothing,
    /// and a flood of them is one event.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn record_activity_of_minute(&self, activity: &Activity, prov: &Provenance) -> Result<(), StorageError> {
        let minute = Timestamp::from_second(prov.at.as_second().div_euclid(60) * 60).unwrap_or(prov.at);
        let address = prov.ip.as_deref().unwrap_or("unknown");
        // An activity is named after its request: within the minute the same one is written again.
        let prov = Provenance { request_id: format!("{address}@{minute}"), at: minute, ..prov.clone() };
        self.record_activity(activity, &prov).await
    }
}

/// The next part of a chain: its head moves, which only one writer at a time can do, so that the records
/// behind it need no guard of their own.
pub(crate) fn append_transaction(
    chain: u8,
    head: Option<Head>,
    events: &[AuditEvent],
    keeping: &Keeping,
    prov: &Provenance,
) -> Transaction {
    let mut transaction = Transaction::by(prov);
    if events.is_empty() {
        return transaction;
    }
    let guard = match &head {
        Some(head) => Guard::CHAIN_HEAD_UNCHANGED.after(head.sequence, &head.hash),
        None => Condition::from(Guard::CHAIN_HEAD_NEW),
    };
    let mut head = head.unwrap_or_else(|| Head::genesis(chain));
    for event in events {
        let until = keeping.retention.until(event.category, event.at);
        let opening = client_key(event).map(|_| Opening::derived(&keeping.secret, &event.id));
        let chained = link(&head, event.clone(), opening);
        let seen = Item::new(Key::Seen(chain, event.id.clone()), &Seen {}).expires(prov.at + SEEN_KEPT);
        if let Some(client) = client_item(&chained) {
            transaction = transaction.put_unconditionally(client.expires(until));
        }
        transaction = transaction.put_unconditionally(record(&chained).expires(until)).put(
            seen,
            Guard::AUDIT_EVENT_UNSEEN,
            OnFailure::Stale,
        );
        head = chained.head();
    }
    let moved = HeadRecord { seq: head.sequence, head_hash: head.hash };
    transaction.put(Item::new(Key::ChainHead(chain), &moved), guard, OnFailure::Stale)
}
