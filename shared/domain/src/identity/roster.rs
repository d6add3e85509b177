//! The staff: the administrators and the employees of laboratories.
//!
//! The user pool has the groups that tokens carry, and it has no transactions. So the decision who is of the staff is made
//! here, on one roster that two administrators can't change at once, and the pool follows it. A doctor is no part of the
//! roster: doctors get their role by their registration, and patients by their sign-up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource, Role};
use crate::core::id::UserId;
use crate::core::text::InvalidField;

/// A role that an administrator gives and takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// An employee of a laboratory.
    Lab,
    /// An administrator.
    Admin,
}

impl StaffRole {
    /// All roles of the staff.
    pub const ALL: [Self; 2] = [Self::Lab, Self::Admin];

    /// The role that a token then has.
    pub const fn role(self) -> Role {
        match self {
            Self::Lab => Role::Lab,
            Self::Admin => Role::Admin,
        }
    }
}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.role().as_str())
    }
}

impl FromStr for StaffRole {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let known = Self::ALL.into_iter().find(|role| role.role().as_str() == text);
        known.ok_or(InvalidField("must be lab or admin; a doctor's role comes with registerDoctor"))
    }
}

/// An account, as the roster looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: UserId,
    /// Whether the account is disabled.
    pub disabled: bool,
}

/// A user who is or was of the staff. A user who was one stays on the roster, so that a pool that does not follow yet
/// makes nobody an administrator again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The roles.
    pub roles: BTreeSet<StaffRole>,
    /// Whether the account is disabled.
    #[serde(default)]
    pub disabled: bool,
}

/// The staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// The members, by their ids.
    pub members: BTreeMap<UserId, Member>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// The roster, with the administrators whom the user pool lets in at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    roster: Roster,
    let_in: BTreeSet<UserId>,
}

/// Why the roster refuses a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaffRefusal {
    /// The caller is no administrator any more. The token does not know it yet.
    #[error("you are no administrator any more")]
    NoAdministrator,
    /// The change would leave no administrator who can log in.
    #[error("no administrator would be left")]
    LastAdministrator,
    /// The caller would lock themselves out.
    #[error("you can't disable your own account")]
    OwnAccount,
}

impl Resource for Staff {
    fn parties(&self) -> Parties {
        Parties::none()
    }
}

impl Staff {
    /// The staff, by the roster and the administrators of the user pool. An administrator of the pool whom the roster does
    /// not know was made at the pool, as the first one is, and enters the roster.
    pub fn of(mut roster: Roster, pool: &[Account]) -> Self {
        for account in pool {
            let made_at_pool = || Member { roles: [StaffRole::Admin].into(), disabled: account.disabled };
            roster.members.entry(account.user).or_insert_with(made_at_pool);
        }
        let let_in = pool.iter().filter(|account| !account.disabled).map(|account| account.user).collect();
        Self { roster, let_in }
    }

    /// Whether the user acts as an administrator.
    fn is_administrator(&self, user: UserId) -> bool {
        let member = self.roster.members.get(&user);
        member.is_some_and(|member| member.roles.contains(&StaffRole::Admin) && !member.disabled)
    }

    fn must_administer(&self, by: UserId) -> Result<(), StaffRefusal> {
        if self.is_administrator(by) { Ok(()) } else { Err(StaffRefusal::NoAdministrator) }
    }

    /// Refuses to take away the last administrator. One counts only if roster and pool agree: a member whom the pool does
    /// not let in, such as one that was disabled there by hand, can't repair anything.
    fn must_keep_another_than(&self, user: UserId) -> Result<(), StaffRefusal> {
        let mut others = self.let_in.iter().filter(|other| **other != user && self.is_administrator(**other));
        if others.next().is_some() { Ok(()) } else { Err(StaffRefusal::LastAdministrator) }
    }

    fn change(mut self, user: UserId, change: impl FnOnce(&mut Member)) -> Roster {
        change(self.roster.members.entry(user).or_default());
        self.roster
    }
}

impl Authorized<Staff> {
    /// Gives a user these roles of the staff, and no others.
    ///
    /// # Errors
    /// The caller is no administrator any more, or no administrator would be left.
    pub fn change_roles(
        self,
        by: UserId,
        account: Account,
        roles: BTreeSet<StaffRole>,
    ) -> Result<Roster, StaffRefusal> {
        self.must_administer(by)?;
        if self.is_administrator(account.user) && !roles.contains(&StaffRole::Admin) {
            self.must_keep_another_than(account.user)?;
        }
        Ok(self.into_inner().change(account.user, |member| *member = Member { roles, disabled: account.disabled }))
    }

    /// Disables the account of a user. `None` if the user is not of the staff, so that the roster stays as it is.
    ///
    /// # Errors
    /// The account is the caller's own, the caller is no administrator any more, or no administrator would be left.
    pub fn disable(self, by: UserId, user: UserId) -> Result<Option<Roster>, StaffRefusal> {
        if by == user {
            return Err(StaffRefusal::OwnAccount);
        }
        self.must_administer(by)?;
        if self.is_administrator(user) {
            self.must_keep_another_than(user)?;
        }
        Ok(self.marked(user, true))
    }

    /// Enables the account of a user. `None` if the user is not of the staff.
    ///
    /// # Errors
    /// The caller is no administrator any more.
    pub fn enable(self, by: UserId, user: UserId) -> Result<Option<Roster>, StaffRefusal> {
        self.must_administer(by)?;
        Ok(self.marked(user, false))
    }

    fn marked(self, user: UserId, disabled: bool) -> Option<Roster> {
        let is_member = self.roster.members.contains_key(&user);
        is_member.then(|| self.into_inner().change(user, |member| member.disabled = disabled))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::{Action, Actor, authorize};

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn enabled(number: u128) -> Account {
        Account { user: user(number), disabled: false }
    }

    /// The staff with these administrators in the pool, before any change.
    fn staff(pool: &[Account]) -> Authorized<Staff> {
        may(Staff::of(Roster::default(), pool))
    }

    fn may(staff: Staff) -> Authorized<Staff> {
        authorize(&Actor::Admin(user(1)), Action::ChangeRoles, staff).unwrap()
    }

    #[test]
    fn the_first_administrator_is_made_at_the_pool_and_makes_others() {
        let roster = staff(&[enabled(1)]).change_roles(user(1), enabled(2), [StaffRole::Admin].into()).unwrap();
        assert!(roster.members[&user(1)].roles.contains(&StaffRole::Admin));
        // The pool has not followed yet: the new administrator may act, and is not counted.
        let staff = Staff::of(roster, &[enabled(1)]);
        assert!(staff.is_administrator(user(2)));
        let refused = may(staff).change_roles(user(2), enabled(1), [].into());
        assert_eq!(refused, Err(StaffRefusal::LastAdministrator));
    }

    #[test]
    fn the_last_administrator_keeps_the_role_and_the_account() {
        let alone = || staff(&[enabled(1)]);
        assert_eq!(alone().change_roles(user(1), enabled(1), [].into()), Err(StaffRefusal::LastAdministrator));
        assert!(alone().change_roles(user(1), enabled(1), StaffRole::ALL.into()).is_ok());
        assert_eq!(alone().disable(user(1), user(1)), Err(StaffRefusal::OwnAccount));
        // A second one who can't log in is not one.
        let second = Account { user: user(2), disabled: true };
        let refused = staff(&[enabled(1), second]).change_roles(user(1), enabled(1), [].into());
        assert_eq!(refused, Err(StaffRefusal::LastAdministrator));
        assert!(staff(&[enabled(1), enabled(2)]).change_roles(user(1), enabled(1), [].into()).is_ok());
    }

    #[test]
    fn of_two_administrators_who_demote_each_other_the_second_is_refused() {
        let pool = [enabled(1), enabled(2)];
        let after = staff(&pool).change_roles(user(1), enabled(2), [].into()).unwrap();
        // The pool still has both, since the first change has not reached it.
        let refused = may(Staff::of(after.clone(), &pool)).change_roles(user(2), enabled(1), [].into());
        assert_eq!(refused, Err(StaffRefusal::NoAdministrator));
        let refused = may(Staff::of(after, &pool)).disable(user(2), user(1));
        assert_eq!(refused, Err(StaffRefusal::NoAdministrator));
    }

    #[test]
    fn a_disabled_administrator_may_do_nothing_and_comes_back_with_the_role() {
        let pool = [enabled(1), enabled(2)];
        let disabled = staff(&pool).disable(user(1), user(2)).unwrap().unwrap();
        let refused = may(Staff::of(disabled.clone(), &pool)).change_roles(user(2), enabled(2), [].into());
        assert_eq!(refused, Err(StaffRefusal::NoAdministrator));
        let back = may(Staff::of(disabled, &pool)).enable(user(1), user(2)).unwrap().unwrap();
        assert!(Staff::of(back, &pool).is_administrator(user(2)));
    }

    #[test]
    fn a_user_who_is_not_of_the_staff_is_not_on_the_roster() {
        assert_eq!(staff(&[enabled(1)]).disable(user(1), user(9)), Ok(None));
        assert_eq!(staff(&[enabled(1)]).enable(user(1), user(9)), Ok(None));
    }

    #[test]
    fn a_role_of_the_staff_is_named_as_the_group_and_doctors_are_none() {
        for role in StaffRole::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.to_string());
        }
        assert!("doctor".parse::<StaffRole>().is_err() && "patient".parse::<StaffRole>().is_err());
    }
}
