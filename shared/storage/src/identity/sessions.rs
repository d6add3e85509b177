//! The sessions of users, the end of them, and the devices from which users have signed in.
//!
//! The end of a user's sessions is an item of its own, which each request with health data reads: a user without a profile logs
//! out too, and a log-out changes no version of the profile. A session that was ended by itself stands there too, so that the
//! request reads no second item.

use std::collections::BTreeMap;

use domain::audit::EventType;
use domain::core::id::{SessionId, UserId};
use domain::identity::device::{Device, Network};
use domain::identity::sessions::{EndedSessions, KnownDevice, KnownDevices, Session, SignIn, Signs};
use domain::messages::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::audit::trail::{Activity, activity_item};
use crate::identity::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::key::{ItemKey, Span};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// How often a log-out tries again when another log-out of the user comes in between.
const ATTEMPTS: usize = 4;

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "ms::required")]
    ended_at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    disabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spared: Option<SessionId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    singly: BTreeMap<SessionId, Until>,
}

/// An instant in milliseconds, as an element of a map.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Until(#[serde(with = "ms::required")] Timestamp);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The item as it will be stored, one version after the one that was read.
pub(crate) fn item(ended: &EndedSessions) -> Item {
    let EndedSessions { user, at: ended_at, spared, singly, disabled, version } = ended.clone();
    let singly = singly.into_iter().map(|(session, until)| (session, Until(until))).collect();
    Item::new(Key::EndedSessions(user), &Record { ended_at, disabled, spared, singly }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<EndedSessions, StorageError> {
    let Key::EndedSessions(user) = row.key()? else { return Err(row.inconsistent("not the end of sessions")) };
    let Record { ended_at: at, disabled, spared, singly } = row.record()?;
    let singly = singly.into_iter().map(|(session, Until(until))| (session, until)).collect();
    Ok(EndedSessions { user, at, spared, singly, disabled, version: row.version()? })
}

#[derive(Serialize, Deserialize)]
struct SessionRecord {
    #[serde(with = "ms::required")]
    signed_in_at: Timestamp,
    device: Device,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    networks: Vec<Network>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(with = "ms::required")]
    first_seen: Timestamp,
    #[serde(with = "ms::required")]
    last_seen: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "ms::optional")]
    ended_at: Option<Timestamp>,
    #[serde(default)]
    signs: Signs,
    #[serde(default, skip_serializing_if = "is_false")]
    new_device: bool,
}

/// The session as it will be stored, one version after the one that was read.
pub(crate) fn session_item(session: &Session) -> Item {
    let Session { sign_in, device, networks, address, first_seen, last_seen, ended_at, signs, new_device, version } =
        session.clone();
    let SignIn { user, session, at: signed_in_at } = sign_in;
    let record =
        SessionRecord { signed_in_at, device, networks, address, first_seen, last_seen, ended_at, signs, new_device };
    Item::new(Key::Session(user, session), &record).version(version + 1)
}

/// The same, until it is garbage.
fn kept(session: &Session) -> Item {
    session_item(session).expires(session.ends_at())
}

pub(crate) fn read_session(row: &Row) -> Result<Session, StorageError> {
    let Key::Session(user, session) = row.key()? else { return Err(row.inconsistent("not a session")) };
    let SessionRecord {
        signed_in_at: at,
        device,
        networks,
        address,
        first_seen,
        last_seen,
        ended_at,
        signs,
        new_device,
    } = row.record()?;
    let sign_in = SignIn { user, session, at };
    let version = row.version()?;
    Ok(Session { sign_in, device, networks, address, first_seen, last_seen, ended_at, signs, new_device, version })
}

/// The owner is told of a session that began on a new device, once.
pub(crate) fn message(before: Option<&Row>, row: &Row) -> Result<Option<Message>, StorageError> {
    let Session { sign_in, first_seen: at, new_device, .. } = read_session(row)?;
    let SignIn { user, session, .. } = sign_in;
    Ok((before.is_none() && new_device).then_some(Message::NewDeviceSignedIn { user, session, at }))
}

#[derive(Serialize, Deserialize)]
struct DevicesRecord {
    devices: Vec<KnownDevice>,
}

/// The devices as they will be stored, one version after the one that was read.
pub(crate) fn devices_item(known: &KnownDevices) -> Item {
    let KnownDevices { user, devices, version } = known.clone();
    Item::new(Key::KnownDevices(user), &DevicesRecord { devices }).version(version + 1)
}

pub(crate) fn read_devices(row: &Row) -> Result<KnownDevices, StorageError> {
    let Key::KnownDevices(user) = row.key()? else { return Err(row.inconsistent("not the devices of a user")) };
    let DevicesRecord { devices } = row.record()?;
    Ok(KnownDevices { user, devices, version: row.version()? })
}

/// Adds the end of all sessions of a user to a transaction whose event is another item.
pub(crate) fn ending(transaction: Transaction, read: EndedSessions, at: Timestamp) -> Transaction {
    let guard = unchanged(&read);
    transaction.put(item(&read.all(at)), guard, OnFailure::Stale)
}

/// The guard on the item as it was read.
fn unchanged(read: &EndedSessions) -> crate::table::guard::Condition {
    Guard::ENDED_SESSIONS_NEW.or(Guard::ENDED_SESSIONS_UNCHANGED, read.version)
}

/// What a log-in or a renewal decides by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSnapshot {
    /// The session, if it is known.
    pub session: Option<Session>,
    /// Which sessions of the user have ended.
    pub ended: EndedSessions,
    /// The devices of the user.
    pub devices: KnownDevices,
}

impl Storage {
    /// Which sessions of a user have ended.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ended_sessions(&self, user: UserId) -> Result<EndedSessions, StorageError> {
        let row = self.row(Key::EndedSessions(user)).await?;
        row.map_or_else(|| Ok(EndedSessions::none(user)), |row| read(&row))
    }

    /// Ends all sessions of a user: tokens that were issued until `at` are refused. The instant never goes back.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn end_sessions(&self, user: UserId, at: Timestamp, prov: &Provenance) -> Result<(), CommitError> {
        for _ in 0..ATTEMPTS {
            let read = self.ended_sessions(user).await?;
            match self.commit_end_of_sessions(&read, at, prov).await {
                Err(CommitError::Stale) => {}
                end => return end,
            }
        }
        Err(CommitError::Stale)
    }

    /// Writes the end of a user's sessions over the one that was read.
    pub(crate) async fn commit_end_of_sessions(
        &self,
        read: &EndedSessions,
        at: Timestamp,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let ended = item(&read.clone().all(at)).event(EventType::LoggedOut);
        Transaction::by(prov).put(ended, unchanged(read), OnFailure::Stale).commit(self).await
    }

    /// Writes the end of all other sessions of a user than the one that `ended` spares over the one that was read.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when another end came between, or another [`CommitError`].
    pub async fn commit_end_of_others(
        &self,
        read: &EndedSessions,
        ended: &EndedSessions,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let event = item(ended).event(EventType::OtherSessionsEnded);
        Transaction::by(prov).put(event, unchanged(read), OnFailure::Stale).commit(self).await
    }

    /// A session, which sessions of its user have ended, and the devices of its user.
    ///
    /// Key condition: 3 keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn session_snapshot(&self, user: UserId, session: SessionId) -> Result<SessionSnapshot, StorageError> {
        let keys = [Key::Session(user, session), Key::EndedSessions(user), Key::KnownDevices(user)];
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        Ok(SessionSnapshot {
            session: rows.read(Key::Session(user, session), read_session)?,
            ended: rows.read(Key::EndedSessions(user), read)?.unwrap_or(EndedSessions::none(user)),
            devices: rows.read(Key::KnownDevices(user), read_devices)?.unwrap_or(KnownDevices::none(user)),
        })
    }

    /// A session.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn session(&self, user: UserId, session: SessionId) -> Result<Option<Session>, StorageError> {
        self.row(Key::Session(user, session)).await?.map(|row| read_session(&row)).transpose()
    }

    /// The sessions of a user, in no particular order.
    ///
    /// Key condition: `USER#` partition, `SESSION#` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn sessions(&self, user: UserId, page: &PageRequest) -> Result<Page<Session>, StorageError> {
        self.page(Span::sessions_of(user), page).await?.try_map(|row| read_session(&row))
    }

    /// Writes a session that began or was renewed, with the devices if they changed, and its record in the trail. No session
    /// of the user may have ended since `ended` was read.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when session, devices or the end of sessions have changed since, or another [`CommitError`].
    pub async fn commit_session(
        &self,
        session: &Session,
        ended: &EndedSessions,
        devices: Option<&KnownDevices>,
        activity: &Activity,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let guard = Guard::SESSION_NEW.or(Guard::SESSION_UNCHANGED, session.version);
        let mut transaction = Transaction::by(prov)
            .put(kept(session), guard, OnFailure::Stale)
            .check(Key::EndedSessions(ended.user), unchanged(ended), OnFailure::Stale)
            .put_unconditionally(activity_item(activity, prov));
        if let Some(devices) = devices {
            let guard = Guard::KNOWN_DEVICES_NEW.or(Guard::KNOWN_DEVICES_UNCHANGED, devices.version);
            transaction = transaction.put(devices_item(devices), guard, OnFailure::Stale);
        }
        transaction.commit(self).await
    }

    /// Writes the end of one session: the session itself, and the item that each request reads. `read` is the latter as it was
    /// read, `ended` as it is with this end.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when one of them has changed since, or another [`CommitError`].
    pub async fn commit_end_of_session(
        &self,
        session: &Session,
        read: &EndedSessions,
        ended: &EndedSessions,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let event = kept(session).event(EventType::SessionEnded);
        Transaction::by(prov)
            .put(event, Guard::SESSION_UNCHANGED.expecting(session.version), OnFailure::Stale)
            .put(item(ended), unchanged(read), OnFailure::Stale)
            .commit(self)
            .await
    }
}
