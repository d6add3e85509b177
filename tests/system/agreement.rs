//! One name per function, everywhere; and the shape of the house: which crate may know what.

use api::{Access, Bound, Contract, Source};
use local::functions::contexts;
use local::stack::logical_id;
use local::template::{EventSource, Route, Template};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::repository::{Package, SourceFile, is_current, packages, read, root, sources};
use system_tests::{World, assert_same};

fn contracts() -> Vec<&'static Contract> {
    contexts().iter().flat_map(|context| context.operations).map(|operation| operation.contract()).collect()
}

fn ids() -> BTreeSet<String> {
    contexts().iter().flat_map(|context| context.functions).map(|function| function.id().to_owned()).collect()
}

fn is_public(contract: &Contract) -> bool {
    contract.access == Access::Public
}

#[test]
fn every_function_has_a_stanza_beside_its_code_under_its_name_with_its_binary() {
    let template = Template::read();
    let row = |file: &str, id: &str, binary: &str, name: &str| format!("{file}: {id}, binary {binary}, named {name}");
    let endpoints: BTreeSet<&str> = contracts().into_iter().map(|contract| contract.id).collect();
    let mut expected = BTreeSet::new();
    for context in contexts() {
        for function in context.functions {
            let (id, binary) = (logical_id(function.id()), api::kebab(function.id()));
            // The API's role may invoke what is named so.
            let of_api = if endpoints.contains(function.id()) { "api-" } else { "" };
            let name = format!("${{AWS::StackName}}-{of_api}{binary}");
            expected.insert(row(&format!("functions/{}/template.yaml", context.name), &id, &binary, &name));
        }
    }
    let found = template.functions.iter().map(|(id, stanza)| row(&stanza.file, id, &stanza.binary, &stanza.name));
    assert_same(("the templates", found), ("the tables of the contexts", expected));
}

#[test]
fn a_function_without_a_stanza_is_named_with_the_file_that_it_is_missing_from() {
    let known = || {
        let functions = |context: local::functions::ContextTable| {
            context.functions.iter().map(move |function| (context.name, logical_id(function.id())))
        };
        contexts().into_iter().flat_map(functions)
    };
    let mut template = Template::read();
    assert_eq!(template.lacks(known()), None);
    template.functions.remove("BookAppointmentFunction");
    let lacking = template.lacks(known());
    assert_eq!(lacking.as_deref(), Some("functions/appointments/template.yaml has no BookAppointmentFunction"));
}

/// A route as a text, such as `GET /v1/me, with a token`.
fn row(route: &Route) -> String {
    format!("{} {}, {} a token", route.method, route.path, if route.authorized { "with" } else { "without" })
}

fn routes_of(contract: &Contract) -> impl Iterator<Item = Route> {
    let authorized = !is_public(contract);
    contract.routes().into_iter().map(move |(method, path)| Route {
        method: method.to_string(),
        path: path.to_owned(),
        authorized,
    })
}

#[test]
fn every_route_of_the_api_is_an_endpoint_and_the_reverse() {
    let template = Template::read();
    let found = template
        .functions
        .iter()
        .flat_map(|(id, stanza)| stanza.routes.iter().map(move |route| format!("{}, to {id}", row(route))));
    let stray = template.stray.iter().map(|(route, name)| format!("{}, to no function: {name}", row(route)));
    let expected = contracts().into_iter().flat_map(|contract| {
        routes_of(contract).map(|route| format!("{}, to {}", row(&route), logical_id(contract.id)))
    });
    assert_same(("api/template.yaml", found.chain(stray)), ("the contracts", expected));
}

#[test]
fn a_function_with_a_route_has_it_as_its_description() {
    let template = Template::read();
    let found =
        template.functions.iter().filter_map(|(id, stanza)| Some(format!("{id}: {}", stanza.description.as_ref()?)));
    let expected = contracts()
        .into_iter()
        .map(|contract| format!("{}: {} {}", logical_id(contract.id), contract.verb.as_http(), contract.path));
    assert_same(("the templates", found), ("the contracts", expected));
}

/// What follows this is made from the endpoints.
const MADE: &str =
    "        # Made from the endpoints by the test `routes_are_current`; do not edit what follows.\n        paths:\n";

#[test]
fn routes_are_current() {
    let template = Template::read();
    let source = read("api/template.yaml");
    let (head, _) = source.split_once(MADE).expect("api/template.yaml says where the paths begin");
    let mut paths: BTreeMap<&str, BTreeMap<String, &Contract>> = BTreeMap::new();
    for contract in contracts() {
        for (method, path) in contract.routes() {
            paths.entry(path).or_default().insert(method.to_string().to_lowercase(), contract);
        }
    }
    let mut made = String::new();
    for (path, methods) in paths {
        made += &format!("          \"{path}\":\n");
        for (method, contract) in methods {
            let security = if is_public(contract) { "[]" } else { "[{Tokens: []}]" };
            // New versions of a function with an alias get their traffic gradually, so the alias is what is invoked.
            let has_alias = template.functions.get(&logical_id(contract.id)).is_some_and(|stanza| stanza.has_alias);
            let name = format!("${{App}}-api-{}{}", api::kebab(contract.id), if has_alias { ":live" } else { "" });
            let lambda = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions";
            let function =
                format!("arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}");
            made += &format!(
                "            {method}:\n              security: {security}\n              responses: {{}}\n              \
                 x-amazon-apigateway-integration: {{type: aws_proxy, httpMethod: POST, payloadFormatVersion: \"2.0\", \
                 credentials: !GetAtt ApiRole.Arn, uri: !Sub \"{lambda}/{function}/invocations\"}}\n"
            );
        }
    }
    is_current("api/template.yaml", &format!("{head}{MADE}{made}"));
}

#[test]
fn only_the_public_routes_need_no_token() {
    let open = contracts().into_iter().filter(|contract| is_public(contract));
    let open = open.flat_map(|contract| contract.routes().into_iter().map(|(_, path)| path));
    let known = [
        "/v1/auth/register",
        "/v1/auth/confirm",
        "/v1/auth/resend-confirmation",
        "/v1/auth/forgot-password",
        "/v1/auth/reset-password",
        "/v1/auth/login",
        "/v1/auth/challenge",
        "/v1/auth/recovery",
        "/v1/auth/refresh",
        "/v1/session",
        "/v1/session/refresh",
        "/v1/calendar-feeds/{token}",
        "/v1/specialities",
        "/v1/languages",
        "/health",
        "/",
        "/docs",
        "/docs/{file}",
        "/openapi.json",
        "/problems/{problemType}",
    ];
    assert_same(("the contracts", open), ("this list, whose entries docs/threat-model.md explains", known));
}

#[tokio::test]
async fn every_consumer_has_the_source_that_it_was_written_for() {
    let world = World::start().await;
    for function in contexts().iter().flat_map(|context| context.functions) {
        let id = logical_id(function.id());
        let found = &world.stack.template().functions[&id].sources;
        match function.bind(world.stack.aws()).expect("everything is there") {
            Bound::Http(_) => assert_eq!(*found, [], "{id}"),
            Bound::Event(consumer) => {
                let [found] = found.as_slice() else { panic!("{id} has {} sources", found.len()) };
                let agrees = match (consumer.source(), found) {
                    (Source::Stream, EventSource::Stream { .. })
                    | (Source::Schedule, EventSource::Schedule(_))
                    | (Source::Url, EventSource::Url) => true,
                    (Source::Queue(name), EventSource::Queue { queue, .. }) => {
                        api::kebab(queue).trim_start_matches('-') == format!("{name}-queue")
                    }
                    (Source::Trigger(name), EventSource::Trigger(trigger)) => name == trigger,
                    _ => false,
                };
                assert!(agrees, "{id}: {:?} and {found:?}", consumer.source());
            }
        }
    }
}

#[test]
fn every_function_has_one_binary_and_one_sample_event() {
    let packages = packages();
    for context in contexts() {
        let own = context.functions.iter().map(|function| api::kebab(function.id()));
        let table = format!("the table of {}", context.name);
        assert_same(("its Cargo.toml", packages[context.name].binaries.clone()), (table.as_str(), own));
    }
    let events = std::fs::read_dir(root().join("events")).unwrap();
    let events = events.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    let functions = ids().into_iter().map(|id| api::kebab(&id));
    assert_same(("events/", events), ("the tables of the contexts", functions));
}

/// A name is `bookAppointment` in the API, and `book_appointment` as a module's.
fn module(id: &str) -> String {
    api::kebab(id).replace('-', "_")
}

/// The modules of a context that have an endpoint or a consumer, by their names, with its kind.
fn written(context: &str) -> BTreeMap<String, &'static str> {
    let kind = |source: &SourceFile| {
        let is_there = |kind: &&str| source.code.contains(&format!("\npub static {kind}: "));
        ["ENDPOINT", "CONSUMER"].into_iter().find(is_there)
    };
    let stem = |path: &str| path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let found = sources(&format!("functions/{context}/src")).into_iter();
    found.filter_map(|source| kind(&source).map(|kind| (stem(&source.path), kind))).collect()
}

/// The table is written by hand beside the modules, see [`api::context!`].
#[test]
fn every_endpoint_that_is_written_is_in_its_contexts_table_under_its_name() {
    for context in contexts() {
        let named = context.functions.iter().map(|function| module(function.id()));
        let table = format!("`context!` of functions/{}/src/lib.rs", context.name);
        assert_same(
            ("the modules with an ENDPOINT or a CONSUMER", written(context.name).into_keys()),
            (table.as_str(), named),
        );
    }
}

#[test]
fn every_binary_serves_the_function_of_its_name() {
    for context in contexts() {
        for (module, kind) in written(context.name) {
            let path = format!("functions/{}/src/bin/{}.rs", context.name, module.replace('_', "-"));
            let binary = read(&path);
            let served = binary.split_once("fn main() -> api::Exit {\n    api::serve(&");
            let served = served.and_then(|(_, rest)| rest.strip_suffix(")\n}\n"));
            let is_own = served.is_some_and(|served| {
                served.starts_with(&format!("{}::", context.name)) && served.ends_with(&format!("::{module}::{kind}"))
            });
            assert!(is_own, "{path} serves {served:?}");
        }
    }
}

#[test]
fn every_sample_event_is_one_of_its_route() {
    for contract in contracts() {
        let event: Value = serde_json::from_str(&read(&format!("events/{}.json", api::kebab(contract.id)))).unwrap();
        let key = format!("{} {}", contract.verb.as_http(), contract.path);
        assert_eq!(event["routeKey"], key);
        assert_eq!(event.pointer("/requestContext/routeKey"), Some(&Value::from(key)));
        let claims = event.pointer("/requestContext/authorizer/jwt/claims");
        assert_eq!(claims.is_some(), !is_public(contract), "{}", contract.id);
        // Claims arrive as text, of every type.
        let texts = claims.and_then(Value::as_object).into_iter().flatten();
        assert!(texts.clone().all(|(_, value)| value.is_string()), "{}", contract.id);
        let has_key = event["headers"].get("idempotency-key").is_some();
        assert_eq!(has_key, contract.idempotent, "{}", contract.id);
        assert_eq!(event["headers"].get("if-match").is_some(), contract.conditional, "{}", contract.id);
    }
}

#[test]
fn openapi_document_is_current() {
    let document = local::functions::openapi();
    let json = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
    let yaml = serde_norway::to_string(&document).unwrap();
    let heading = "# Made from the endpoints by the test `openapi_document_is_current`; do not edit.\n";
    is_current("openapi.yaml", &format!("{heading}{yaml}"));
    is_current("functions/platform/src/openapi.json", &json);
}

fn operation_line(id: &str, method: &str, path: &str, is_open: bool) -> String {
    format!("{id}: {method} {path}{}", if is_open { ", open to all" } else { "" })
}

#[test]
fn the_openapi_document_has_the_operations_of_the_code_and_no_dangling_reference() {
    let document = local::functions::openapi();
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let is_open = operation["security"].as_array().unwrap().is_empty();
            found.insert(operation_line(&id, &method.to_uppercase(), path, is_open));
        }
    }
    let expected =
        contracts().into_iter().map(|c| operation_line(c.id, c.verb.as_http().as_str(), c.path, is_public(c)));
    assert_same(("the document", found), ("the contracts", expected));
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// The API's description names them, and the local stack has them.
#[test]
fn the_terms_of_refunds_are_those_of_the_template_unless_a_stage_has_others() {
    let template = Template::read();
    let default = |name: &str| template.document["Parameters"][name]["Default"].as_u64().unwrap();
    let usual = domain::payments::refund_policy::RefundPolicy::default();
    let terms = [
        ("RefundFullHours", u64::from(usual.full_hours)),
        ("RefundPartialHours", usual.partial_hours.into()),
        ("RefundPartialPercent", usual.partial_percent.into()),
        ("RefundNoShowPercent", usual.no_show_percent.into()),
    ];
    for (name, usual) in terms {
        assert_eq!(default(name), usual, "{name}");
    }
}

/// The API's description names it, and the local stack has it.
#[test]
fn the_length_of_a_hold_is_that_of_the_template_and_its_bounds_are_those_of_the_rule() {
    use domain::appointments::booking::{HoldLength, LONGEST_HOLD_MINUTES, SHORTEST_HOLD_MINUTES};
    let parameter = &Template::read().document["Parameters"]["HoldMinutes"];
    let number = |name: &str| parameter[name].as_i64().unwrap();
    assert_eq!(number("Default"), HoldLength::default().minutes());
    assert_eq!((number("MinValue"), number("MaxValue")), (SHORTEST_HOLD_MINUTES, LONGEST_HOLD_MINUTES));
}

/// A description says more than the summary, and every number that it names is one that there is.
#[test]
fn every_operation_is_described_with_the_numbers_of_the_rules() {
    let document = local::functions::openapi();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let description = |operation: &Value| operation["description"].as_str().unwrap().to_owned();
    let described: BTreeMap<String, String> = operations
        .map(|operation| (operation["operationId"].as_str().unwrap().to_owned(), description(operation)))
        .collect();
    for contract in contracts() {
        let (id, details) = (contract.id, contract.details);
        assert!(
            details.split_whitespace().count() >= 8 && details.ends_with('.'),
            "{id} is not described: {details:?}"
        );
        assert!(!details.starts_with(contract.about), "the description of {id} repeats its summary");
        assert!(!described[id].contains(['{', '}']), "{id} names what is no number of a rule: {}", described[id]);
    }
    let moves = format!("move a visit up to {} times", domain::appointments::rescheduling::MAX_MOVES);
    assert!(described["rescheduleAppointment"].contains(&moves));
}

#[tokio::test]
async fn the_stream_has_two_readers_and_neither_reads_what_it_writes() {
    let world = World::start().await;
    let mut readers = vec![];
    for (id, stanza) in &world.stack.template().functions {
        for source in &stanza.sources {
            let EventSource::Stream { filter, .. } = source else { continue };
            readers.push(id.as_str());
            for key in ["AUDIT#07", "CHAIN#07", "CLIENT#1", "IDEM#ab", "PAT#1"] {
                let record = serde_json::json!({
                    "eventName": "INSERT",
                    "dynamodb": { "Keys": { "PK": { "S": key }, "SK": { "S": "x" } }, "NewImage": { "PK": { "S": key } } },
                });
                assert!(!filter.admits(&record), "{id} reads {key}");
            }
            let removed =
                serde_json::json!({ "eventName": "REMOVE", "dynamodb": { "Keys": { "PK": { "S": "APPT#1" } } } });
            assert!(!filter.admits(&removed), "{id} takes garbage collection for an event");
        }
    }
    assert_eq!(readers, ["DispatchFunction", "RecordAuditFunction"]);
}

#[test]
fn crates_know_only_those_below_them() {
    let below: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[] as &[&str]),
        ("storage", &["domain"]),
        ("gateway", &["domain"]),
        ("documents", &[]),
        ("api", &["domain", "storage"]),
    ]);
    let context = ["domain", "storage", "gateway", "documents", "api"];
    let packages = packages();
    let ours: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    for (name, Package { directory, dependencies, .. }) in &packages {
        let allowed: &[&str] = match below.get(name.as_str()) {
            Some(allowed) => allowed,
            // Contexts never import each other.
            None if directory.starts_with("functions/") => &context,
            None => continue,
        };
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not know {dependency}");
        }
    }
}

/// A time for a person is written by `domain::core::told` alone, which knows the zone that its purpose demands.
#[test]
fn a_time_for_a_person_is_written_by_one_module() {
    for source in ours().filter(|source| source.path.starts_with("functions/")) {
        assert!(!code(&source).contains("strftime"), "{}: use `domain::core::told`", source.path);
    }
}

#[test]
fn the_domain_is_pure() {
    let packages = packages();
    let outside = |name: &&String| {
        ["tokio", "http", "futures", "reqwest", "axum", "rand"].contains(&name.as_str())
            // `aws-lc-rs` hashes, and knows no more of AWS than its name.
            || name.starts_with("aws") && *name != "aws-lc-rs"
            || name.starts_with("lambda")
    };
    let found: Vec<&String> = packages["domain"].dependencies.iter().filter(outside).collect();
    assert_eq!(found, Vec::<&String>::new());
    for source in sources("shared/domain/src") {
        for word in
            ["async fn", ".await", "std::env", "std::fs", "SystemTime", "Instant::now", "Timestamp::now", "new_v4"]
        {
            assert!(!code(&source).contains(word), "{}: {word}", source.path);
        }
    }
}

/// A source without its comments.
fn code(source: &SourceFile) -> String {
    let lines = source.code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn ours() -> impl Iterator<Item = SourceFile> {
    ["shared/domain/src", "shared/storage/src", "shared/gateway/src", "shared/api/src"]
        .into_iter()
        .map(str::to_owned)
        .chain(contexts().into_iter().map(|context| format!("functions/{}/src", context.name)))
        .flat_map(|directory| sources(&directory))
}

/// Whether a source is one of the modules that write keys of the table.
fn writes_keys(source: &SourceFile) -> bool {
    source.path.starts_with("shared/storage/src/") && source.path.ends_with("/keys.rs")
}

/// The beginnings of the keys of the table, as the `keys` modules of the storage write them.
fn families() -> BTreeSet<String> {
    let code: String = sources("shared/storage/src").iter().filter(|source| writes_keys(source)).map(code).collect();
    let literals = code.split('"').skip(1).step_by(2);
    let before_hash = literals.filter_map(|literal| literal.split_once('#')).map(|(family, _)| family);
    // What follows the name of an index is put together.
    let families = before_hash.chain(["EARLIEST", "VIDEO", "CLINIC"]);
    let is_name = |family: &&str| !family.is_empty() && family.bytes().all(|byte| byte.is_ascii_uppercase());
    families.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn only_the_keys_modules_write_keys_of_the_table() {
    let families = families();
    assert!(families.len() > 40 && families.contains("APPT") && families.contains("TIMER"), "{families:?}");
    for source in ours() {
        // The table of wrapped keys is the vault's own.
        let is_home = writes_keys(&source) || source.path.starts_with("shared/gateway/src/vault");
        for family in families.iter().filter(|_| !is_home) {
            assert!(!code(&source).contains(&format!("\"{family}#")), "{} writes {family}#", source.path);
        }
    }
}

/// The proofs leave guards out, one by one. No binary that is deployed has the switch: a release has no debug assertions.
#[test]
fn what_is_deployed_has_no_switch_for_guards() {
    assert!(!read("Cargo.toml").contains("debug-assertions"), "as by Cargo's default");
    let sources = sources("shared/storage/src");
    let guard = sources.iter().find(|source| source.code.contains("mod switch {")).expect("the switch");
    for item in [
        "mod switch {",
        "use switch::{is_disarmed, is_left_out};",
        "pub use switch::{asked, disarm, leave_out, reached};",
    ] {
        assert!(guard.code.contains(&format!("#[cfg(any(test, debug_assertions))]\n{item}")), "{item}");
    }
}

#[test]
fn only_one_module_reads_the_environment() {
    for source in ours() {
        let reads = code(&source).contains("env::var") || code(&source).contains("std::env");
        assert!(!reads || source.path == "shared/api/src/env.rs", "{} reads the environment", source.path);
    }
}

#[tokio::test]
async fn every_type_of_problem_is_used_and_has_a_page() {
    let world = World::start().await;
    let everything: String = ours().map(|source| code(&source)).collect();
    for kind in api::problem::TYPES {
        let constant = kind.slug.to_uppercase().replace('-', "_");
        assert!(
            everything.contains(&format!("problem::{constant}")) || everything.contains(&format!("&{constant}")),
            "{constant}"
        );
        let page = world.anonymous().get(&format!("/problems/{}", kind.slug)).await;
        assert_eq!(page.status(), 200, "{}", kind.slug);
        assert!(page.text().contains(kind.slug), "{}", kind.slug);
    }
    let _ = world.anonymous().get("/problems/none").await.problem("not-found");
}
