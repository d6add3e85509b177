//! Users' profiles. What a profile says about a person arrives sealed, as one text; storage knows only
//! whose it is.

use std::collections::BTreeSet;

use domain::audit::EventType;
use domain::core::id::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::identity::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::key::ItemKey;
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::transaction::{OnFailure, Transaction};

/// A user's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is.
    pub id: UserId,
    /// Name, address, telephone and so on, sealed.
    pub details: SealedText,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was written the last time.
    pub updated_at: Timestamp,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// There is a profile of this user already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the user has a profile already")]
pub struct ProfileExists;

/// The most keys of one batch.
const MAX_KEYS: usize = 100;

#[derive(Serialize, Deserialize)]
struct Record {
    details: SealedText,
    #[serde(with = "ms::required")]
    created_at: Timestamp,
}

/// The profile as it will be stored, one version after the one that was read.
pub(crate) fn item(profile: &Profile) -> Item {
    // The provenance of the item has the time of the write.
    let Profile { id, details, created_at, updated_at: _, version } = profile.clone();
    Item::new(Key::Profile(id), &Record { details, created_at }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Profile, StorageError> {
    let Key::Profile(id) = row.key()? else { return Err(row.inconsistent("not a profile")) };
    let Record { details, created_at } = row.record()?;
    Ok(Profile { id, details, created_at, updated_at: row.written_at()?, version: row.version()? })
}

impl Storage {
    /// A user's profile.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn profile(&self, user: UserId) -> Result<Option<Profile>, StorageError> {
        self.row(Key::Profile(user)).await?.map(|row| read(&row)).transpose()
    }

    /// The profiles of several users. A user without a profile is left out.
    ///
    /// Key condition: `USER#` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn profiles(&self, users: &BTreeSet<UserId>) -> Result<Vec<Profile>, StorageError> {
        let keys: Vec<Key> = users.iter().copied().map(Key::Profile).collect();
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MAX_KEYS) {
            let mut rows = self.rows(ItemKey::all(keys)).await?;
            for key in keys {
                found.extend(rows.read(key, read)?);
            }
        }
        Ok(found)
    }

    /// Makes a user's profile, once: a later attempt changes nothing.
    ///
    /// # Errors
    /// [`ProfileExists`], or another [`CommitError`].
    pub async fn create_profile(
        &self,
        user: UserId,
        details: SealedText,
        prov: &Provenance,
    ) -> Result<Profile, CommitError<ProfileExists>> {
        let profile = Profile { id: user, details, created_at: prov.at, updated_at: prov.at, version: 0 };
        Transaction::by(prov)
            .put(item(&profile).event(EventType::ProfileCreated), Guard::PROFILE_NEW, OnFailure::Refuse(ProfileExists))
            .commit(self)
            .await?;
        Ok(Profile { version: 1, ..profile })
    }

    /// Replaces the details of a profile that was read. The event says which of them were changed. Returns the new profile.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when it has changed since, or another [`CommitError`].
    pub async fn update_profile(
        &self,
        read: &Profile,
        details: SealedText,
        event: EventType,
        prov: &Provenance,
    ) -> Result<Profile, CommitError> {
        let new = Profile { details, updated_at: prov.at, ..read.clone() };
        let event = item(&new).event(event);
        Transaction::by(prov)
            .put(event, Guard::PROFILE_UNCHANGED.expecting(new.version), OnFailure::Stale)
            .commit(self)
            .await?;
        Ok(Profile { version: new.version + 1, ..new })
    }
}
