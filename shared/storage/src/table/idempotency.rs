//! The record that makes a request repeatable: one more item in the transaction that carries the request
//! out. Only successes are recorded; an answer holds no health data.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Attributes, Item, Row, ms};
use crate::table::keys::Key;
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// How long the same key gives the same answer.
pub const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A client's `Idempotency-Key`, as the table sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// SHA-256 of caller, operation and key, in hex: what is looked up.
    pub key_hash: String,
    /// SHA-256 of the request's body, in hex: what must be the same.
    pub fingerprint: String,
}

/// An answer that can be given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, as it was sent.
    pub body: String,
    /// The `Location` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The `ETag` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// What an earlier request under the same key says about this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// It was the same request: this is its answer.
    Same(Answer),
    /// It was another request: the key must not be used again (422).
    Other,
}

/// How a transaction that records an answer ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// It was carried out now; the caller's own answer holds.
    Fresh,
    /// It was carried out before; this was the answer.
    Replayed(Answer),
    /// The key belongs to another request (422). Nothing was written.
    KeyReused,
}

#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    #[serde(with = "ms::required")]
    expires: Timestamp,
    #[serde(flatten)]
    answer: Answer,
}

impl IdempotencyClaim {
    /// The key of the record.
    pub(crate) fn key(&self) -> Key {
        Key::Idempotency(self.key_hash.clone())
    }

    /// What a record under this key says. A record past its time says nothing: TTL removes it later.
    pub(crate) fn compare(&self, row: &Row, now: Timestamp) -> Result<Option<Earlier>, StorageError> {
        let record: Record = row.record()?;
        Ok(if record.expires <= now {
            None
        } else if record.fingerprint == self.fingerprint {
            Some(Earlier::Same(record.answer))
        } else {
            Some(Earlier::Other)
        })
    }

    /// Turns the end of a transaction that [`claims`](Transaction::claim) this key into what the caller does next.
    pub(crate) fn conclude<E>(
        &self,
        end: Result<(), CommitError<E>>,
        now: Timestamp,
    ) -> Result<Committed, CommitError<E>> {
        let item: Attributes = match end {
            Ok(()) => return Ok(Committed::Fresh),
            Err(CommitError::Replay(item)) => item,
            Err(error) => return Err(error),
        };
        match self.compare(&Row::found(self.key().into(), item)?, now)? {
            Some(Earlier::Same(answer)) => Ok(Committed::Replayed(answer)),
            Some(Earlier::Other) => Ok(Committed::KeyReused),
            // The table's record had not expired by the clock of the condition, which is our own.
            None => Err(CommitError::Stale),
        }
    }
}

impl Storage {
    /// What an earlier request under this key says. It is for operations that do something outside of the table first; the
    /// others learn it from their transaction.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn earlier(&self, claim: &IdempotencyClaim, now: Timestamp) -> Result<Option<Earlier>, StorageError> {
        match self.row(claim.key()).await? {
            Some(row) => claim.compare(&row, now),
            None => Ok(None),
        }
    }

    /// Notes that something was done outside of the table, so that [`earlier`](Self::earlier) knows of it. Noting it
    /// twice changes nothing.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn remember(
        &self,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let end = Transaction::by(prov).claim(claim, answer, prov.at).commit(self).await;
        claim.conclude(end, prov.at).map(drop)
    }
}

impl<E> Transaction<E> {
    /// Records `answer` under the claim's key, for [`REMEMBERED_FOR`] from `now`.
    #[track_caller]
    pub fn claim(self, claim: &IdempotencyClaim, answer: &Answer, now: Timestamp) -> Self {
        let expires = now + REMEMBERED_FOR;
        let record = Record { fingerprint: claim.fingerprint.clone(), expires, answer: answer.clone() };
        let item = Item::new(claim.key(), &record).expires(expires);
        self.put(item, Guard::IDEMPOTENCY_KEY_FREE.at(now), OnFailure::Replay)
    }
}
