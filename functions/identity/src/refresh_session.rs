//! `POST /v1/auth/refresh`: exchanges a refresh token for a new session.
//!
//! The refresh token is then spent (rotation of the pool), except for a few seconds in which a client whose answer was
//! lost may repeat the request.

use crate::accounts::{Accounts, SessionView, refused};
use crate::credentials;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `refreshSession`.
pub static ENDPOINT: Endpoint<Accounts, Json<RefreshSession>, Ok200<SessionView>> =
    Endpoint::post("/v1/auth/refresh", "refreshSession", "Refresh a session", &handle)
        .details(
            "Exchanges a refresh token for new tokens. The refresh token is then spent, except for a few seconds in \
             which a client whose answer was lost may repeat the request.",
        )
        .public()
        .problems(&[&problem::SESSION_ENDED, &problem::TOO_MANY_REQUESTS]);

/// The refresh token to exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshSession {
    /// The refresh token of the previous session.
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
    // The old token is spent, so withholding the new one would end a valid session.
    if let Err(problem) = accounts.record_session(&cx, EventType::SessionRefreshed, &session).await {
        let cause = problem.cause_text();
        tracing::error!(request.id = %cx.request.id, %problem, cause, "a refreshed session was not recorded");
    }
    Ok(Ok200::new(session.into()))
}
