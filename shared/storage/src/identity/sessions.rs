//! The end of a user's sessions. It is an item of its own: a user without a profile logs out too, and a log-out changes no
//! version of the profile.

use domain::audit::EventType;
use domain::core::id::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::identity::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// How often a log-out tries again when another log-out of the user comes in between.
const ATTEMPTS: usize = 4;

/// Until when a user's sessions have ended: the instant of the last log-out, or for good while the account is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedSessions {
    /// The user.
    pub user: UserId,
    /// The instant of the last end. The beginning of 1970 if there was none.
    pub at: Timestamp,
    /// Whether the account is disabled, so that no session lives whenever it began.
    pub disabled: bool,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "ms::required")]
    ended_at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    disabled: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The item as it will be stored, one version after the one that was read.
pub(crate) fn item(ended: &EndedSessions) -> Item {
    Item::new(Key::EndedSessions(ended.user), &Record { ended_at: ended.at, disabled: ended.disabled })
        .version(ended.version + 1)
}

pub(crate) fn read(row: &Row) -> Result<EndedSessions, StorageError> {
    let Key::EndedSessions(user) = row.key()? else { return Err(row.inconsistent("not the end of sessions")) };
    let Record { ended_at, disabled } = row.record()?;
    Ok(EndedSessions { user, at: ended_at, disabled, version: row.version()? })
}

/// Adds the end of a user's sessions to a transaction whose event is another item.
pub(crate) fn ending(transaction: Transaction, read: EndedSessions, at: Timestamp) -> Transaction {
    let ended = EndedSessions { at: read.at.max(at), ..read };
    let guard = Guard::ENDED_SESSIONS_NEW.or(Guard::ENDED_SESSIONS_UNCHANGED, read.version);
    transaction.put(item(&ended), guard, OnFailure::Stale)
}

impl Storage {
    /// The instant until which a user's sessions have ended; `None` if they never were ended. Those of a disabled account
    /// have ended for all time: a session that began between the decision and the pool's knowledge of it is none.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn sessions_ended_at(&self, user: UserId) -> Result<Option<Timestamp>, StorageError> {
        let until = |ended: EndedSessions| if ended.disabled { Timestamp::MAX } else { ended.at };
        Ok(self.stored_end_of_sessions(user).await?.map(until))
    }

    /// Ends all sessions of a user: tokens that were issued until `at` are refused. The instant never goes back.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn end_sessions(&self, user: UserId, at: Timestamp, prov: &Provenance) -> Result<(), CommitError> {
        for _ in 0..ATTEMPTS {
            let read = self.ended_sessions(user).await?;
            match self.commit_end_of_sessions(read, at, prov).await {
                Err(CommitError::Stale) => {}
                end => return end,
            }
        }
        Err(CommitError::Stale)
    }

    /// Until when a user's sessions have ended, to be changed.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ended_sessions(&self, user: UserId) -> Result<EndedSessions, StorageError> {
        let never = EndedSessions { user, at: Timestamp::UNIX_EPOCH, disabled: false, version: 0 };
        Ok(self.stored_end_of_sessions(user).await?.unwrap_or(never))
    }

    async fn stored_end_of_sessions(&self, user: UserId) -> Result<Option<EndedSessions>, StorageError> {
        self.row(Key::EndedSessions(user)).await?.map(|row| read(&row)).transpose()
    }

    /// Writes the end of a user's sessions over the one that was read.
    pub(crate) async fn commit_end_of_sessions(
        &self,
        read: EndedSessions,
        at: Timestamp,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let ended = EndedSessions { at: read.at.max(at), ..read };
        let guard = Guard::ENDED_SESSIONS_NEW.or(Guard::ENDED_SESSIONS_UNCHANGED, read.version);
        Transaction::by(prov).put(item(&ended).event(EventType::LoggedOut), guard, OnFailure::Stale).commit(self).await
    }
}
