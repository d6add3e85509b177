//! The keys of the audit trail.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::EventType;
use domain::core::id::PatientId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::table::entities::{entities, guards};
use crate::table::guard::{Condition, Guard};
use crate::table::item::Attributes;
use crate::table::key::{
    EntityKey, KeyPart, LONGEST_SORT_KEY, Millisecond, Span, attributes, day, millisecond, sortable,
};

entities! {
    /// An activity: something that was done and left no other trace in the table.
    Activity(activity: String) "activity" = "ACT#{activity}" | "ACT"
        expires "7 days";
    /// An audit record.
    AuditRecord(chain: u8, sequence: u64) "audit_record" = "AUDIT#{chain}" | "{sequence}"
        indexed "GSI1 `AUDITDAY#<date>` / `<at>#<chain>#<sequence>`"
        indexed "GSI2 `AUDITBY#<actor>` / `<at>#<chain>#<sequence>`"
        indexed "GSI3 `AUDITTYPE#<type>#<date>` / `<at>#<chain>#<sequence>`"
        expires "years, by category";
    /// The head of an audit chain.
    ChainHead(chain: u8) "chain_head" = "CHAIN#{chain}" | "HEAD"
        new CHAIN_HEAD_NEW "two first writers of a chain would both start it";
    /// An event that a chain has.
    Seen(chain: u8, event: String) "seen" = "CHAIN#{chain}" | "SEEN#{event}"
        expires "100 days"
        new AUDIT_EVENT_UNSEEN "a record that the stream delivers twice would be in the audit trail twice";
    /// An access to a patient's data, as the patient sees it.
    Access(patient: PatientId, at: Millisecond, event: String) "access" = "ACCESS#{patient}" | "{at}#{event}"
        expires "years, by category";
    /// The client's values of a patient's event.
    ClientValues(patient: PatientId, event: String) "client_values" = "CLIENT#{patient}" | "EVENT#{event}"
        expires "with its event";
    /// The state of the checkpoints.
    Checkpoint "checkpoint" = "CHECKPOINT#AUDIT" | "STATE"
        new CHECKPOINT_NEW "two first runs at once would claim two checkpoints of one number"
        unchanged CHECKPOINT_UNCHANGED "a run that was overtaken would set the checkpoints back";
}

guards! {
    /// Later records enter an audit chain.
    CHAIN_HEAD_UNCHANGED = "seq = :seq AND head_hash = :hash";
        "two writers of a chain would fork it"
}

impl Guard {
    /// The guard on the head of a chain that was read with this sequence number and hash.
    pub(crate) fn after(self, sequence: u64, hash: &str) -> Condition {
        Condition::from(self).number(":seq", sequence).text(":hash", hash)
    }
}

/// A chain has two digits.
impl KeyPart for u8 {
    fn text(&self) -> String {
        format!("{self:02}")
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A sequence number has twenty digits, so that text sorts as number.
impl KeyPart for u64 {
    fn text(&self) -> String {
        format!("{self:020}")
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// The places of an audit record in the indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditIndex {
    pub actor: String,
    pub event_type: EventType,
    pub at: Timestamp,
    pub chain: u8,
    pub sequence: u64,
}

impl AuditIndex {
    pub fn attributes(&self) -> Attributes {
        let sk = AuditPlace::of(self.at, self.chain, self.sequence).0;
        attributes([
            ("GSI1PK", format!("AUDITDAY#{}", day(self.at))),
            ("GSI1SK", sk.clone()),
            ("GSI2PK", format!("AUDITBY#{}", self.actor)),
            ("GSI2SK", sk.clone()),
            ("GSI3PK", format!("AUDITTYPE#{}#{}", self.event_type, day(self.at))),
            ("GSI3SK", sk),
        ])
    }
}

/// Where an audit record stands in time, among those of all chains: the sort key of its indexes, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AuditPlace(String);

impl AuditPlace {
    /// Before everything that happened at an instant, and behind everything before it.
    pub fn at(instant: Timestamp) -> Self {
        Self(millisecond(sortable(instant)))
    }

    /// The place of a record.
    pub fn of(at: Timestamp, chain: u8, sequence: u64) -> Self {
        Self(format!("{}#{chain:02}#{sequence:020}", millisecond(at)))
    }

    /// Where a page ended, as the cursor that the client brings back.
    pub fn cursor(&self) -> Attributes {
        attributes([("PK", Self::FAMILY.to_owned()), ("SK", self.0.clone())])
    }

    /// Reads a cursor back, which the client may have changed.
    pub fn parse(cursor: &Attributes) -> Option<Self> {
        let text = |name: &str| cursor.get(name).and_then(|value: &AttributeValue| value.as_s().ok());
        let place = text("SK").filter(|place| place.len() <= LONGEST_SORT_KEY)?;
        (text("PK")? == Self::FAMILY && cursor.len() == 2).then(|| Self(place.clone()))
    }

    /// The day (UTC) that it is in.
    pub fn day(&self) -> Option<Date> {
        self.0.get(..10)?.parse().ok()
    }

    const FAMILY: &str = "AUDITPLACE";
}

impl Span {
    /// The audit records of a day (UTC).
    #[cfg(test)]
    pub fn audit_day(date: Date) -> Self {
        Self::index::<Key>("GSI1", format!("AUDITDAY#{date}"))
    }

    /// The audit records of a day (UTC), of one type or all, whose places are in `after..before`.
    pub fn audit_part(date: Date, event_type: Option<EventType>, after: &AuditPlace, before: &AuditPlace) -> Self {
        let (index, pk) = match event_type {
            None => ("GSI1", format!("AUDITDAY#{date}")),
            Some(event_type) => ("GSI3", format!("AUDITTYPE#{event_type}#{date}")),
        };
        // All places of records are equally long: with something behind it a place sorts right behind itself.
        Self::index::<Key>(index, pk).between(format!("{} ", after.0), before.0.clone())
    }

    /// The audit records of an actor in `from..to`.
    pub fn audit_actor(actor: &str, from: Timestamp, to: Timestamp) -> Self {
        Self::index::<Key>("GSI2", format!("AUDITBY#{actor}"))
            .between(millisecond(sortable(from)), millisecond(sortable(to)))
    }

    /// The records of a chain from a number up to and including another.
    pub fn chain(chain: u8, from: u64, to: u64) -> Self {
        let record = |sequence| Key::AuditRecord(chain, sequence).item_key();
        Self::partition_of(&Key::AuditRecord(chain, from))
            .between(record(from).sk().to_owned(), record(to).sk().to_owned())
    }

    /// The accesses to a patient's data.
    pub fn accesses(patient: PatientId) -> Self {
        Self::partition::<Key>(format!("ACCESS#{patient}"))
    }
}
