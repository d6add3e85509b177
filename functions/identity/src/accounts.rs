//! The parts that the endpoints under `/v1/auth` share: the user pool, the audit trail, and the view of a session.

use crate::credentials;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, FromEnvironment, Ok200, Open, Variable, View};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use domain::audit::{EventType, Outcome};
use domain::core::id::UserId;
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{Challenge, ChallengeKind, CognitoUserPool, LogIn, Session, UserPool, UserPoolError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{Provenance, Storage, StorageError};
use utoipa::ToSchema;

/// The seconds after which a throttled client may try again. Cognito does not state how long it throttles.
const RETRY_AFTER_SECONDS: u32 = 30;

/// The user pool, with the rights of its clients, and the audit trail.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) storage: Storage,
    pub(crate) pool: Arc<dyn UserPool>,
}

impl FromEnvironment for Accounts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        // The pool's id is empty: these endpoints call only operations that need no rights beyond those of a client of
        // the pool.
        let pool = CognitoUserPool::new(aws.sdk(), "", aws.variable(Variable::UserPoolClient)?);
        Ok(Accounts { storage: aws.storage()?, pool: Arc::new(pool) })
    }
}

impl Accounts {
    /// Records an event of the account of an address. The record has a fingerprint instead of the address.
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

    /// Records that the owner of a session received it.
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

impl Accounts {
    /// Exchanges a refresh token for new tokens. The pool rotates it, so that one that was seen elsewhere is spent.
    ///
    /// # Errors
    /// `session-ended` for a token that is no refresh token, or is worth nothing any more.
    pub(crate) async fn refresh(&self, cx: &Context, token: &Sensitive<String>) -> Result<Session, Problem> {
        if !credentials::could_be_refresh_token(token) {
            return Err(Problem::of(&problem::SESSION_ENDED));
        }
        let session = self.pool.refresh(token).await.map_err(|error| match error {
            UserPoolError::WrongCredentials => Problem::of(&problem::SESSION_ENDED),
            other => refused(other),
        })?;
        // The old token is spent, so withholding the new one would end a valid session.
        if let Err(problem) = self.record_session(cx, EventType::SessionRefreshed, &session).await {
            let cause = problem.cause_text();
            tracing::error!(request.id = %cx.request.id, %problem, cause, "a refreshed session was not recorded");
        }
        Ok(session)
    }
}

impl Accounts {
    /// Answers a step of a log-in that succeeded: with tokens, or with the next challenge. Without its record the client
    /// receives neither.
    pub(crate) async fn proceed(&self, cx: &Context, email: &Email, next: LogIn) -> Result<Ok200<LogInView>, Problem> {
        match next {
            LogIn::Session(session) => {
                self.record_session(cx, EventType::LoginSucceeded, &session).await?;
                Ok(Ok200::new(LogInView::Session(session.into())))
            }
            LogIn::Challenge(challenge) => {
                self.record(cx, EventType::LoginChallenged, Outcome::Success, email, None).await?;
                Ok(Ok200::new(LogInView::Challenge(challenge.into())))
            }
            LogIn::ChallengeRequired(_) => {
                Err(self.refuse_log_in(cx, email, Problem::of(&problem::CHALLENGE_REQUIRED)).await)
            }
        }
    }

    /// Records a refused step of a log-in. The refusal stands even if it cannot be recorded; the log has it then.
    pub(crate) async fn refuse_log_in(&self, cx: &Context, email: &Email, problem: Problem) -> Problem {
        if problem.kind.status >= 500 {
            return problem;
        }
        match self.record(cx, EventType::LoginFailed, Outcome::Failure, email, Some(problem.kind.slug)).await {
            Ok(()) => problem.recorded(),
            Err(error) => {
                tracing::error!(request.id = %cx.request.id, %error, "a failed log-in was not recorded");
                problem
            }
        }
    }
}

/// The problem for an error of the user pool that the endpoint itself does not handle.
pub(crate) fn refused(error: UserPoolError) -> Problem {
    match error {
        UserPoolError::TooManyRequests => Problem::of(&problem::TOO_MANY_REQUESTS).retry_after(RETRY_AFTER_SECONDS),
        UserPoolError::Unavailable(_) => Problem::unavailable(error),
        _ => Problem::internal(error),
    }
}

/// The owner of an access token, and the sign-in from which the token comes.
#[derive(Debug, Deserialize)]
struct Owner {
    sub: UserId,
    origin_jti: Option<String>,
    /// The groups as a token has them, a list. An event of API Gateway has one text.
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
}

impl Owner {
    /// The most powerful role of the session, as the audit trail names it. The client's values in a patient's events
    /// can be erased, those of a log-in too.
    fn role(&self) -> &'static str {
        strongest(&self.groups)
    }
}

/// The most powerful role among the groups of a user, as the audit trail names it.
pub(crate) fn strongest(groups: &[String]) -> &'static str {
    let roles = [Role::Admin, Role::Doctor, Role::Lab, Role::Patient].map(Role::as_str);
    roles.into_iter().find(|role| groups.iter().any(|group| group == role)).unwrap_or("user")
}

/// Reads an access token that the user pool has just issued. Nothing is verified, because no other token reaches this
/// function.
fn owner(access_token: &Sensitive<String>) -> Option<Owner> {
    let claims = URL_SAFE_NO_PAD.decode(access_token.expose().split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// The tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    /// The bearer token for all other requests.
    #[schema(value_type = String)]
    access_token: Sensitive<String>,
    /// The token that `refreshSession` exchanges, once, for the next session.
    #[schema(value_type = String)]
    refresh_token: Sensitive<String>,
    /// The seconds after which the access token expires.
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

/// The next step of a log-in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogInChallenge)]
pub struct ChallengeView {
    /// `SOFTWARE_TOKEN_MFA`: a code of the authenticator app. `NEW_PASSWORD_REQUIRED`: a password in place of the one of
    /// the invitation.
    #[schema(example = "SOFTWARE_TOKEN_MFA")]
    challenge: &'static str,
    /// The text that `answerChallenge` takes, within three minutes.
    #[schema(value_type = String)]
    session: Sensitive<String>,
}

impl From<Challenge> for ChallengeView {
    fn from(challenge: Challenge) -> Self {
        let name = match challenge.kind {
            ChallengeKind::OneTimeCode => "SOFTWARE_TOKEN_MFA",
            ChallengeKind::NewPassword => "NEW_PASSWORD_REQUIRED",
        };
        ChallengeView { challenge: name, session: challenge.session }
    }
}

/// The outcome of a step of a log-in: tokens, or the next challenge. The member `challenge` tells them apart.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = LogInStep)]
pub enum LogInView {
    /// The user is logged in.
    Session(SessionView),
    /// Another step is needed.
    Challenge(ChallengeView),
}

impl View for LogInView {
    type Data = Open;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> Sensitive<String> {
        Sensitive::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
    }

    #[test]
    fn a_token_names_its_owner() {
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
    fn a_text_that_is_not_a_token_has_no_owner() {
        assert!(owner(&token(r#"{"sub":"nobody"}"#)).is_none());
        assert!(owner(&Sensitive::new("e30".to_owned())).is_none());
    }

    #[test]
    fn a_throttled_client_learns_when_to_try_again() {
        let problem = refused(UserPoolError::TooManyRequests);
        assert_eq!((problem.kind.status, problem.seconds_to_retry()), (429, Some(RETRY_AFTER_SECONDS)));
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
