//! `POST /v1/auth/logout`: ends all sessions of the caller, on every device.
//!
//! Routes with health data refuse the access tokens that are out at once, by the profile; the others within the 15 minutes that a token
//! lives. The pool is told by the caller's own token, so that this function needs no power over accounts. A token without the scope
//! `aws.cognito.signin.user.admin`, which our clients all ask for, could not end the refresh tokens of other devices.

use crate::accounts::{Accounts, refused};
use api::problem::{self, Problem};
use api::{Context, Endpoint, NoContent};
use domain::audit::{EventType, Outcome};
use gateway::user_pool::UserPoolError;

/// `logOut`
pub static ENDPOINT: Endpoint<Accounts, (), NoContent> =
    Endpoint::post("/v1/auth/logout", "logOut", "Log out everywhere", &handle)
        .details(
            "All sessions of the caller end, on every device. Routes with health data refuse the access tokens \
             that are out at once, the others when these expire.",
        )
        .problems(&[&problem::TOO_MANY_REQUESTS]);

async fn handle(cx: Context, accounts: Accounts, (): ()) -> Result<NoContent, Problem> {
    let user = cx.caller.user()?;
    let token = cx.bearer()?;
    // The table first: it is what protects health data, and all of this can be repeated.
    if !accounts.storage.end_sessions(user.id, &cx.provenance()).await? {
        // Nobody has a profile before they looked at it or booked anything, and no write tells the trail of the log-out then.
        let id = user.id.to_string();
        let activity = cx.activity(EventType::LoggedOut, Outcome::Success, ("user", &id), None);
        accounts.storage.record_activity(&activity, &cx.provenance()).await?;
    }
    match accounts.pool.log_out(token).await {
        // The pool does not know the token any more: the sessions have ended.
        Ok(()) | Err(UserPoolError::WrongCredentials) => Ok(NoContent),
        Err(error) => Err(refused(error)),
    }
}
