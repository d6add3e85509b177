//! The templates' information about the functions: routes, authorizers, event sources, schedules, environment names.
//!
//! The local cloud is wired by the files that are deployed, so a route or a mapping that is missing there is missing here.

mod linked;

use crate::schedule::Schedule;
use serde_norway::value::TaggedValue;
use serde_norway::{Mapping, Value};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! sources {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("../../", $path)))),*] };
}

/// The templates of this repository, as they were when the program was built, under their paths. The first is the root.
const SOURCES: [(&str, &str); 10] = sources![
    "template.yaml",
    "api/template.yaml",
    "functions/identity/template.yaml",
    "functions/directory/template.yaml",
    "functions/availability/template.yaml",
    "functions/appointments/template.yaml",
    "functions/payments/template.yaml",
    "functions/audit/template.yaml",
    "functions/notifications/template.yaml",
    "functions/platform/template.yaml",
];

/// The parts of the templates that wire the functions.
#[derive(Debug, Clone)]
pub struct Template {
    /// The functions, by logical id.
    pub functions: BTreeMap<String, FunctionStanza>,
    /// The CORS rules: the rights of browsers of other origins.
    pub cors: Cors,
    /// The routes of the API that lead to no function, with the function's name in the route.
    pub stray: Vec<(Route, String)>,
    /// The root with the resources of all templates: parameters of nested stacks are replaced by their values.
    pub document: Value,
    /// Each template as it is written, under its path.
    pub files: BTreeMap<String, Value>,
}

/// The CORS headers of the API, for browsers of other origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cors {
    /// The methods that the browsers may use.
    pub methods: Vec<String>,
    /// The headers that the browsers may send.
    pub headers: Vec<String>,
    /// The headers that the browsers may read.
    pub exposed: Vec<String>,
    /// The seconds for which browsers may cache these rules.
    pub max_age: u64,
}

/// A function's stanza.
#[derive(Debug, Clone, Default)]
pub struct FunctionStanza {
    /// The path of the function's template.
    pub file: String,
    /// The binary that it runs.
    pub binary: String,
    /// Its name in AWS, as `!Sub` writes it: `${AWS::StackName}-api-view-me`.
    pub name: String,
    /// Its description, if it has one.
    pub description: Option<String>,
    /// Whether it is invoked by an alias, so that a new version gets its traffic gradually.
    pub has_alias: bool,
    /// Its routes in the HTTP API.
    pub routes: Vec<Route>,
    /// The event sources other than routes.
    pub sources: Vec<EventSource>,
    /// The names in its environment, those of its template's `Globals` included.
    pub environment: BTreeSet<String>,
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, with parameters in braces.
    pub path: String,
    /// Whether the route needs a JWT.
    pub authorized: bool,
}

/// An event source of a function, other than a route.
#[derive(Debug, Clone, PartialEq)]
pub enum EventSource {
    /// The table's stream, with the key prefixes that its filters let through (see [`StreamFilter`]).
    Stream {
        /// Records per batch.
        batch: usize,
        /// The records that are let through.
        filter: StreamFilter,
    },
    /// A queue, by logical id.
    Queue {
        /// The queue's logical id, such as `HoldsQueue`.
        queue: String,
        /// Messages per batch.
        batch: usize,
    },
    /// A schedule of EventBridge Scheduler.
    Schedule(ScheduledSource),
    /// A trigger of the user pool.
    Trigger(String),
    /// The function's own URL.
    Url,
}

/// A schedule of a function in EventBridge Scheduler, and the handling of failed invocations.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduledSource {
    /// The schedule's name within the function.
    pub name: String,
    /// The instants at which the schedule is due.
    pub schedule: Schedule,
    /// The function's event, with the scheduler's attributes in angle brackets; `None` for the scheduler's default notification.
    pub input: Option<String>,
    /// The number of Lambda's retries after a failure.
    pub retries: u32,
    /// The logical id of the queue for invocations that were given up.
    pub dead_letters: Option<String>,
}

/// The filter criteria of a stream mapping: alternatives, each an event pattern.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamFilter {
    patterns: Vec<serde_json::Value>,
}

impl StreamFilter {
    /// Whether the mapping lets a record through.
    pub fn admits(&self, record: &serde_json::Value) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| matches(pattern, record))
    }
}

/// Event filtering of Lambda: every leaf of the pattern is a list of alternatives, values or `prefix`, `anything-but`, `exists`.
/// Source: AWS Lambda developer guide, "Control which events Lambda sends to your function".
fn matches(pattern: &serde_json::Value, value: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match pattern {
        Json::Object(fields) => {
            fields.iter().all(|(name, inner)| matches(inner, value.get(name).unwrap_or(&Json::Null)))
        }
        Json::Array(alternatives) => alternatives.iter().any(|alternative| match alternative {
            Json::Object(rule) => {
                let text = value.as_str();
                let prefixed =
                    |rule: &Json| rule.as_str().is_some_and(|prefix| text.is_some_and(|text| text.starts_with(prefix)));
                if let Some(prefix) = rule.get("prefix") {
                    prefixed(prefix)
                } else if let Some(exists) = rule.get("exists") {
                    exists.as_bool() == Some(!value.is_null())
                } else if let Some(barred) = rule.get("anything-but") {
                    match barred {
                        Json::Array(values) => !values.contains(value),
                        Json::Object(inner) => match inner.get("prefix") {
                            Some(Json::Array(prefixes)) => !prefixes.iter().any(prefixed),
                            Some(prefix) => !prefixed(prefix),
                            None => false,
                        },
                        other => other != value,
                    }
                } else {
                    false
                }
            }
            plain => plain == value,
        }),
        plain => plain == value,
    }
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| untagged(value).get(*name))
}

fn untagged(value: &Value) -> &Value {
    match value {
        Value::Tagged(tagged) => &tagged.value,
        plain => plain,
    }
}

fn mapping(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_mapping).into_iter().flat_map(Mapping::iter).filter_map(|(k, v)| Some((k.as_str()?, v)))
}

/// The name of an intrinsic function, such as `Ref`.
fn tag_of(form: &TaggedValue) -> String {
    form.tag.to_string().trim_start_matches('!').to_owned()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_sequence).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Template {
    /// Reads the templates of this repository.
    pub fn read() -> Self {
        Self::parse(&SOURCES)
    }

    /// Reads templates under their paths, the root first.
    ///
    /// # Panics
    /// If one of them is no template, they do not fit together, or a schedule is not understood: they are part of this program.
    pub fn parse(sources: &[(&str, &str)]) -> Self {
        let read = |path: &str, source: &str| -> Value {
            serde_norway::from_str(source).unwrap_or_else(|error| panic!("{path} is no YAML: {error}"))
        };
        let files: BTreeMap<String, Value> =
            sources.iter().map(|(path, source)| ((*path).to_owned(), read(path, source))).collect();
        let root = sources.first().and_then(|(path, _)| files.get(*path)).expect("there is a root");
        let document = linked::linked(root, &files);
        let mut functions = BTreeMap::new();
        for (path, file) in &files {
            let variables = at(file, &["Globals", "Function", "Environment", "Variables"]);
            let globals: BTreeSet<String> = mapping(variables).map(|(name, _)| name.to_owned()).collect();
            for (id, resource) in mapping(file.get("Resources")).filter(|(_, resource)| is_a(resource, FUNCTION)) {
                // References to other templates are resolved in the whole document.
                let resource = at(&document, &["Resources", id]).unwrap_or(resource);
                let stanza = FunctionStanza { file: path.clone(), ..FunctionStanza::parse(resource, &globals) };
                functions.insert(id.to_owned(), stanza);
            }
        }
        let api = mapping(document.get("Resources")).map(|(_, resource)| resource).find(|resource| is_a(resource, API));
        let body = api.and_then(|api| at(api, &["Properties", "Body"]));
        let mut stray = vec![];
        for (route, name) in body.map(routes).unwrap_or_default() {
            match functions.values_mut().find(|stanza| stanza.name == name) {
                Some(stanza) => stanza.routes.push(route),
                None => stray.push((route, name)),
            }
        }
        let cors = body.and_then(|body| body.get("x-amazon-apigateway-cors"));
        let listed = |name: &str| texts(cors.and_then(|cors| cors.get(name)));
        let cors = Cors {
            methods: listed("allowMethods"),
            headers: listed("allowHeaders"),
            exposed: listed("exposeHeaders"),
            max_age: cors.and_then(|cors| cors.get("maxAge")).and_then(Value::as_u64).unwrap_or_default(),
        };
        Template { functions, cors, stray, document, files }
    }

    /// An error text if any of these functions, each with its context, has no stanza: one sentence for all of them.
    pub fn lacks<'a>(&self, functions: impl IntoIterator<Item = (&'a str, String)>) -> Option<String> {
        let absent = functions.into_iter().filter(|(_, id)| !self.functions.contains_key(id));
        let absent: Vec<String> =
            absent.map(|(context, id)| format!("functions/{context}/template.yaml has no {id}")).collect();
        (!absent.is_empty()).then(|| absent.join("; "))
    }
}

const FUNCTION: &str = "AWS::Serverless::Function";
const API: &str = "AWS::ApiGatewayV2::Api";

fn is_a(resource: &Value, kind: &str) -> bool {
    resource.get("Type").and_then(Value::as_str) == Some(kind)
}

/// The routes of an API's body, with the name of the function behind each.
fn routes(body: &Value) -> Vec<(Route, String)> {
    let mut routes = vec![];
    for (path, operations) in mapping(body.get("paths")) {
        for (method, operation) in mapping(Some(operations)) {
            let uri = at(operation, &["x-amazon-apigateway-integration", "uri"]).map(untagged).and_then(Value::as_str);
            let name = uri.and_then(|uri| uri.split_once(":function:")?.1.strip_suffix("/invocations"));
            let name = name.map(|name| name.strip_suffix(":live").unwrap_or(name)).unwrap_or_default();
            let security = operation.get("security").and_then(Value::as_sequence);
            let route = Route {
                method: method.to_ascii_uppercase(),
                path: path.to_owned(),
                // A route without `security` is open, as in AWS.
                authorized: security.is_some_and(|schemes| !schemes.is_empty()),
            };
            routes.push((route, name.to_owned()));
        }
    }
    routes
}

impl FunctionStanza {
    fn parse(resource: &Value, globals: &BTreeSet<String>) -> Self {
        let mut stanza = FunctionStanza {
            binary: at(resource, &["Metadata", "BuildProperties", "Binary"])
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            environment: globals.clone(),
            ..FunctionStanza::default()
        };
        let properties = resource.get("Properties");
        let property = |name: &str| properties.and_then(|p| p.get(name)).map(untagged).and_then(Value::as_str);
        stanza.name = property("FunctionName").unwrap_or_default().to_owned();
        stanza.description = property("Description").map(str::to_owned);
        stanza.has_alias = property("AutoPublishAlias").is_some();
        let variables = properties.and_then(|p| at(p, &["Environment", "Variables"]));
        stanza.environment.extend(mapping(variables).map(|(name, _)| name.to_owned()));
        if properties.and_then(|p| p.get("FunctionUrlConfig")).is_some() {
            stanza.sources.push(EventSource::Url);
        }
        for (name, event) in mapping(properties.and_then(|p| p.get("Events"))) {
            let text =
                |path: &[&str]| at(event, path).map(untagged).and_then(Value::as_str).unwrap_or_default().to_owned();
            let batch = at(event, &["Properties", "BatchSize"]).and_then(Value::as_u64).unwrap_or(10) as usize;
            match text(&["Type"]).as_str() {
                // A route stands in the API's own template, under the function's name.
                "HttpApi" => panic!("{name}: a route is made in api/template.yaml"),
                "SQS" => {
                    let queue = text(&["Properties", "Queue"]);
                    let queue = queue.split('.').next().unwrap_or_default().to_owned();
                    stanza.sources.push(EventSource::Queue { queue, batch });
                }
                "DynamoDB" => {
                    let filters = at(event, &["Properties", "FilterCriteria", "Filters"]).and_then(Value::as_sequence);
                    let patterns = filters
                        .into_iter()
                        .flatten()
                        .filter_map(|filter| filter.get("Pattern")?.as_str())
                        .filter_map(|pattern| serde_json::from_str(pattern).ok())
                        .collect();
                    stanza.sources.push(EventSource::Stream { batch, filter: StreamFilter { patterns } });
                }
                "ScheduleV2" => {
                    let zone = text(&["Properties", "ScheduleExpressionTimezone"]);
                    assert!(matches!(zone.as_str(), "" | "UTC"), "{name}: a schedule in {zone}; here they are in UTC");
                    let expression = text(&["Properties", "ScheduleExpression"]);
                    let invocation = properties.and_then(|p| p.get("EventInvokeConfig"));
                    let of_invocation = |path: &[&str]| invocation.and_then(|config| at(config, path)).map(untagged);
                    let retries = of_invocation(&["MaximumRetryAttempts"]).and_then(Value::as_u64).unwrap_or(2);
                    stanza.sources.push(EventSource::Schedule(ScheduledSource {
                        name: name.to_owned(),
                        schedule: expression.parse().unwrap_or_else(|error| panic!("{name}: {error}")),
                        input: at(event, &["Properties", "Input"]).and_then(Value::as_str).map(str::to_owned),
                        retries: u32::try_from(retries).unwrap_or(2),
                        dead_letters: of_invocation(&["DestinationConfig", "OnFailure", "Destination"])
                            .and_then(Value::as_str)
                            .map(|arn| arn.trim_end_matches(".Arn").to_owned()),
                    }));
                }
                // A rule of EventBridge, which never fires here.
                "Schedule" | "EventBridgeRule" | "CloudWatchEvent" => panic!("{name}: write it as ScheduleV2"),
                "Cognito" => stanza.sources.push(EventSource::Trigger(text(&["Properties", "Trigger"]))),
                _ => {}
            }
        }
        stanza
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_judge_as_lambda_does() {
        let record = json!({"eventName": "INSERT", "dynamodb": {"Keys": {"PK": {"S": "AUDIT#07"}}}});
        let filter = |pattern| StreamFilter { patterns: vec![pattern] };
        let pk = |rule: serde_json::Value| json!({"dynamodb": {"Keys": {"PK": {"S": [rule]}}}});
        assert!(filter(pk(json!({"prefix": "AUDIT#"}))).admits(&record));
        assert!(!filter(pk(json!({"prefix": "APPT#"}))).admits(&record));
        assert!(!filter(pk(json!({"anything-but": {"prefix": ["AUDIT#", "IDEM#"]}}))).admits(&record));
        assert!(filter(pk(json!({"anything-but": {"prefix": "IDEM#"}}))).admits(&record));
        assert!(!filter(json!({"eventName": ["MODIFY", "REMOVE"]})).admits(&record));
        assert!(StreamFilter::default().admits(&record));
    }
}
