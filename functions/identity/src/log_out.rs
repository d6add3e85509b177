//! `POST /v1/auth/logout`: ends all sessions of the caller, on all devices.
//!
//! Routes that read the caller's profile refuse older access tokens at once; other routes accept an access token until
//! it expires. The user is signed out of the pool with the caller's own access token, so this function has no rights
//! over accounts. All clients of the pool request the scope `aws.cognito.signin.user.admin`; a token without it could
//! not end the sessions of other devices.

use crate::accounts::{Accounts, refused};
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent};
use domain::audit::{EventType, Outcome};
use gateway::user_pool::UserPoolError;

/// The endpoint `logOut`.
pub static ENDPOINT: Endpoint<Accounts, (), NoContent> =
    Endpoint::post("/v1/auth/logout", "logOut", "Log out on all devices", &handle)
        .details(
            "Ends all sessions of the caller, on all devices. `viewMe`, `updateMe` and `viewAppointment` refuse older \
             access tokens at once; the other operations accept an access token until it expires.",
        )
        .problems(&[&problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, accounts: Accounts, (): ()) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    let token = cx.bearer()?;
    // The table comes first, because it protects health data. Each step can be repeated.
    if !accounts.storage.end_sessions(user.id, &cx.provenance()).await? {
        // A user without a profile: no write of a profile records the log-out in the audit trail, so it is recorded
        // here.
        let id = user.id.to_string();
        let activity = cx.activity(EventType::LoggedOut, Outcome::Success, ("user", &id), None);
        accounts.storage.record_activity(&activity, &cx.provenance()).await?;
    }
    match accounts.pool.log_out(token).await {
        // The pool no longer accepts the token, so the sessions have ended.
        Ok(()) | Err(UserPoolError::WrongCredentials) => Ok(NoContent),
        Err(error) => Err(refused(error)),
    }
}
