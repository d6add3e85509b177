//! Whether the caller's session still lives.
//!
//! The gateway's authorizer accepts an access token until it expires. The table knows which sessions of its user have ended:
//! those from before the last log-out, and those that were ended by themselves (D-158). One item tells both. An operation that shows health or personal data, or gives a right that outlives the token, compares the two:
//! [`crate::Endpoint`] refuses the caller of every such operation, and [`crate::Context`] lets no health data leave
//! before.

use crate::caller::User;
use crate::problem::Problem;
use domain::identity::sessions::EndedSessions;
use std::sync::Arc;
use storage::Storage;
use tokio::sync::OnceCell;

/// The read of the caller's ended sessions. It happens once for a request, when the first part of the
/// request needs it.
#[derive(Clone)]
pub(crate) struct SessionCheck {
    storage: Storage,
    ended: Arc<OnceCell<EndedSessions>>,
}

impl SessionCheck {
    pub(crate) fn new(storage: Storage) -> Self {
        SessionCheck { storage, ended: Arc::default() }
    }

    /// Refuses the token of a session that has ended.
    ///
    /// # Errors
    /// 401 `session-ended`; 503 if the table does not answer.
    pub(crate) async fn require_live(&self, user: &User) -> Result<(), Problem> {
        let ended = self.ended.get_or_try_init(|| self.storage.ended_sessions(user.id)).await?;
        user.must_live(ended)
    }
}
