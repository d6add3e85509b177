//! The claims of tokens, and their check. Access and ID tokens have the claims of real ones, no more and no less.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::keys::SigningKey;
use crate::random::Random;
use crate::sessions::Session;
use crate::user::User;

/// The scope that lets a user's token call the user pool about that user.
pub const SELF_SERVICE_SCOPE: &str = "aws.cognito.signin.user.admin";

/// The `acr` of a log-in by password alone.
pub const LEVEL_OF_PASSWORD: &str = "urn:cognito:loa:1";
/// The `acr` of a log-in by password and a code of an authenticator app.
pub const LEVEL_OF_CODE: &str = "urn:cognito:loa:4";

/// The claims of a token that was found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(pub Map<String, Value>);

impl Claims {
    /// A claim that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.text("scope").is_some_and(|scopes| scopes.split(' ').any(|held| held == scope))
    }
}

/// The reason why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    #[error("not a token of this pool: its form, key or signature is wrong")]
    Signature,
    #[error("issued by another pool")]
    Issuer,
    #[error("made for an app client that is not accepted")]
    Audience,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYet,
}

/// SHA-256 as text: the form in which codes and refresh tokens are kept.
pub fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// Checks what API Gateway's JWT authorizer checks: signature, `iss`, `aud` or else `client_id`, `exp`, `nbf` and `iat`.
/// Not revocation, and not `token_use`: the reader of the token checks these.
pub fn verify(token: &str, config: &Config, key: &SigningKey, now: Timestamp) -> Result<Claims, TokenRefusal> {
    let claims = Claims(key.open(token).ok_or(TokenRefusal::Signature)?);
    if claims.text("iss") != Some(&config.issuer) {
        return Err(TokenRefusal::Issuer);
    }
    let audience = claims.text("aud").or_else(|| claims.text("client_id"));
    audience.and_then(|id| config.client(id)).ok_or(TokenRefusal::Audience)?;
    let instant = |name: &str| claims.0.get(name).and_then(Value::as_i64);
    if instant("exp").is_none_or(|exp| now.as_second() >= exp) {
        return Err(TokenRefusal::Expired);
    }
    if ["iat", "nbf"].into_iter().filter_map(instant).any(|from| now.as_second() < from) {
        return Err(TokenRefusal::NotYet);
    }
    Ok(claims)
}

/// An access token, and an ID token where the session may have one.
pub struct Pair {
    pub access: String,
    pub id: Option<String>,
}

/// A user's groups, in order of precedence.
pub fn groups_of<'a>(user: &User, config: &'a Config) -> Vec<&'a String> {
    config.groups.iter().filter(|group| user.groups.contains(*group)).collect()
}

/// Makes the tokens of a session.
pub fn pair(
    (origin_jti, session): (&str, &Session),
    user: &User,
    config: &Config,
    key: &SigningKey,
    random: &Random,
    now: Timestamp,
) -> Pair {
    let issued = now.as_second();
    let groups = groups_of(user, config);
    let event_id = random.uuid();
    // A refresh keeps both, since they are of the log-in.
    let (acr, amr) = match session.by_code {
        false => (LEVEL_OF_PASSWORD, json!(["pwd"])),
        true => (LEVEL_OF_CODE, json!(["pwd", "otp", "mfa"])),
    };

    let mut access = json!({
        "sub": user.sub,
        "iss": config.issuer,
        "client_id": session.client,
        "origin_jti": origin_jti,
        "event_id": event_id,
        "token_use": "access",
        "scope": session.scopes.join(" "),
        "auth_time": session.signed_in_at.as_second(),
        "acr": acr,
        "amr": amr,
        "exp": issued + config.lifetimes.access.as_secs(),
        "iat": issued,
        "jti": random.uuid(),
        "username": user.sub,
    });
    if !groups.is_empty() {
        access["cognito:groups"] = json!(groups);
    }
    if session.hosted {
        // The hosted domain's access tokens carry it, those of `InitiateAuth` do not.
        access["version"] = json!(2);
    }
    let access = key.sign(&access);
    if session.hosted && !session.scopes.iter().any(|scope| scope == "openid") {
        return Pair { access, id: None };
    }

    let mut id = json!({
        "sub": user.sub,
        "aud": session.client,
        "iss": config.issuer,
        "cognito:username": user.sub,
        "origin_jti": origin_jti,
        "event_id": event_id,
        "token_use": "id",
        "auth_time": session.signed_in_at.as_second(),
        "acr": acr,
        "amr": amr,
        "exp": issued + config.lifetimes.id.as_secs(),
        "iat": issued,
        "jti": random.uuid(),
        "email": user.email,
        "email_verified": user.email_verified,
    });
    for (name, value) in &user.attributes {
        // The one boolean among the optional standard attributes.
        id[name] = if name == "phone_number_verified" { json!(value == "true") } else { json!(value) };
    }
    if !groups.is_empty() {
        id["cognito:groups"] = json!(groups);
    }
    if session.hosted {
        let half = digest::digest(&digest::SHA256, access.as_bytes());
        id["at_hash"] = json!(URL_SAFE_NO_PAD.encode(&half.as_ref()[..16]));
    }
    if let Some(nonce) = &session.nonce {
        id["nonce"] = json!(nonce);
    }
    Pair { access, id: Some(key.sign(&id)) }
}
