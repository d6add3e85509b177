//! Everything that a pool knows, and how it is looked up. What is skipped here is forgotten at a restart.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::{Lockout, Quota};
use crate::sessions::Sessions;
use crate::sign_in::Challenges;
use crate::user::User;
use crate::web::WebState;

#[derive(Default, Serialize, Deserialize)]
pub struct State {
    /// By sub.
    pub users: BTreeMap<String, User>,
    pub sessions: Sessions,
    /// The instant at which the pool was first opened: the date of its groups.
    pub created_at: Timestamp,
    #[serde(skip)]
    pub challenges: Challenges,
    #[serde(skip)]
    pub web: WebState,
    #[serde(skip)]
    pub lockout: Lockout,
    #[serde(skip)]
    pub codes_sent: Quota,
    #[serde(skip)]
    pub codes_refused: Quota,
}

impl State {
    /// The user of a `name`: a sub, or an e-mail address in any case.
    pub fn find(&self, name: &str) -> Option<&User> {
        let name = name.trim();
        if let Some(user) = self.users.get(name) {
            return Some(user);
        }
        let email = name.to_lowercase();
        self.users.values().find(|user| user.email == email)
    }

    /// The name under which attempts are counted: the same for a user's sub and address.
    pub fn counted_name(&self, name: &str) -> String {
        self.find(name).map_or_else(|| format!("unknown {}", name.trim().to_lowercase()), |user| user.sub.clone())
    }
}
