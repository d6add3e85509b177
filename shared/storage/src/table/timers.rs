//! Timers: what is to be told at a future time ([`domain::messages::timer`]), filed by the hour, so that what is due is found without a scan,
//! however long ago the last look was.
//!
//! A timer is filed in the hour of its time, or in that of its planning if its time has passed by then. The cursor says before which
//! hour nothing is left; it passes an hour only when that has been over for [`CLOSED_AFTER`], longer than any function that plans runs
//! and any clock is wrong, so that nothing is filed behind it. It needs no guard: of two that ring at once each moves it only over what
//! it has found empty, and moved back it costs some reading.

use domain::messages::Timer;
use domain::messages::{Envelope, InvalidMessage};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::table::error::{CommitError, StorageError};
use crate::table::item::{Item, Row};
use crate::table::key::{Hour, ItemKey, Second, Span};
use crate::table::keys::Key;
use crate::table::pagination::PageRequest;
use crate::table::provenance::Provenance;
use crate::table::transaction::{MAX_ITEMS, Transaction};

/// How long an hour has to be over before nothing can be filed in it any more.
const CLOSED_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// A timer is due this long after its time, so that the receiver of its message finds that the time has come, although clocks differ.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_secs(5);

/// Where to begin when there is no cursor: nothing was planned long before the first look, which a new stack takes within a minute.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// How many hours one look goes through: two weeks.
const MOST_HOURS: usize = 14 * 24;

/// What one look has found.
#[derive(Debug)]
pub struct DueTimers {
    /// The timers that are due, those of the earliest hours first.
    pub timers: Vec<DueTimer>,
    /// Whether there may be more of them.
    pub more: bool,
    stored: Option<Hour>,
    /// The hour before which nothing is left once `timers` are rung.
    passed: Hour,
}

/// A timer that is due.
#[derive(Debug, Clone)]
pub struct DueTimer {
    key: ItemKey,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    /// The envelope, as the queue will get it.
    message: String,
}

#[derive(Serialize, Deserialize)]
struct CursorRecord {
    hour: String,
}

/// The timer as it will be stored, to be written along with what it is about. Planned again it is the same item.
pub(crate) fn item(timer: &Timer, prov: &Provenance) -> Item {
    let (at, id) = (timer.at(), timer.id());
    let message =
        Envelope::new(id.clone(), at, prov.request_id.clone(), prov.operation.clone(), timer.message().clone());
    let hour = Hour::of(at.max(prov.at));
    Item::new(Key::Timer(hour, Second(at), id), &Record { message: message.to_json() })
}

pub(crate) fn read(row: &Row) -> Result<DueTimer, StorageError> {
    let Record { message } = row.record()?;
    Ok(DueTimer { key: row.at.clone(), message })
}

impl DueTimer {
    /// What is to be told.
    ///
    /// # Errors
    /// [`InvalidMessage`] for one that a later release has planned.
    pub fn envelope(&self) -> Result<Envelope, InvalidMessage> {
        Envelope::from_json(&self.message)
    }

    /// What is stored of it.
    pub fn text(&self) -> &str {
        &self.message
    }

    /// Its sort key, for logs: its time, and an id that tells nothing.
    pub fn name(&self) -> String {
        self.key.sk().to_owned()
    }
}

impl Storage {
    /// Plans timers, by a write of their own. A caller with a transaction writes them in that instead.
    ///
    /// # Errors
    /// [`CommitError`]; planning again is harmless.
    pub async fn plan(&self, timers: &[Timer], prov: &Provenance) -> Result<(), CommitError> {
        for timers in timers.chunks(MAX_ITEMS) {
            let transaction = Transaction::by(prov);
            timers
                .iter()
                .fold(transaction, |all, timer| all.put_unconditionally(item(timer, prov)))
                .commit(self)
                .await?;
        }
        Ok(())
    }

    /// What is due at `now`: `most` timers or a page more, from the hours since the cursor, strongly consistent.
    ///
    /// Key condition: `DUE#` partition of each hour since the cursor, time until; strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn due_timers(&self, now: Timestamp, most: usize) -> Result<DueTimers, StorageError> {
        let stored = self.timer_cursor().await?;
        let first = stored.unwrap_or_else(|| Hour::of(now - FIRST_LOOK_BACK));
        let mut due = DueTimers { timers: Vec::new(), more: true, stored, passed: first };
        let mut hour = first;
        for _ in 0..MOST_HOURS {
            let mut request = PageRequest::first(PageRequest::MAX);
            loop {
                let page =
                    self.page(Span::due(hour, now - CLOCKS_DIFFER_BY), &request).await?.try_map(|row| read(&row))?;
                due.timers.extend(page.items);
                let Some(next) = page.next else { break };
                if due.timers.len() >= most {
                    return Ok(due);
                }
                request = PageRequest::new(PageRequest::MAX, Some(next));
            }
            let end = hour.next().start();
            if end + CLOSED_AFTER <= now {
                due.passed = hour.next();
            }
            if end > now {
                due.more = false;
                return Ok(due);
            }
            hour = hour.next();
        }
        Ok(due)
    }

    async fn timer_cursor(&self) -> Result<Option<Hour>, StorageError> {
        let Some(row) = self.row(Key::TimerCursor).await? else { return Ok(None) };
        let CursorRecord { hour } = row.record()?;
        hour.parse().map(Some).map_err(|error| row.inconsistent(error))
    }

    /// Forgets timers that were rung.
    ///
    /// # Errors
    /// [`CommitError`]; forgetting again is harmless.
    pub async fn forget_timers(&self, rung: &[DueTimer], prov: &Provenance) -> Result<(), CommitError> {
        for timers in rung.chunks(MAX_ITEMS) {
            let transaction = Transaction::by(prov);
            timers
                .iter()
                .fold(transaction, |all, timer| all.delete_unconditionally(timer.key.clone()))
                .commit(self)
                .await?;
        }
        Ok(())
    }

    /// Moves the cursor over the hours in which nothing is left, when all that was found is rung.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn pass_hours(&self, due: &DueTimers, prov: &Provenance) -> Result<(), CommitError> {
        if due.stored == Some(due.passed) {
            return Ok(());
        }
        let cursor = CursorRecord { hour: due.passed.to_string() };
        Transaction::by(prov).put_unconditionally(Item::new(Key::TimerCursor, &cursor)).commit(self).await
    }
}
