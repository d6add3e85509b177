//! Users' profiles. What a profile says about a person arrives sealed, as one text; storage knows only
//! whose it is and since when the person's tokens count.

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
    /// Tokens that were issued before this instant don't count any more, since their owner has logged out.
    pub tokens_valid_after: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// There is a profile of this user already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the user has a profile already")]
pub struct ProfileExists;

/// How often a log-out tries again when another write of the profile comes in between.
const ATTEMPTS: usize = 4;

/// The most keys of one batch.
const MAX_KEYS: usize = 100;

#[derive(Serialize, Deserialize)]
struct Record {
    details: SealedText,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "ms::optional")]
    tokens_valid_after: Option<Timestamp>,
    #[serde(with = "ms::required")]
    created_at: Timestamp,
}

/// The profile as it will be stored, one version after the one that was read.
pub(crate) fn item(profile: &Profile) -> Item {
    let Profile { id, details, tokens_valid_after, created_at, version } = profile.clone();
    Item::new(Key::Profile(id), &Record { details, tokens_valid_after, created_at }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Profile, StorageError> {
    let Key::Profile(id) = row.key()?;
    let Record { details, tokens_valid_after, created_at } = row.record()?;
    Ok(Profile { id, details, tokens_valid_after, created_at, version: row.version()? })
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
        let profile = Profile { id: user, details, tokens_valid_after: None, created_at: prov.at, version: 0 };
        Transaction::by(prov)
            .put(item(&profile).event(EventType::ProfileCreated), Guard::PROFILE_NEW, OnFailure::Refuse(ProfileExists))
            .commit(self)
            .await?;
        Ok(Profile { version: 1, ..profile })
    }

    /// Replaces the details of a profile that was read. Returns the new profile.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when it has changed since, or another [`CommitError`].
    pub async fn update_profile(
        &self,
        read: &Profile,
        details: SealedText,
        prov: &Provenance,
    ) -> Result<Profile, CommitError> {
        self.replace_profile(Profile { details, ..read.clone() }, EventType::ProfileUpdated, prov).await
    }

    /// Ends all sessions of a user: tokens from before the provenance's time don't count any more. Returns
    /// whether the user has a profile to note it in.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn end_sessions(&self, user: UserId, prov: &Provenance) -> Result<bool, CommitError> {
        for _ in 0..ATTEMPTS {
            let Some(profile) = self.profile(user).await? else { return Ok(false) };
            let ended = Profile { tokens_valid_after: profile.tokens_valid_after.max(Some(prov.at)), ..profile };
            match self.replace_profile(ended, EventType::LoggedOut, prov).await {
                Err(CommitError::Stale) => {}
                end => return end.map(|_| true),
            }
        }
        Err(CommitError::Stale)
    }

    async fn replace_profile(&self, new: Profile, event: EventType, prov: &Provenance) -> Result<Profile, CommitError> {
        Transaction::by(prov)
            .put(item(&new).event(event), Guard::PROFILE_UNCHANGED.expecting(new.version), OnFailure::Stale)
            .commit(self)
            .await?;
        Ok(Profile { version: new.version + 1, ..new })
    }
}
