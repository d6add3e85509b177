//! `GET /v1/me`: the caller views their profile.
//!
//! A missing profile is created from the user pool, because the trigger that creates profiles may have failed, and an
//! account that an administrator created has none yet.

use crate::accounts::refused;
use crate::profiles::{MeView, Profiles, details_of_account};
use api::problem::{self, Problem};
use api::{About, Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, User, Variable};
use domain::audit::EventType;
use gateway::user_pool::{CognitoUserPool, UserPool};
use std::sync::Arc;
use storage::Profile;

/// The endpoint `viewMe`.
pub static ENDPOINT: Endpoint<ViewMePorts, (), Disclosed<MeView>> =
    Endpoint::get("/v1/me", "viewMe", "View your own profile", &handle)
        .details("Returns the profile with the roles in the access token. A missing profile is created.");

/// The profiles and the user pool.
#[derive(Clone)]
pub struct ViewMePorts {
    profiles: Profiles,
    pool: Arc<dyn UserPool>,
}

impl FromEnvironment for ViewMePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        // The app client is empty: the account is read with the rights of this function.
        let pool = CognitoUserPool::new(aws.sdk(), aws.variable(Variable::UserPool)?, "");
        Ok(ViewMePorts { profiles: Profiles::wire(aws)?, pool: Arc::new(pool) })
    }
}

async fn handle(cx: Context, ports: ViewMePorts, (): ()) -> Result<Disclosed<MeView>, Problem> {
    let user = cx.caller.user()?;
    let profile = match ports.profiles.storage.profile(user.id).await? {
        Some(profile) => profile,
        None => create_from_account(&cx, &ports, user).await?,
    };
    let view = MeView::of(user, &profile, ports.profiles.open(&profile).await?);
    let about = About::of("profile", &user.id.to_string(), user.id.as_patient());
    let disclosed = cx.disclose(&ports.profiles.storage, EventType::ProfileViewed, about, view).await?;
    Ok(disclosed.tagged(profile.version))
}

async fn create_from_account(cx: &Context, ports: &ViewMePorts, user: &User) -> Result<Profile, Problem> {
    // This is a write, and the operation is a read, which runs beside the check of the session.
    cx.require_live_session().await?;
    let account = ports.pool.user(&user.username).await.map_err(refused)?;
    // An access token can outlive its account until it expires.
    let account = account.filter(|account| account.enabled).ok_or_else(|| Problem::of(&problem::SESSION_ENDED))?;
    let details = details_of_account(account.email.as_deref(), account.name.as_deref())
        .ok_or_else(|| Problem::internal("an account without a usable address"))?;
    ports.profiles.create(user.id, &details, &cx.provenance()).await
}
