//! The administrative operations that only look: `AdminGetUser`, `AdminListGroupsForUser`, `ListUsers`,
//! `ListUsersInGroup`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::admin::Named;
use crate::error::{ErrorCode, Refusal};
use crate::request_context::RequestContext;
use crate::user::User;

/// The service's `UserType`.
pub fn user_type(user: &User) -> Value {
    json!({
        "Username": user.sub,
        "Attributes": user.attribute_list(),
        "UserCreateDate": seconds(user.created_at),
        "UserLastModifiedDate": seconds(user.modified_at),
        "Enabled": user.enabled,
        "UserStatus": user.status.name(),
    })
}

pub fn view(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let user = turn.administered(&input.user_pool_id, &input.username)?;
    let mut answer = user_type(user);
    // The same shape as in lists, but for the name of this one member.
    answer["UserAttributes"] = answer["Attributes"].take();
    if let Some(members) = answer.as_object_mut() {
        members.remove("Attributes");
    }
    Ok(user.with_mfa_settings(answer))
}

pub fn groups(turn: &mut RequestContext, input: Named) -> Result<Value, Refusal> {
    let user = turn.administered(&input.user_pool_id, &input.username)?;
    let made = seconds(turn.state.created_at);
    let groups: Vec<Value> = (0..)
        .zip(&turn.config.groups)
        .filter(|(_, group)| user.groups.contains(*group))
        .map(|(precedence, group): (u32, _)| {
            json!({
                "GroupName": group,
                "UserPoolId": turn.config.pool_id,
                "Precedence": precedence,
                "CreationDate": made,
                "LastModifiedDate": made,
            })
        })
        .collect();
    Ok(json!({"Groups": groups}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListUsers {
    user_pool_id: String,
    filter: Option<String>,
    limit: Option<usize>,
    pagination_token: Option<String>,
}

/// Lists users in the order of their subs, 60 at most; the token is the sub at which the page before ended.
pub fn users(turn: &mut RequestContext, input: ListUsers) -> Result<Value, Refusal> {
    turn.check_pool(&input.user_pool_id)?;
    let filter = input.filter.as_deref().filter(|text| !text.trim().is_empty()).map(Filter::parse).transpose()?;
    let limit = input.limit.unwrap_or(60);
    if !(1..=60).contains(&limit) {
        return Err(Refusal::invalid_parameter("1 validation error detected: Limit must be between 1 and 60"));
    }
    let mut matching = turn
        .state
        .users
        .values()
        .filter(|user| input.pagination_token.as_ref().is_none_or(|token| user.sub > *token))
        .filter(|user| filter.as_ref().is_none_or(|filter| filter.matches(user)));
    let page: Vec<&User> = matching.by_ref().take(limit).collect();
    let mut answer = json!({"Users": page.iter().map(|user| user_type(user)).collect::<Vec<_>>()});
    if matching.next().is_some() {
        answer["PaginationToken"] = json!(page.last().map(|user| &user.sub));
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListMembers {
    user_pool_id: String,
    group_name: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

/// Lists the members of a group as [`users`] lists users.
pub fn members(turn: &mut RequestContext, input: ListMembers) -> Result<Value, Refusal> {
    turn.check_pool(&input.user_pool_id)?;
    if !turn.config.groups.contains(&input.group_name) {
        return Err(Refusal::new(ErrorCode::ResourceNotFound, "Group not found."));
    }
    let limit = input.limit.unwrap_or(60);
    if !(1..=60).contains(&limit) {
        return Err(Refusal::invalid_parameter("1 validation error detected: Limit must be between 1 and 60"));
    }
    let mut matching = turn
        .state
        .users
        .values()
        .filter(|user| input.next_token.as_ref().is_none_or(|token| user.sub > *token))
        .filter(|user| user.groups.contains(&input.group_name));
    let page: Vec<&User> = matching.by_ref().take(limit).collect();
    let mut answer = json!({"Users": page.iter().map(|user| user_type(user)).collect::<Vec<_>>()});
    if matching.next().is_some() {
        answer["NextToken"] = json!(page.last().map(|user| &user.sub));
    }
    Ok(answer)
}

/// `name = "value"` or `name ^= "beginning"`.
struct Filter<'a> {
    name: &'a str,
    value: String,
    prefix: bool,
}

impl<'a> Filter<'a> {
    fn parse(text: &'a str) -> Result<Self, Refusal> {
        let invalid = || Refusal::invalid_parameter("Error while parsing filter");
        let (left, right) = text.split_once('=').ok_or_else(invalid)?;
        let (left, prefix) = match left.strip_suffix('^') {
            Some(left) => (left, true),
            None => (left, false),
        };
        let value = right.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(invalid)?;
        let name = left.trim().trim_matches('"');
        if !["sub", "username", "email", "name", "phone_number", "cognito:user_status", "status"].contains(&name) {
            return Err(Refusal::invalid_parameter(format!("Filtering by {name} is not supported")));
        }
        Ok(Self { name, value: value.replace("\\\"", "\""), prefix })
    }

    fn matches(&self, user: &User) -> bool {
        let (held, wanted) = match self.name {
            "sub" | "username" => (user.sub.as_str(), self.value.clone()),
            "email" => (user.email.as_str(), self.value.to_lowercase()),
            "cognito:user_status" => (user.status.name(), self.value.clone()),
            "status" => (if user.enabled { "Enabled" } else { "Disabled" }, self.value.clone()),
            other => (user.attributes.get(other).map_or("", String::as_str), self.value.clone()),
        };
        if self.prefix { held.starts_with(&wanted) } else { held == wanted }
    }
}

fn seconds(at: jiff::Timestamp) -> f64 {
    // Dates of the JSON protocol are seconds with a fraction; milliseconds since 1970 are exact in an f64.
    at.as_millisecond() as f64 / 1_000.0
}
