//! `PUT /v1/users/{userId}/roles`: an administrator says which roles of the staff a user has.
//!
//! The roster in the table decides, because two administrators who take each other's role at once must not both succeed,
//! and the pool has no transactions. Then the groups of the pool follow. The sessions of the user end, since tokens keep the
//! groups that they were made with.

use crate::accounts::refused;
use crate::users::{UserPath, UserPorts, refusal};
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, NoContent, Path};
use domain::access::{Action, Role};
use domain::audit::{EventType, Outcome};
use domain::core::id::UserId;
use domain::identity::roster::{Account, StaffRole};
use gateway::user_pool::{PoolUser, UserStatus};
use serde::Deserialize;
use std::collections::BTreeSet;
use storage::UserChange;
use utoipa::ToSchema;

/// The endpoint `changeRoles`.
pub static ENDPOINT: Endpoint<UserPorts, (Path<UserPath>, Json<ChangeRoles>), NoContent> =
    Endpoint::put("/v1/users/{userId}/roles", "changeRoles", "Change the roles of a user", &handle)
        .details(
            "Gives the user these roles of the staff and takes the others: `admin` and `lab`. The roles of patients and \
             doctors stay: a sign-up and `registerDoctor` give them. All sessions of the user end. The last administrator \
             who can log in keeps the role. If the request fails, read the user again and repeat it.",
        )
        .allow(&[Role::Admin])
        // The roles outlive the administrator's token.
        .checks_session()
        .problems(&[&problem::LAST_ADMINISTRATOR, &problem::TOO_MANY_REQUESTS]);

/// How often the groups of the pool are set again because another administrator changed the roles meanwhile.
const ROUNDS: usize = 4;

/// The roles of a user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeRoles {
    /// The roles of the staff that the user has from now on: `admin`, `lab`, both or none.
    #[schema(example = json!(["admin"]), max_items = 2)]
    roles: Vec<String>,
}

async fn handle(
    cx: Context,
    ports: UserPorts,
    (Path(path), Json(body)): (Path<UserPath>, Json<ChangeRoles>),
) -> Result<NoContent, Problem> {
    let roles = body.parse()?;
    let account = ports.account(path.user_id).await?;
    must_be_the_owners(&account)?;
    let (user, by) = (account.id, cx.caller.user()?.id);
    cx.retrying(async || {
        let sessions = ports.storage.ended_sessions(user).await?;
        let staff = cx.authorize(Action::ChangeRoles, ports.staff().await?)?;
        cx.must_match(sessions.version)?;
        let disabled = sessions.disabled || !account.enabled;
        let roster = staff.change_roles(by, Account { user, disabled }, roles.clone()).map_err(refusal)?;
        let change = UserChange { roster: Some(roster), sessions, disabled: sessions.disabled };
        let said = roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let detail = Some(if said.is_empty() { "none".to_owned() } else { said });
        let activity = cx.activity(EventType::RolesChanged, Outcome::Success, ("user", &user.to_string()), detail);
        Ok(ports.storage.commit_user_change(&change, cx.now(), &activity, &cx.provenance()).await?)
    })
    .await?;
    follow(&ports, user, roles).await?;
    ports.end_sessions(user).await?;
    Ok(NoContent)
}

/// Brings the groups of the pool in line with the roster. Another administrator may change the roles at the same time, and
/// calls to the pool overtake each other; so the roster is read again afterwards, and the last decision is set.
async fn follow(ports: &UserPorts, user: UserId, mut roles: BTreeSet<StaffRole>) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        for role in StaffRole::ALL {
            let (name, group) = (user.to_string(), role.role().as_str());
            let set = if roles.contains(&role) {
                ports.pool.add_to_group(&ports.pool_id, &name, group).await
            } else {
                ports.pool.remove_from_group(&name, group).await
            };
            set.map_err(refused)?;
        }
        let decided = ports.storage.roster().await?.members.remove(&user).unwrap_or_default().roles;
        if decided == roles {
            return Ok(());
        }
        roles = decided;
    }
    Err(Problem::unavailable("the roles of one user are changed again and again"))
}

/// Checks that the owner of the address controls the account, because a person can sign up with another person's address.
fn must_be_the_owners(account: &PoolUser) -> Result<(), Problem> {
    match account.status {
        UserStatus::Unconfirmed => Err(Problem::field("roles", "can't be given to an account that is not confirmed")),
        UserStatus::Confirmed | UserStatus::Invited | UserStatus::Other => Ok(()),
    }
}

impl ChangeRoles {
    fn parse(&self) -> Result<BTreeSet<StaffRole>, Problem> {
        let mut fields = Fields::default();
        let roles = self.roles.iter().enumerate();
        let roles = roles.filter_map(|(place, text)| fields.parse(&format!("roles/{place}"), text.parse())).collect();
        fields.finish()?;
        Ok(roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_of_the_staff_are_given_here() {
        let parsed =
            |roles: &[&str]| ChangeRoles { roles: roles.iter().map(|role| (*role).to_owned()).collect() }.parse();
        assert_eq!(parsed(&["admin", "lab", "admin"]).unwrap(), StaffRole::ALL.into());
        assert!(parsed(&[]).unwrap().is_empty());
        let errors = parsed(&["admin", "doctor", "patient"]).unwrap_err().body("r").errors;
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/roles/1", "#/roles/2"]);
    }
}
