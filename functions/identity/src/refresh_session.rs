//! `POST /v1/auth/refresh`: exchanges a refresh token for a new session.
//!
//! The refresh token is then spent (rotation of the pool), except for a few seconds in which a client whose answer was
//! lost may repeat the request.

use crate::accounts::{Accounts, SessionView};
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Json, Ok200, Variable};
use domain::core::sensitive::Sensitive;
use domain::identity::sessions::IdleLimit;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `refreshSession`.
pub static ENDPOINT: Endpoint<RefreshPorts, Json<RefreshSession>, Ok200<SessionView>> =
    Endpoint::post("/v1/auth/refresh", "refreshSession", "Refresh a session", &handle)
        .details(
            "Exchanges a refresh token for new tokens. The refresh token is then spent, except for a few seconds in \
             which a client whose answer was lost may repeat the request. A session that was not renewed for \
             {IDLE_MINUTES} minutes, or that its owner has ended, gets no new tokens.",
        )
        .public()
        .problems(&[&problem::SESSION_ENDED, &problem::TOO_MANY_REQUESTS]);

/// The user pool with the headless client, and the idle limit.
#[derive(Clone)]
pub struct RefreshPorts {
    accounts: Accounts,
    idle: IdleLimit,
}

impl FromEnvironment for RefreshPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(RefreshPorts { accounts: Accounts::wire(aws)?, idle: aws.parsed(Variable::SessionIdleMinutes)? })
    }
}

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
    ports: RefreshPorts,
    Json(body): Json<RefreshSession>,
) -> Result<Ok200<SessionView>, Problem> {
    let session = ports.accounts.refresh(&cx, &body.refresh_token, ports.idle).await?;
    Ok(Ok200::new(session.into()))
}
