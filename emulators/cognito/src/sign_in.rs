//! The steps of a log-in, for the API and the hosted page alike: password, then a new one if it was temporary, then
//! the authenticator app's code. Between the steps a *session* text holds the place, for three minutes.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::error::{ErrorCode, Refusal};
use crate::password::PasswordHash;
use crate::random::Random;
use crate::request_context::RequestContext;
use crate::tokens::digest;
use crate::totp;
use crate::user::Status;

/// The next challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    NewPassword,
    TotpCode,
}

/// The state of a log-in.
pub enum Progress {
    Asked { ask: Ask, session: String, sub: String },
    SignedIn { sub: String, by_code: bool },
}

struct Challenge {
    ask: Ask,
    sub: String,
    client: String,
    expires: Timestamp,
}

/// The log-ins under way, by the digest of their session.
#[derive(Default)]
pub struct Challenges(HashMap<String, Challenge>);

impl Challenges {
    fn open(&mut self, challenge: Challenge, random: &Random, now: Timestamp) -> String {
        self.0.retain(|_, challenge| challenge.expires > now);
        let session = random.token();
        self.0.insert(digest(&session), challenge);
        session
    }

    /// The user whose log-in waits for `ask` under `session`.
    fn waiting(&self, session: &str, ask: Ask, client: &str, now: Timestamp) -> Result<String, Refusal> {
        let found = self.0.get(&digest(session)).filter(|challenge| challenge.ask == ask && challenge.client == client);
        match found {
            None => Err(Refusal::new(ErrorCode::CodeMismatch, "Invalid session for the user.")),
            Some(challenge) if now >= challenge.expires => {
                Err(Refusal::not_authorized("Invalid session for the user, session is expired."))
            }
            Some(challenge) => Ok(challenge.sub.clone()),
        }
    }

    fn close(&mut self, session: &str) {
        self.0.remove(&digest(session));
    }

    /// Forgets the log-ins of a user under way: the account was changed under them.
    pub fn close_all_of(&mut self, sub: &str) {
        self.0.retain(|_, challenge| challenge.sub != sub);
    }
}

/// First step. Unknown name, wrong password and too many tries answer alike whether or not the account exists.
pub fn with_password(
    turn: &mut RequestContext,
    client: &str,
    login: &str,
    password: &str,
) -> Result<Progress, Refusal> {
    let counted = turn.state.counted_name(login);
    if turn.state.lockout.is_locked(&counted, turn.now) {
        return Err(Refusal::not_authorized("Password attempts exceeded"));
    }
    let Some(user) = turn.state.find(login) else {
        PasswordHash::compare_with_nothing(password, turn.config.password_rounds);
        turn.state.lockout.failed(&counted, turn.now);
        return Err(Refusal::wrong_credentials());
    };
    if !user.password.matches(password) {
        turn.state.lockout.failed(&counted, turn.now);
        return Err(Refusal::wrong_credentials());
    }
    if !user.enabled {
        return Err(Refusal::not_authorized("User is disabled."));
    }
    let sub = user.sub.clone();
    match user.status {
        Status::Unconfirmed => Err(Refusal::new(ErrorCode::UserNotConfirmed, "User is not confirmed.")),
        Status::ForceChangePassword if user.temporary_until.is_some_and(|until| turn.now >= until) => {
            Err(Refusal::not_authorized("Temporary password has expired and must be reset by an administrator."))
        }
        Status::ForceChangePassword => Ok(ask(turn, Ask::NewPassword, sub, client)),
        Status::Confirmed => Ok(after_password(turn, sub, client)),
    }
}

/// Second step of an invited user.
pub fn with_new_password(
    turn: &mut RequestContext,
    client: &str,
    session: &str,
    login: Option<&str>,
    password: &str,
) -> Result<Progress, Refusal> {
    let sub = turn.state.challenges.waiting(session, Ask::NewPassword, client, turn.now)?;
    check_same_user(turn, login, &sub)?;
    turn.config.password_policy.check(password)?;
    let hash = PasswordHash::of(password, turn.config.password_rounds, &turn.outlets.random);
    let user = turn.change(&sub);
    user.password = hash;
    user.status = Status::Confirmed;
    user.temporary_until = None;
    turn.state.challenges.close(session);
    Ok(after_password(turn, sub, client))
}

/// Last step of a user with an authenticator app. A wrong code counts like a wrong password, a right one works once.
pub fn with_totp_code(
    turn: &mut RequestContext,
    client: &str,
    session: &str,
    login: Option<&str>,
    code: &str,
) -> Result<Progress, Refusal> {
    let sub = turn.state.challenges.waiting(session, Ask::TotpCode, client, turn.now)?;
    check_same_user(turn, login, &sub)?;
    if turn.state.lockout.is_locked(&sub, turn.now) {
        return Err(Refusal::not_authorized("Password attempts exceeded"));
    }
    let authenticator = turn.state.users.get(&sub).and_then(|user| user.authenticator.clone());
    let authenticator = authenticator.ok_or_else(|| {
        Refusal::new(ErrorCode::SoftwareTokenMfaNotFound, "Software token MFA is not enabled for this user.")
    })?;
    let Some(step) = totp::matching_step(&authenticator.secret, code.trim(), turn.now) else {
        turn.state.lockout.failed(&sub, turn.now);
        return Err(Refusal::new(ErrorCode::CodeMismatch, "Invalid code received for user"));
    };
    if step <= authenticator.last_step {
        return Err(Refusal::new(ErrorCode::ExpiredCode, "Your software token has already been used once."));
    }
    turn.change(&sub).authenticator = Some(crate::user::Authenticator { last_step: step, ..authenticator });
    turn.state.challenges.close(session);
    turn.state.lockout.succeeded(&sub);
    Ok(Progress::SignedIn { sub, by_code: true })
}

fn after_password(turn: &mut RequestContext, sub: String, client: &str) -> Progress {
    if turn.state.users.get(&sub).is_some_and(crate::user::User::has_second_factor) {
        return ask(turn, Ask::TotpCode, sub, client);
    }
    turn.state.lockout.succeeded(&sub);
    Progress::SignedIn { sub, by_code: false }
}

fn ask(turn: &mut RequestContext, ask: Ask, sub: String, client: &str) -> Progress {
    let expires = turn.now + turn.config.lifetimes.challenge;
    let challenge = Challenge { ask, sub: sub.clone(), client: client.to_owned(), expires };
    let session = turn.state.challenges.open(challenge, &turn.outlets.random, turn.now);
    Progress::Asked { ask, session, sub }
}

fn check_same_user(turn: &RequestContext, login: Option<&str>, sub: &str) -> Result<(), Refusal> {
    match login {
        Some(login) if turn.state.find(login).is_none_or(|user| user.sub != sub) => {
            Err(Refusal::new(ErrorCode::CodeMismatch, "Invalid session for the user."))
        }
        _ => Ok(()),
    }
}
