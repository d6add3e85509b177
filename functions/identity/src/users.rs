//! What the operations of administrators on users share: the ports, and the view of a user.
//!
//! The user pool knows the accounts and the groups that tokens carry. The table has the decisions: who is of the staff,
//! and whose account is disabled. A decision is written first, and the pool follows it. A request that stopped in between
//! is repeated as it was.

use crate::accounts::refused;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, FromEnvironment, Health, Variable, View};
use domain::access::Role;
use domain::core::id::UserId;
use domain::identity::roster::{Account, Staff, StaffRefusal};
use futures::{StreamExt, TryStreamExt};
use gateway::user_pool::{CognitoUserPool, PoolUser, UserFilter, UserPool, UserPoolError, UserStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// The number of accounts whose groups are asked for at a time.
const AT_ONCE: usize = 5;
/// The most accounts of a page of the pool.
const POOL_PAGE: i32 = 60;

/// The table and the user pool.
#[derive(Clone)]
pub struct UserPorts {
    pub(crate) storage: Storage,
    pub(crate) pool: Arc<dyn UserPool>,
    pub(crate) pool_id: String,
}

impl FromEnvironment for UserPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        // The app client is empty: accounts are changed with the rights of this function.
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), "");
        Ok(UserPorts { storage: aws.storage()?, pool: Arc::new(pool), pool_id })
    }
}

impl UserPorts {
    /// The account of a user.
    ///
    /// # Errors
    /// 404 if there is none.
    pub(crate) async fn account(&self, user: UserId) -> Result<PoolUser, Problem> {
        let found = self.pool.user(&user.to_string()).await.map_err(refused)?;
        found.ok_or_else(|| Problem::of(&problem::NOT_FOUND))
    }

    /// The roster, and the administrators whom the pool lets in.
    pub(crate) async fn staff(&self) -> Result<Staff, Problem> {
        let roster = self.storage.roster().await?;
        let mut administrators = vec![];
        let mut after = None;
        loop {
            let group = UserFilter::Group(Role::Admin.as_str());
            let page = self.pool.users(group, POOL_PAGE, after.as_deref()).await.map_err(refused)?;
            administrators.extend(page.users.iter().map(|user| Account { user: user.id, disabled: !user.enabled }));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(Staff::of(roster, &administrators)),
            }
        }
    }

    /// Ends the sessions of a user in the pool: no refresh token works any more.
    pub(crate) async fn end_sessions(&self, user: UserId) -> Result<(), Problem> {
        match self.pool.end_sessions(&self.pool_id, &user.to_string()).await {
            // An account that no longer exists has no sessions.
            Ok(()) | Err(UserPoolError::NoSuchUser) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }

    /// The views of these accounts, with their roles.
    pub(crate) async fn views(&self, accounts: Vec<PoolUser>) -> Result<Vec<UserView>, Problem> {
        let views = futures::stream::iter(accounts).map(async |account: PoolUser| {
            let groups = self.pool.groups(&account.id.to_string()).await;
            groups.map(|groups| UserView::of(account, &groups)).map_err(refused)
        });
        views.buffered(AT_ONCE).try_collect().await
    }
}

/// The problem for a change that the roster refuses.
pub(crate) fn refusal(refusal: StaffRefusal) -> Problem {
    match refusal {
        StaffRefusal::NoAdministrator => Problem::forbidden(),
        StaffRefusal::LastAdministrator => Problem::of(&problem::LAST_ADMINISTRATOR),
        StaffRefusal::OwnAccount => Problem::of(&problem::OWN_ACCOUNT),
    }
}

/// The user that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPath {
    /// The user's id.
    #[schema(value_type = uuid::Uuid)]
    pub user_id: UserId,
}

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Made by an administrator; its user has not logged in yet.
    Invited,
    /// Its user has not confirmed the address.
    Unconfirmed,
    /// Its user can't log in.
    Disabled,
    /// Any other state of the pool.
    Other,
}

impl AccountStatus {
    /// How the pool says that an account stands.
    pub(crate) fn of(account: &PoolUser) -> Self {
        match account.status {
            _ if !account.enabled => Self::Disabled,
            UserStatus::Confirmed => Self::Active,
            UserStatus::Invited => Self::Invited,
            UserStatus::Unconfirmed => Self::Unconfirmed,
            UserStatus::Other => Self::Other,
        }
    }
}

/// A user, as administrators see one. It has nothing of the user's health and nothing of the profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserView {
    /// The id of the user, also as a patient and as a doctor.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: UserId,
    /// The e-mail address of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "asha.rao@example.com")]
    email: Option<String>,
    /// Whether the user has proved that the address is theirs.
    email_verified: bool,
    /// The name that the user gave at the sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Asha Rao")]
    name: Option<String>,
    /// The roles of the user's next token: `patient`, `doctor`, `lab`, `admin`.
    #[schema(value_type = Vec<String>, example = json!(["patient"]))]
    pub(crate) roles: Vec<Role>,
    /// How the account stands: `active`, `invited`, `unconfirmed`, `disabled` or `other`.
    #[schema(value_type = String, example = "active")]
    pub(crate) status: AccountStatus,
    /// The instant at which the account was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl View for UserView {
    type Data = Health;
}

impl UserView {
    fn of(account: PoolUser, groups: &[String]) -> Self {
        UserView {
            id: account.id,
            status: AccountStatus::of(&account),
            roles: groups.iter().filter_map(|group| group.parse().ok()).collect(),
            email: account.email,
            email_verified: account.email_verified,
            name: account.name,
            created_at: account.created_at,
        }
    }
}
