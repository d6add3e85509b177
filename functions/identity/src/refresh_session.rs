//! `POST /v1/auth/refresh`: exchanges a refresh token for a new session.
//!
//! The refresh token is then spent (rotation of the pool), except for a few seconds in which a client whose answer was
//! lost may repeat the request.

use crate::accounts::{Accounts, SessionView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::core::sensitive::Sensitive;
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
    let session = accounts.refresh(&cx, &body.refresh_token).await?;
    Ok(Ok200::new(session.into()))
}
