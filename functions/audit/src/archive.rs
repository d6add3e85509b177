//! The archive of the audit trail: its port, and the reads that several functions share.

use api::{Aws, ConfigError, FromEnvironment, Problem, Variable};
use domain::audit::Checkpoint;
use domain::audit::archive::Part;
use gateway::archive::{Archive, S3Archive};
use jiff::Timestamp;
use std::sync::Arc;
use storage::Storage;

/// The table, and the archive.
#[derive(Clone)]
pub struct ArchivePorts {
    pub storage: Storage,
    pub archive: Arc<dyn Archive>,
}

impl FromEnvironment for ArchivePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let archive = S3Archive::new(aws.sdk(), aws.variable(Variable::ArchiveBucket)?);
        Ok(ArchivePorts { storage: aws.storage()?, archive: Arc::new(archive) })
    }
}

/// Reads the archived checkpoint with this number.
///
/// # Errors
/// 503 if the archive does not answer, 500 if it lacks the checkpoint or has another one under its key.
pub async fn checkpoint(archive: &dyn Archive, number: u64) -> Result<Checkpoint, Problem> {
    let object = Part::Checkpoint { number }.object();
    let found = archive.get(&object).await.map_err(Problem::unavailable)?;
    let body = found.ok_or_else(|| Problem::internal(format!("{object} is not in the archive")))?;
    let checkpoint: Checkpoint = serde_json::from_slice(&body).map_err(Problem::internal)?;
    checkpoint.check().map_err(Problem::internal)?;
    if checkpoint.sequence == number {
        Ok(checkpoint)
    } else {
        Err(Problem::internal(format!("{object} holds checkpoint {}", checkpoint.sequence)))
    }
}

/// The number of the first of the checkpoints 1 to `last` that was made at `since` or later; `last` + 1 if there is
/// none. The instants of checkpoints never decrease, so a binary search finds it.
///
/// # Errors
/// Those of [`checkpoint`].
pub async fn first_since(archive: &dyn Archive, last: u64, since: Timestamp) -> Result<u64, Problem> {
    let (mut from, mut to) = (1, last + 1);
    while from < to {
        let middle = from + (to - from) / 2;
        if checkpoint(archive, middle).await?.made() < Some(since) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    Ok(from)
}
