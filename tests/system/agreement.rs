//! One name per function, everywhere; and the shape of the house: which crate may know what.

use api::{Access, Bound, Contract, Source};
use local::functions::contexts;
use local::stack::logical_id;
use local::template::{EventSource, Route, Template};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::World;
use system_tests::repository::{Package, SourceFile, is_current, packages, read, root, sources};

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
fn every_function_is_in_the_template_under_its_name_with_its_binary() {
    let template = Template::read();
    let expected: BTreeMap<String, String> = ids().iter().map(|id| (logical_id(id), api::kebab(id))).collect();
    let found: BTreeMap<String, String> =
        template.functions.iter().map(|(id, stanza)| (id.clone(), stanza.binary.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_route_of_the_template_is_an_endpoint_and_the_reverse() {
    let template = Template::read();
    let found: BTreeMap<String, Vec<Route>> = template
        .functions
        .iter()
        .filter(|(_, stanza)| !stanza.routes.is_empty())
        .map(|(id, stanza)| (id.clone(), stanza.routes.clone()))
        .collect();
    let route = |contract: &Contract| Route {
        method: contract.verb.as_http().to_string(),
        path: contract.path.to_owned(),
        authorized: !is_public(contract),
    };
    let expected: BTreeMap<String, Vec<Route>> =
        contracts().into_iter().map(|contract| (logical_id(contract.id), vec![route(contract)])).collect();
    assert_eq!(found, expected);
}

#[test]
fn only_the_doors_and_the_notices_are_open_to_everybody() {
    let open: Vec<&str> =
        contracts().into_iter().filter(|contract| is_public(contract)).map(|contract| contract.path).collect();
    let known = [
        "/v1/auth/register",
        "/v1/auth/confirm",
        "/v1/auth/login",
        "/v1/auth/refresh",
        "/v1/calendar-feeds/{token}",
        "/health",
        "/docs",
        "/openapi.json",
        "/problems/{problemType}",
    ];
    assert_eq!(
        BTreeSet::from_iter(open),
        BTreeSet::from(known),
        "whatever is added here needs an entry in SECURITY.md"
    );
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
                        queue.to_lowercase() == format!("{name}queue")
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
    let expected: BTreeSet<String> = ids().iter().map(|id| api::kebab(id)).collect();
    let packages = packages();
    let mut binaries = BTreeSet::new();
    for context in contexts() {
        let own: BTreeSet<String> = context.functions.iter().map(|function| api::kebab(function.id())).collect();
        assert_eq!(packages[context.name].binaries, own, "{}", context.name);
        binaries.extend(own);
    }
    assert_eq!(binaries, expected);
    let events: BTreeSet<String> = std::fs::read_dir(root().join("events"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(events, expected);
}

#[test]
fn every_operation_has_a_module_of_its_name() {
    for context in contexts() {
        for function in context.functions {
            let path = format!("functions/{}/src/{}.rs", context.name, api::kebab(function.id()).replace('-', "_"));
            assert!(root().join(&path).exists(), "{path}");
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
        // Claims arrive as text, whatever they were.
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

#[test]
fn the_openapi_document_has_the_operations_of_the_code_and_no_dangling_reference() {
    let document = local::functions::openapi();
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let is_open = operation["security"].as_array().unwrap().is_empty();
            found.insert((id, method.to_uppercase(), path.clone(), is_open));
        }
    }
    let expected: BTreeSet<_> = contracts()
        .into_iter()
        .map(|c| (c.id.to_owned(), c.verb.as_http().to_string(), c.path.to_owned(), is_public(c)))
        .collect();
    assert_eq!(found, expected);
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
    let moves = format!("up to {} times by the patient", domain::appointments::rescheduling::MAX_MOVES);
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
        ("api", &["domain", "storage"]),
    ]);
    let context = ["domain", "storage", "gateway", "api"];
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

#[tokio::test]
pub(crate) async fn the_pages_of_the_platform_are_there() {
    let world = World::start().await;
    let nobody = world.anonymous();
    assert_eq!(nobody.get("/health").await.ok()["status"], "ok");
    let docs = nobody.get("/docs").await;
    assert_eq!((docs.status(), docs.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(docs.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'")));
    let document = nobody.get("/openapi.json").await.ok();
    assert_eq!(document, local::functions::openapi());
}
