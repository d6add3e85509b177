//! `GET /v1/users/{userId}`: an administrator looks at the account of a user.

use crate::users::{AccountStatus, UserPath, UserPorts, UserView};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Path};
use domain::access::{Action, Parties, Role};
use domain::audit::EventType;

/// The endpoint `viewUser`.
pub static ENDPOINT: Endpoint<UserPorts, Path<UserPath>, Disclosed<UserView>> =
    Endpoint::get("/v1/users/{userId}", "viewUser", "View the account of a user", &handle)
        .details(
            "The account with its roles and its state, without the profile and without health data. The `ETag` is the one \
             that `changeRoles` needs. The access is recorded in the audit trail before the answer is sent, and the user \
             sees it.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, ports: UserPorts, Path(path): Path<UserPath>) -> Result<Disclosed<UserView>, Problem> {
    cx.authorize(Action::ViewUsers, Parties::none())?;
    let account = ports.account(path.user_id).await?;
    let sessions = ports.storage.ended_sessions(path.user_id).await?;
    let mut views = ports.views(vec![account]).await?;
    let mut view = views.pop().ok_or_else(|| Problem::internal("an account without a view"))?;
    // The table decides; the pool may not have followed yet.
    if sessions.disabled {
        view.status = AccountStatus::Disabled;
    }
    let about = About::of("user", &path.user_id.to_string(), path.user_id.as_patient());
    let disclosed = cx.disclose(&ports.storage, EventType::UserViewed, about, view).await?;
    Ok(disclosed.tagged(sessions.version))
}
