//! Calendar feeds: the secret address of a user's calendar, of which the table knows a hash alone.
//!
//! A feed is found by its hash, and the user's own item says which one is current, so that a new address ends the old one in the same
//! transaction.

use domain::audit::EventType;
use domain::core::id::UserId;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::appointments::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// Which feed of a user is current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentFeed {
    /// Whose.
    pub user: UserId,
    /// The hash of its address; `None` when there is none.
    pub feed: Option<String>,
    /// The version that was read; 0 if none was ever made.
    pub version: u64,
}

#[derive(Serialize, Deserialize)]
struct CurrentRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feed: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct FeedRecord {
    user: UserId,
}

fn item(current: &CurrentFeed) -> Item {
    let record = CurrentRecord { feed: current.feed.clone() };
    Item::new(Key::CurrentFeed(current.user), &record).version(current.version + 1)
}

fn read(row: &Row) -> Result<CurrentFeed, StorageError> {
    let Key::CurrentFeed(user) = row.key()? else { return Err(row.inconsistent("not a user's feed")) };
    let CurrentRecord { feed } = row.record()?;
    Ok(CurrentFeed { user, feed, version: row.version()? })
}

fn guard(current: &CurrentFeed) -> Condition {
    Guard::CURRENT_FEED_NEW.or(Guard::CURRENT_FEED_UNCHANGED, current.version)
}

impl Storage {
    /// Which feed of a user is current.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn current_feed(&self, user: UserId) -> Result<CurrentFeed, StorageError> {
        match self.row(Key::CurrentFeed(user)).await? {
            Some(row) => read(&row),
            None => Ok(CurrentFeed { user, feed: None, version: 0 }),
        }
    }

    /// Replaces a user's feed by the one of this hash, or ends it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_feed(
        &self,
        current: &CurrentFeed,
        feed: Option<String>,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let event = if feed.is_some() { EventType::CalendarFeedCreated } else { EventType::CalendarFeedEnded };
        let next = CurrentFeed { feed: feed.clone(), ..current.clone() };
        let mut transaction = Transaction::by(prov).put(item(&next).event(event), guard(current), OnFailure::Stale);
        if let Some(ended) = &current.feed {
            transaction = transaction.delete_unconditionally(Key::CalendarFeed(ended.clone()));
        }
        if let Some(hash) = feed {
            transaction =
                transaction.put_unconditionally(Item::new(Key::CalendarFeed(hash), &FeedRecord { user: current.user }));
        }
        transaction.commit(self).await
    }

    /// Whose feed has this hash.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn owner_of_feed(&self, hash: &str) -> Result<Option<UserId>, StorageError> {
        let Some(row) = self.row(Key::CalendarFeed(hash.to_owned())).await? else { return Ok(None) };
        Ok(Some(row.record::<FeedRecord>()?.user))
    }
}
