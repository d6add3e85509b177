//! `POST /v1/auth/challenge`: the second step of a log-in, a code of the authenticator app or a new password.
//!
//! A wrong code, a used one, too many codes, and a session that is spent, expired or of another address get one answer.

use crate::accounts::{Accounts, LogInView, refused};
use crate::credentials;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{ChallengeAnswer, UserPoolError};
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `answerChallenge`.
pub static ENDPOINT: Endpoint<Accounts, Json<AnswerChallenge>, Ok200<LogInView>> =
    Endpoint::post("/v1/auth/challenge", "answerChallenge", "Answer the challenge of a log-in", &handle)
        .details(
            "Takes the next step of a log-in for which `logIn` has returned a challenge: `code` for `SOFTWARE_TOKEN_MFA`, \
             `newPassword` for `NEW_PASSWORD_REQUIRED`. Returns the tokens of a new session, or the next challenge. Each \
             attempt is recorded in the audit trail.",
        )
        .public()
        .problems(&[&problem::CHALLENGE_REFUSED, &problem::CHALLENGE_REQUIRED, &problem::TOO_MANY_REQUESTS]);

/// The answer to a challenge: a code or a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerChallenge {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The session that came with the challenge.
    #[schema(value_type = String)]
    session: Sensitive<String>,
    /// A code of the authenticator app.
    #[schema(value_type = Option<String>, example = "287082")]
    code: Option<Sensitive<String>>,
    /// The password in place of that of the invitation: 12 to 256 characters with a lowercase letter, an uppercase letter
    /// and a digit.
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 256)]
    new_password: Option<Sensitive<String>>,
}

/// The one step that a request takes.
#[derive(Debug)]
enum Step<'a> {
    Code(Sensitive<String>),
    NewPassword(&'a Sensitive<String>),
}

async fn handle(
    cx: Context,
    accounts: Accounts,
    Json(body): Json<AnswerChallenge>,
) -> Result<Ok200<LogInView>, Problem> {
    let (email, step) = body.parse()?;
    let answer = match &step {
        Step::Code(code) => ChallengeAnswer::OneTimeCode(code),
        Step::NewPassword(password) => ChallengeAnswer::NewPassword(password),
    };
    let next = match credentials::could_be_challenge(&body.session) {
        true => accounts.pool.answer_challenge(email.as_str(), &body.session, answer).await,
        false => Err(UserPoolError::CodeMismatch),
    };
    let problem = match next {
        Ok(next) => return accounts.proceed(&cx, &email, next).await,
        Err(UserPoolError::CodeMismatch) => Problem::of(&problem::CHALLENGE_REFUSED),
        // The pool's policy may be stricter than the check of the form.
        Err(UserPoolError::WeakPassword(why)) => Problem::field("newPassword", why),
        Err(error) => refused(error),
    };
    Err(accounts.refuse_log_in(&cx, &email, problem).await)
}

impl AnswerChallenge {
    fn parse(&self) -> Result<(Email, Step<'_>), Problem> {
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(self.email.expose()));
        let step = match (&self.code, &self.new_password) {
            (Some(code), None) => {
                let code = credentials::one_time_code(code).ok_or(credentials::CODE_FORM);
                fields.parse("code", code).map(Step::Code)
            }
            (None, Some(password)) => {
                fields.parse("newPassword", credentials::is_strong(password)).map(|()| Step::NewPassword(password))
            }
            _ => {
                fields.refuse("", "must have either code or newPassword");
                None
            }
        };
        match (email, step) {
            (Some(email), Some(step)) => Ok((email, step)),
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_takes_one_step_and_no_value_is_repeated() {
        let pointers = |members: &str| {
            let body: AnswerChallenge =
                serde_json::from_str(&format!(r#"{{"email":"asha@example.com","session":"hunter0"{members}}}"#))
                    .unwrap();
            assert!(!format!("{body:?}").contains("hunter"));
            let problem = body.parse().map_or_else(|problem| problem.body("r").errors, |_| vec![]);
            problem.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert!(pointers(r#","code":"287 082""#).is_empty());
        assert!(pointers(r#","newPassword":"Monsoon-clouds-1""#).is_empty());
        assert_eq!(pointers(r#","code":"hunter1""#), ["#/code"]);
        assert_eq!(pointers(r#","newPassword":"hunter2""#), ["#/newPassword"]);
        assert_eq!(pointers(""), ["#"]);
        assert_eq!(pointers(r#","code":"287082","newPassword":"Monsoon-clouds-1""#), ["#"]);
    }
}
