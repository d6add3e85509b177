//! What can go wrong between us and the table: it does not answer, or it holds something that it cannot
//! hold. What a caller may do wrong (a slot that is taken, a number that is in use) is not here: that is
//! the `E` of [`CommitError`], an error of the domain.

use std::convert::Infallible;
use std::error::Error;

use aws_sdk_dynamodb::error::SdkError;

use crate::table::item::Attributes;
use crate::table::key::Entity;

/// Any error, kept as the source of one of ours.
pub type Source = Box<dyn Error + Send + Sync>;

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// DynamoDB did not answer, or throttled us: try again later (503).
    #[error("the table did not answer")]
    Unavailable(#[source] Source),
    /// A row that none of our writers could have written (500, and an operator has to look).
    #[error("an impossible {entity} at {key}: {detail}")]
    Inconsistent {
        /// What the row should be.
        entity: Entity,
        /// Its partition and sort key.
        key: String,
        /// What is wrong with it; names attributes, never values.
        detail: String,
    },
}

/// Why a transaction wrote nothing. The variants stand in the order in which the reasons are read.
#[derive(Debug, thiserror::Error)]
pub enum CommitError<E = Infallible> {
    /// The same request was answered before; here is the record of it.
    #[error("the request was answered before")]
    Replay(Attributes),
    /// Another write came between the read and this one, or DynamoDB throttled the transaction: load
    /// again, decide again, try again, with jitter and within the request's budget.
    #[error("another write came in between")]
    Stale,
    /// A rule of the domain that only the table can check refuses the write.
    #[error("refused")]
    Refused(E),
    /// DynamoDB did not answer; whether the write happened is not known.
    #[error("the table did not answer")]
    Unavailable(#[source] Source),
    /// See [`StorageError::Inconsistent`].
    #[error("an impossible {entity} at {key}: {detail}")]
    Inconsistent {
        /// What the row should be.
        entity: Entity,
        /// Its partition and sort key.
        key: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl StorageError {
    /// Wraps an error of the SDK, with everything that it knows as the source.
    pub(crate) fn unavailable<E: Error + Send + Sync + 'static>(error: SdkError<E>) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl<E> From<StorageError> for CommitError<E> {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(source) => Self::Unavailable(source),
            StorageError::Inconsistent { entity, key, detail } => Self::Inconsistent { entity, key, detail },
        }
    }
}

impl<E> CommitError<E> {
    /// The refusal apart from the rest, which is the same for every caller.
    ///
    /// # Errors
    /// An error that was not a refusal.
    pub fn refusal<F>(self) -> Result<E, CommitError<F>> {
        Err(match self {
            Self::Refused(refusal) => return Ok(refusal),
            Self::Replay(item) => CommitError::Replay(item),
            Self::Stale => CommitError::Stale,
            Self::Unavailable(source) => CommitError::Unavailable(source),
            Self::Inconsistent { entity, key, detail } => CommitError::Inconsistent { entity, key, detail },
        })
    }
}
