//! `POST /v1/auth/refresh`: a new session for a refresh token.
//!
//! The token is used up by it, but for a few seconds in which a client whose answer was lost may repeat itself (the pool's rotation).

use crate::accounts::{Accounts, SessionView, refused};
use crate::credentials;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::Deserialize;
use utoipa::ToSchema;

/// `refreshSession`
pub static ENDPOINT: Endpoint<Accounts, Json<RefreshSession>, Ok200<SessionView>> =
    Endpoint::post("/v1/auth/refresh", "refreshSession", "Refresh a session", &handle)
        .details(
            "New tokens for a refresh token, which is used up by it; but for a few seconds a client whose answer \
             was lost may repeat itself.",
        )
        .public()
        .problems(&[&problem::SESSION_ENDED, &problem::TOO_MANY_REQUESTS]);

/// What buys the session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshSession {
    /// The refresh token of the session before.
    #[schema(value_type = String)]
    refresh_token: Sensitive<String>,
}

async fn handle(
    cx: Context,
    accounts: Accounts,
    Json(body): Json<RefreshSession>,
) -> Result<Ok200<SessionView>, Problem> {
    if !credentials::could_be_refresh_token(&body.refresh_token) {
        return Err(Problem::of(&problem::SESSION_ENDED));
    }
    let session = accounts.pool.refresh(&body.refresh_token).await.map_err(|error| match error {
        UserPoolError::WrongCredentials => Problem::of(&problem::SESSION_ENDED),
        other => refused(other),
    })?;
    // The old token is used up: to withhold the new one would end a session that did nothing wrong.
    if let Err(problem) = accounts.record_session(&cx, EventType::SessionRefreshed, &session).await {
        let cause = problem.cause_text();
        tracing::error!(request.id = %cx.request.id, %problem, cause, "a refreshed session was not recorded");
    }
    Ok(Ok200::new(session.into()))
}
