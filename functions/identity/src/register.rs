//! `POST /v1/auth/register`: a visitor registers an account.
//!
//! The answer is the same whether or not the address has an account; only the owner of the address can tell, from the
//! e-mail. Both cases are recorded, so that they also take the same time. The profile is created when the address is
//! confirmed.

use crate::accounts::{Accounts, refused};
use crate::credentials;
use api::problem::{self, Fields, Problem};
use api::{Accepted, Context, Endpoint, Json, Open, View};
use domain::audit::{EventType, Outcome};
use domain::core::person::{Email, PersonName};
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The endpoint `register`.
pub static ENDPOINT: Endpoint<Accounts, Json<Register>, Accepted<RegistrationView>> =
    Endpoint::post("/v1/auth/register", "register", "Register an account", &handle)
        .details(
            "The answer is the same whether or not the address already has an account; only its owner learns the \
             difference, from the e-mail. The account can be used once its address is confirmed \
             (`confirmRegistration`).",
        )
        .public()
        .problems(&[&problem::TOO_MANY_REQUESTS]);

/// The registration of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Register {
    /// The e-mail address that names the account. The confirmation code is sent to it.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    password: Sensitive<String>,
    /// The name that doctors see, 1 to 100 characters.
    #[schema(value_type = String, example = "Asha Rao")]
    name: Sensitive<String>,
}

/// The answer to a registration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registration)]
pub struct RegistrationView {
    /// The next step, in words.
    #[schema(example = "If the address has no account yet, a code was sent to it.")]
    next: &'static str,
}

impl View for RegistrationView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    accounts: Accounts,
    Json(body): Json<Register>,
) -> Result<Accepted<RegistrationView>, Problem> {
    let (email, name) = body.parse()?;
    match accounts.pool.sign_up(&email, &body.password, &name).await {
        Ok(_) => accounts.record(&cx, EventType::UserRegistered, Outcome::Success, &email, None).await?,
        Err(UserPoolError::AlreadyExists) => {
            let detail = Some("the address has an account");
            accounts.record(&cx, EventType::UserRegistered, Outcome::Failure, &email, detail).await?;
        }
        // The pool's policy may be stricter than the check above.
        Err(UserPoolError::WeakPassword(why)) => return Err(Problem::field("password", why)),
        Err(error) => return Err(refused(error)),
    }
    Ok(Accepted(RegistrationView { next: "If the address has no account yet, a code was sent to it." }))
}

impl Register {
    fn parse(&self) -> Result<(Email, PersonName), Problem> {
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(self.email.expose()));
        let strong = fields.parse("password", credentials::is_strong(&self.password));
        let name = fields.parse("name", PersonName::parse(self.name.expose()));
        match (email, strong, name) {
            (Some(email), Some(()), Some(name)) => Ok((email, name)),
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once_and_no_value_is_repeated() {
        let body: Register = serde_json::from_str(r#"{"email":"asha","password":"hunter2","name":" "}"#).unwrap();
        let problem = body.parse().unwrap_err().body("r");
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/email", "#/password", "#/name"]);
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
        assert!(!format!("{body:?}").contains("hunter2"));
    }
}
