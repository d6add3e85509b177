//! What can be proved of the template without an account: it can be deployed, and it grants what is used and nothing else.

use api::Bound;
use local::Call;
use local::functions::contexts;
use local::stack::logical_id;
use local::template::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::cloudformation::{cycle, references, resources};
use system_tests::grants::{Grants, action, is_judged, own_policies};
use system_tests::{World, used_calls};

type Resources = BTreeMap<String, Value>;

const FUNCTION: &str = "AWS::Serverless::Function";

fn of_type<'a>(resources: &'a Resources, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    resources.iter().filter(move |(_, resource)| resource["Type"] == kind)
}

fn events(function: &Value) -> Vec<(&String, &Value)> {
    function["Properties"]["Events"].as_object().into_iter().flatten().collect()
}

/// What refers to what, once SAM has made roles, permissions and mappings of the functions.
fn edges(resources: &Resources) -> BTreeMap<String, BTreeSet<String>> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, resource) in resources {
        let mut resource = resource.clone();
        if resource["Type"] == FUNCTION {
            let properties = resource["Properties"].as_object_mut().unwrap();
            let role: BTreeSet<String> = ["Policies", "RolePath"]
                .iter()
                .filter_map(|name| properties.remove(*name))
                .flat_map(|v| references(&v))
                .collect();
            let events = properties.remove("Events").unwrap_or_default();
            // The alias of a gradual deployment watches alarms, which watch the function.
            let mut alias = references(&properties.remove("DeploymentPreference").unwrap_or_default());
            alias.insert(id.clone());
            edges.insert(format!("{id}Alias"), alias);
            edges.insert(format!("{id}Role"), role);
            edges.entry(id.clone()).or_default().insert(format!("{id}Role"));
            for (name, event) in events.as_object().into_iter().flatten() {
                // A permission or a mapping stands beside the function and refers to both ends; so does the API's definition.
                let mut made = references(event);
                made.insert(id.clone());
                edges.insert(format!("{id}{name}"), made);
                match event["Type"].as_str() {
                    Some("HttpApi") => _ = edges.entry("Api".into()).or_default().insert(id.clone()),
                    Some("Cognito") => {
                        let pool = references(&event["Properties"]["UserPool"]);
                        pool.into_iter().for_each(|pool| _ = edges.entry(pool).or_default().insert(id.clone()));
                    }
                    _ => {}
                }
            }
        }
        edges.entry(id.clone()).or_default().extend(references(&resource));
    }
    edges
}

#[test]
fn no_resource_needs_itself() {
    let resources = resources(&Template::read());
    assert_eq!(cycle(&edges(&resources)), None);
}

#[test]
fn a_pool_that_a_shared_variable_names_would_be_found_to_be_circular() {
    let mut resources = resources(&Template::read());
    let function = resources.get_mut("CreateProfileFunction").unwrap();
    function["Properties"]["Environment"]["Variables"]["USER_POOL_ID"] = serde_json::json!({ "Ref": "UserPool" });
    assert!(cycle(&edges(&resources)).is_some());
}

#[test]
fn every_reference_names_something() {
    let template = Template::read();
    let resources = resources(&template);
    let parameters = template.document.get("Parameters").and_then(|value| value.as_mapping()).unwrap();
    let parameters: BTreeSet<&str> = parameters.keys().filter_map(|name| name.as_str()).collect();
    for (id, resource) in &resources {
        for name in references(resource) {
            // A name of a substitution's own map, such as `${Identity}`, stands in the same resource.
            let known = resources.contains_key(&name)
                || parameters.contains(name.as_str())
                || name.starts_with("AWS::")
                || name.strip_suffix("Role").is_some_and(|function| resources.contains_key(function))
                || resource.to_string().contains(&format!("\"{name}\":"));
            assert!(known, "{id} refers to {name}");
        }
    }
}

#[test]
fn no_function_has_more_than_seven_policies_of_ours_and_each_policy_is_used() {
    let resources = resources(&Template::read());
    let mut used = BTreeSet::new();
    for (id, function) in of_type(&resources, FUNCTION) {
        let policies = own_policies(function);
        assert!(policies.len() <= 7, "{id} has {}", policies.len());
        used.extend(policies);
    }
    let made: BTreeSet<String> = of_type(&resources, "AWS::IAM::ManagedPolicy").map(|(id, _)| id.clone()).collect();
    assert_eq!(used, made);
}

#[test]
fn the_stack_stays_below_450_resources() {
    let resources = resources(&Template::read());
    // What SAM adds, at its most: a role for each function; a permission or mapping for each event, a schedule with a role; what becomes
    // of failed invocations; a version, an alias and a deployment group for each alias; a URL with two permissions; a stage for the API;
    // one application with its role.
    let mut count = resources.len() + 1 + 2;
    for (_, function) in of_type(&resources, FUNCTION) {
        count += 1 + events(function).len();
        count += events(function).iter().filter(|(_, event)| event["Type"] == "ScheduleV2").count();
        count += if function["Properties"]["EventInvokeConfig"].is_null() { 0 } else { 1 };
        count += if function["Properties"]["AutoPublishAlias"].is_null() { 0 } else { 3 };
        count += if function["Properties"]["FunctionUrlConfig"].is_null() { 0 } else { 3 };
    }
    assert!(count <= 450, "{count} resources");
}

#[test]
fn every_asynchronous_source_has_somewhere_for_what_it_gives_up() {
    let resources = resources(&Template::read());
    for (id, function) in of_type(&resources, FUNCTION) {
        for (_, event) in events(function) {
            match event["Type"].as_str() {
                Some("DynamoDB") => assert!(!event["Properties"]["DestinationConfig"].is_null(), "{id}"),
                Some("ScheduleV2") => {
                    // The scheduler's own, for what Lambda never took, and Lambda's, for what failed.
                    assert!(!event["Properties"]["DeadLetterConfig"].is_null(), "{id}");
                    assert!(!event["Properties"]["RetryPolicy"].is_null(), "{id} is tried 185 times, for a day");
                    let given_up = &function["Properties"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"];
                    assert_eq!(given_up["Type"], "SQS", "{id}");
                    // Without it, two stages in one account would want schedules of one name.
                    assert_eq!(event["Properties"]["OmitName"], true, "{id}");
                }
                Some("SQS") => {
                    let queue = references(&event["Properties"]["Queue"]).pop_first().unwrap();
                    let redrive = &resources[&queue]["Properties"]["RedrivePolicy"];
                    assert!(!redrive.is_null(), "{queue}");
                    assert!(event["Properties"]["FunctionResponseTypes"][0] == "ReportBatchItemFailures", "{id}");
                    // Lambda asks for six times the function's time.
                    let (patience, time) =
                        (&resources[&queue]["Properties"]["VisibilityTimeout"], &function["Properties"]["Timeout"]);
                    assert!(patience.as_i64() >= time.as_i64().map(|seconds| 6 * seconds), "{queue}");
                }
                _ => {}
            }
        }
        assert!(
            !function["Properties"]["LoggingConfig"]["LogGroup"].is_null(),
            "{id} logs to a group of its own making"
        );
    }
}

#[tokio::test]
async fn a_function_is_given_the_variables_that_it_asks_for_and_no_others() {
    let world = World::start().await;
    for function in contexts().iter().flat_map(|context| context.functions) {
        let id = logical_id(function.id());
        let aws = world.stack.aws().recording_anew();
        let _: Bound = function.bind(&aws).unwrap();
        let asked: BTreeSet<String> = aws.asked().into_iter().map(|variable| variable.name().to_owned()).collect();
        let given = &world.stack.template().functions[&id].environment;
        // Every function is given the table's name; a page that needs none does not ask for it.
        let own: BTreeSet<String> = given.iter().filter(|name| *name != "TABLE_NAME").cloned().collect();
        let wanted: BTreeSet<String> = asked.iter().filter(|name| *name != "TABLE_NAME").cloned().collect();
        assert_eq!(own, wanted, "{id}");
    }
}

/// Grants that no scenario needs, each with the reason why it is there.
const KEPT: [(&str, &str, &str); 1] = [
    // Refusals are recorded wherever there is a caller, and some endpoints refuse nobody who is signed in.
    ("*", "ActivityAdd", "dynamodb:PutItem"),
];

#[test]
fn what_is_granted_is_used() {
    // Every scenario once more, in this thread; that nothing is used which is not granted, each of them checks when it ends.
    crate::scenarios::play_all();
    crate::agreement::the_pages_of_the_platform_are_there();
    crate::bad_input::a_capture_of_another_amount_or_an_unknown_order_changes_no_visit_and_is_recorded();
    let calls = used_calls();
    let grants = Grants::of(&Template::read());
    let mut unused = vec![];
    for function in grants.functions() {
        let own: Vec<&Call> = calls.iter().filter(|call| call.function == function && is_judged(call)).collect();
        for statement in grants.statements(function) {
            for granted in &statement.actions {
                let is_used = own.iter().any(|call| action(call) == *granted && statement.covers(call));
                let is_kept = KEPT.iter().any(|(who, policy, what)| {
                    (*who == "*" || *who == function) && *policy == statement.policy && *what == granted
                });
                if !is_used && !is_kept {
                    unused.push(format!(
                        "{function}: {granted} of {} on {:?} {:?}",
                        statement.policy, statement.resources, statement.keys
                    ));
                }
            }
        }
    }
    assert!(unused.is_empty(), "granted and never used: {unused:#?}");
}

/// The families of the audit trail: records, heads and what they have seen, who has seen whose data, how far it is signed.
const TRAIL: [&str; 4] = ["AUDIT#03", "CHAIN#03", "ACCESS#1", "CHECKPOINT#AUDIT"];

/// `StringLike`, with a star at the end at most.
fn is_like(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |prefix| text.starts_with(prefix))
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        other => other.as_str().map(str::to_owned).into_iter().collect(),
    }
}

#[test]
fn nobody_may_change_the_audit_trail_and_one_role_may_add_to_each_part_of_it() {
    const CHANGES: [&str; 5] = [
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PartiQLDelete",
    ];
    let grants = Grants::of(&Template::read());
    for function in grants.functions() {
        for statement in grants.statements(function) {
            let is_of_trail = |family: &&str| statement.keys.iter().any(|pattern| is_like(pattern, family));
            let touched: Vec<&str> = TRAIL.iter().copied().filter(is_of_trail).collect();
            if touched.is_empty() || !statement.resources.iter().any(|name| name.starts_with("Table")) {
                continue;
            }
            for action in &statement.actions {
                assert!(
                    !CHANGES.contains(&action.as_str()) && !action.contains('*'),
                    "{function}: {action} {touched:?}"
                );
                if action == "dynamodb:PutItem" {
                    let writer =
                        if touched == ["CHECKPOINT#AUDIT"] { "CheckpointAuditFunction" } else { "RecordAuditFunction" };
                    assert_eq!(function, writer, "{touched:?}");
                }
            }
        }
    }
}

#[test]
fn the_table_itself_refuses_changes_of_the_audit_trail_to_everybody() {
    let table = &resources(&Template::read())["Table"];
    let statements = table["Properties"]["ResourcePolicy"]["PolicyDocument"]["Statement"].as_array().cloned().unwrap();
    let refuses = |action: &str, family: &str, exception: Option<&str>| {
        statements.iter().any(|statement| {
            let condition = &statement["Condition"];
            let keys = texts(&condition["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]);
            let but = condition["ArnNotLike"]["aws:PrincipalArn"]["Fn::Sub"].as_str();
            statement["Effect"] == "Deny"
                && statement["Principal"] == "*"
                && statement["Resource"] == "*"
                && texts(&statement["Action"]).iter().any(|denied| denied == action)
                && keys.iter().any(|pattern| is_like(pattern, family))
                && match exception {
                    None => condition.as_object().is_some_and(|rules| rules.len() == 1),
                    Some(path) => but.is_some_and(|arn| arn.ends_with(&format!("role/${{AWS::StackName}}/{path}/*"))),
                }
        })
    };
    for family in TRAIL {
        for change in ["UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete"] {
            assert!(refuses(&format!("dynamodb:{change}"), family, None), "{change} {family}");
        }
        let path = if family.starts_with("CHECKPOINT") { "audit-signer" } else { "audit-writer" };
        for addition in ["PutItem", "PartiQLInsert"] {
            assert!(refuses(&format!("dynamodb:{addition}"), family, Some(path)), "{addition} {family}");
        }
    }
    // A role under one of the paths is one function's.
    let of_path = |path: &str| {
        let all = resources(&Template::read());
        let is_of = |resource: &Value| resource["Properties"]["RolePath"]["Fn::Sub"].as_str() == Some(path);
        all.iter().filter(|(_, resource)| is_of(resource)).map(|(id, _)| id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of_path("/${AWS::StackName}/audit-writer/"), ["RecordAuditFunction"]);
    assert_eq!(of_path("/${AWS::StackName}/audit-signer/"), ["CheckpointAuditFunction"]);
}

#[test]
fn a_chain_remembers_events_for_longer_than_a_batch_can_be_replayed() {
    let document = Template::read().document;
    let stages = document["Mappings"]["Stages"].as_mapping().cloned().unwrap();
    let longest = stages.values().filter_map(|stage| stage["FailureDays"].as_i64()).max().unwrap();
    // A version that was deleted or replaced is gone a week later.
    assert!(longest + 7 < storage::SEEN_DAYS, "{longest}");
}
