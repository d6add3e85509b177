//! `ForgotPassword` and `ConfirmForgotPassword`. The hosted pages call them too.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{check_no_secret, delivery};
use crate::error::Refusal;
use crate::mail::Mail;
use crate::password::PasswordHash;
use crate::request_context::RequestContext;
use crate::user::{MailedCode, Status};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ForgotPassword {
    pub client_id: String,
    pub secret_hash: Option<String>,
    pub username: String,
}

/// Answers the same for every name; mails a code to an enabled, confirmed account with a verified address.
pub fn request(turn: &mut RequestContext, input: ForgotPassword) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.secret_hash.as_ref())?;
    let counted = format!("forgot {}", turn.state.counted_name(&input.username));
    if turn.state.codes_sent.is_spent(&counted, turn.now) {
        return Err(Refusal::too_many_attempts());
    }
    turn.state.codes_sent.take(&counted, turn.now);
    if let Some(user) = turn.state.find(&input.username)
        && user.enabled
        && user.email_verified
        && user.status == Status::Confirmed
    {
        let sub = user.sub.clone();
        let (code, text) = MailedCode::new(&turn.outlets.random, turn.now, turn.config.lifetimes.reset_code);
        let user = turn.change(&sub);
        user.reset = Some(code);
        let mail = Mail::password_reset(&user.email, &text);
        turn.mails.push(mail);
    }
    Ok(json!({"CodeDeliveryDetails": delivery(&input.username)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmForgotPassword {
    pub client_id: String,
    pub secret_hash: Option<String>,
    pub username: String,
    pub confirmation_code: String,
    pub password: String,
}

/// Sets the new password. Sessions stay valid, as in AWS: a caller who wants to end them calls `GlobalSignOut`.
pub fn confirm(turn: &mut RequestContext, input: ConfirmForgotPassword) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.secret_hash.as_ref())?;
    turn.config.password_policy.check(&input.password)?;
    let name = turn.state.counted_name(&input.username);
    let counted = format!("reset {name}");
    if turn.state.codes_refused.is_spent(&counted, turn.now) {
        return Err(Refusal::too_many_attempts());
    }
    let checked = match turn.state.find(&input.username).filter(|user| user.enabled) {
        None => Err(Refusal::wrong_code()),
        Some(user) => match &user.reset {
            None => Err(Refusal::expired_code()),
            Some(code) => code.check(&input.confirmation_code, turn.now).map(|()| user.sub.clone()),
        },
    };
    if checked.is_err() {
        turn.state.codes_refused.take(&counted, turn.now);
    }
    let sub = checked?;
    let hash = PasswordHash::of(&input.password, turn.config.password_rounds, &turn.outlets.random);
    let user = turn.change(&sub);
    user.password = hash;
    user.reset = None;
    turn.state.lockout.succeeded(&name);
    turn.state.challenges.close_all_of(&sub);
    turn.plan_post_confirmation("PostConfirmation_ConfirmForgotPassword", &sub, &input.client_id);
    Ok(json!({}))
}
