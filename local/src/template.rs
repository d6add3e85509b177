//! What `template.yaml` says about the functions: routes, authorizers, event sources, schedules, environment names.
//!
//! The local cloud is wired by the file that is deployed, so that a route or a mapping that is missing there is missing here.

use crate::schedule::Schedule;
use serde_norway::{Mapping, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The template of this repository, as it was when the program was built.
const SOURCE: &str = include_str!("../../template.yaml");

/// The parts of the template that decide what runs when.
#[derive(Debug, Clone)]
pub struct Template {
    /// The functions, by logical id.
    pub functions: BTreeMap<String, FunctionStanza>,
    /// The whole document, for tests.
    pub document: Value,
}

/// A function's stanza.
#[derive(Debug, Clone, Default)]
pub struct FunctionStanza {
    /// The binary that it runs.
    pub binary: String,
    /// Its routes in the HTTP API.
    pub routes: Vec<Route>,
    /// What else invokes it.
    pub sources: Vec<EventSource>,
    /// The names in its environment, those of `Globals` included.
    pub environment: BTreeSet<String>,
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// In capitals.
    pub method: String,
    /// With parameters in braces.
    pub path: String,
    /// Whether the JWT authorizer stands before it.
    pub authorized: bool,
}

/// What invokes a function, other than a route.
#[derive(Debug, Clone, PartialEq)]
pub enum EventSource {
    /// The table's stream, with the key prefixes that its filters let through (see [`StreamFilter`]).
    Stream {
        /// Records per batch.
        batch: usize,
        /// What is let through.
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
    /// Its own URL.
    Url,
}

/// What EventBridge Scheduler does with a function, and what becomes of an invocation that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduledSource {
    /// The schedule's name within the function.
    pub name: String,
    /// When it is due.
    pub schedule: Schedule,
    /// What the function is handed, with the scheduler's attributes in angle brackets; its default notification if there is none.
    pub input: Option<String>,
    /// How often Lambda tries again after a failure.
    pub retries: u32,
    /// The logical id of the queue of what was given up.
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

impl Template {
    /// Reads the template of this repository.
    pub fn read() -> Self {
        Self::parse(SOURCE)
    }

    /// Reads a template.
    ///
    /// # Panics
    /// If it is not a template with functions, or has a schedule that is not understood: it is part of this program.
    pub fn parse(source: &str) -> Self {
        let document: Value = serde_norway::from_str(source).expect("template.yaml is well-formed YAML");
        let globals: BTreeSet<String> = mapping(at(&document, &["Globals", "Function", "Environment", "Variables"]))
            .map(|(name, _)| name.to_owned())
            .collect();
        let functions = mapping(document.get("Resources"))
            .filter(|(_, resource)| resource.get("Type").and_then(Value::as_str) == Some("AWS::Serverless::Function"))
            .map(|(id, resource)| (id.to_owned(), FunctionStanza::parse(resource, &globals)))
            .collect();
        Template { functions, document }
    }
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
                "HttpApi" => stanza.routes.push(Route {
                    method: text(&["Properties", "Method"]).to_ascii_uppercase(),
                    path: text(&["Properties", "Path"]),
                    authorized: text(&["Properties", "Auth", "Authorizer"]) != "NONE",
                }),
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
                // A rule of EventBridge, which is fired by nothing here.
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
