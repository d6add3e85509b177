//! The state of the hosted domain: signed-in browsers, and authorization codes on their way. In memory only.

use std::collections::HashMap;

use jiff::Timestamp;

use super::authorize::AuthorizationRequest;
use crate::request_context::RequestContext;
use crate::sessions::Session;
use crate::tokens::digest;

#[derive(Default)]
pub struct WebState {
    /// By the digest of the cookie.
    browsers: HashMap<String, Browser>,
    /// By the digest of the code. A used one is kept until it expires, to notice a second use.
    grants: HashMap<String, Grant>,
}

#[derive(Clone)]
pub struct Browser {
    pub sub: String,
    pub signed_in_at: Timestamp,
    /// Whether the log-in took a code of an authenticator app.
    pub by_code: bool,
    expires: Timestamp,
}

#[derive(Clone)]
pub struct Grant {
    pub client: String,
    pub redirect_uri: String,
    /// The S256 code challenge.
    pub challenge: String,
    /// The session that begins when the code is exchanged, and its `origin_jti`.
    pub session: (String, Session),
    expires: Timestamp,
    used: bool,
}

impl WebState {
    /// Remembers a browser; gives back its cookie.
    pub fn remember(turn: &mut RequestContext, sub: &str, by_code: bool) -> (String, Browser) {
        let now = turn.now;
        let cookie = turn.outlets.random.token();
        let browser =
            Browser { sub: sub.to_owned(), signed_in_at: now, by_code, expires: now + turn.config.lifetimes.browser };
        let browsers = &mut turn.state.web.browsers;
        browsers.retain(|_, browser| browser.expires > now);
        browsers.insert(digest(&cookie), browser.clone());
        (cookie, browser)
    }

    pub fn browser(&self, cookie: &str, now: Timestamp) -> Option<&Browser> {
        self.browsers.get(&digest(cookie)).filter(|browser| browser.expires > now)
    }

    pub fn forget_browser(&mut self, cookie: &str) {
        self.browsers.remove(&digest(cookie));
    }

    /// Forgets all that a user has under way.
    pub fn forget(&mut self, sub: &str) {
        self.browsers.retain(|_, browser| browser.sub != sub);
        self.grants.retain(|_, grant| grant.session.1.user != sub);
    }

    /// Makes a code for what `browser` was granted.
    pub fn grant(turn: &mut RequestContext, request: &AuthorizationRequest, browser: &Browser) -> String {
        let now = turn.now;
        let code = turn.outlets.random.uuid();
        let session = Session {
            user: browser.sub.clone(),
            client: request.client.clone(),
            scopes: request.scopes.clone(),
            hosted: true,
            signed_in_at: browser.signed_in_at,
            by_code: browser.by_code,
            ends_at: now + turn.config.lifetimes.refresh,
            revoked: false,
            nonce: request.nonce.clone(),
        };
        let grant = Grant {
            client: request.client.clone(),
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            session: (turn.outlets.random.uuid(), session),
            expires: now + turn.config.lifetimes.authorization_code,
            used: false,
        };
        let grants = &mut turn.state.web.grants;
        grants.retain(|_, grant| grant.expires > now);
        grants.insert(digest(&code), grant);
        code
    }

    /// Takes a code: it works once, whether or not the exchange succeeds. `Err` names the session that an earlier
    /// exchange of the same code began: two holders of one code means that it leaked (RFC 6749, 4.1.2).
    pub fn take(&mut self, code: &str, now: Timestamp) -> Option<Result<Grant, String>> {
        let grant = self.grants.get_mut(&digest(code)).filter(|grant| grant.expires > now)?;
        if grant.used {
            return Some(Err(grant.session.0.clone()));
        }
        grant.used = true;
        Some(Ok(grant.clone()))
    }
}
