//! The parts that the session endpoints of the app share: the user pool with the app's client, and the view without the
//! refresh token, which only the cookie has.

use crate::accounts::Accounts;
use api::problem::Problem;
use api::{Aws, ConfigError, Context, FromApp, FromEnvironment, Ok200, Open, Variable, View, WithSession};
use domain::core::sensitive::Sensitive;
use gateway::user_pool::CognitoUserPool;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The user pool with the app's client, and the origin of the app.
#[derive(Clone)]
pub struct BrowserSessions {
    accounts: Accounts,
    app: String,
}

impl FromEnvironment for BrowserSessions {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        // The pool's id is empty: exchanging a token needs no right.
        let pool = CognitoUserPool::new(aws.sdk(), "", aws.variable(Variable::AppClient)?);
        let accounts = Accounts { storage: aws.storage()?, pool: Arc::new(pool) };
        Ok(BrowserSessions { accounts, app: aws.variable(Variable::AppUrl)? })
    }
}

/// The tokens of a session that a page of the app gets. The refresh token is in a cookie that no script can read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppSession)]
pub struct AppSessionView {
    /// The bearer token for all other requests. The app keeps it in memory only.
    #[schema(value_type = String)]
    access_token: Sensitive<String>,
    /// The token that tells the app which user has logged in; no endpoint accepts it.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<Sensitive<String>>,
    /// The seconds after which the access token expires.
    #[schema(example = 900)]
    expires_in: u32,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
}

impl View for AppSessionView {
    type Data = Open;
}

/// The answer: the tokens for the app, and the cookie.
pub type AppSession = WithSession<Ok200<AppSessionView>>;

impl BrowserSessions {
    /// Refuses a request of another origin than the app's.
    pub(crate) fn must_be_of_app(&self, from: &FromApp) -> Result<(), Problem> {
        from.must_be_of(&self.app)
    }

    /// Exchanges a refresh token for new tokens, as [`Accounts::refresh`] does, and keeps the new one in the cookie.
    pub(crate) async fn exchange(&self, cx: &Context, token: &Sensitive<String>) -> Result<AppSession, Problem> {
        let session = self.accounts.refresh(cx, token).await?;
        let view = AppSessionView {
            access_token: session.access_token,
            id_token: session.id_token,
            expires_in: session.expires_in,
            token_type: "Bearer",
        };
        Ok(WithSession::keeping(session.refresh_token, Ok200::new(view)))
    }
}
