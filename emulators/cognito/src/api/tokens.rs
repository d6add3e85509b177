//! `InitiateAuth`, `RespondToAuthChallenge`, `GetTokensFromRefreshToken`, `RevokeToken`, `GlobalSignOut`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::check_no_secret;
use crate::error::{ErrorCode, Refusal};
use crate::request_context::{Issued, RequestContext, TokenSource};
use crate::sign_in::{self, Ask, Progress};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InitiateAuth {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: HashMap<String, String>,
}

pub fn initiate(turn: &mut RequestContext, input: InitiateAuth) -> Result<Value, Refusal> {
    let client = turn.client(&input.client_id)?;
    match input.auth_flow.as_str() {
        "USER_PASSWORD_AUTH" if client.password_flow => {}
        // Rotation is on for every client, which excludes the old refresh flow.
        flow @ ("USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" | "USER_SRP_AUTH" | "CUSTOM_AUTH"
        | "USER_AUTH") => {
            return Err(Refusal::invalid_parameter(format!("{flow} flow not enabled for this client")));
        }
        _ => {
            return Err(Refusal::invalid_parameter("Initiate Auth method not supported."));
        }
    }
    check_no_secret(&input.client_id, input.auth_parameters.get("SECRET_HASH"))?;
    let login = required(&input.auth_parameters, "USERNAME")?;
    let password = required(&input.auth_parameters, "PASSWORD")?;
    let progress = sign_in::with_password(turn, &input.client_id, login, password)?;
    Ok(next(turn, &input.client_id, progress, TokenSource::Authentication))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RespondToAuthChallenge {
    client_id: String,
    challenge_name: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: HashMap<String, String>,
}

pub fn respond(turn: &mut RequestContext, input: RespondToAuthChallenge) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    let responses = &input.challenge_responses;
    check_no_secret(&input.client_id, responses.get("SECRET_HASH"))?;
    let session =
        input.session.as_deref().ok_or_else(|| Refusal::invalid_parameter("Missing required parameter Session"))?;
    let login = Some(required(responses, "USERNAME")?);
    let (progress, source) = match input.challenge_name.as_str() {
        "NEW_PASSWORD_REQUIRED" => {
            let password = required(responses, "NEW_PASSWORD")?;
            let progress = sign_in::with_new_password(turn, &input.client_id, session, login, password)?;
            (progress, TokenSource::NewPasswordChallenge)
        }
        "SOFTWARE_TOKEN_MFA" => {
            let code = required(responses, "SOFTWARE_TOKEN_MFA_CODE")?;
            let progress = sign_in::with_totp_code(turn, &input.client_id, session, login, code)?;
            (progress, TokenSource::Authentication)
        }
        other => {
            return Err(Refusal::invalid_parameter(format!("Challenge {other} is not one of this user pool.")));
        }
    };
    Ok(next(turn, &input.client_id, progress, source))
}

fn next(turn: &mut RequestContext, client: &str, progress: Progress, source: TokenSource) -> Value {
    match progress {
        Progress::SignedIn { sub, by_code } => {
            let issued = turn.begin_session(&sub, client, source, by_code);
            json!({"ChallengeParameters": {}, "AuthenticationResult": result(turn, issued)})
        }
        Progress::Asked { ask, session, sub } => {
            let user = &turn.state.users[&sub];
            let (name, parameters) = match ask {
                Ask::NewPassword => {
                    let mut attributes = user.attribute_map();
                    attributes.remove("sub");
                    let attributes = json!(attributes).to_string();
                    let parameters =
                        json!({"USER_ID_FOR_SRP": sub, "requiredAttributes": "[]", "userAttributes": attributes});
                    ("NEW_PASSWORD_REQUIRED", parameters)
                }
                Ask::TotpCode => {
                    let device = user.authenticator.as_ref().map_or("", |authenticator| &authenticator.name);
                    ("SOFTWARE_TOKEN_MFA", json!({"USER_ID_FOR_SRP": sub, "FRIENDLY_DEVICE_NAME": device}))
                }
            };
            json!({"ChallengeName": name, "Session": session, "ChallengeParameters": parameters})
        }
    }
}

fn result(turn: &RequestContext, issued: Issued) -> Value {
    json!({
        "AccessToken": issued.pair.access,
        "IdToken": issued.pair.id,
        "RefreshToken": issued.refresh,
        "TokenType": "Bearer",
        "ExpiresIn": turn.config.lifetimes.access.as_secs(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetTokensFromRefreshToken {
    client_id: String,
    client_secret: Option<String>,
    refresh_token: String,
}

pub fn renew(turn: &mut RequestContext, input: GetTokensFromRefreshToken) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.client_secret.as_ref())?;
    let issued = turn.renew_session(&input.refresh_token, &input.client_id)?;
    Ok(json!({"AuthenticationResult": result(turn, issued)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RevokeToken {
    client_id: String,
    client_secret: Option<String>,
    token: String,
}

/// Ends the session of a refresh token, its access tokens included. A token that is unknown is no error (RFC 7009).
pub fn revoke(turn: &mut RequestContext, input: RevokeToken) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.client_secret.as_ref())?;
    revoke_session(turn, &input.client_id, &input.token)?;
    Ok(json!({}))
}

/// The common part of `RevokeToken` and `/oauth2/revoke`.
pub fn revoke_session(turn: &mut RequestContext, client: &str, token: &str) -> Result<(), Refusal> {
    if turn.key.open(token).is_some() {
        return Err(Refusal::new(ErrorCode::UnsupportedTokenType, "Unsupported token type"));
    }
    if let Some((id, session)) = turn.state.sessions.of_refresh_token(token)
        && session.client == client
    {
        let id = id.to_owned();
        turn.state.sessions.revoke(&id);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WithAccessToken {
    pub access_token: String,
}

/// Ends all sessions. The hosted domain's own cookie lives on for its hour, as in AWS: `/logout` ends that.
pub fn sign_out_everywhere(turn: &mut RequestContext, input: WithAccessToken) -> Result<Value, Refusal> {
    let sub = turn.self_service(&input.access_token)?;
    turn.state.sessions.revoke_all_of(&sub);
    Ok(json!({}))
}

fn required<'a>(parameters: &'a HashMap<String, String>, name: &str) -> Result<&'a str, Refusal> {
    let value = parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    value.ok_or_else(|| Refusal::invalid_parameter(format!("Missing required parameter {name}")))
}
