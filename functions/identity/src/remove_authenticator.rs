//! `POST /v1/me/authenticator/removal`: a patient removes the authenticator app, and log-ins ask for the password alone.
//!
//! A user with a role that needs a second factor cannot remove it, and replaces it by another one instead. The table notes
//! the act and ends the sessions first. A request that stops in between leaves a user with an app and without recovery
//! codes, who repeats it.

use crate::accounts::refused;
use crate::authenticators::Authenticators;
use crate::renew_recovery_codes::ProofOfOwner;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, NoContent};
use domain::access::Role;
use domain::audit::EventType;
use domain::core::factor_change::FactorChange;

/// The endpoint `removeAuthenticator`.
pub static ENDPOINT: Endpoint<Authenticators, Json<ProofOfOwner>, NoContent> = Endpoint::post(
    "/v1/me/authenticator/removal",
    "removeAuthenticator",
    "Remove your authenticator app",
    &handle,
)
.details(
    "From then on a log-in asks for the password alone. Ends all sessions of the caller. A user with the role `doctor`, `lab` \
     or `admin` is refused: these roles need a second factor. The owner is notified by e-mail.",
)
.checks_session()
.problems(&[&problem::CHALLENGE_REQUIRED, &problem::NO_AUTHENTICATOR, &problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, ports: Authenticators, Json(body): Json<ProofOfOwner>) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    if user.all_roles().into_iter().any(Role::needs_second_factor) {
        return Err(Problem::forbidden());
    }
    let proof = ports.prove_by_code(&cx, user, body.claim(EventType::AuthenticatorRemoved)).await?;
    ports.forget(&cx, proof).await;
    ports.record_change(&cx, user.id, |read| read.removed(FactorChange::Removed)).await?;
    ports.pool.remove_authenticator(&user.username).await.map_err(refused)?;
    ports.end_sessions(&user.username).await?;
    Ok(NoContent)
}
