//! `POST /v1/auth/confirm`: the owner of an e-mail address confirms it with the code that was sent to it.
//!
//! The answer does not tell a wrong code, an expired code, too many wrong codes and an address without a registration apart,
//! however often the question is asked.

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

/// The endpoint `confirmRegistration`.
pub static ENDPOINT: Endpoint<Accounts, Json<ConfirmRegistration>, NoContent> =
    Endpoint::post("/v1/auth/confirm", "confirmRegistration", "Confirm an e-mail address", &handle)
        .details(
            "Confirms the address with the code that was sent to it. A wrong code, an expired code, a code for which \
             too many wrong ones were sent (five within an hour) and an address without a registration get the same \
             answer.",
        )
        .public()
        .problems(&[&problem::TOO_MANY_REQUESTS]);

const WRONG_CODE: &str = "is wrong, has expired, or was preceded by too many wrong ones: then try again in an hour";

/// A registered e-mail address and its confirmation code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmRegistration {
    /// The e-mail address that was registered.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The digits from the e-mail.
    #[schema(value_type = String, example = "123456")]
    code: Sensitive<String>,
}

async fn handle(cx: Context, accounts: Accounts, Json(body): Json<ConfirmRegistration>) -> Result<NoContent, Problem> {
    let (email, code) = body.parse()?;
    match accounts.pool.confirm_sign_up(&email, code).await {
        Ok(()) => {
            // The code is spent, so the client could not repeat the request to have it recorded.
            let recorded = accounts.record(&cx, EventType::UserConfirmed, Outcome::Success, &email, None).await;
            if let Err(error) = recorded {
                tracing::error!(request.id = %cx.request.id, %error, "a confirmation was not recorded");
            }
            Ok(NoContent)
        }
        Err(UserPoolError::CodeMismatch | UserPoolError::CodeExpired) => Err(Problem::field("code", WRONG_CODE)),
        Err(error) => Err(refused(error)),
    }
}

impl ConfirmRegistration {
    fn parse(&self) -> Result<(Email, &str), Problem> {
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(self.email.expose()));
        let code = fields.parse("code", credentials::code(&self.code).ok_or(WRONG_CODE));
        match (email, code) {
            (Some(email), Some(code)) => Ok((email, code)),
            _ => Err(fields.refusal()),
        }
    }
}
