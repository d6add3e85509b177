//! `POST /v1/me/password`: a signed-in user sets another password, and every session ends.
//!
//! The present password is checked by a log-in, which the pool counts: a person at an unlocked device guesses no further
//! than at the log-in page. The sessions end in the table before the password changes. So a request that stops in between
//! leaves a user who signs in again and repeats it, and never a changed password with the sessions of before.

use crate::accounts::refused;
use crate::credentials;
use api::problem::{self, Fields, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Json, NoContent, Variable};
use domain::audit::{EventType, Outcome};
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{CognitoUserPool, UserPool, UserPoolError};
use serde::Deserialize;
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `changePassword`.
pub static ENDPOINT: Endpoint<PasswordPorts, Json<ChangePassword>, NoContent> =
    Endpoint::post("/v1/me/password", "changePassword", "Change your own password", &handle)
        .details(
            "Ends all sessions of the caller, on all devices and with this request too: the client logs in again with \
             the new password. A wrong present password counts as a failed log-in. Each attempt is recorded in the audit \
             trail.",
        )
        .checks_session()
        .problems(&[&problem::TOO_MANY_REQUESTS]);

/// The table, and the user pool with a right of its own to set a password.
#[derive(Clone)]
pub struct PasswordPorts {
    storage: Storage,
    pool: Arc<dyn UserPool>,
    pool_id: String,
}

impl FromEnvironment for PasswordPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), aws.variable(Variable::UserPoolClient)?);
        Ok(PasswordPorts { storage: aws.storage()?, pool: Arc::new(pool), pool_id })
    }
}

/// The present and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The present password.
    #[schema(value_type = String, format = Password)]
    current: Sensitive<String>,
    /// The new password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit; not the present
    /// one.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    new: Sensitive<String>,
}

async fn handle(cx: Context, ports: PasswordPorts, Json(body): Json<ChangePassword>) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    body.check()?;
    match ports.pool.check_password(&user.username, &body.current).await {
        Ok(()) => {}
        Err(UserPoolError::WrongCredentials) => {
            let wrong = Problem::field("current", "is not your password, or there were too many tries: then wait");
            let recorded = ports.record(&cx, Outcome::Failure, Some("wrong password")).await;
            return Err(if recorded { wrong.recorded() } else { wrong });
        }
        Err(error) => return Err(refused(error)),
    }
    ports.storage.end_sessions(user.id, cx.now(), &cx.provenance()).await?;
    match ports.pool.set_password(&user.username, &body.new).await {
        Ok(()) => {}
        // The pool's policy may be stricter than the check of the form.
        Err(UserPoolError::WeakPassword(why)) => return Err(Problem::field("new", why)),
        Err(error) => return Err(refused(error)),
    }
    ports.record(&cx, Outcome::Success, None).await;
    // A person who knew the old password may have logged in since the table noted the end. That refresh token ends here.
    match ports.pool.end_sessions(&ports.pool_id, &user.username).await {
        Ok(()) | Err(UserPoolError::NoSuchUser) => Ok(NoContent),
        Err(error) => {
            // The password is changed, so the client must not repeat the request.
            tracing::error!(request.id = %cx.request.id, %error, "sessions were not ended in the pool");
            Ok(NoContent)
        }
    }
}

impl PasswordPorts {
    /// Records an attempt. The attempt stands even if it cannot be recorded; the log has it then.
    async fn record(&self, cx: &Context, outcome: Outcome, detail: Option<&str>) -> bool {
        let user = cx.caller.user().map(|user| user.id.to_string()).unwrap_or_default();
        let activity = cx.activity(EventType::PasswordChanged, outcome, ("user", &user), detail.map(str::to_owned));
        let recorded = self.storage.record_activity(&activity, &cx.provenance()).await;
        if let Err(error) = &recorded {
            tracing::error!(request.id = %cx.request.id, %error, "the change of a password was not recorded");
        }
        recorded.is_ok()
    }
}

impl ChangePassword {
    fn check(&self) -> Result<(), Problem> {
        let mut fields = Fields::default();
        if !credentials::could_be_password(&self.current) {
            fields.refuse("current", "is not your password");
        }
        if fields.parse("new", credentials::is_strong(&self.new)).is_some()
            && self.new.expose() == self.current.expose()
        {
            fields.refuse("new", "must not be the present password");
        }
        fields.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once_and_no_value_is_repeated() {
        let pointers = |body: &str| {
            let body: ChangePassword = serde_json::from_str(body).unwrap();
            assert!(!format!("{body:?}").contains("Monsoon"));
            let problem = body.check().map_or_else(|problem| problem.body("r").errors, |()| vec![]);
            problem.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(r#"{"current":"","new":"short"}"#), ["#/current", "#/new"]);
        assert_eq!(pointers(r#"{"current":"Monsoon-clouds-1","new":"Monsoon-clouds-1"}"#), ["#/new"]);
        assert!(pointers(r#"{"current":"Monsoon-clouds-1","new":"Monsoon-clouds-2"}"#).is_empty());
    }
}
