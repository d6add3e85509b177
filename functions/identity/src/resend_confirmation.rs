//! `POST /v1/auth/resend-confirmation`: a person who registered asks for the confirmation code again.
//!
//! As `requestPasswordReset`, the answer is the same for each address, and each request is recorded.

use crate::accounts::{Accounts, refused};
use crate::request_password_reset::{AccountAddress, CodeView};
use api::problem::{self, Problem};
use api::{Accepted, Context, Endpoint, Json};
use domain::audit::{EventType, Outcome};
use gateway::user_pool::UserPoolError;

/// The endpoint `resendConfirmation`.
pub static ENDPOINT: Endpoint<Accounts, Json<AccountAddress>, Accepted<CodeView>> =
    Endpoint::post("/v1/auth/resend-confirmation", "resendConfirmation", "Send the confirmation code again", &handle)
        .details(
            "The answer is the same whether or not the address waits for its confirmation; only its owner learns the \
     difference, from the e-mail. The new code takes the place of the earlier ones. An account gets a few codes within \
     an hour.",
        )
        .public()
        .problems(&[&problem::TOO_MANY_REQUESTS]);

async fn handle(
    cx: Context,
    accounts: Accounts,
    Json(body): Json<AccountAddress>,
) -> Result<Accepted<CodeView>, Problem> {
    let email = body.parse()?;
    match accounts.pool.resend_confirmation(&email).await {
        Ok(()) | Err(UserPoolError::NoSuchUser) => {}
        Err(error) => return Err(refused(error)),
    }
    accounts.record(&cx, EventType::ConfirmationRequested, Outcome::Success, &email, None).await?;
    Ok(CodeView::with("If the address waits for its confirmation, a code was sent to it."))
}
