//! Sessions and their refresh tokens: rotation, reuse, revocation. A session begins with a log-in and is what
//! `origin_jti` names; rotation renews its tokens and never its end.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Refusal};
use crate::tokens::digest;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The user's sub.
    pub user: String,
    /// The app client's id.
    pub client: String,
    pub scopes: Vec<String>,
    /// Whether the log-in was one through the hosted domain.
    pub hosted: bool,
    pub signed_in_at: Timestamp,
    /// Whether the log-in took a code of an authenticator app.
    #[serde(default)]
    pub by_code: bool,
    pub ends_at: Timestamp,
    pub revoked: bool,
    /// The `nonce` of the authorization request, if any.
    pub nonce: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Refresh {
    session: String,
    /// The instant at which a newer token replaced this one.
    retired_at: Option<Timestamp>,
}

/// All sessions, by `origin_jti`, and all refresh tokens, by digest: the file holds nothing that can be replayed.
#[derive(Default, Serialize, Deserialize)]
pub struct Sessions {
    sessions: BTreeMap<String, Session>,
    tokens: BTreeMap<String, Refresh>,
}

impl Sessions {
    /// Adds a session and its first refresh token. Drops sessions that ended a day ago or longer.
    pub fn begin(&mut self, id: String, session: Session, token: &str, now: Timestamp) {
        let old = now - SignedDuration::from_hours(24);
        self.sessions.retain(|_, session| session.ends_at > old);
        let sessions = &self.sessions;
        self.tokens.retain(|_, token| sessions.contains_key(&token.session));
        self.tokens.insert(digest(token), Refresh { session: id.clone(), retired_at: None });
        self.sessions.insert(id, session);
    }

    /// Puts `new` in the place of `old`, and says whose session it is.
    ///
    /// A token that was replaced is taken once more within `grace`: its answer may have been lost.
    pub fn rotate(
        &mut self,
        old: &str,
        new: &str,
        client: &str,
        now: Timestamp,
        grace: SignedDuration,
    ) -> Result<(String, Session), Refusal> {
        let invalid = || Refusal::not_authorized("Invalid Refresh Token.");
        let token = self.tokens.get_mut(&digest(old)).ok_or_else(invalid)?;
        let session =
            self.sessions.get(&token.session).filter(|session| session.client == client).ok_or_else(invalid)?;
        if session.revoked {
            return Err(Refusal::not_authorized("Refresh Token has been revoked"));
        }
        if now >= session.ends_at {
            return Err(Refusal::not_authorized("Refresh Token has expired"));
        }
        if token.retired_at.is_some_and(|retired_at| now.duration_since(retired_at) > grace) {
            return Err(Refusal::new(
                ErrorCode::RefreshTokenReuse,
                "Refresh token has been rotated and can not be used again.",
            ));
        }
        token.retired_at.get_or_insert(now);
        let found = (token.session.clone(), session.clone());
        self.tokens.insert(digest(new), Refresh { session: found.0.clone(), retired_at: None });
        Ok(found)
    }

    /// The session of a refresh token, used or not.
    pub fn of_refresh_token(&self, token: &str) -> Option<(&str, &Session)> {
        let id = &self.tokens.get(&digest(token))?.session;
        Some((id, self.sessions.get(id)?))
    }

    /// The session, unless it was revoked or forgotten.
    pub fn live(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id).filter(|session| !session.revoked)
    }

    pub fn revoke(&mut self, id: &str) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.revoked = true;
        }
    }

    pub fn revoke_all_of(&mut self, user: &str) {
        for session in self.sessions.values_mut().filter(|session| session.user == user) {
            session.revoked = true;
        }
    }
}
