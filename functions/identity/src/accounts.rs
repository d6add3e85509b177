//! What the endpoints under `/v1/auth` share: the user pool, the audit trail, and how tokens are handed out.

use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, FromEnvironment, Open, Variable, View};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use domain::audit::{EventType, Outcome};
use domain::core::id::UserId;
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{CognitoUserPool, Session, UserPool, UserPoolError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{Provenance, Storage, StorageError};
use utoipa::ToSchema;

/// Seconds after which a client that was too fast may try again; Cognito does not say how long its pause lasts.
const PAUSE: u32 = 30;

/// The user pool as its clients see it, and the audit trail.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) storage: Storage,
    pub(crate) pool: Arc<dyn UserPool>,
}

impl FromEnvironment for Accounts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        // No pool: these endpoints do nothing in it that a client of the pool could not do by itself.
        let pool = CognitoUserPool::new(aws.sdk(), "", aws.variable(Variable::UserPoolClient)?);
        Ok(Accounts { storage: aws.storage()?, pool: Arc::new(pool) })
    }
}

impl Accounts {
    /// Records what happened to the account of an address, which is not named.
    pub(crate) async fn record(
        &self,
        cx: &Context,
        event: EventType,
        outcome: Outcome,
        email: &Email,
        detail: Option<&str>,
    ) -> Result<(), StorageError> {
        let account = email.fingerprint();
        let activity = cx.activity(event, outcome, ("account", &account), detail.map(str::to_owned));
        self.storage.record_activity(&activity, &cx.provenance()).await
    }

    /// Records that a session was given to its owner.
    pub(crate) async fn record_session(
        &self,
        cx: &Context,
        event: EventType,
        session: &Session,
    ) -> Result<(), Problem> {
        let owner = owner(&session.access_token).ok_or_else(|| Problem::internal("an access token without a sub"))?;
        let user = owner.sub.to_string();
        let activity = cx.activity(event, Outcome::Success, ("user", &user), None);
        let role = owner.role().to_owned();
        let by = Provenance { actor: user, role, session: owner.origin_jti, ..cx.provenance() };
        Ok(self.storage.record_activity(&activity, &by).await?)
    }
}

/// What the user pool's failure is to a client, when it is nothing that the endpoint itself has an answer for.
pub(crate) fn refused(error: UserPoolError) -> Problem {
    match error {
        UserPoolError::TooManyRequests => Problem::of(&problem::TOO_MANY_REQUESTS).retry_after(PAUSE),
        UserPoolError::Unavailable(_) => Problem::unavailable(error),
        _ => Problem::internal(error),
    }
}

/// Whose token it is, and of which sign-in.
#[derive(Debug, Deserialize)]
struct Owner {
    sub: UserId,
    origin_jti: Option<String>,
    /// Of a token, not of an event of API Gateway: a list.
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
}

impl Owner {
    /// The most powerful of the roles in which the session can act, as the audit trail has it: what it says of a patient's client can
    /// be erased, a log-in's too.
    fn role(&self) -> &'static str {
        let roles = [Role::Admin, Role::Doctor, Role::Lab, Role::Patient].map(Role::as_str);
        roles.into_iter().find(|role| self.groups.iter().any(|group| group == role)).unwrap_or("user")
    }
}

/// Reads a token that came from the user pool itself a moment ago. It verifies nothing: nobody else's token gets here.
fn owner(access_token: &Sensitive<String>) -> Option<Owner> {
    let claims = URL_SAFE_NO_PAD.decode(access_token.expose().split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// The tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    /// The bearer token of every other request.
    #[schema(value_type = String)]
    access_token: Sensitive<String>,
    /// Buys the next session, once.
    #[schema(value_type = String)]
    refresh_token: Sensitive<String>,
    /// For how many seconds the access token is good.
    #[schema(example = 900)]
    expires_in: u32,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
}

impl View for SessionView {
    type Data = Open;
}

impl From<Session> for SessionView {
    fn from(session: Session) -> Self {
        SessionView {
            access_token: session.access_token,
            refresh_token: session.refresh_token,
            expires_in: session.expires_in,
            token_type: "Bearer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> Sensitive<String> {
        Sensitive::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let of = owner(&token(r#"{"sub":"7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001","origin_jti":"o-1","exp":1}"#)).unwrap();
        assert_eq!(of.sub.to_string(), "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001");
        assert_eq!(of.origin_jti.as_deref(), Some("o-1"));
        assert_eq!(of.role(), "user");
        let role = |groups: &str| {
            let token =
                token(&format!(r#"{{"sub":"7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001","cognito:groups":{groups}}}"#));
            owner(&token).unwrap().role()
        };
        assert_eq!(
            (role(r#"["patient"]"#), role(r#"["patient","admin"]"#), role(r#"["nonadmin"]"#)),
            ("patient", "admin", "user")
        );
    }

    #[test]
    fn what_is_no_token_is_nobodys() {
        assert!(owner(&token(r#"{"sub":"nobody"}"#)).is_none());
        assert!(owner(&Sensitive::new("e30".to_owned())).is_none());
    }

    #[test]
    fn a_client_that_is_too_fast_hears_when_to_come_back() {
        let problem = refused(UserPoolError::TooManyRequests);
        assert_eq!((problem.kind.status, problem.seconds_to_retry()), (429, Some(PAUSE)));
        assert_eq!(refused(UserPoolError::NoSuchUser).kind.status, 500);
    }

    #[test]
    fn a_session_prints_none_of_its_tokens() {
        let view = SessionView {
            access_token: token("{}"),
            refresh_token: Sensitive::new("refresh".to_owned()),
            expires_in: 900,
            token_type: "Bearer",
        };
        assert!(!format!("{view:?}").contains("refresh\""));
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!((json["refreshToken"].as_str(), json["expiresIn"].as_u64()), (Some("refresh"), Some(900)));
    }
}
