//! What the templates allow each function to do in AWS, judged as IAM judges it.
//!
//! Only what the templates use is understood: `Allow` statements within the function, resources by reference, and the condition
//! `ForAllValues:StringLike` on `dynamodb:LeadingKeys`. Anything else fails loudly rather than being waved through.

use crate::cloudformation::{files, references, resources, resources_of};
use local::Call;
use local::services::{ARCHIVE_BUCKET, CHECKPOINT_KEY, FAILURES_BUCKET, HEALTH_DATA_KEY, KEYS_TABLE, TABLE};
use local::template::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The statements of each function, by the function's logical id.
pub struct Grants {
    functions: BTreeMap<String, Vec<Statement>>,
    /// The template of each resource, for statements that are to be pasted.
    homes: BTreeMap<String, String>,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// `dynamodb:GetItem` ..
    pub actions: BTreeSet<String>,
    /// The logical ids of what it is about, with the index behind a table: `Table`, `Table/index/GSI1`.
    pub resources: BTreeSet<String>,
    /// The patterns of partition keys, if there are any.
    pub keys: Vec<String>,
}

/// The actions that Cognito allows with a user's password or token: IAM is not asked.
const UNSIGNED: [&str; 13] = [
    "SignUp",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "ForgotPassword",
    "ResendConfirmationCode",
    "InitiateAuth",
    "RespondToAuthChallenge",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "SetUserMFAPreference",
    "GetTokensFromRefreshToken",
    "RevokeToken",
    "GlobalSignOut",
];

impl Grants {
    /// Those of the templates.
    pub fn of(template: &Template) -> Self {
        let mut functions: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
        for (id, resource) in &resources(template) {
            match resource["Type"].as_str() {
                Some("AWS::Serverless::Function") => {
                    let policies = resource["Properties"]["Policies"].as_array().cloned().unwrap_or_default();
                    let statements = functions.entry(id.clone()).or_default();
                    statements.extend(policies.iter().flat_map(|policy| statements_of(id, policy)));
                }
                // What a function may do to a resource that knows the function stands beside both.
                Some("AWS::IAM::Policy") => {
                    for role in references(&resource["Properties"]["Roles"]) {
                        let function = role.trim_end_matches("Role").to_owned();
                        let document = &resource["Properties"]["PolicyDocument"];
                        functions.entry(function).or_default().extend(statements_of(id, document));
                    }
                }
                Some("AWS::IAM::ManagedPolicy") => panic!("{id}: grants are written in the function that has them"),
                _ => {}
            }
        }
        let homes = files(template)
            .into_iter()
            .flat_map(|(path, document)| resources_of(&document).into_keys().map(move |id| (id, path.clone())));
        Grants { functions, homes: homes.collect() }
    }

    /// The statements of a function.
    pub fn statements(&self, function: &str) -> &[Statement] {
        self.functions.get(function).map_or(&[], Vec::as_slice)
    }

    /// The functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The statements that a function needs for these calls of its, as they are written in its template. What is kept is granted too.
    pub fn to_paste(&self, function: &str, calls: &[&Call], kept: &[Grant]) -> String {
        let mut keys: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        let mut plain: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for call in calls.iter().filter(|call| is_judged(call)) {
            let target = target(call);
            if call.service == "dynamodb" {
                let patterns = self.statements(function).iter().flat_map(|statement| &statement.keys);
                let known = patterns.filter(|pattern| is_like(pattern, key(call))).max_by_key(|pattern| pattern.len());
                let family = || format!("{}#*", key(call).split('#').next().unwrap_or_default());
                let pattern = known.cloned().unwrap_or_else(family);
                keys.entry((target.unwrap_or_default(), action(call))).or_default().insert(pattern);
            } else {
                let resource = self.written(function, &call.service, target.as_deref());
                plain.entry(resource).or_default().insert(action(call));
            }
        }
        for grant in kept.iter().filter(|grant| grant.action.starts_with("dynamodb:")) {
            keys.entry(("Table".to_owned(), grant.action.clone())).or_default().insert(grant.of.clone());
        }
        // Actions with the same keys are one statement.
        let mut statements: BTreeMap<(String, BTreeSet<String>), BTreeSet<String>> = BTreeMap::new();
        for ((table, action), patterns) in keys {
            statements.entry((table, patterns)).or_default().insert(action);
        }
        let flow = |names: &BTreeSet<String>| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if let [one] = names.as_slice() { (*one).to_owned() } else { format!("[{}]", names.join(", ")) }
        };
        let with_keys = statements.into_iter().map(|((table, patterns), actions)| {
            let (resource, keys) = (self.written(function, "dynamodb", Some(&table)), flow(&patterns));
            let condition = format!("{{\"ForAllValues:StringLike\": {{dynamodb:LeadingKeys: {keys}}}}}");
            format!("{{Effect: Allow, Action: {}, Resource: {resource}, Condition: {condition}}}", flow(&actions))
        });
        let without = plain
            .iter()
            .map(|(resource, actions)| format!("{{Effect: Allow, Action: {}, Resource: {resource}}}", flow(actions)));
        with_keys.chain(without).map(|statement| format!("            - {statement}\n")).collect()
    }

    /// A resource as a statement of this function names it.
    fn written(&self, function: &str, service: &str, name: Option<&str>) -> String {
        let name = match (service, name) {
            ("cognito-idp", _) => "UserPool",
            ("secretsmanager", _) => {
                return "!Sub arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:\
                        ${RazorpaySecretName}-??????"
                    .to_owned();
            }
            (_, name) => name.unwrap_or("the sender's identity, as in notifications"),
        };
        let (name, rest) =
            name.split_once('/').map_or((name, String::new()), |(name, rest)| (name, format!("/{rest}")));
        let rest = if service == "s3" { "/*".to_owned() } else { rest };
        let is_here = self.homes.get(name) == self.homes.get(function);
        match (is_here, rest.as_str()) {
            (true, "") => format!("!GetAtt {name}.Arn"),
            (true, rest) => format!("!Sub \"${{{name}.Arn}}{rest}\""),
            (false, "") => format!("!Ref {name}Arn"),
            (false, rest) => format!("!Sub \"${{{name}Arn}}{rest}\""),
        }
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

/// Calls of the stack itself, of users with their own token, and of Razorpay are not IAM's business; a transaction and a batch are
/// judged part by part.
pub fn is_judged(call: &Call) -> bool {
    let is_whole = matches!(call.action.as_str(), "TransactWriteItems" | "TransactGetItems")
        || call.action == "BatchGetItem" && call.resource.is_empty();
    let is_unsigned = call.service == "cognito-idp" && UNSIGNED.contains(&call.action.as_str());
    !(call.function.is_empty() || call.service == "razorpay" || is_whole || is_unsigned)
}

fn statements_of(owner: &str, document: &Value) -> Vec<Statement> {
    let statements = document["Statement"].as_array().cloned();
    let statements = statements.unwrap_or_else(|| panic!("{owner}: its policies are to be written out, as statements"));
    let read = |statement: &Value| {
        assert_eq!(statement["Effect"], "Allow", "{owner}");
        let condition = statement["Condition"].as_object().cloned().unwrap_or_default();
        let known = ["ForAllValues:StringLike", "StringEquals", "StringLike"];
        assert!(condition.keys().all(|name| known.contains(&name.as_str())), "{owner}: {condition:?}");
        Statement {
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
        self.actions.contains(&action(call))
            && self.resources.iter().any(|resource| is_about(resource, call))
            && (call.service != "dynamodb" || self.keys.iter().any(|pattern| is_like(pattern, key(call))))
    }

    /// What none of these calls of its function needs: an action at all, or an action on a key pattern or on a resource.
    pub fn unused(&self, calls: &[&Call]) -> Vec<Grant> {
        let mut unused = vec![];
        for granted in &self.actions {
            let own: Vec<&&Call> = calls.iter().filter(|call| action(call) == *granted && self.covers(call)).collect();
            let grant = |what: &str| Grant { action: granted.clone(), of: what.to_owned() };
            let patterns = self.keys.iter().filter(|pattern| !own.iter().any(|call| is_like(pattern, key(call))));
            unused.extend(patterns.map(|pattern| grant(pattern)));
            // A single resource beside key patterns is unused when all of them are.
            if self.keys.is_empty() || self.resources.len() > 1 {
                let resources = self.resources.iter().filter(|name| !own.iter().any(|call| is_about(name, call)));
                unused.extend(resources.filter(|name| has_resources(name)).map(|name| grant(name)));
            }
            if own.is_empty() && unused.iter().all(|grant| grant.action != *granted) {
                unused.push(grant(""));
            }
        }
        unused
    }
}

/// A part of a statement: an action, and the key pattern or the resource that it is granted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// `dynamodb:PutItem` ..
    pub action: String,
    /// `DOC#*`, or the logical id of a resource.
    pub of: String,
}

/// Of secrets, pools and senders there is one each: the action says which.
fn has_resources(resource: &str) -> bool {
    let resource = resource.split('/').next().unwrap_or_default();
    ["Table", "KeysTable", "HealthDataKey", "CheckpointKey"].contains(&resource)
        || resource.ends_with("Queue")
        || resource.ends_with("Bucket")
}

/// The partition key of a call of DynamoDB.
fn key(call: &Call) -> &str {
    call.resource.split_once(' ').map_or("", |(_, key)| key)
}

/// The logical id of a call's resource, where calls of its service differ by resource; of an index, with its name.
fn target(call: &Call) -> Option<String> {
    match call.service.as_str() {
        "dynamodb" => {
            let table = call.resource.split_once(' ').map_or(call.resource.as_str(), |(table, _)| table);
            let (table, index) = table.split_once('/').map_or((table, None), |(table, index)| (table, Some(index)));
            let name = match table {
                TABLE => "Table",
                KEYS_TABLE => "KeysTable",
                other => panic!("there is no table {other}"),
            };
            Some(index.map_or_else(|| name.to_owned(), |index| format!("{name}/index/{index}")))
        }
        "sqs" => call.resource.rsplit('/').next().map(str::to_owned),
        "kms" => match call.resource.as_str() {
            HEALTH_DATA_KEY => Some("HealthDataKey".to_owned()),
            CHECKPOINT_KEY => Some("CheckpointKey".to_owned()),
            other => panic!("there is no key {other}"),
        },
        "s3" => match call.resource.split('/').next().unwrap_or_default() {
            FAILURES_BUCKET => Some("FailuresBucket".to_owned()),
            ARCHIVE_BUCKET => Some("ArchiveBucket".to_owned()),
            other => panic!("there is no bucket {other}"),
        },
        "secretsmanager" | "cognito-idp" | "ses" => None,
        other => panic!("no rule for {other}"),
    }
}

fn is_about(resource: &str, call: &Call) -> bool {
    target(call).is_none_or(|target| target == resource)
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

    #[test]
    fn what_no_call_needs_is_found_by_action_pattern_and_resource() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let statement = Statement {
            actions: texts(&["dynamodb:DeleteItem", "dynamodb:PutItem"]).into_iter().collect(),
            resources: texts(&["Table"]).into_iter().collect(),
            keys: texts(&["DOC#*", "DIR#*"]),
        };
        let (put, delete) =
            (call("F", "PutItem", &format!("{TABLE} DOC#1")), call("F", "DeleteItem", &format!("{TABLE} DIR#x")));
        let found: Vec<_> =
            statement.unused(&[&put, &delete]).into_iter().map(|grant| (grant.action, grant.of)).collect();
        let expected = [("dynamodb:DeleteItem", "DOC#*"), ("dynamodb:PutItem", "DIR#*")];
        assert_eq!(found, expected.map(|(action, of)| (action.to_owned(), of.to_owned())));

        // A pattern names the action already, without its table; of several indexes each is judged.
        let of = |statement: &Statement| statement.unused(&[]).into_iter().map(|grant| grant.of).collect::<Vec<_>>();
        let table = Statement { actions: texts(&["dynamodb:PutItem"]).into_iter().collect(), ..statement };
        assert_eq!(of(&table), ["DOC#*", "DIR#*"]);
        let indexes = Statement {
            actions: texts(&["dynamodb:Query"]).into_iter().collect(),
            resources: texts(&["Table/index/GSI1", "Table/index/GSI2"]).into_iter().collect(),
            keys: texts(&["DOC#*"]),
        };
        assert_eq!(of(&indexes), ["DOC#*", "Table/index/GSI1", "Table/index/GSI2"]);
        let asked = call("F", "Query", &format!("{TABLE}/GSI2 DOC#1"));
        let unused = indexes.unused(&[&asked]);
        assert_eq!(unused, [Grant { action: "dynamodb:Query".into(), of: "Table/index/GSI1".into() }]);

        let queues = Statement {
            actions: texts(&["sqs:SendMessage"]).into_iter().collect(),
            resources: texts(&["HoldsQueue", "VisitsQueue"]).into_iter().collect(),
            keys: vec![],
        };
        let sent = Call { service: "sqs".into(), ..call("F", "SendMessageBatch", "http://sqs/1/HoldsQueue") };
        let unused = queues.unused(&[&sent]);
        assert_eq!(unused, [Grant { action: "sqs:SendMessage".into(), of: "VisitsQueue".into() }]);
    }

    #[test]
    fn statements_to_paste_are_those_that_the_calls_need() {
        let grants = Grants::of(&Template::read());
        let calls = [
            call("LogOutFunction", "PutItem", &format!("{TABLE} USER#1")),
            call("LogOutFunction", "PutItem", &format!("{TABLE} DOC#1")),
            call("LogOutFunction", "GetItem", &format!("{TABLE} USER#1")),
            call("LogOutFunction", "Query", &format!("{TABLE}/GSI1 PAT#1")),
        ];
        let pasted = grants.to_paste("LogOutFunction", &calls.iter().collect::<Vec<_>>(), &[]);
        let keys =
            |keys: &str| format!("Condition: {{\"ForAllValues:StringLike\": {{dynamodb:LeadingKeys: {keys}}}}}}}");
        let expected = [
            format!("{{Effect: Allow, Action: dynamodb:PutItem, Resource: !Ref TableArn, {}", keys("[DOC#*, USER#*]")),
            format!("{{Effect: Allow, Action: dynamodb:GetItem, Resource: !Ref TableArn, {}", keys("USER#*")),
            format!(
                "{{Effect: Allow, Action: dynamodb:Query, Resource: !Sub \"${{TableArn}}/index/GSI1\", {}",
                keys("PAT#*")
            ),
        ];
        assert_eq!(pasted, expected.map(|line| format!("            - {line}\n")).concat());
    }
}
