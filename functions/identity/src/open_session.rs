//! `POST /v1/session`: puts the refresh token of a hosted log-in into a cookie that no script can read.
//!
//! The app gets the token from the exchange of its code, hands it over at once and forgets it. The token is rotated here,
//! so that the one that a script has held is spent.

use crate::browser_sessions::{AppSession, BrowserSessions};
use api::problem::{self, Problem};
use api::{Context, Endpoint, FromApp, Json};
use domain::core::sensitive::Sensitive;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `openSession`.
pub static ENDPOINT: Endpoint<BrowserSessions, (FromApp, Json<OpenSession>), AppSession> = Endpoint::post(
    "/v1/session",
    "openSession",
    "Open a session in a browser",
    &handle,
)
.details(
    "For the app, after a log-in at the hosted page. Exchanges the refresh token for new tokens, and keeps the new \
             refresh token in the cookie `__Host-vaidya-session`, which no script can read. The refresh token of the \
             request is then spent. Clients without a browser use the operations under `/v1/auth`.",
)
.public()
.problems(&[&problem::FOREIGN_REQUEST, &problem::SESSION_ENDED, &problem::TOO_MANY_REQUESTS]);

/// The refresh token of a hosted log-in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSession {
    /// The refresh token from the exchange of the log-in's code.
    #[schema(value_type = String)]
    refresh_token: Sensitive<String>,
}

async fn handle(
    cx: Context,
    sessions: BrowserSessions,
    (from, Json(body)): (FromApp, Json<OpenSession>),
) -> Result<AppSession, Problem> {
    sessions.must_be_of_app(&from)?;
    sessions.exchange(&cx, &body.refresh_token).await
}
