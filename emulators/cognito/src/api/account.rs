//! `GetUser`.

use serde_json::{Value, json};

use super::tokens::WithAccessToken;
use crate::error::Refusal;
use crate::request_context::RequestContext;

pub fn view(turn: &mut RequestContext, input: WithAccessToken) -> Result<Value, Refusal> {
    let sub = turn.self_service(&input.access_token)?;
    let user = &turn.state.users[&sub];
    Ok(user.with_mfa_settings(json!({"Username": user.sub, "UserAttributes": user.attribute_list()})))
}
