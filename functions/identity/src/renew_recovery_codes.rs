//! `POST /v1/me/authenticator/recovery-codes`: replaces the recovery codes of a user who has an authenticator app.
//!
//! The former codes end with the write. A client that did not get the answer repeats the request with the next code of the
//! app.

use crate::authenticators::{Authenticators, Claim, RecoveryCodesView, new_codes};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200};
use domain::audit::EventType;
use domain::core::factor_change::FactorChange;
use domain::core::sensitive::Sensitive;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `renewRecoveryCodes`.
pub static ENDPOINT: Endpoint<Authenticators, Json<ProofOfOwner>, Ok200<RecoveryCodesView>> = Endpoint::post(
    "/v1/me/authenticator/recovery-codes",
    "renewRecoveryCodes",
    "Replace your recovery codes",
    &handle,
)
.details(
    "Returns ten new recovery codes, in this answer only. All former codes are worth nothing any more. The owner is notified \
     by e-mail.",
)
.checks_session()
.problems(&[&problem::CHALLENGE_REQUIRED, &problem::NO_AUTHENTICATOR, &problem::TOO_MANY_REQUESTS]);

/// The proof that the caller is the owner of an account with a second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProofOfOwner {
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Sensitive<String>,
    /// A code of the authenticator app. Each code is accepted once.
    #[schema(value_type = String, example = "287082")]
    pub(crate) code: Sensitive<String>,
}

impl ProofOfOwner {
    /// The claim for an operation that the audit trail names so.
    pub(crate) fn claim(&self, event: EventType) -> Claim<'_> {
        Claim { event, password: &self.password, code: Some(&self.code), code_field: "code" }
    }
}

async fn handle(
    cx: Context,
    ports: Authenticators,
    Json(body): Json<ProofOfOwner>,
) -> Result<Ok200<RecoveryCodesView>, Problem> {
    let user = cx.caller.user()?;
    let proof = ports.prove_by_code(&cx, user, body.claim(EventType::RecoveryCodesRenewed)).await?;
    ports.forget(&cx, proof).await;
    let codes = new_codes(&cx);
    ports.record_change(&cx, user.id, |read| read.replaced(&codes, FactorChange::CodesRenewed)).await?;
    Ok(Ok200::new(RecoveryCodesView::of(&codes)))
}
