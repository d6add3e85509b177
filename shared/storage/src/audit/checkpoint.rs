//! How far the signed checkpoints of the audit trail have come.
//!
//! A checkpoint is claimed here before anything of it is written elsewhere, and settled when all of it stands: a run that finds a
//! claim that is not settled carries it out, and arrives at the same objects. So a run may stop anywhere, and two at once do
//! one work twice.

use domain::audit::{CHAINS, Head};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::audit::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row};
use crate::table::key::ItemKey;
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// The latest checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointState {
    /// Its number, from 1.
    pub number: u64,
    /// The heads that it covers itself, by chain.
    pub to: Vec<Head>,
    /// The hash of the document before it, in hexadecimal; zeros for the first.
    pub previous: String,
    /// The instant that it carries: that of its claim, for every run that carries it out.
    pub at: jiff::Timestamp,
    /// The hash of its own document, once that stands in the bucket.
    pub settled: Option<String>,
    /// The version of the item.
    pub version: u64,
}

/// What a run decides upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointSnapshot {
    /// The latest checkpoint, if there is one.
    pub state: Option<CheckpointState>,
    /// The heads of all chains as they are now, by chain.
    pub heads: Vec<Head>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    number: u64,
    to: Vec<Head>,
    previous: String,
    #[serde(with = "crate::table::item::ms::required")]
    at: jiff::Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled: Option<String>,
}

pub(crate) fn item(state: &CheckpointState) -> Item {
    let CheckpointState { number, to, previous, at, settled, version } = state.clone();
    Item::new(Key::Checkpoint, &Record { number, to, previous, at, settled }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<CheckpointState, StorageError> {
    let Record { number, to, previous, at, settled } = row.record()?;
    Ok(CheckpointState { number, to, previous, at, settled, version: row.version()? })
}

impl CheckpointSnapshot {
    /// How far a chain is signed, or claimed to be.
    pub fn signed(&self, chain: u8) -> Head {
        let found = self.state.iter().flat_map(|state| &state.to).find(|head| head.chain == chain);
        found.cloned().unwrap_or_else(|| Head::genesis(chain))
    }
}

impl CheckpointState {
    /// The number of the last checkpoint that stands in the archive; 0 if there is none.
    pub fn last_settled(&self) -> u64 {
        if self.settled.is_some() { self.number } else { self.number - 1 }
    }
}

impl Storage {
    /// The latest checkpoint and the heads of all chains, in one strongly consistent read.
    ///
    /// Key condition: 17 keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn checkpoint_snapshot(&self) -> Result<CheckpointSnapshot, StorageError> {
        let keys: Vec<Key> = (0..CHAINS).map(Key::ChainHead).chain([Key::Checkpoint]).collect();
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        let head = |rows: &mut crate::table::read::Rows, chain| {
            let read = rows.read(Key::ChainHead(chain), |row| crate::audit::trail::read_head(chain, row))?;
            Ok::<_, StorageError>(read.unwrap_or_else(|| Head::genesis(chain)))
        };
        let heads = (0..CHAINS).map(|chain| head(&mut rows, chain)).collect::<Result<_, _>>()?;
        Ok(CheckpointSnapshot { state: rows.read(Key::Checkpoint, read)?, heads })
    }

    /// The latest checkpoint, strongly consistent.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn checkpoint_state(&self) -> Result<Option<CheckpointState>, StorageError> {
        self.row(Key::Checkpoint).await?.map(|row| read(&row)).transpose()
    }

    /// Writes the next step of the checkpoints: a claim, or that it is settled. `state.version` is the version that was read,
    /// 0 for the first claim.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when another run was faster, or another [`CommitError`].
    pub async fn commit_checkpoint(
        &self,
        state: &CheckpointState,
        prov: &Provenance,
    ) -> Result<CheckpointState, CommitError> {
        let guard = Guard::CHECKPOINT_NEW.or(Guard::CHECKPOINT_UNCHANGED, state.version);
        Transaction::by(prov).put(item(state), guard, OnFailure::Stale).commit(self).await?;
        Ok(CheckpointState { version: state.version + 1, ..state.clone() })
    }
}
