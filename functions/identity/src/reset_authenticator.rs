//! `POST /v1/users/{userId}/authenticator/reset`: an administrator removes the second factor of a user who has lost the app
//! and the recovery codes.
//!
//! The administrator has to know by other means who asks. The reset is in the trail under the administrator's name, and its
//! owner is notified. Nobody resets their own factor: a stolen session of an administrator must not make itself a weaker
//! one. Each step can be repeated.

use crate::accounts::refused;
use crate::authenticators::Authenticators;
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::core::factor_change::FactorChange;
use domain::core::id::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

/// The endpoint `resetAuthenticator`.
pub static ENDPOINT: Endpoint<Authenticators, Path<UserPath>, NoContent> = Endpoint::post(
    "/v1/users/{userId}/authenticator/reset",
    "resetAuthenticator",
    "Reset the second factor of another user",
    &handle,
)
.details(
    "Removes the authenticator app and the recovery codes of the user, and ends all sessions of that user. The next log-in \
     asks for the password alone. An administrator cannot reset their own factor. The owner is notified by e-mail.",
)
.allow(&[Role::Admin])
.checks_session()
.problems(&[&problem::NOT_FOUND, &problem::TOO_MANY_REQUESTS]);

/// The user of the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPath {
    /// The id of the user.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
}

async fn handle(cx: Context, ports: Authenticators, Path(path): Path<UserPath>) -> Result<NoContent, Problem> {
    let user = path.user_id;
    if cx.caller.user()?.id == user {
        return Err(Problem::forbidden());
    }
    let username = user.to_string();
    let account = ports.pool.user(&username).await.map_err(refused)?;
    account.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    cx.retrying(async || {
        let read = ports.storage.recovery_codes(user).await?;
        let codes = cx.authorize(Action::ResetAuthenticator, read)?.into_inner();
        let reset = codes.removed(FactorChange::Reset);
        Ok(ports.storage.commit_factor_change(&reset, &cx.provenance()).await?)
    })
    .await?;
    ports.pool.remove_authenticator(&username).await.map_err(refused)?;
    ports.end_sessions(&username).await?;
    Ok(NoContent)
}
