//! Whether the caller's session still lives.
//!
//! The gateway's authorizer accepts an access token until it expires. The table knows when its user last logged out. An
//! operation that shows health or personal data, or gives a right that outlives the token, compares the two:
//! [`crate::Endpoint`] refuses the caller of every such operation, and [`crate::Context`] lets no health data leave
//! before.

use crate::caller::User;
use crate::problem::Problem;
use jiff::Timestamp;
use std::sync::Arc;
use storage::Storage;
use tokio::sync::OnceCell;

/// The read of the instant at which the caller logged out. It happens once for a request, when the first part of the
/// request needs it.
#[derive(Clone)]
pub(crate) struct SessionCheck {
    storage: Storage,
    ended_at: Arc<OnceCell<Option<Timestamp>>>,
}

impl SessionCheck {
    pub(crate) fn new(storage: Storage) -> Self {
        SessionCheck { storage, ended_at: Arc::default() }
    }

    /// Refuses the token of a user who has logged out since the sign-in.
    ///
    /// # Errors
    /// 401 `session-ended`; 503 if the table does not answer.
    pub(crate) async fn require_live(&self, user: &User) -> Result<(), Problem> {
        let ended_at = self.ended_at.get_or_try_init(|| self.storage.sessions_ended_at(user.id)).await?;
        user.must_be_signed_in_after(*ended_at)
    }
}
