//! `GetUser`.

use serde_json::{Value, json};

use super::tokens::WithAccessToken;
use crate::error::Refusal;
use crate::turn::Turn;

pub fn view(turn: &mut Turn, input: WithAccessToken) -> Result<Value, Refusal> {
    let sub = turn.self_service(&input.access_token)?;
    let user = &turn.state.users[&sub];
    Ok(user.with_mfa_settings(json!({"Username": user.sub, "UserAttributes": user.attribute_list()})))
}
