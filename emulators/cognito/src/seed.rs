//! Demo accounts: made directly, ready to log in, with a `sub` that is the same on every machine.
//! Nothing here exists in AWS.

use std::collections::BTreeMap;

use crate::error::Refusal;
use crate::password::PasswordHash;
use crate::pool::UserPool;
use crate::random::stable_sub;
use crate::user::{Status, User, normal_email};

impl UserPool {
    /// Makes a confirmed account and returns its `sub`, or that of the account if it exists already, which is then
    /// left as it is. The `sub` follows from the e-mail address. No mail is sent and no trigger runs.
    ///
    /// # Panics
    /// When the address, the password or a group would not be accepted: a seed is written by hand and must be right.
    pub fn seed_user(&self, email: &str, name: &str, password: &str, groups: &[&str]) -> String {
        let (result, _) = self.run_now(|turn| {
            let email = normal_email(email)?;
            if let Some(user) = turn.state.find(&email) {
                return Ok(user.sub.clone());
            }
            turn.config.password_policy.check(password)?;
            if let Some(unknown) = groups.iter().find(|group| !turn.config.groups.iter().any(|known| known == *group)) {
                return Err(Refusal::invalid_parameter(format!("there is no group {unknown}")));
            }
            let sub = stable_sub(&email);
            let user = User {
                sub: sub.clone(),
                email,
                email_verified: true,
                attributes: BTreeMap::from([("name".to_owned(), name.to_owned())]),
                password: PasswordHash::of(password, turn.config.password_rounds, &turn.outlets.random),
                status: Status::Confirmed,
                enabled: true,
                groups: groups.iter().map(|group| (*group).to_owned()).collect(),
                authenticator: None,
                enrolling: None,
                confirmation: None,
                reset: None,
                temporary_until: None,
                created_at: turn.now,
                modified_at: turn.now,
            };
            turn.state.users.insert(sub.clone(), user);
            Ok(sub)
        });
        result.expect("a seed is written by hand and must be right")
    }
}
