//! `POST /v1/auth/logout`: ends all sessions of the caller, on all devices.
//!
//! The table notes the log-out first, because it protects health data: operations that disclose compare it with the
//! sign-in that an access token comes from. The pool then ends the refresh tokens. The function does that with a right of
//! its own (D-015) and not with the caller's token, since the pool refuses a token without the scope
//! `aws.cognito.signin.user.admin` by the same error as one that is spent.

use crate::accounts::refused;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Ok200, Open, Variable, View};
use gateway::user_pool::{CognitoUserPool, UserPool, UserPoolError};
use serde::Serialize;
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `logOut`.
pub static ENDPOINT: Endpoint<LogOutPorts, (), Ok200<LoggedOutView>> =
    Endpoint::post("/v1/auth/logout", "logOut", "Log out on all devices", &handle)
        .details(
            "Ends all sessions of the caller, on all devices: no refresh token works any more. Every operation that \
             shows health or personal data, `makeCalendarFeed` and `registerDoctor` refuse tokens of earlier sign-ins \
             at once with `session-ended`. The other operations accept an access token until it expires, within 15 \
             minutes. A browser that used the hosted log-in page then opens the address in the answer, which ends its \
             session with that page; until then the page returns without asking for the password.",
        )
        .problems(&[&problem::TOO_MANY_REQUESTS]);

/// The table, the user pool, and the address of the hosted log-out.
#[derive(Clone)]
pub struct LogOutPorts {
    storage: Storage,
    pool: Arc<dyn UserPool>,
    pool_id: String,
    hosted: String,
}

impl FromEnvironment for LogOutPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        // The app client is empty: the sessions are ended with the right of this function.
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), "");
        let hosted = aws.variable(Variable::HostedLogout)?;
        Ok(LogOutPorts { storage: aws.storage()?, pool: Arc::new(pool), pool_id, hosted })
    }
}

/// The answer to a log-out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LoggedOut)]
pub struct LoggedOutView {
    /// The address at which a browser ends its session with the hosted log-in page. It returns to the app.
    #[schema(format = "uri", example = "https://vaidya-dev.auth.ap-south-1.amazoncognito.com/logout?client_id=..")]
    hosted_logout: String,
}

impl View for LoggedOutView {
    type Data = Open;
}

impl LogOutPorts {
    /// Ends all sessions of the caller. Each step can be repeated.
    pub(crate) async fn end_sessions(self, cx: &Context) -> Result<LoggedOutView, Problem> {
        let user = cx.caller.user()?;
        self.storage.end_sessions(user.id, cx.now(), &cx.provenance()).await?;
        match self.pool.end_sessions(&self.pool_id, &user.username).await {
            // An account that no longer exists has no sessions.
            Ok(()) | Err(UserPoolError::NoSuchUser) => Ok(LoggedOutView { hosted_logout: self.hosted }),
            Err(error) => Err(refused(error)),
        }
    }
}

async fn handle(cx: Context, ports: LogOutPorts, (): ()) -> Result<Ok200<LoggedOutView>, Problem> {
    Ok(Ok200::new(ports.end_sessions(&cx).await?))
}
