//! `/oauth2/token` and `/oauth2/revoke`: codes and refresh tokens against tokens, and their end.

use aws_lc_rs::{constant_time, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::visit::{Params, Visit};
use super::{Page, json, oauth_error};
use crate::api::tokens::revoke_session;
use crate::error::ErrorCode;
use crate::pool::UserPool;
use crate::request_context::{Issued, RequestContext, TokenSource};

pub async fn issue(pool: &UserPool, visit: &Visit) -> Page {
    let Some(client) = public_client(pool, visit) else {
        return oauth_error("invalid_client");
    };
    let form = &visit.form;
    let issued = match form.get("grant_type") {
        Some("authorization_code") => pool.run(|turn| Ok(exchange(turn, client, form))).await.ok().flatten(),
        Some("refresh_token") => pool.run(|turn| turn.renew_session(form.text("refresh_token"), client)).await.ok(),
        Some(_) => return oauth_error("unsupported_grant_type"),
        None => return oauth_error("invalid_request"),
    };
    match issued {
        None => oauth_error("invalid_grant"),
        Some(Issued { pair, refresh }) => {
            let mut body = json!({
                "access_token": pair.access,
                "refresh_token": refresh,
                "expires_in": pool.config().lifetimes.access.as_secs(),
                "token_type": "Bearer",
            });
            if let Some(id) = pair.id {
                body["id_token"] = json!(id);
            }
            json(StatusCode::OK, &body)
        }
    }
}

/// Exchanges a code. Every mismatch uses the code up, and a second use ends the session that the first began.
fn exchange(turn: &mut RequestContext, client: &str, form: &Params) -> Option<Issued> {
    let grant = match turn.state.web.take(form.text("code"), turn.now)? {
        Ok(grant) => grant,
        Err(session) => {
            turn.state.sessions.revoke(&session);
            return None;
        }
    };
    let proved = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, form.text("code_verifier").as_bytes()));
    let same_challenge = constant_time::verify_slices_are_equal(proved.as_bytes(), grant.challenge.as_bytes()).is_ok();
    // RFC 7636, 4.1: a verifier has 43 to 128 characters; a shorter one could be guessed.
    let long_enough = (43..=128).contains(&form.text("code_verifier").len());
    if grant.client != client
        || form.get("redirect_uri") != Some(&grant.redirect_uri)
        || !same_challenge
        || !long_enough
    {
        return None;
    }
    let (id, session) = grant.session;
    Some(turn.begin(id, session, TokenSource::HostedAuth))
}

pub async fn revoke(pool: &UserPool, visit: &Visit) -> Page {
    let Some(client) = public_client(pool, visit) else {
        return oauth_error("invalid_client");
    };
    let Some(token) = visit.form.get("token") else {
        return oauth_error("invalid_request");
    };
    match pool.run(|turn| revoke_session(turn, client, token)).await {
        Ok(()) => Response::new(Bytes::new()),
        Err(refusal) if refusal.code == ErrorCode::UnsupportedTokenType => oauth_error("unsupported_token_type"),
        Err(_) => oauth_error("invalid_request"),
    }
}

/// The client that the form names. A public client has no secret: a request with one is refused.
fn public_client<'a>(pool: &UserPool, visit: &'a Visit) -> Option<&'a str> {
    let id = visit.form.get("client_id")?;
    pool.config().client(id)?;
    if visit.has_authorization() || visit.form.get("client_secret").is_some() {
        return None;
    }
    Some(id)
}
