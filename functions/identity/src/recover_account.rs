//! `POST /v1/auth/recovery`: the owner of an account who has lost the authenticator app removes it with the password and a
//! recovery code.
//!
//! The password comes first. An unknown address, a wrong password, a wrong code, a used code and an account without a second
//! factor get one answer. A code is used by the condition of a write: of many requests with one code, one succeeds. The
//! transaction that uses the code also ends the sessions. If the pool does not remove the app afterwards, the owner tries
//! again with the next code.

use crate::accounts::refused;
use crate::authenticators::Authenticators;
use crate::credentials;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, NoContent};
use domain::audit::{EventType, Outcome};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use domain::identity::recovery_codes::RecoveryCode;
use gateway::user_pool::{Challenge, ChallengeKind, LogIn, UserPoolError};
use serde::Deserialize;
use storage::Provenance;
use utoipa::ToSchema;

/// The endpoint `recoverAccount`.
pub static ENDPOINT: Endpoint<Authenticators, Json<RecoverAccount>, NoContent> =
    Endpoint::post("/v1/auth/recovery", "recoverAccount", "Recover an account with a recovery code", &handle)
        .details(
            "Removes the lost authenticator app of the account and ends all its sessions. The next log-in asks for the \
             password alone. Each recovery code works once. An unknown address, a wrong password, a wrong or used code \
             and an account without a second factor get the same answer. The owner is notified by e-mail.",
        )
        .public()
        .problems(&[&problem::RECOVERY_REFUSED, &problem::TOO_MANY_REQUESTS]);

/// An account, its password and one of its recovery codes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverAccount {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    password: Sensitive<String>,
    /// A recovery code that was not used yet. Case, hyphens and spaces do not matter.
    #[schema(value_type = String, example = "7K2M-Q9RT-0XJ4-VHBC")]
    recovery_code: Sensitive<String>,
}

async fn handle(cx: Context, ports: Authenticators, Json(body): Json<RecoverAccount>) -> Result<NoContent, Problem> {
    let (email, code) = body.parse()?;
    if !knows_password(&cx, &ports, &email, &body.password).await? {
        return Err(refuse(&cx, &ports, &email).await);
    }
    let Some(account) = ports.pool.user(email.as_str()).await.map_err(refused)? else {
        return Err(refuse(&cx, &ports, &email).await);
    };
    let (user, username) = (account.id, account.id.to_string());
    // The owner acts, though without a token.
    let by = Provenance { actor: username.clone(), role: "user".to_owned(), ..cx.provenance() };
    let spent = cx.retrying(async || match ports.storage.recovery_codes(user).await?.spend(&code, cx.now()) {
        Ok(codes) => Ok(ports.storage.commit_factor_change(&codes, &by).await.map(|()| true)?),
        Err(_) => Ok(false),
    });
    if !spent.await? {
        return Err(refuse(&cx, &ports, &email).await);
    }
    ports.pool.remove_authenticator(&username).await.map_err(refused)?;
    ports.end_sessions(&username).await?;
    Ok(NoContent)
}

/// Whether this is the password of an account with a second factor.
async fn knows_password(
    cx: &Context,
    ports: &Authenticators,
    email: &Email,
    password: &Sensitive<String>,
) -> Result<bool, Problem> {
    if !credentials::could_be_password(password) {
        return Ok(false);
    }
    match ports.pool.log_in(email.as_str(), password).await {
        Ok(LogIn::Challenge(Challenge { kind: ChallengeKind::OneTimeCode, .. })) => Ok(true),
        Ok(LogIn::Session(session)) => {
            // There is no factor to recover from, and nobody gets the tokens.
            if let Err(error) = ports.pool.revoke(&session.refresh_token).await {
                tracing::warn!(request.id = %cx.request.id, %error, "the session of a refused recovery was not ended");
            }
            Ok(false)
        }
        Ok(LogIn::Challenge(_) | LogIn::ChallengeRequired(_)) => Ok(false),
        Err(UserPoolError::WrongCredentials | UserPoolError::NotConfirmed) => Ok(false),
        Err(error) => Err(refused(error)),
    }
}

/// The one refusal, recorded under a fingerprint of the address. It stands even if it cannot be recorded.
async fn refuse(cx: &Context, ports: &Authenticators, email: &Email) -> Problem {
    let problem = Problem::of(&problem::RECOVERY_REFUSED);
    let account = email.fingerprint();
    let detail = Some(problem::RECOVERY_REFUSED.slug.to_owned());
    let activity = cx.activity(EventType::AccountRecovered, Outcome::Failure, ("account", &account), detail);
    match ports.storage.record_activity(&activity, &cx.provenance()).await {
        Ok(()) => problem.recorded(),
        Err(error) => {
            tracing::error!(request.id = %cx.request.id, %error, "a refused recovery was not recorded");
            problem
        }
    }
}

impl RecoverAccount {
    fn parse(&self) -> Result<(Email, RecoveryCode), Problem> {
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(self.email.expose()));
        let code = fields.parse("recoveryCode", RecoveryCode::parse(self.recovery_code.expose()));
        match (email, code) {
            (Some(email), Some(code)) => Ok((email, code)),
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once_and_no_value_is_repeated() {
        let body = r#"{"email":"asha","password":"hunter1","recoveryCode":"hunter2"}"#;
        let body: RecoverAccount = serde_json::from_str(body).unwrap();
        let problem = body.parse().unwrap_err().body("r");
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/email", "#/recoveryCode"]);
        assert!(!format!("{body:?}{}", serde_json::to_string(&problem).unwrap()).contains("hunter"));
    }
}
