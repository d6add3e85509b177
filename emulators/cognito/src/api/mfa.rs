//! `AssociateSoftwareToken`, `VerifySoftwareToken`, the two operations that switch a verified authenticator on or off, and
//! the one that removes it.
//! The pool's MFA is OPTIONAL, so no user must enrol during a log-in: a `Session` is not taken here.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{ErrorCode, Refusal};
use crate::request_context::RequestContext;
use crate::totp;
use crate::user::Authenticator;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Associate {
    access_token: Option<String>,
}

pub fn associate(turn: &mut RequestContext, input: Associate) -> Result<Value, Refusal> {
    let sub = turn.self_service(&access_token(input.access_token)?)?;
    let secret = totp::to_base32(&turn.outlets.random.bytes::<32>());
    turn.change(&sub).enrolling = Some(secret.clone());
    Ok(json!({"SecretCode": secret}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Verify {
    access_token: Option<String>,
    user_code: String,
    friendly_device_name: Option<String>,
}

pub fn verify(turn: &mut RequestContext, input: Verify) -> Result<Value, Refusal> {
    let sub = turn.self_service(&access_token(input.access_token)?)?;
    let counted = format!("enrol {sub}");
    if turn.state.codes_refused.is_spent(&counted, turn.now) {
        return Err(Refusal::too_many_attempts());
    }
    let user = &turn.state.users[&sub];
    let missing = || Refusal::new(ErrorCode::SoftwareTokenMfaNotFound, "No software token was associated.");
    let secret = user.enrolling.clone().ok_or_else(missing)?;
    let enabled = user.has_second_factor();
    let Some(last_step) = totp::matching_step(&secret, input.user_code.trim(), turn.now) else {
        turn.state.codes_refused.take(&counted, turn.now);
        return Err(Refusal::new(ErrorCode::EnableSoftwareTokenMfa, "Code mismatch"));
    };
    let user = turn.change(&sub);
    user.enrolling = None;
    user.authenticator =
        Some(Authenticator { secret, name: input.friendly_device_name.unwrap_or_default(), last_step, enabled });
    Ok(json!({"Status": "SUCCESS"}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Settings {
    #[serde(default)]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Prefer {
    access_token: String,
    software_token_mfa_settings: Option<Settings>,
}

pub fn prefer(turn: &mut RequestContext, input: Prefer) -> Result<Value, Refusal> {
    let sub = turn.self_service(&input.access_token)?;
    set(turn, &sub, input.software_token_mfa_settings)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PreferFor {
    user_pool_id: String,
    username: String,
    software_token_mfa_settings: Option<Settings>,
}

pub fn prefer_for(turn: &mut RequestContext, input: PreferFor) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    set(turn, &sub, input.software_token_mfa_settings)
}

fn set(turn: &mut RequestContext, sub: &str, settings: Option<Settings>) -> Result<Value, Refusal> {
    let Some(settings) = settings else {
        return Ok(json!({}));
    };
    match (&mut turn.change(sub).authenticator, settings.enabled) {
        (Some(authenticator), enabled) => authenticator.enabled = enabled,
        (None, false) => {}
        (None, true) => {
            return Err(Refusal::invalid_parameter("User has not verified software token mfa"));
        }
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delete {
    user_pool_id: String,
    username: String,
}

/// Removes the authenticator, one that is not verified yet too. Log-ins under way begin anew.
pub fn delete(turn: &mut RequestContext, input: Delete) -> Result<Value, Refusal> {
    let sub = turn.administered(&input.user_pool_id, &input.username)?.sub.clone();
    let user = turn.change(&sub);
    user.enrolling = None;
    if user.authenticator.take().is_none() {
        return Err(Refusal::new(ErrorCode::SoftwareTokenMfaNotFound, "Software token was not found."));
    }
    turn.state.challenges.close_all_of(&sub);
    Ok(json!({}))
}

fn access_token(given: Option<String>) -> Result<String, Refusal> {
    given.ok_or_else(|| Refusal::invalid_parameter("Missing required parameter AccessToken"))
}
