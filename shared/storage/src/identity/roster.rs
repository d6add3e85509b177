//! The roster of the staff, and the writes by which administrators change users. Each is one transaction of the roster, of
//! what tells whether the user's sessions live, and of its record in the trail.

use std::collections::BTreeMap;

use domain::core::id::UserId;
use domain::identity::roster::{Member, Roster};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::audit::trail::{Activity, activity_item};
use crate::identity::keys::Key;
use crate::identity::sessions::{EndedSessions, item as sessions_item};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

#[derive(Serialize, Deserialize)]
struct Record {
    members: BTreeMap<UserId, Member>,
}

/// The roster as it will be stored, one version after the one that was read.
pub(crate) fn item(roster: &Roster) -> Item {
    let Roster { members, version } = roster.clone();
    Item::new(Key::Roster, &Record { members }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Roster, StorageError> {
    let Key::Roster = row.key()? else { return Err(row.inconsistent("not the roster")) };
    let Record { members } = row.record()?;
    Ok(Roster { members, version: row.version()? })
}

/// What an administrator decided about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChange {
    /// The roster, if the decision changes it.
    pub roster: Option<Roster>,
    /// The sessions of the user as they were read. Those that began until now end.
    pub sessions: EndedSessions,
    /// Whether the account is disabled from now on.
    pub disabled: bool,
}

impl Storage {
    /// The roster of the staff. An empty one if no administrator has changed it yet.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn roster(&self) -> Result<Roster, StorageError> {
        Ok(self.row(Key::Roster).await?.map(|row| read(&row)).transpose()?.unwrap_or_default())
    }

    /// Writes the decision of an administrator about a user, with its record in the trail.
    ///
    /// # Errors
    /// [`CommitError::Stale`] if another decision came between, or another [`CommitError`].
    pub async fn commit_user_change(
        &self,
        change: &UserChange,
        at: Timestamp,
        activity: &Activity,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let UserChange { roster, sessions, disabled } = change;
        let ended = EndedSessions { at: sessions.at.max(at), disabled: *disabled, ..*sessions };
        let guard = Guard::ENDED_SESSIONS_NEW.or(Guard::ENDED_SESSIONS_UNCHANGED, sessions.version);
        let mut transaction = Transaction::by(prov)
            .put(sessions_item(&ended), guard, OnFailure::Stale)
            .put_unconditionally(activity_item(activity, prov));
        if let Some(roster) = roster {
            let guard = Guard::ROSTER_NEW.or(Guard::ROSTER_UNCHANGED, roster.version);
            transaction = transaction.put(item(roster), guard, OnFailure::Stale);
        }
        transaction.commit(self).await
    }
}
