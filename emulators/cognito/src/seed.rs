//! Demo accounts: made directly, ready to log in, with a `sub` that is the same on every machine.
//! Nothing here exists in AWS.

use std::collections::BTreeMap;

use crate::error::Refusal;
use crate::password::PasswordHash;
use crate::pool::UserPool;
use crate::random::stable_sub;
use crate::request_context::TokenSource;
use crate::totp;
use crate::user::{Authenticator, Status, User, normal_email};

impl UserPool {
    /// Gives a seeded account an authenticator app with this secret, unless it has one.
    ///
    /// # Panics
    /// When there is no such account, or the secret is not base32: a seed is written by hand and must be right.
    pub fn seed_authenticator(&self, sub: &str, secret: &str) {
        let (result, _) = self.run_now(|turn| {
            totp::code_at(secret, turn.now).ok_or_else(|| Refusal::invalid_parameter("not base32"))?;
            turn.administered(&turn.config.pool_id, sub)?;
            let user = turn.change(sub);
            let new = Authenticator { secret: secret.to_owned(), name: String::new(), last_step: 0, enabled: true };
            user.authenticator.get_or_insert(new);
            Ok(())
        });
        result.expect("a seed is written by hand and must be right");
    }

    /// The access token of a log-in that did not take place, with or without a code of an authenticator app.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn seed_session(&self, sub: &str, client: &str, by_code: bool) -> String {
        let (result, _) = self.run_now(|turn| {
            turn.administered(&turn.config.pool_id, sub)?;
            let issued = turn.begin_session(sub, client, TokenSource::Authentication, by_code);
            // There was no log-in of which a trigger could be told.
            turn.trigger = None;
            Ok(issued.pair.access)
        });
        result.expect("a seed is written by hand and must be right")
    }

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
