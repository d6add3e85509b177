//! What the template allows each function to do in AWS, judged as IAM judges it.
//!
//! Only what the template uses is understood: `Allow` statements of managed policies, resources by reference, and the condition
//! `ForAllValues:StringLike` on `dynamodb:LeadingKeys`. Anything else fails loudly rather than being waved through.

use crate::cloudformation::{references, resources};
use local::Call;
use local::stack::{ARCHIVE_BUCKET, CHECKPOINT_KEY, FAILURES_BUCKET, HEALTH_DATA_KEY, KEYS_TABLE, TABLE};
use local::template::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The statements of each function, by the function's logical id.
pub struct Grants {
    functions: BTreeMap<String, Vec<Statement>>,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The policy's logical id.
    pub policy: String,
    /// `dynamodb:GetItem` ..
    pub actions: BTreeSet<String>,
    /// The logical ids of what it is about, with the index behind a table: `Table`, `Table/index/GSI1`.
    pub resources: BTreeSet<String>,
    /// The patterns of partition keys, if there are any.
    pub keys: Vec<String>,
}

/// What Cognito lets everybody do who has a user's password or token: IAM is not asked.
const UNSIGNED: [&str; 7] = [
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "InitiateAuth",
    "GetTokensFromRefreshToken",
    "RevokeToken",
    "GlobalSignOut",
];

impl Grants {
    /// Those of a template.
    pub fn of(template: &Template) -> Self {
        let resources = resources(template);
        let mut functions: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
        for (id, resource) in &resources {
            match resource["Type"].as_str() {
                Some("AWS::Serverless::Function") => {
                    let statements = functions.entry(id.clone()).or_default();
                    for policy in own_policies(resource) {
                        let document =
                            &resources.get(&policy).unwrap_or_else(|| panic!("{id}: no policy {policy}"))["Properties"];
                        statements.extend(statements_of(&policy, document));
                    }
                }
                Some("AWS::IAM::Policy") => {
                    for role in references(&resource["Properties"]["Roles"]) {
                        let function = role.trim_end_matches("Role").to_owned();
                        functions.entry(function).or_default().extend(statements_of(id, &resource["Properties"]));
                    }
                }
                _ => {}
            }
        }
        Grants { functions }
    }

    /// The statements of a function.
    pub fn statements(&self, function: &str) -> &[Statement] {
        self.functions.get(function).map_or(&[], Vec::as_slice)
    }

    /// The functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The calls that IAM would refuse.
    pub fn refused(&self, calls: &BTreeSet<Call>) -> Vec<Call> {
        let judged = calls.iter().filter(|call| is_judged(call));
        judged
            .filter(|call| !self.statements(&call.function).iter().any(|statement| statement.covers(call)))
            .cloned()
            .collect()
    }
}

/// The policies of ours that a function names.
pub fn own_policies(function: &Value) -> Vec<String> {
    let policies = function["Properties"]["Policies"].as_array().cloned().unwrap_or_default();
    policies.iter().map(|policy| policy["Ref"].as_str().expect("policies are named, not inline").to_owned()).collect()
}

/// Calls of the stack itself, of users with their own token, and of Razorpay are not IAM's business; a transaction and a batch are
/// judged part by part.
pub fn is_judged(call: &Call) -> bool {
    let is_whole = matches!(call.action.as_str(), "TransactWriteItems" | "TransactGetItems")
        || call.action == "BatchGetItem" && call.resource.is_empty();
    let is_unsigned = call.service == "cognito-idp" && UNSIGNED.contains(&call.action.as_str());
    !(call.function.is_empty() || call.service == "razorpay" || is_whole || is_unsigned)
}

fn statements_of(policy: &str, properties: &Value) -> Vec<Statement> {
    let statements = properties["PolicyDocument"]["Statement"].as_array().cloned().expect("a policy has statements");
    let read = |statement: &Value| {
        assert_eq!(statement["Effect"], "Allow", "{policy}");
        let condition = statement["Condition"].as_object().cloned().unwrap_or_default();
        let known = ["ForAllValues:StringLike", "StringEquals", "StringLike"];
        assert!(condition.keys().all(|name| known.contains(&name.as_str())), "{policy}: {condition:?}");
        Statement {
            policy: policy.to_owned(),
            actions: texts(&statement["Action"]).into_iter().collect(),
            resources: targets(&statement["Resource"]),
            keys: condition
                .get("ForAllValues:StringLike")
                .map(|rule| texts(&rule["dynamodb:LeadingKeys"]))
                .unwrap_or_default(),
        }
    };
    statements.iter().map(read).collect()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec![],
    }
}

fn targets(resource: &Value) -> BTreeSet<String> {
    let one = |value: &Value| match value {
        Value::Object(form) if form.contains_key("Fn::Sub") => {
            let text = form["Fn::Sub"].as_str().unwrap_or_default();
            let index = text.split_once("/index/").map(|(_, index)| index.to_owned());
            match index {
                Some(index) => references(value).into_iter().map(|name| format!("{name}/index/{index}")).collect(),
                None => references(value).into_iter().collect::<Vec<_>>(),
            }
        }
        other => references(other).into_iter().collect(),
    };
    match resource {
        Value::Array(values) => values.iter().flat_map(one).collect(),
        single => one(single).into_iter().collect(),
    }
}

impl Statement {
    /// Whether it allows a call.
    pub fn covers(&self, call: &Call) -> bool {
        self.actions.contains(&action(call)) && self.is_about(call)
    }

    fn is_about(&self, call: &Call) -> bool {
        match call.service.as_str() {
            "dynamodb" => {
                let (table, key) = call.resource.split_once(' ').unwrap_or((&call.resource, ""));
                let (table, index) = table.split_once('/').map_or((table, None), |(table, index)| (table, Some(index)));
                let name = match table {
                    TABLE => "Table",
                    KEYS_TABLE => "KeysTable",
                    other => panic!("there is no table {other}"),
                };
                let name = index.map_or_else(|| name.to_owned(), |index| format!("{name}/index/{index}"));
                self.resources.contains(&name) && self.keys.iter().any(|pattern| is_like(pattern, key))
            }
            "sqs" => self.resources.iter().any(|queue| call.resource.ends_with(&format!("/{queue}"))),
            "kms" => {
                let name = match call.resource.as_str() {
                    HEALTH_DATA_KEY => "HealthDataKey",
                    CHECKPOINT_KEY => "CheckpointKey",
                    other => panic!("there is no key {other}"),
                };
                self.resources.contains(name)
            }
            "s3" => {
                let bucket = call.resource.split('/').next().unwrap_or_default();
                let name = match bucket {
                    FAILURES_BUCKET => "FailuresBucket",
                    ARCHIVE_BUCKET => "ArchiveBucket",
                    other => panic!("there is no bucket {other}"),
                };
                self.resources.contains(name)
            }
            // One secret, one pool, one sender: the action says which.
            "secretsmanager" | "cognito-idp" | "ses" => true,
            other => panic!("no rule for {other}"),
        }
    }
}

/// The call's action, as a policy spells it.
pub fn action(call: &Call) -> String {
    match call.action.as_str() {
        // IAM has no action of its own for a batch of messages.
        "SendMessageBatch" => "sqs:SendMessage".to_owned(),
        action => format!("{}:{action}", call.service),
    }
}

/// `StringLike`, with a star at the end at most.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => text.starts_with(prefix),
        None => text == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(function: &str, action: &str, resource: &str) -> Call {
        Call { function: function.into(), service: "dynamodb".into(), action: action.into(), resource: resource.into() }
    }

    #[test]
    fn a_call_is_judged_by_action_table_and_key() {
        let grants = Grants::of(&Template::read());
        let is_refused = |call: Call| !grants.refused(&[call].into()).is_empty();
        let table = |key: &str| format!("{TABLE} {key}");
        assert!(!is_refused(call("ViewDoctorFunction", "GetItem", &table("DOC#1"))));
        assert!(is_refused(call("ViewDoctorFunction", "GetItem", &table("APPT#1"))));
        assert!(is_refused(call("ViewDoctorFunction", "DeleteItem", &table("DOC#1"))));
        assert!(is_refused(call("ViewDoctorFunction", "GetItem", &format!("{KEYS_TABLE} DOC#1"))));
        assert!(!is_refused(call("ListAppointmentsFunction", "Query", &format!("{TABLE}/GSI1 PAT#1"))));
        assert!(is_refused(call("ListAppointmentsFunction", "Query", &table("PAT#1"))));
        assert!(is_refused(call("NoSuchFunction", "GetItem", &table("DOC#1"))));
    }
}
