//! `openid-configuration`. The issuer is the one in the tokens, the addresses are those of this machine.

use http::StatusCode;
use serde_json::json;

use super::{Page, json};
use crate::config::Config;

pub fn document(config: &Config) -> Page {
    let Config { base_url, pool_id, issuer, .. } = config;
    json(
        StatusCode::OK,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{base_url}/oauth2/authorize"),
            "token_endpoint": format!("{base_url}/oauth2/token"),
            "revocation_endpoint": format!("{base_url}/oauth2/revoke"),
            "userinfo_endpoint": format!("{base_url}/oauth2/userInfo"),
            "end_session_endpoint": format!("{base_url}/logout"),
            "jwks_uri": format!("{base_url}/{pool_id}/.well-known/jwks.json"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "email", "profile"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }),
    )
}
