//! `POST /v1/users/{userId}/enable`: an administrator enables the account of a user again.
//!
//! The pool lets the user in last. A request that stops before leaves an account that is enabled here and not yet at the
//! pool; nobody can log in to it, and the same request completes it.

use crate::accounts::refused;
use crate::users::{UserPath, UserPorts, refusal};
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::audit::{EventType, Outcome};
use storage::UserChange;

/// The endpoint `enableUser`.
pub static ENDPOINT: Endpoint<UserPorts, Path<UserPath>, NoContent> = Endpoint::post(
    "/v1/users/{userId}/enable",
    "enableUser",
    "Enable the account of a user",
    &handle,
)
.details(
    "Lets a user whose account was disabled log in again, with the roles of before. Sessions of before stay ended. \
             If the request fails, the same request completes it.",
)
.allow(&[Role::Admin])
// The state of the account outlives the administrator's token.
.checks_session()
.problems(&[&problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, ports: UserPorts, Path(path): Path<UserPath>) -> Result<NoContent, Problem> {
    let user = ports.account(path.user_id).await?.id;
    let by = cx.caller.user()?.id;
    cx.retrying(async || {
        let sessions = ports.storage.ended_sessions(user).await?;
        let staff = cx.authorize(Action::DisableUser, ports.staff().await?)?;
        let roster = staff.enable(by, user).map_err(refusal)?;
        let change = UserChange { roster, sessions, disabled: false };
        let activity = cx.activity(EventType::UserEnabled, Outcome::Success, ("user", &user.to_string()), None);
        Ok(ports.storage.commit_user_change(&change, cx.now(), &activity, &cx.provenance()).await?)
    })
    .await?;
    ports.pool.enable(&user.to_string()).await.map_err(refused)?;
    Ok(NoContent)
}
