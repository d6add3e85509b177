//! `POST /v1/me/authenticator/confirmation`: takes a new authenticator app into use, and gives out recovery codes.
//!
//! The order keeps the owner from being locked out. The pool takes the app, but does not ask for it yet. One transaction
//! then stores the recovery codes and the end of all sessions. Only then do log-ins ask for the app. If the answer is lost,
//! the owner logs in with the app and asks for new codes (`renewRecoveryCodes`). If the function stops before, the owner
//! logs in as before and begins anew.

use crate::accounts::refused;
use crate::authenticators::{Authenticators, Claim, RecoveryCodesView, new_codes};
use crate::credentials;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::EventType;
use domain::core::factor_change::FactorChange;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::UserPoolError;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `confirmAuthenticator`.
pub static ENDPOINT: Endpoint<Authenticators, Json<ConfirmAuthenticator>, Ok200<RecoveryCodesView>> = Endpoint::post(
    "/v1/me/authenticator/confirmation",
    "confirmAuthenticator",
    "Confirm an authenticator app",
    &handle,
)
.details(
    "Takes the app of `beginAuthenticator` into use, in place of the present one if there is one, and ends all sessions of \
     the caller. Returns ten recovery codes, in this answer only. A client that did not get the answer logs in with the app \
     and calls `renewRecoveryCodes`. The owner is notified by e-mail.",
)
.checks_session()
.problems(&[&problem::CHALLENGE_REQUIRED, &problem::TOO_MANY_REQUESTS]);

const WRONG_CODE: &str = "is wrong or too old, or no app waits for its confirmation: then begin anew";

/// A code of the new authenticator app, and the proof that the caller is the owner of the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmAuthenticator {
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    password: Sensitive<String>,
    /// A code of the new authenticator app.
    #[schema(value_type = String, example = "287082")]
    code: Sensitive<String>,
    /// A code of the present authenticator app, if the account has one. Each code is accepted once, so it is another one
    /// than that of `beginAuthenticator`.
    #[schema(value_type = Option<String>, example = "081804")]
    present_code: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: Authenticators,
    Json(body): Json<ConfirmAuthenticator>,
) -> Result<Ok200<RecoveryCodesView>, Problem> {
    let user = cx.caller.user()?;
    let code = credentials::one_time_code(&body.code).ok_or_else(|| Problem::field("code", credentials::CODE_FORM))?;
    let event = EventType::AuthenticatorEnrolled;
    let claim = Claim { event, password: &body.password, code: body.present_code.as_ref(), code_field: "presentCode" };
    let proof = ports.prove(&cx, user, claim).await?;
    match ports.pool.verify_authenticator(proof.token(), &code).await {
        Ok(()) => {}
        Err(UserPoolError::CodeMismatch) => {
            ports.forget(&cx, proof).await;
            return Err(ports.refuse(&cx, event, Problem::field("code", WRONG_CODE), "wrong code").await);
        }
        Err(error) => return Err(refused(error)),
    }
    let codes = new_codes(&cx);
    ports.record_change(&cx, user.id, |read| read.replaced(&codes, FactorChange::Enrolled)).await?;
    ports.pool.require_authenticator(proof.token()).await.map_err(refused)?;
    // The codes must not be lost, and the table refuses the sessions of before already.
    if let Err(problem) = ports.end_sessions(&user.username).await {
        tracing::error!(request.id = %cx.request.id, %problem, "sessions were not ended in the pool");
    }
    Ok(Ok200::new(RecoveryCodesView::of(&codes)))
}
