//! `GET /v1/me`: who the caller is.
//!
//! A profile that is missing is made from the user pool: the trigger that makes profiles may have failed, and accounts that an
//! administrator has made get theirs here.

use crate::accounts::refused;
use crate::profiles::{MeView, Profiles, details_of_account};
use api::problem::{self, Problem};
use api::{About, Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, User, Variable};
use domain::audit::EventType;
use gateway::user_pool::{CognitoUserPool, UserPool};
use std::sync::Arc;
use storage::Profile;

/// `viewMe`
pub static ENDPOINT: Endpoint<ViewMePorts, (), Disclosed<MeView>> =
    Endpoint::get("/v1/me", "viewMe", "View your own profile", &handle)
        .details("With the roles that the account has. A profile that is missing is made.")
        .problems(&[&problem::SESSION_ENDED]);

/// What a look at oneself needs of the outside.
#[derive(Clone)]
pub struct ViewMePorts {
    profiles: Profiles,
    pool: Arc<dyn UserPool>,
}

impl FromEnvironment for ViewMePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        // No app client: the account is looked up with our own authority.
        let pool = CognitoUserPool::new(aws.sdk(), aws.variable(Variable::UserPool)?, "");
        Ok(ViewMePorts { profiles: Profiles::wire(aws)?, pool: Arc::new(pool) })
    }
}

async fn handle(cx: Context, ports: ViewMePorts, (): ()) -> Result<Disclosed<MeView>, Problem> {
    let user = cx.caller.user()?;
    let profile = match ports.profiles.storage.profile(user.id).await? {
        Some(profile) => profile,
        None => made_from_account(&cx, &ports, user).await?,
    };
    user.must_be_issued_after(profile.tokens_valid_after)?;
    let view = MeView::of(user, ports.profiles.open(&profile).await?);
    let about = About::of("profile", &user.id.to_string(), user.id.as_patient());
    let disclosed = cx.disclose(&ports.profiles.storage, EventType::ProfileViewed, about, view).await?;
    Ok(disclosed.tagged(profile.version))
}

async fn made_from_account(cx: &Context, ports: &ViewMePorts, user: &User) -> Result<Profile, Problem> {
    let account = ports.pool.user(&user.username).await.map_err(refused)?;
    // A token outlives its account by 15 minutes at most.
    let account = account.filter(|account| account.enabled).ok_or_else(|| Problem::of(&problem::SESSION_ENDED))?;
    let details = details_of_account(account.email.as_deref(), account.name.as_deref())
        .ok_or_else(|| Problem::internal("an account without a usable address"))?;
    ports.profiles.create(user.id, &details, &cx.provenance()).await
}
