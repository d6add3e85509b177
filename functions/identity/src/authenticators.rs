//! The parts that the endpoints of the second factor share: the proof that the caller is the owner of the account, and the
//! record of a change.
//!
//! A token alone changes nothing about a second factor, because it may be stolen. Each operation asks for the password, and
//! for a code of the present authenticator app if there is one. The proof is a log-in of the headless client: the pool
//! counts its failures, and its token has the scope that Cognito demands for an enrolment (D-095). The token never leaves
//! the function.

use crate::accounts::refused;
use crate::credentials;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, FromEnvironment, Open, User, Variable, View};
use domain::audit::{EventType, Outcome};
use domain::core::id::UserId;
use domain::core::sensitive::Sensitive;
use domain::identity::recovery_codes::{CODES, RecoveryCode, RecoveryCodes};
use gateway::user_pool::{
    Challenge, ChallengeAnswer, ChallengeKind, CognitoUserPool, LogIn, Session, UserPool, UserPoolError,
};
use serde::Serialize;
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

const WRONG_PASSWORD: &str = "is not your password, or there were too many tries: then wait";
const WRONG_CODE: &str = "is wrong, was used already, or was preceded by too many wrong ones: wait for the next code";
const CODE_NEEDED: &str = "is required: the account has an authenticator app already";

/// The table, and the user pool with the rights of the function and of the headless client.
#[derive(Clone)]
pub struct Authenticators {
    pub(crate) storage: Storage,
    pub(crate) pool: Arc<dyn UserPool>,
    pool_id: String,
}

impl FromEnvironment for Authenticators {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), aws.variable(Variable::UserPoolClient)?);
        Ok(Authenticators { storage: aws.storage()?, pool: Arc::new(pool), pool_id })
    }
}

/// What the caller says to prove to be the owner of the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    /// The operation, as the audit trail names a refused proof.
    pub event: EventType,
    pub password: &'a Sensitive<String>,
    /// A code of the present authenticator app, if the account has one.
    pub code: Option<&'a Sensitive<String>>,
    /// The member of the request that holds this code.
    pub code_field: &'static str,
}

/// The proof: a log-in of this moment.
pub(crate) struct Proof {
    session: Session,
    /// Whether the log-in took a code of an authenticator app.
    pub by_code: bool,
}

impl Proof {
    /// The token by which the pool changes the caller's factors.
    pub fn token(&self) -> &Sensitive<String> {
        &self.session.access_token
    }
}

impl Authenticators {
    /// Checks the password, and a code of the present authenticator app if there is one.
    ///
    /// # Errors
    /// 422 at the field that is wrong, which is recorded as a failed attempt of the claim's event.
    pub(crate) async fn prove(&self, cx: &Context, user: &User, claim: Claim<'_>) -> Result<Proof, Problem> {
        if !credentials::could_be_password(claim.password) {
            return Err(Problem::field("password", WRONG_PASSWORD));
        }
        let code = claim.code.map(credentials::one_time_code);
        if code == Some(None) {
            return Err(Problem::field(claim.code_field, credentials::CODE_FORM));
        }
        let refuse = async |field: &'static str, detail: &'static str, why: &'static str| {
            self.refuse(cx, claim.event, Problem::field(field, detail), why).await
        };
        let session = match self.pool.log_in(&user.username, claim.password).await {
            Ok(LogIn::Session(session)) => return Ok(Proof { session, by_code: false }),
            Ok(LogIn::Challenge(Challenge { kind: ChallengeKind::OneTimeCode, session })) => session,
            Ok(LogIn::Challenge(_) | LogIn::ChallengeRequired(_)) => {
                return Err(Problem::of(&problem::CHALLENGE_REQUIRED));
            }
            Err(UserPoolError::WrongCredentials) => {
                return Err(refuse("password", WRONG_PASSWORD, "wrong password").await);
            }
            Err(error) => return Err(refused(error)),
        };
        let Some(code) = code.flatten() else {
            return Err(refuse(claim.code_field, CODE_NEEDED, "no code").await);
        };
        match self.pool.answer_challenge(&user.username, &session, ChallengeAnswer::OneTimeCode(&code)).await {
            Ok(LogIn::Session(session)) => Ok(Proof { session, by_code: true }),
            Ok(_) => Err(Problem::of(&problem::CHALLENGE_REQUIRED)),
            Err(UserPoolError::CodeMismatch) => Err(refuse(claim.code_field, WRONG_CODE, "wrong code").await),
            Err(error) => Err(refused(error)),
        }
    }

    /// Checks the same for an operation on a second factor that exists.
    ///
    /// # Errors
    /// 409 `no-authenticator`, or those of [`Authenticators::prove`].
    pub(crate) async fn prove_by_code(&self, cx: &Context, user: &User, claim: Claim<'_>) -> Result<Proof, Problem> {
        let proof = self.prove(cx, user, claim).await?;
        if proof.by_code {
            return Ok(proof);
        }
        self.forget(cx, proof).await;
        Err(self.refuse(cx, claim.event, Problem::of(&problem::NO_AUTHENTICATOR), "no authenticator").await)
    }

    /// Records a refused attempt. The refusal stands even if it cannot be recorded; the log has it then.
    pub(crate) async fn refuse(&self, cx: &Context, event: EventType, problem: Problem, why: &str) -> Problem {
        let user = cx.caller.user().map(|user| user.id.to_string()).unwrap_or_default();
        let activity = cx.activity(event, Outcome::Failure, ("user", &user), Some(why.to_owned()));
        match self.storage.record_activity(&activity, &cx.provenance()).await {
            Ok(()) => problem.recorded(),
            Err(error) => {
                tracing::error!(request.id = %cx.request.id, %error, "a refused change of a second factor was not recorded");
                problem
            }
        }
    }

    /// Ends the session of a proof, which only this function has. It would end by itself after its lifetime.
    pub(crate) async fn forget(&self, cx: &Context, proof: Proof) {
        if let Err(error) = self.pool.revoke(&proof.session.refresh_token).await {
            tracing::warn!(request.id = %cx.request.id, %error, "the session of a proof was not ended");
        }
    }

    /// Stores a change of the second factor: the event of the audit trail, the notice to the owner, the recovery codes, and
    /// the end of the sessions if the change ends them.
    pub(crate) async fn record_change(
        &self,
        cx: &Context,
        user: UserId,
        change: impl Fn(RecoveryCodes) -> RecoveryCodes,
    ) -> Result<(), Problem> {
        cx.retrying(async || {
            let read = self.storage.recovery_codes(user).await?;
            Ok(self.storage.commit_factor_change(&change(read), &cx.provenance()).await?)
        })
        .await
    }

    /// Ends the sessions of an account in the pool.
    pub(crate) async fn end_sessions(&self, username: &str) -> Result<(), Problem> {
        match self.pool.end_sessions(&self.pool_id, username).await {
            // An account that no longer exists has no sessions.
            Ok(()) | Err(UserPoolError::NoSuchUser) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

/// New recovery codes.
pub(crate) fn new_codes(cx: &Context) -> [RecoveryCode; CODES] {
    std::array::from_fn(|_| RecoveryCode::from_random(cx.new_id()))
}

/// New recovery codes, which are shown in this answer only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecoveryCodes)]
pub struct RecoveryCodesView {
    /// Ten codes. Each of them can be used once, in place of a code of the authenticator app that is lost.
    #[schema(value_type = Vec<String>, example = json!(["7K2M-Q9RT-0XJ4-VHBC"]))]
    recovery_codes: Vec<Sensitive<String>>,
}

impl View for RecoveryCodesView {
    type Data = Open;
}

impl RecoveryCodesView {
    /// The view of these codes.
    pub(crate) fn of(codes: &[RecoveryCode; CODES]) -> Self {
        RecoveryCodesView { recovery_codes: codes.iter().map(|code| Sensitive::new(code.expose())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn codes_are_shown_to_their_owner_and_to_no_log() {
        let codes: [RecoveryCode; CODES] =
            std::array::from_fn(|index| RecoveryCode::from_random(Uuid::from_u128(index as u128)));
        let view = RecoveryCodesView::of(&codes);
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["recoveryCodes"].as_array().unwrap().len(), CODES);
        assert_eq!(json["recoveryCodes"][0], codes[0].expose());
        assert!(!format!("{view:?}").contains(&codes[0].expose()));
    }
}
