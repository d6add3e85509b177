//! `POST /v1/auth/reset-password`: the owner of an address sets a new password with the code that was sent to it.
//!
//! The answer does not tell a wrong code, an expired code, too many wrong codes and an address without an account apart.
//! The pool invokes `create-profile` before it answers, and that trigger ends the sessions of the account: for a reset at
//! the hosted page too, and also if this function stops before its own answer.

use crate::accounts::{Accounts, refused};
use crate::credentials;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, NoContent};
use domain::audit::{EventType, Outcome};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `resetPassword`.
pub static ENDPOINT: Endpoint<Accounts, Json<ResetPassword>, NoContent> =
    Endpoint::post("/v1/auth/reset-password", "resetPassword", "Reset a forgotten password", &handle)
        .details(
            "Sets a new password with the code of `requestPasswordReset`, and ends all sessions of the account. A wrong \
             code, an expired code, a code for which too many wrong ones were sent (five within an hour) and an address \
             without an account get the same answer. Each attempt is recorded in the audit trail.",
        )
        .public()
        .problems(&[&problem::TOO_MANY_REQUESTS]);

const WRONG_CODE: &str = "is wrong, has expired, or was preceded by too many wrong ones: then try again in an hour";

/// An account, a code that was sent to its address, and its new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetPassword {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The digits from the e-mail.
    #[schema(value_type = String, example = "123456")]
    code: Sensitive<String>,
    /// The new password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    password: Sensitive<String>,
}

async fn handle(cx: Context, accounts: Accounts, Json(body): Json<ResetPassword>) -> Result<NoContent, Problem> {
    let (email, code) = body.parse()?;
    match accounts.pool.confirm_forgot_password(&email, code, &body.password).await {
        Ok(()) => {
            // The code is spent, so the client could not repeat the request to have it recorded.
            let recorded = accounts.record(&cx, EventType::PasswordReset, Outcome::Success, &email, None).await;
            if let Err(error) = recorded {
                tracing::error!(request.id = %cx.request.id, %error, "the reset of a password was not recorded");
            }
            Ok(NoContent)
        }
        Err(UserPoolError::CodeMismatch | UserPoolError::CodeExpired) => {
            let problem = Problem::field("code", WRONG_CODE);
            let detail = Some("wrong code");
            // The refusal stands even if it cannot be recorded; the log has it then.
            match accounts.record(&cx, EventType::PasswordReset, Outcome::Failure, &email, detail).await {
                Ok(()) => Err(problem.recorded()),
                Err(error) => {
                    tracing::error!(request.id = %cx.request.id, %error, "a refused reset was not recorded");
                    Err(problem)
                }
            }
        }
        // The pool's policy may be stricter than the check of the form.
        Err(UserPoolError::WeakPassword(why)) => Err(Problem::field("password", why)),
        Err(error) => Err(refused(error)),
    }
}

impl ResetPassword {
    fn parse(&self) -> Result<(Email, &str), Problem> {
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(self.email.expose()));
        let code = fields.parse("code", credentials::code(&self.code).ok_or(WRONG_CODE));
        let strong = fields.parse("password", credentials::is_strong(&self.password));
        match (email, code, strong) {
            (Some(email), Some(code), Some(())) => Ok((email, code)),
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once_and_no_value_is_repeated() {
        let body: ResetPassword =
            serde_json::from_str(r#"{"email":"asha","code":"hunter1","password":"hunter2"}"#).unwrap();
        let problem = body.parse().unwrap_err().body("r");
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/email", "#/code", "#/password"]);
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter"));
        assert!(!format!("{body:?}").contains("hunter"));
    }
}
