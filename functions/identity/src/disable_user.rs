//! `POST /v1/users/{userId}/disable`: an administrator disables the account of a user.
//!
//! The table decides first: from this write on no session of the user lives where something is shown or lasts, whenever it
//! began. Then the pool refuses log-ins and renewals. So a request that stops in between leaves a user whose account is
//! disabled here and not yet at the pool, whose new sessions are worth nothing, and the same request completes it.

use crate::accounts::refused;
use crate::users::{UserPath, UserPorts, refusal};
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent, Path};
use domain::access::{Action, Role};
use domain::audit::{EventType, Outcome};
use storage::UserChange;

/// The endpoint `disableUser`.
pub static ENDPOINT: Endpoint<UserPorts, Path<UserPath>, NoContent> = Endpoint::post(
    "/v1/users/{userId}/disable",
    "disableUser",
    "Disable the account of a user",
    &handle,
)
.details(
    "Ends all sessions of the user, and no log-in or renewal is possible until `enableUser`. Nobody disables their \
             own account. If the request fails, the same request completes it. A doctor stays in the directory: \
             `suspendDoctor` cancels the visits.",
)
.allow(&[Role::Admin])
// The state of the account outlives the administrator's token.
.checks_session()
.problems(&[&problem::OWN_ACCOUNT, &problem::LAST_ADMINISTRATOR, &problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, ports: UserPorts, Path(path): Path<UserPath>) -> Result<NoContent, Problem> {
    let user = ports.account(path.user_id).await?.id;
    let by = cx.caller.user()?.id;
    cx.retrying(async || {
        let sessions = ports.storage.ended_sessions(user).await?;
        let staff = cx.authorize(Action::DisableUser, ports.staff().await?)?;
        let roster = staff.disable(by, user).map_err(refusal)?;
        let change = UserChange { roster, sessions, disabled: true };
        let activity = cx.activity(EventType::UserDisabled, Outcome::Success, ("user", &user.to_string()), None);
        Ok(ports.storage.commit_user_change(&change, cx.now(), &activity, &cx.provenance()).await?)
    })
    .await?;
    ports.pool.disable(&user.to_string()).await.map_err(refused)?;
    ports.end_sessions(user).await?;
    Ok(NoContent)
}
