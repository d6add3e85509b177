//! The administrative operations that change a user.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Attribute, admin_list};
use crate::error::{ErrorCode, Refusal};
use crate::mail::Mail;
use crate::password::{self, PasswordHash};
use crate::request_context::RequestContext;
use crate::user::{Status, User, Writer, check_attributes, normal_email};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Create {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    temporary_password: Option<String>,
    message_action: Option<String>,
}

/// Makes a user who has to choose a password at the first log-in, and invites them; `SUPPRESS` sends no mail,
/// `RESEND` renews the invitation of a user who has not answered it.
pub fn create(turn: &mut RequestContext, input: Create) -> Result<Value, Refusal> {
    turn.check_pool(&input.user_pool_id)?;
    let email = normal_email(&input.username)?;
    check_attributes(input.user_attributes.iter().map(|attribute| &attribute.name), Writer::Admin)?;
    let temporary = match input.temporary_password {
        Some(given) => {
            turn.config.password_policy.check(&given)?;
            given
        }
        None => password::temporary(&turn.outlets.random),
    };
    let sub = match (input.message_action.as_deref(), turn.state.find(&email)) {
        (Some("RESEND"), None) => {
            return Err(Refusal::new(ErrorCode::UserNotFound, "User does not exist."));
        }
        (Some("RESEND"), Some(user)) if user.status != Status::ForceChangePassword => {
            let state = format!("Resend not possible. {} status is not FORCE_CHANGE_PASSWORD", user.sub);
            return Err(Refusal::new(ErrorCode::UnsupportedUserState, state));
        }
        (Some("RESEND"), Some(user)) => {
            let sub = user.sub.clone();
            set_temporary(turn, &sub, &temporary);
            sub
        }
        (None | Some("SUPPRESS"), Some(_)) => {
            return Err(Refusal::new(ErrorCode::UsernameExists, "An account with the given email already exists."));
        }
        (None | Some("SUPPRESS"), None) => insert(turn, email.clone(), input.user_attributes, &temporary)?,
        (Some(_), _) => {
            return Err(Refusal::invalid_parameter("MessageAction is RESEND or SUPPRESS."));
        }
    };
    if input.message_action.as_deref() != Some("SUPPRESS") {
        turn.mails.push(Mail::invitation(&email, &temporary));
    }
    Ok(json!({"User": admin_list::user_type(&turn.state.users[&sub])}))
}

fn insert(
    turn: &mut RequestContext,
    email: String,
    attributes: Vec<Attribute>,
    temporary: &str,
) -> Result<String, Refusal> {
    let mut attributes: BTreeMap<String, String> =
        attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect();
    if attributes.remove("email").is_some_and(|given| given.trim().to_lowercase() != email) {
        return Err(Refusal::invalid_parameter("The email attribute is not the username."));
    }
    let email_verified = attributes.remove("email_verified").is_some_and(|value| value == "true");
    let sub = turn.outlets.random.uuid();
    let user = User {
        sub: sub.clone(),
        email,
        email_verified,
        attributes,
        password: PasswordHash::of(temporary, turn.config.password_rounds, &turn.outlets.random),
        status: Status::ForceChangePassword,
        enabled: true,
        groups: BTreeSet::new(),
        authenticator: None,
        enrolling: None,
        confirmation: None,
        reset: None,
        temporary_until: Some(turn.now + turn.config.lifetimes.temporary_password),
        created_at: turn.now,
        modified_at: turn.now,
    };
    turn.state.users.insert(sub.clone(), user);
    Ok(sub)
}

fn set_temporary(turn: &mut RequestContext, sub: &str, temporary: &str) {
    let hash = PasswordHash::of(temporary, turn.config.password_rounds, &turn.outlets.random);
    let until = turn.now + turn.config.lifetimes.temporary_password;
    let user = turn.change(sub);
    user.password = hash;
    user.status = Status::ForceChangePassword;
    user.temporary_until = Some(until);
    turn.state.challenges.close_all_of(sub);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Grouping {
    user_pool_id: String,
    username: String,
    group_name: String,
}

pub fn add_to_group(turn: &mut RequestContext, input: Grouping) -> Result<Value, Refusal> {
    let sub = grouped(turn, &input)?;
    turn.change(&sub).groups.insert(input.group_name);
    Ok(json!({}))
}

pub fn remove_from_group(turn: &mut RequestContext, input: Grouping) -> Result<Value, Refusal> {
    let sub = grouped(turn, &input)?;
    turn.change(&sub).groups.remove(&input.group_name);
    Ok(json!({}))
}

fn grouped(turn: &RequestContext, input: &Grouping) -> Result<String, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    if turn.config.groups.contains(&input.group_name) {
        return Ok(sub);
    }
    Err(Refusal::new(ErrorCode::ResourceNotFound, "Group not found."))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Named {
    pub user_pool_id: String,
    pub username: String,
}

/// Disables the account and ends its sessions.
pub fn disable(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    turn.change(&sub).enabled = false;
    turn.state.sessions.revoke_all_of(&sub);
    turn.state.challenges.close_all_of(&sub);
    turn.state.web.forget(&sub);
    Ok(json!({}))
}

pub fn enable(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    turn.change(&sub).enabled = true;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetPassword {
    user_pool_id: String,
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

pub fn set_password(turn: &mut RequestContext, input: SetPassword) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    turn.config.password_policy.check(&input.password)?;
    set_temporary(turn, &sub, &input.password);
    if input.permanent {
        let user = turn.change(&sub);
        user.status = Status::Confirmed;
        user.temporary_until = None;
    }
    turn.state.lockout.succeeded(&sub);
    Ok(json!({}))
}

pub fn sign_out(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    turn.state.sessions.revoke_all_of(&sub);
    Ok(json!({}))
}

pub fn delete(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    turn.state.users.remove(&sub);
    turn.state.sessions.revoke_all_of(&sub);
    turn.state.challenges.close_all_of(&sub);
    turn.state.web.forget(&sub);
    Ok(json!({}))
}
