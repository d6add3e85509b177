//! What can be proved of the templates without an account: they can be deployed, and they grant what is used and nothing else.

use api::Bound;
use local::functions::contexts;
use local::stack::logical_id;
use local::template::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::World;
use system_tests::cloudformation::{cycle, files, references, resources, resources_of};
use system_tests::grants::Grants;
use system_tests::repository::root;

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
                // A permission or a mapping stands beside the function and refers to both ends.
                let mut made = references(event);
                made.insert(id.clone());
                edges.insert(format!("{id}{name}"), made);
                if event["Type"] == "Cognito" {
                    let pool = references(&event["Properties"]["UserPool"]);
                    pool.into_iter().for_each(|pool| _ = edges.entry(pool).or_default().insert(id.clone()));
                }
            }
        }
        edges.entry(id.clone()).or_default().extend(references(&resource));
    }
    edges
}

/// The template of the whole, which the others are nested in.
const ROOT: &str = "template.yaml";
const STACK: &str = "AWS::CloudFormation::Stack";

#[test]
fn the_root_has_a_stack_for_each_template_and_the_api_waits_for_those_that_it_leads_to() {
    let template = Template::read();
    let root_resources = resources_of(&files(&template)[ROOT]);
    let urls = of_type(&root_resources, STACK).map(|(_, stack)| stack["Properties"]["TemplateURL"].as_str().unwrap());
    let mut nested: BTreeSet<String> = urls.map(str::to_owned).collect();
    let contexts = std::fs::read_dir(root().join("functions")).unwrap();
    let contexts =
        contexts.map(|entry| format!("functions/{}/template.yaml", entry.unwrap().file_name().to_string_lossy()));
    let on_disk: BTreeSet<String> = contexts.chain(["api/template.yaml".to_owned()]).collect();
    assert_eq!(nested, on_disk);
    nested.insert(ROOT.to_owned());
    assert_eq!(template.files.keys().cloned().collect::<BTreeSet<_>>(), nested, "the local cloud reads them all");

    // A route must not stand before its function. Identity's stack is waited for because of the pool.
    let waited_for = references(&root_resources["Api"]);
    for (id, stack) in of_type(&root_resources, STACK) {
        let url = &stack["Properties"]["TemplateURL"];
        let has_routes = template.functions.values().any(|f| !f.routes.is_empty() && *url == f.file.as_str());
        assert!(!has_routes || waited_for.contains(id), "Api does not wait for {id}");
    }
}

#[test]
fn no_resource_needs_itself_and_no_stack_either() {
    let template = Template::read();
    assert_eq!(cycle(&edges(&resources(&template))), None);
    assert_eq!(cycle(&edges(&resources_of(&files(&template)[ROOT]))), None);
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
    for (path, document) in files(&Template::read()) {
        let resources = resources_of(&document);
        let parameters: BTreeSet<&String> = document["Parameters"].as_object().unwrap().keys().collect();
        let mut used = references(&document["Outputs"]);
        used.extend(references(&document["Globals"]));
        used.extend(references(&document["Conditions"]));
        for (id, resource) in &resources {
            let found = references(resource);
            for name in &found {
                // A name of a substitution's own map, such as `${Identity}`, stands in the same resource.
                let known = resources.contains_key(name)
                    || parameters.contains(name)
                    || name.starts_with("AWS::")
                    || name.strip_suffix("Role").is_some_and(|function| resources.contains_key(function))
                    || resource.to_string().contains(&format!("\"{name}\":"));
                assert!(known, "{path}: {id} refers to {name}");
            }
            used.extend(found);
        }
        let idle: Vec<_> = parameters.into_iter().filter(|name| path != ROOT && !used.contains(*name)).collect();
        assert!(idle.is_empty(), "{path} takes parameters that it does not use: {idle:?}");
    }
}

#[test]
fn the_functions_of_all_contexts_have_the_same_globals() {
    let files = files(&Template::read());
    let mut usual: Option<Value> = None;
    for (path, document) in files.iter().filter(|(path, _)| path.starts_with("functions/")) {
        let resources = resources_of(document);
        let mut globals = document["Globals"].clone();
        // Each context logs to a group of its own, and not to one that Lambda makes, which would keep its records for ever.
        let group = globals["Function"]["LoggingConfig"].as_object_mut().and_then(|logging| logging.remove("LogGroup"));
        let group = group.as_ref().and_then(|group| group["Ref"].as_str()).and_then(|group| resources.get(group));
        assert_eq!(group.unwrap_or_else(|| panic!("{path}: no log group"))["Type"], "AWS::Logs::LogGroup", "{path}");
        assert_eq!(globals, *usual.get_or_insert_with(|| globals.clone()), "{path}");
        for (id, function) in of_type(&resources, FUNCTION) {
            assert!(function["Properties"]["LoggingConfig"].is_null(), "{id} logs elsewhere than its context");
        }
    }
}

#[test]
fn no_template_becomes_more_than_300_resources() {
    // AWS allows 500. What SAM adds, at its most: a role for each function; a mapping or permission for each event, a schedule with a role;
    // what becomes of failed invocations; a version, an alias and a deployment group for each alias, and one application with its role; a
    // URL with two permissions.
    for (path, document) in files(&Template::read()) {
        let resources = resources_of(&document);
        let mut count = resources.len() + 2;
        for (_, function) in of_type(&resources, FUNCTION) {
            count += 1 + events(function).len();
            count += events(function).iter().filter(|(_, event)| event["Type"] == "ScheduleV2").count();
            count += if function["Properties"]["EventInvokeConfig"].is_null() { 0 } else { 1 };
            count += if function["Properties"]["AutoPublishAlias"].is_null() { 0 } else { 3 };
            count += if function["Properties"]["FunctionUrlConfig"].is_null() { 0 } else { 3 };
        }
        assert!(count <= 300, "{path}: {count} resources");
    }
}

#[test]
fn the_api_may_invoke_the_functions_that_have_a_route_and_no_others() {
    let template = Template::read();
    let resources = resources(&template);
    let statements =
        resources["ApiRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let [statement] = statements.as_slice() else { panic!("one statement: {statements:?}") };
    assert_eq!(statement["Action"], "lambda:InvokeFunction");
    let resource = statement["Resource"]["Fn::Sub"].as_str().unwrap();
    let pattern = resource.split_once(":function:").unwrap().1;
    for (id, stanza) in &template.functions {
        assert_eq!(is_like(pattern, &stanza.name), !stanza.routes.is_empty(), "{id} is named {}", stanza.name);
    }
    let invoked_otherwise = resources.values().filter(|resource| resource["Type"] == "AWS::Lambda::Permission").count();
    assert_eq!(invoked_otherwise, 0);
}

#[test]
fn browsers_may_send_and_read_what_the_endpoints_do() {
    let template = Template::read();
    let contracts =
        || contexts().into_iter().flat_map(|context| context.operations).map(|operation| operation.contract());
    let used: BTreeSet<String> =
        contracts().flat_map(|contract| contract.routes().into_iter().map(|(method, _)| method.to_string())).collect();
    assert_eq!(template.cors.methods.iter().cloned().collect::<BTreeSet<_>>(), used);
    assert!(contracts().any(|contract| contract.idempotent) && contracts().any(|contract| contract.conditional));
    assert_eq!(
        template.cors.headers,
        ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"]
    );
    assert_eq!(template.cors.max_age, 3600);
    let body = &resources(&template)["Api"]["Properties"]["Body"];
    let origins: Vec<String> = references(&body["x-amazon-apigateway-cors"]["allowOrigins"]).into_iter().collect();
    assert_eq!(origins, ["AppOrigins"], "the app's origins, and no others");
    assert!(body["x-amazon-apigateway-cors"]["allowCredentials"].is_null());
}

/// The pages and the health check cost nothing that the limit of all routes does not bound.
const WITHOUT_A_LIMIT_OF_THEIR_OWN: [&str; 6] =
    ["/health", "/", "/docs", "/docs/{file}", "/openapi.json", "/problems/{problemType}"];

#[test]
fn every_other_route_without_a_token_has_a_limit_of_its_own_below_the_limit_of_all() {
    let template = Template::read();
    let stage = resources(&template)["ApiStage"]["Properties"].clone();
    let own: BTreeSet<String> = stage["RouteSettings"].as_object().unwrap().keys().cloned().collect();
    let routes = template.functions.values().flat_map(|stanza| &stanza.routes).filter(|route| !route.authorized);
    let open: BTreeSet<String> = routes.map(|route| format!("{} {}", route.method, route.path)).collect();
    let path = |route: &String| route.split_once(' ').map_or_else(String::new, |(_, path)| path.to_owned());
    let limited =
        open.iter().filter(|route| !WITHOUT_A_LIMIT_OF_THEIR_OWN.contains(&path(route).as_str())).cloned().collect();
    assert_eq!(own, limited);
    for (route, limits) in stage["RouteSettings"].as_object().unwrap() {
        for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
            assert!(limits[limit].as_i64().is_some_and(|limit| (1..=100).contains(&limit)), "{route}: {limit}");
        }
        assert_eq!(limits["DetailedMetricsEnabled"], true, "{route}");
    }
}

/// `HoldsQueue` as the alarms call it: `holds`.
fn name_of(queue: &str) -> String {
    let name = queue.trim_end_matches("DeadLetters").trim_end_matches("Queue");
    api::kebab(name).trim_start_matches('-').to_owned()
}

/// What an alarm says, but for what differs from queue to queue: its name, the queue, how urgent it is, and how long is too long.
fn shape(alarm: &Value) -> Value {
    let mut shape = alarm["Properties"].clone();
    let fields = shape.as_object_mut().expect("an alarm has properties");
    for field in ["AlarmName", "AlarmDescription", "Dimensions", "Threshold"] {
        assert!(fields.remove(field).is_some(), "{field} of {alarm}");
    }
    shape
}

/// The metrics of an alarm that are no expression, with what each is about.
fn metrics(alarm: &Value) -> Vec<(String, String)> {
    let metrics = alarm["Properties"]["Metrics"].as_array().into_iter().flatten();
    let metrics = metrics.filter_map(|metric| metric["MetricStat"].as_object());
    let about = |metric: &serde_json::Map<String, Value>| {
        let name = metric["Metric"]["MetricName"].as_str().unwrap_or_default().to_owned();
        (name, references(&metric["Metric"]["Dimensions"]).pop_first().unwrap_or_default())
    };
    metrics.map(about).collect()
}

#[test]
fn every_queue_has_the_same_two_alarms_and_its_context_watches_all_its_queues_and_consumers() {
    let mut shapes: BTreeMap<&str, Value> = BTreeMap::new();
    for (path, document) in files(&Template::read()) {
        let resources = resources_of(&document);
        let alarm_of = |queue: &str, suffix: &str, metric: &str| {
            let named = format!("-{}-{suffix}", name_of(queue));
            let found: Vec<&Value> = of_type(&resources, "AWS::CloudWatch::Alarm")
                .map(|(_, alarm)| alarm)
                .filter(|alarm| alarm["Properties"]["MetricName"] == metric)
                .filter(|alarm| references(&alarm["Properties"]["Dimensions"]).contains(queue))
                .collect();
            let [alarm] = found.as_slice() else { panic!("{path}: {queue} has {} alarms of {metric}", found.len()) };
            assert!(alarm["Properties"]["AlarmName"]["Fn::Sub"].as_str().unwrap().ends_with(&named), "{path}: {named}");
            shape(alarm)
        };
        let mut queues = BTreeSet::new();
        for (id, queue) in of_type(&resources, "AWS::SQS::Queue") {
            let dead_letters = references(&queue["Properties"]["RedrivePolicy"]).pop_first();
            let given_up = dead_letters.as_ref().unwrap_or(id);
            let dead_letter = alarm_of(given_up, "dead-letter", "ApproximateNumberOfMessagesVisible");
            assert_eq!(*shapes.entry("dead-letter").or_insert(dead_letter.clone()), dead_letter, "{path}: {id}");
            if dead_letters.is_some() {
                let age = alarm_of(id, "age", "ApproximateAgeOfOldestMessage");
                assert_eq!(*shapes.entry("age").or_insert(age.clone()), age, "{path}: {id}");
                queues.insert(id.clone());
            }
        }
        if queues.is_empty() {
            continue;
        }
        let alarm_named = |suffix: &str| {
            let context = path.split('/').nth(1).unwrap();
            let named = format!("${{App}}-{context}-{suffix}");
            let found = resources.values().find(|r| r["Properties"]["AlarmName"]["Fn::Sub"] == named.as_str());
            found.unwrap_or_else(|| panic!("{path} has no alarm {named}"))
        };
        let backlog = alarm_named("backlog");
        let watched: BTreeSet<String> = metrics(backlog).into_iter().map(|(_, queue)| queue).collect();
        assert_eq!(watched, queues, "{path}: the backlog alarm");
        let read: Vec<String> = queues.iter().map(|queue| name_of(queue).replace('-', "_")).collect();
        let expression = backlog["Properties"]["Metrics"][0]["Expression"].as_str().unwrap();
        let mut named: Vec<&str> = expression.trim_start_matches("MAX([").trim_end_matches("])").split(", ").collect();
        named.sort_unstable();
        assert_eq!(named, read, "{path}: {expression}");

        let reads_a_queue = |function: &Value| events(function).iter().any(|(_, event)| event["Type"] == "SQS");
        let consumers = of_type(&resources, FUNCTION).filter(|(_, f)| reads_a_queue(f)).map(|(id, _)| id.clone());
        let consumers: BTreeSet<String> = consumers.collect();
        let errors = alarm_named("consumer-errors");
        for metric in ["Errors", "Invocations"] {
            let watched = metrics(errors).into_iter().filter(|(name, _)| name == metric).map(|(_, function)| function);
            assert_eq!(watched.collect::<BTreeSet<_>>(), consumers, "{path}: {metric}");
        }
        let expression = errors["Properties"]["Metrics"][0]["Expression"].as_str().unwrap();
        for metric in errors["Properties"]["Metrics"].as_array().unwrap().iter().skip(1) {
            let term = format!("FILL({}, 0)", metric["Id"].as_str().unwrap());
            assert!(expression.contains(&term), "{path}: {expression} leaves out {term}");
        }
    }
}

#[test]
fn no_alarm_computes_with_more_metrics_than_cloudwatch_allows() {
    // Ten: "Alarms based on metric math expressions can have up to 10 metrics", CloudWatch service quotas.
    for (id, resource) in &resources(&Template::read()) {
        assert!(metrics(resource).len() <= 10, "{id}");
    }
}

#[test]
fn the_dashboard_shows_every_queue() {
    let resources = resources(&Template::read());
    let shown = references(&resources["Dashboard"]);
    let queues: BTreeSet<&String> = of_type(&resources, "AWS::SQS::Queue").map(|(id, _)| id).collect();
    let absent: Vec<_> = queues.into_iter().filter(|queue| !shown.contains(*queue)).collect();
    assert!(absent.is_empty(), "{absent:?}");
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
        // Every function is given these: a page that needs no table does not ask for the first, a consumer not for the second.
        let is_own = |name: &&String| !["TABLE_NAME", "ORIGIN_SECRET_HASHES"].contains(&name.as_str());
        let own: BTreeSet<String> = given.iter().filter(is_own).cloned().collect();
        let wanted: BTreeSet<String> = asked.iter().filter(is_own).cloned().collect();
        assert!(asked.is_subset(given), "{id}: {asked:?}");
        assert_eq!(own, wanted, "{id}");
    }
}

/// The actions of DynamoDB whose requests name partition keys. `ForAllValues` is true where a request names none, so a
/// condition on `dynamodb:LeadingKeys` would limit no other action.
const NAMES_KEYS: [&str; 8] = [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
];

#[test]
fn a_condition_on_keys_limits_only_actions_whose_requests_name_keys() {
    let grants = Grants::of(&Template::read());
    for function in grants.functions() {
        for statement in grants.statements(function) {
            for action in &statement.actions {
                let names_keys = NAMES_KEYS.contains(&action.as_str());
                assert_eq!(names_keys, !statement.keys.is_empty(), "{function}: {action} by {:?}", statement.keys);
            }
        }
    }
}

#[test]
fn every_action_is_granted_by_its_name_and_none_reads_the_whole_table() {
    let grants = Grants::of(&Template::read());
    for function in grants.functions() {
        let mut on_tables = BTreeSet::new();
        for statement in grants.statements(function) {
            for action in &statement.actions {
                assert!(!action.contains('*') && action != "dynamodb:Scan", "{function}: {action}");
                // An index is queried alone. A batch or a transaction is judged as a whole, so its keys are in one statement.
                for table in statement.resources.iter().filter(|name| ["Table", "KeysTable"].contains(&name.as_str())) {
                    let is_new = on_tables.insert((table, action));
                    assert!(is_new, "{function}: two statements grant {action} on {table}; write their keys into one");
                }
            }
            let is_of_a_table = statement.actions.iter().any(|action| action.starts_with("dynamodb:"));
            assert_eq!(is_of_a_table, !statement.keys.is_empty(), "{function}: {statement:?}");
        }
    }
}

#[test]
fn the_webhook_reads_no_key_of_razorpay_and_no_other_function_reads_its_secret() {
    for (id, resource) in of_type(&resources(&Template::read()), FUNCTION) {
        let policies = resource["Properties"]["Policies"].to_string();
        let is_webhook = id == "RazorpayWebhookFunction";
        assert_eq!(policies.contains("${RazorpayWebhookSecretName}"), is_webhook, "{id}");
        assert!(!is_webhook || !policies.contains("${RazorpaySecretName}"), "{id}");
    }
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
fn no_role_may_change_the_audit_trail_and_one_role_may_add_to_each_part_of_it() {
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
fn the_table_itself_refuses_changes_of_the_audit_trail_to_every_role() {
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
