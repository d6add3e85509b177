//! `POST /v1/auth/login`: a session for an e-mail address and a password.
//!
//! Each attempt is recorded: a success under the user, a failure under a fingerprint of the address. A user of whom the
//! pool requires more than the password (a one-time code, a new password) gets a challenge, which `answerChallenge` takes.

use crate::accounts::{Accounts, LogInView, refused};
use crate::credentials;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `logIn`.
pub static ENDPOINT: Endpoint<Accounts, Json<LogIn>, Ok200<LogInView>> =
    Endpoint::post("/v1/auth/login", "logIn", "Log in with a password", &handle)
        .details(
            "Returns the tokens of a new session. If the account requires more than the password (a one-time code, a \
             new password), returns a challenge instead, which `answerChallenge` takes. Each attempt is recorded in the \
             audit trail.",
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

async fn handle(cx: Context, accounts: Accounts, Json(body): Json<LogIn>) -> Result<Ok200<LogInView>, Problem> {
    let email = Email::parse(body.email.expose()).map_err(|error| Problem::field("email", error))?;
    let answer = match credentials::could_be_password(&body.password) {
        true => accounts.pool.log_in(email.as_str(), &body.password).await,
        false => Err(UserPoolError::WrongCredentials),
    };
    match answer {
        Ok(next) => accounts.proceed(&cx, &email, next).await,
        Err(error) => Err(accounts.refuse_log_in(&cx, &email, refusal(error)).await),
    }
}

/// The problem for a refusal of the pool.
fn refusal(error: UserPoolError) -> Problem {
    match error {
        UserPoolError::WrongCredentials => Problem::of(&problem::WRONG_CREDENTIALS),
        UserPoolError::NotConfirmed => Problem::of(&problem::ACCOUNT_NOT_CONFIRMED),
        error => refused(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_problem() {
        let slug = |error| refusal(error).kind.slug;
        assert_eq!(slug(UserPoolError::WrongCredentials), "wrong-credentials");
        assert_eq!(slug(UserPoolError::NotConfirmed), "account-not-confirmed");
        assert_eq!(slug(UserPoolError::TooManyRequests), "too-many-requests");
    }
}
