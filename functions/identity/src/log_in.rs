//! `POST /v1/auth/login`: a session for an e-mail address and a password.
//!
//! Each attempt is recorded: a success under the user, a failure under a fingerprint of the address. A user of whom the
//! pool requires more than the password (a one-time code, a new password) logs in on the hosted page.

use crate::accounts::{Accounts, SessionView, refused};
use crate::credentials;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::{EventType, Outcome};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{LogIn as Answer, UserPoolError};
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `logIn`.
pub static ENDPOINT: Endpoint<Accounts, Json<LogIn>, Ok200<SessionView>> =
    Endpoint::post("/v1/auth/login", "logIn", "Log in with a password", &handle)
        .details(
            "Returns the tokens of a new session. A user whose account requires more than the password (a one-time \
             code, a new password) logs in on the hosted page. Each attempt is recorded in the audit trail.",
        )
        .public()
        .problems(&[
            &problem::WRONG_CREDENTIALS,
            &problem::ACCOUNT_NOT_CONFIRMED,
            &problem::CHALLENGE_REQUIRED,
            &problem::TOO_MANY_REQUESTS,
        ]);

/// The credentials of a user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    password: Sensitive<String>,
}

async fn handle(cx: Context, accounts: Accounts, Json(body): Json<LogIn>) -> Result<Ok200<SessionView>, Problem> {
    let email = Email::parse(body.email.expose()).map_err(|error| Problem::field("email", error))?;
    let answer = match credentials::could_be_password(&body.password) {
        true => accounts.pool.log_in(&email, &body.password).await,
        false => Err(UserPoolError::WrongCredentials),
    };
    let mut problem = match answer {
        Ok(Answer::Session(session)) => {
            // Without the record the client does not receive the tokens.
            accounts.record_session(&cx, EventType::LoginSucceeded, &session).await?;
            return Ok(Ok200::new(session.into()));
        }
        other => refusal(other),
    };
    if problem.kind.status < 500 {
        // The refusal stands even if it cannot be recorded; the log has it then.
        let why = Some(problem.kind.slug);
        match accounts.record(&cx, EventType::LoginFailed, Outcome::Failure, &email, why).await {
            Ok(()) => problem = problem.recorded(),
            Err(error) => tracing::error!(request.id = %cx.request.id, %error, "a failed log-in was not recorded"),
        }
    }
    Err(problem)
}

/// The problem for an answer of the pool without a session.
fn refusal(answer: Result<Answer, UserPoolError>) -> Problem {
    match answer {
        Ok(_) => Problem::of(&problem::CHALLENGE_REQUIRED),
        Err(UserPoolError::WrongCredentials) => Problem::of(&problem::WRONG_CREDENTIALS),
        Err(UserPoolError::NotConfirmed) => Problem::of(&problem::ACCOUNT_NOT_CONFIRMED),
        Err(error) => refused(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_problem() {
        let slug = |answer| refusal(answer).kind.slug;
        assert_eq!(slug(Ok(Answer::ChallengeRequired("SOFTWARE_TOKEN_MFA".into()))), "challenge-required");
        assert_eq!(slug(Err(UserPoolError::WrongCredentials)), "wrong-credentials");
        assert_eq!(slug(Err(UserPoolError::NotConfirmed)), "account-not-confirmed");
        assert_eq!(slug(Err(UserPoolError::TooManyRequests)), "too-many-requests");
    }
}
