//! `POST /v1/session/refresh`: new tokens for the session of a browser.
//!
//! The refresh token in the cookie is rotated. The pool accepts the previous one for a few seconds more, so that two tabs
//! that ask at once, and a tab whose answer was lost, keep their session.

use crate::browser_sessions::{AppSession, BrowserSessions};
use api::problem::{self, Problem};
use api::{Context, Endpoint, FromApp};

/// The endpoint `renewSession`.
pub static ENDPOINT: Endpoint<BrowserSessions, FromApp, AppSession> =
    Endpoint::post("/v1/session/refresh", "renewSession", "Renew a session in a browser", &handle)
        .details(
            "For the app. Exchanges the refresh token in the cookie for new tokens, and puts the new refresh token into \
             the cookie. The old one is then spent, except for a few seconds in which a browser whose answer was lost may \
             repeat the request. `no-session` means that the browser has no cookie, `session-ended` that the cookie is \
             worth nothing any more: in both cases the user logs in again.",
        )
        .public()
        .problems(&[
            &problem::FOREIGN_REQUEST,
            &problem::NO_SESSION,
            &problem::SESSION_ENDED,
            &problem::TOO_MANY_REQUESTS,
        ]);

async fn handle(cx: Context, sessions: BrowserSessions, from: FromApp) -> Result<AppSession, Problem> {
    sessions.must_be_of_app(&from)?;
    sessions.exchange(&cx, from.session()?).await
}
