//! `POST /v1/auth/forgot-password`: the owner of an address asks for a code to reset the password.
//!
//! The answer is the same for each address. The pool mails a code to a confirmed, enabled account, and its own limit of
//! codes for an account is not shown, since it might count some accounts and not others. Each request is recorded, so
//! that all of them also take the same time.

use crate::accounts::{Accounts, refused};
use api::problem::{self, Problem};
use api::{Accepted, Context, Endpoint, Json, Open, View};
use domain::audit::{EventType, Outcome};
use domain::core::person::Email;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The endpoint `requestPasswordReset`.
pub static ENDPOINT: Endpoint<Accounts, Json<AccountAddress>, Accepted<CodeView>> = Endpoint::post(
    "/v1/auth/forgot-password",
    "requestPasswordReset",
    "Ask for a code to reset a forgotten password",
    &handle,
)
.details(
    "The answer is the same whether or not the address has an account; only its owner learns the difference, from the \
     e-mail. The code is good for an hour and for `resetPassword`. An account gets a few codes within an hour.",
)
.public()
.problems(&[&problem::TOO_MANY_REQUESTS]);

/// The address of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountAddress {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
}

impl AccountAddress {
    /// # Errors
    /// 422 if the text is no address.
    pub(crate) fn parse(&self) -> Result<Email, Problem> {
        Email::parse(self.email.expose()).map_err(|error| Problem::field("email", error))
    }
}

/// The answer to a request for a code.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CodeRequested)]
pub struct CodeView {
    /// The next step, in words.
    #[schema(example = "If the address has an account, a code was sent to it.")]
    next: &'static str,
}

impl View for CodeView {
    type Data = Open;
}

impl CodeView {
    /// The answer, which says nothing of the account.
    pub(crate) const fn with(next: &'static str) -> Accepted<Self> {
        Accepted(Self { next })
    }
}

async fn handle(
    cx: Context,
    accounts: Accounts,
    Json(body): Json<AccountAddress>,
) -> Result<Accepted<CodeView>, Problem> {
    let email = body.parse()?;
    match accounts.pool.forgot_password(&email).await {
        Ok(()) | Err(UserPoolError::NoSuchUser) => {}
        Err(error) => return Err(refused(error)),
    }
    accounts.record(&cx, EventType::PasswordResetRequested, Outcome::Success, &email, None).await?;
    Ok(CodeView::with("If the address has an account, a code was sent to it."))
}
