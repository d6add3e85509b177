//! The recovery codes of users: hashes alone, in one item for each user, with the latest change of the second factor.
//!
//! The item is the record of every change of the second factor: it is the audit event, and the stream makes the notice to
//! the owner from it. The end of the sessions is part of the same transaction, so that neither is missing.

use domain::audit::EventType;
use domain::core::factor_change::FactorChange;
use domain::core::id::UserId;
use domain::identity::recovery_codes::{RecoveryCodes, StoredCode};
use domain::messages::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::identity::keys::Key;
use crate::identity::sessions;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

#[derive(Serialize, Deserialize)]
struct Record {
    generation: u32,
    codes: Vec<CodeRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<FactorChange>,
    #[serde(with = "ms::required")]
    changed_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct CodeRecord {
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "ms::optional")]
    used_at: Option<Timestamp>,
}

/// The item as it will be stored, one version after the one that was read.
pub(crate) fn item(codes: &RecoveryCodes, changed_at: Timestamp) -> Item {
    let RecoveryCodes { user, generation, codes, change, version } = codes.clone();
    let codes = codes.into_iter().map(|StoredCode { hash, used_at }| CodeRecord { hash, used_at }).collect();
    let record = Record { generation, codes, change, changed_at };
    Item::new(Key::RecoveryCodes(user), &record).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<RecoveryCodes, StorageError> {
    Ok(read_with_time(row)?.0)
}

/// The codes, and the instant of the latest change.
pub(crate) fn read_with_time(row: &Row) -> Result<(RecoveryCodes, Timestamp), StorageError> {
    let Key::RecoveryCodes(user) = row.key()? else { return Err(row.inconsistent("not recovery codes")) };
    let Record { generation, codes, change, changed_at } = row.record()?;
    let codes = codes.into_iter().map(|CodeRecord { hash, used_at }| StoredCode { hash, used_at }).collect();
    Ok((RecoveryCodes { user, generation, codes, change, version: row.version()? }, changed_at))
}

/// The owner is notified of every change.
pub(crate) fn message(_: Option<&Row>, row: &Row) -> Result<Option<Message>, StorageError> {
    let (codes, at) = read_with_time(row)?;
    let RecoveryCodes { user, change, version, .. } = codes;
    Ok(change.map(|change| Message::AuthenticatorChanged { user, version, change, at }))
}

/// The event of the audit trail for a change.
const fn event(change: FactorChange) -> EventType {
    match change {
        FactorChange::Enrolled => EventType::AuthenticatorEnrolled,
        FactorChange::CodesRenewed => EventType::RecoveryCodesRenewed,
        FactorChange::Removed => EventType::AuthenticatorRemoved,
        FactorChange::Reset => EventType::AuthenticatorReset,
        FactorChange::Recovered => EventType::AccountRecovered,
    }
}

impl Storage {
    /// The recovery codes of a user.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn recovery_codes(&self, user: UserId) -> Result<RecoveryCodes, StorageError> {
        let row = self.row(Key::RecoveryCodes(user)).await?;
        row.map_or_else(|| Ok(RecoveryCodes::none(user)), |row| read(&row))
    }

    /// Stores a change of the recovery codes that were read, and ends the user's sessions if the change does.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when the codes have changed since, or another [`CommitError`].
    pub async fn commit_factor_change(&self, codes: &RecoveryCodes, prov: &Provenance) -> Result<(), CommitError> {
        let Some(change) = codes.change else { return Ok(()) };
        let guard = Guard::RECOVERY_CODES_NEW.or(Guard::RECOVERY_CODES_UNCHANGED, codes.version);
        let mut transaction =
            Transaction::by(prov).put(item(codes, prov.at).event(event(change)), guard, OnFailure::Stale);
        if change.ends_sessions() {
            let ended = self.ended_sessions(codes.user).await?;
            transaction = sessions::ending(transaction, ended, prov.at);
        }
        transaction.commit(self).await
    }
}
