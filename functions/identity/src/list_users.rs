//! `GET /v1/users`: an administrator lists the accounts.
//!
//! The pool filters by one condition only, so it gets the one that leaves the fewest accounts, and this endpoint checks
//! the others. A page may therefore be short, or empty, and still have a successor.

use crate::accounts::refused;
use crate::users::{AccountStatus, UserPorts, UserView};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use gateway::user_pool::{PoolUser, UserFilter, UserPoolError, UserStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The endpoint `listUsers`.
pub static ENDPOINT: Endpoint<UserPorts, Query<UserQuery>, Disclosed<UserList>> = Endpoint::get(
    "/v1/users",
    "listUsers",
    "List users",
    &handle,
)
.details(
    "The accounts with these properties, in no particular order, without profiles and without health data. A page \
             may be short or empty and still have a `nextCursor`. The access is recorded in the audit trail before the \
             answer is sent, and the patients on the page see it.",
)
.allow(&[Role::Admin])
.problems(&[&problem::TOO_MANY_REQUESTS]);

/// The usual length of a page.
const USUAL: u8 = 20;

/// The filter of the list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserQuery {
    /// Users with this role: `patient`, `doctor`, `lab` or `admin`.
    #[schema(value_type = Option<String>, example = "patient")]
    role: Option<Role>,
    /// Users whose e-mail address begins with this text, in any case; a whole address finds its user.
    #[schema(value_type = Option<String>, example = "asha")]
    email: Option<Sensitive<String>>,
    /// Users whose account stands so: `active`, `invited`, `unconfirmed`, `disabled` or `other`.
    #[schema(value_type = Option<String>, example = "active")]
    status: Option<AccountStatus>,
    /// Users whose account was made at this instant or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_from: Option<Timestamp>,
    /// The maximum number of users on the page, 1 to 50.
    #[schema(inline)]
    limit: Option<Limit<50>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserList {
    /// The users of the page.
    users: Vec<UserView>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for UserList {
    type Data = Health;
}

async fn handle(cx: Context, ports: UserPorts, Query(query): Query<UserQuery>) -> Result<Disclosed<UserList>, Problem> {
    cx.authorize(Action::ViewUsers, Parties::none())?;
    let wanted = query.wanted()?;
    let name = wanted.name();
    let after = query.cursor.as_deref().map(|text| cursor::open_mark(&cx, &name, text)).transpose()?;
    let limit = cursor::limit(query.limit, USUAL);
    let page = match ports.pool.users(wanted.filter(), limit.into(), after.as_deref()).await {
        Err(UserPoolError::InvalidPage) => {
            return Err(Problem::parameter("query", "cursor", "is too old: begin with the first page again"));
        }
        page => page.map_err(refused)?,
    };
    let accounts = page.users.into_iter().filter(|account| wanted.has(account)).collect();
    let mut users = ports.views(accounts).await?;
    users.retain(|user| wanted.role.is_none_or(|role| user.roles.contains(&role)));
    let patients = users.iter().filter(|user| user.roles.contains(&Role::Patient));
    let about = About::of_patients("users", "list", patients.map(|user| user.id.as_patient()));
    let next_cursor = page.next.map(|mark| cursor::encode_mark(&cx, &name, &mark));
    cx.disclose(&ports.storage, EventType::UsersListed, about, UserList { users, next_cursor }).await
}

/// The checked filter.
struct Wanted {
    role: Option<Role>,
    email: Option<String>,
    status: Option<AccountStatus>,
    created_from: Option<Timestamp>,
}

impl UserQuery {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let email = self.email.as_ref().map(|text| text.expose().trim().to_lowercase());
        let is_odd = |text: &String| text.is_empty() || text.len() > 254 || text.chars().any(char::is_control);
        if email.as_ref().is_some_and(is_odd) {
            return Err(Problem::parameter("query", "email", "must be the beginning of an e-mail address"));
        }
        Ok(Wanted { role: self.role, email, status: self.status, created_from: self.created_from })
    }
}

impl Wanted {
    /// The text that tells this query from others.
    fn name(&self) -> String {
        let Wanted { role, email, status, created_from } = self;
        format!("{role:?} {email:?} {status:?} {created_from:?}")
    }

    /// The condition for the pool: the beginning of an address leaves fewest accounts, a group fewer than a state.
    fn filter(&self) -> UserFilter<'_> {
        match (&self.email, self.role, self.status) {
            (Some(email), ..) => UserFilter::EmailBegins(email),
            (None, Some(role), _) => UserFilter::Group(role.as_str()),
            (None, None, Some(AccountStatus::Disabled)) => UserFilter::Enabled(false),
            (None, None, Some(AccountStatus::Invited)) => UserFilter::Status(UserStatus::Invited),
            (None, None, Some(AccountStatus::Unconfirmed)) => UserFilter::Status(UserStatus::Unconfirmed),
            (None, None, Some(AccountStatus::Active | AccountStatus::Other) | None) => UserFilter::All,
        }
    }

    /// Whether an account is wanted, as far as the pool's list shows it.
    fn has(&self, account: &PoolUser) -> bool {
        let begins = |begin: &String| account.email.as_ref().is_some_and(|email| email.starts_with(begin));
        self.email.as_ref().is_none_or(begins)
            && self.status.is_none_or(|status| status == AccountStatus::of(account))
            && self.created_from.is_none_or(|from| account.created_at >= from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: serde_json::Value) -> Wanted {
        serde_json::from_value::<UserQuery>(text).unwrap().wanted().unwrap()
    }

    #[test]
    fn the_pool_gets_the_condition_that_leaves_fewest_accounts() {
        let all = serde_json::json!({ "email": " Asha", "role": "patient", "status": "disabled" });
        assert_eq!(query(all).filter(), UserFilter::EmailBegins("asha"));
        let role = serde_json::json!({ "role": "lab", "status": "disabled" });
        assert_eq!(query(role).filter(), UserFilter::Group("lab"));
        assert_eq!(query(serde_json::json!({ "status": "disabled" })).filter(), UserFilter::Enabled(false));
        assert_eq!(query(serde_json::json!({})).filter(), UserFilter::All);
    }

    #[test]
    fn what_the_pool_did_not_check_is_checked() {
        let account = PoolUser {
            id: "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001".parse().unwrap(),
            email: Some("asha@example.com".to_owned()),
            name: None,
            has_authenticator: None,
            email_verified: true,
            status: UserStatus::Confirmed,
            enabled: false,
            created_at: "2026-11-22T06:00:00Z".parse().unwrap(),
        };
        let has = |text: serde_json::Value| query(text).has(&account);
        assert!(has(serde_json::json!({ "email": "asha@", "status": "disabled" })));
        assert!(!has(serde_json::json!({ "email": "usha" })));
        assert!(!has(serde_json::json!({ "status": "active" })), "a disabled account is not active");
        assert!(has(serde_json::json!({ "createdFrom": "2026-11-22T06:00:00Z" })));
        assert!(!has(serde_json::json!({ "createdFrom": "2026-11-22T06:00:01Z" })));
    }
}
