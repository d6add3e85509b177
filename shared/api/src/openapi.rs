//! The OpenAPI 3.1 document, made from the endpoints' contracts and the types that travel.
//!
//! No deployed function calls this: a test writes the document to `openapi.yaml`, which is committed and served. We
//! can't change API Gateway's own answers: they are described as they are.
//!
//! Descriptions name the numbers of the rules, such as `{MAX_MOVES}`, and do not repeat them, so that they stay true.

use crate::contract::{Access, Contract, MAX_BODY};
use crate::probe::{self, Form};
use crate::problem::{self, FieldError, ProblemBody, ProblemType};
use domain::access::Role;
use domain::appointments::{agenda, appointment, attendance, booking, payment_start, rescheduling, series, waitlist};
use domain::availability::{calendar, schedule};
use domain::core::time;
use domain::payments::refund_policy;
use domain::payments::refund_policy::RefundPolicy;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::{PartialSchema, ToSchema};

/// An endpoint that can describe itself. Separate from [`crate::Function`], so that a binary does not link the schemas.
pub trait Described: Sync {
    /// The contract of the endpoint.
    fn contract(&self) -> &Contract;
    /// The input and the answer of the operation.
    fn describe(&self, registry: &mut Registry) -> OperationSchema;
}

/// The input and the answer of an operation.
#[derive(Debug, Default)]
pub struct OperationSchema {
    /// The parameters of path and query.
    pub parameters: Vec<Value>,
    /// A reference to the schema of the body.
    pub body: Option<Value>,
    /// The status of success, and a reference to the schema of the answer.
    pub answer: Option<(u16, Option<Value>)>,
}

/// The schemas that the operations refer to.
#[derive(Debug, Default)]
pub struct Registry {
    schemas: BTreeMap<String, Value>,
}

impl Registry {
    /// Registers a type with the types of its parts. Returns a reference to it.
    pub fn reference<T: ToSchema>(&mut self) -> Value {
        let mut parts = vec![];
        T::schemas(&mut parts);
        for (name, schema) in parts {
            self.schemas.entry(name).or_insert_with(|| to_value(&schema));
        }
        let name = T::name().into_owned();
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.schemas.entry(name).or_insert_with(|| to_value(&<T as PartialSchema>::schema()));
        reference
    }

    /// Registers the type of a body, with the forms that its reader asks for. Returns a reference to it.
    pub fn input<T: ToSchema + DeserializeOwned>(&mut self) -> Value {
        let mut reference = self.reference::<T>();
        self.refine(&mut reference, &probe::form::<T>());
        reference
    }

    /// Adds to a schema what the reader of its values asks for: the names of an enum, and the kinds of times.
    fn refine(&mut self, schema: &mut Value, form: &Form) {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            let name = name.to_owned();
            if let Some(mut referred) = self.schemas.remove(&name) {
                self.refine(&mut referred, form);
                self.schemas.insert(name, referred);
            }
            return;
        }
        for variants in ["oneOf", "anyOf", "allOf"] {
            for variant in schema.get_mut(variants).and_then(Value::as_array_mut).into_iter().flatten() {
                self.refine(variant, form);
            }
        }
        let is_text =
            schema["type"] == "string" || schema["type"].as_array().is_some_and(|it| it.contains(&json!("string")));
        match form {
            Form::Object(members) => {
                for (name, form) in members {
                    if let Some(property) = schema.get_mut("properties").and_then(|members| members.get_mut(name)) {
                        self.refine(property, form);
                    }
                }
            }
            Form::List(form) => {
                if let Some(items) = schema.get_mut("items") {
                    self.refine(items, form);
                }
            }
            Form::Names(names) if is_text && schema["enum"].is_null() => {
                let null = schema["type"].is_array().then_some(Value::Null);
                schema["enum"] = names.iter().map(|name| json!(name)).chain(null).collect();
            }
            Form::Instant if is_text => schema["format"] = json!("date-time"),
            Form::Date if is_text => schema["format"] = json!("date"),
            Form::Names(_) | Form::Instant | Form::Date | Form::Time | Form::Other => {}
        }
    }

    /// The fields of a struct as parameters of the path or the query. A parameter is left out or has a value: it is
    /// never null.
    pub fn parameters<T: ToSchema + DeserializeOwned>(&mut self, place: &str) -> Vec<Value> {
        let mut parts = vec![];
        T::schemas(&mut parts);
        for (name, schema) in parts {
            self.schemas.entry(name).or_insert_with(|| to_value(&schema));
        }
        let mut schema = to_value(&<T as PartialSchema>::schema());
        self.refine(&mut schema, &probe::form::<T>());
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let Some(properties) = schema["properties"].as_object() else { return vec![] };
        properties
            .iter()
            .map(|(name, schema)| {
                let mut schema = with_its_description(schema.clone());
                let about = schema.as_object_mut().and_then(|s| s.remove("description")).unwrap_or(json!(""));
                let schema = not_null(schema);
                json!({
                    "name": name, "in": place, "description": about, "schema": schema,
                    "required": place == "path" || required.contains(&name.as_str()),
                })
            })
            .collect()
    }
}

/// An inlined schema that has its description beside it, as one schema.
fn with_its_description(schema: Value) -> Value {
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([inlined, about]) if about["type"] == "object" && about["properties"].is_null() => {
            let mut whole = inlined.clone();
            whole["description"] = about["description"].clone();
            whole
        }
        _ => schema,
    }
}

/// The schema without null.
fn not_null(mut schema: Value) -> Value {
    let variants = schema["oneOf"].as_array().into_iter().flatten().filter(|variant| variant["type"] != "null");
    if let [only] = variants.cloned().collect::<Vec<_>>().as_slice() {
        return only.clone();
    }
    for list in ["type", "enum"] {
        if let Some(values) = schema.get_mut(list).and_then(Value::as_array_mut) {
            values.retain(|value| !value.is_null() && value != "null");
        }
    }
    let only = schema["type"].as_array().filter(|types| types.len() == 1).and_then(|types| types.first().cloned());
    if let Some(only) = only {
        schema["type"] = only;
    }
    schema
}

fn to_value(schema: &impl serde::Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or(Value::Null)
}

/// API Gateway's own answer, when it refuses a request before a function runs.
#[derive(Debug, ToSchema)]
pub struct GatewayRefusal {
    /// The reason in one or two words, such as `Unauthorized`.
    pub message: String,
}

/// The document of these endpoints, each in a pair with the name of its context.
pub fn document(endpoints: &[(&str, &dyn Described)]) -> Value {
    let mut registry = Registry::default();
    registry.reference::<ProblemBody>();
    registry.reference::<FieldError>();
    registry.reference::<GatewayRefusal>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (tag, endpoint) in endpoints {
        let schema = endpoint.describe(&mut registry);
        let contract = endpoint.contract();
        let method = contract.verb.as_http().as_str().to_ascii_lowercase();
        paths.entry(contract.path).or_default().insert(method, operation(tag, contract, schema));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vaidya",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT", "identifier": "MIT" },
            "description": "Find a doctor, hold a slot, pay for it, see it confirmed. Instants are RFC 3339, amounts are whole paise. \
                Refusals are RFC 9457 problems. API Gateway's own refusals (401, 403, 404, 413, 429, 503) \
                have the body `{\"message\": \"...\"}`: it answers 404 to a path that it does not know, to a path with a \
                slash at its end, and to a method that a path does not have. Each GET answers HEAD too. \
                A GET whose answer has an ETag answers 304 to an If-None-Match that names it. \
                A parameter of the query is sent once. A `+` in it is written as `%2B`. \
                A stage may have an edge before the API. Its other address then answers 421 `misdirected-request` to all \
                but `GET /health`.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "securitySchemes": { "accessToken": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "An access token of the user pool. An ID token is refused." } },
            "schemas": registry.schemas,
            "responses": { "GatewayRefusal": {
                "description": "API Gateway refused the request before it reached a function.",
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/GatewayRefusal" } } },
            } },
        },
    })
}

fn operation(tag: &str, contract: &Contract, schema: OperationSchema) -> Value {
    let mut parameters = schema.parameters;
    let mut problems: Vec<&ProblemType> = contract.problems.to_vec();
    if contract.checks_session {
        problems.push(&problem::SESSION_ENDED);
    }
    // A header is refused by a problem of its own.
    if parameters.iter().any(|parameter| parameter["in"] != "header") {
        problems.push(&problem::INVALID_REQUEST);
    }
    if contract.idempotent {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": filled("A new random key for every new intent; the same key for a repetition. It is remembered for {REMEMBERED_HOURS} hours."),
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$" },
        }));
        problems.extend([&problem::INVALID_IDEMPOTENCY_KEY, &problem::IDEMPOTENCY_KEY_REUSED]);
    }
    if contract.conditional {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "description": "The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1).",
            "schema": {
                "type": "string", "maxLength": 255, "examples": ["\"3\""],
                "pattern": r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#,
            },
        }));
        problems.extend([
            &problem::INVALID_PRECONDITION,
            &problem::PRECONDITION_REQUIRED,
            &problem::VERSION_MISMATCH,
            &problem::NOT_FOUND,
        ]);
    }
    if contract.path.contains('{') {
        problems.push(&problem::NOT_FOUND);
    }
    let mut description = match contract.access {
        Access::Public => "For every caller.".to_owned(),
        Access::SignedIn => "For every signed-in user.".to_owned(),
        Access::Roles(roles) => format!("For: {}.", roles.iter().map(role_name).collect::<Vec<_>>().join(", ")),
    };
    if contract.access != Access::Public {
        problems.push(&problem::UNAUTHENTICATED);
        problems.push(&problem::FORBIDDEN);
    }
    if schema.body.is_some() {
        problems.extend([
            &problem::INVALID_JSON,
            &problem::BODY_TOO_LARGE,
            &problem::UNSUPPORTED_MEDIA_TYPE,
            &problem::INVALID_REQUEST,
        ]);
        description.push_str(&format!(" A body may have at most {MAX_BODY} bytes."));
    }
    problems.extend([&problem::INTERNAL_ERROR, &problem::UNAVAILABLE]);
    let description = format!("{} {description}", filled(contract.details));

    let mut responses = answers(&problems);
    if let Some((status, reference)) = schema.answer {
        let mut answer = json!({ "description": "Done." });
        if let Some(reference) = reference {
            answer["content"] = json!({ "application/json": { "schema": reference } });
        }
        responses.insert(status.to_string(), answer);
    }
    // API Gateway's own refusals have another body, beside ours under the same status.
    for status in ["401", "413", "503"] {
        if let Some(answer) = responses.get_mut(status) {
            answer["content"]["application/json"] =
                json!({ "schema": { "$ref": "#/components/schemas/GatewayRefusal" } });
        }
    }
    responses.insert("429".into(), json!({ "$ref": "#/components/responses/GatewayRefusal" }));
    let mut operation = json!({
        "operationId": contract.id, "summary": contract.about, "description": description, "tags": [tag],
        "parameters": parameters, "responses": responses,
        "security": if contract.access == Access::Public { json!([]) } else { json!([{ "accessToken": [] }]) },
    });
    if let Some(reference) = schema.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": reference } } });
    }
    operation
}

/// The numbers of the rules that descriptions name in braces.
fn limits() -> [(&'static str, i64); 24] {
    let hold = booking::HoldLength::default();
    let refunds = RefundPolicy::default();
    [
        ("CLOSES_AFTER_MINUTES", attendance::CLOSES_AFTER.as_mins()),
        ("FREE_CANCELLATION_HOURS", agenda::CANCELLATIONS_COUNT_FOR.as_hours()),
        ("HOLD_MINUTES", hold.minutes()),
        ("LEAST_WINDOW_MINUTES", waitlist::LEAST_WINDOW_MINUTES),
        ("MAX_ENTRIES", count(waitlist::MAX_ENTRIES)),
        ("MAX_EXTENDED_MINUTES", hold.most_extended_minutes()),
        ("MAX_FREE_CANCELLATIONS", count(agenda::MAX_FREE_CANCELLATIONS)),
        ("MAX_HOLDS", count(agenda::MAX_HOLDS)),
        ("MAX_HORIZON_DAYS", schedule::MAX_HORIZON_DAYS),
        ("MAX_MOVES", rescheduling::MAX_MOVES.into()),
        ("MAX_OCCURRENCES", count(series::MAX_OCCURRENCES)),
        ("MAX_OPEN", count(agenda::MAX_OPEN)),
        ("MAX_PUBLISHED_AT_ONCE", count(calendar::MAX_PUBLISHED_AT_ONCE)),
        ("MAX_SLOT_MINUTES", time::MAX_MINUTES),
        ("MIN_OCCURRENCES", count(series::MIN_OCCURRENCES)),
        ("MIN_REFUND", refund_policy::MIN_REFUND.get()),
        ("MIN_SECONDS_TO_PAY", payment_start::MIN_SECONDS_TO_PAY),
        ("MOVE_NOTICE_HOURS", rescheduling::MOVE_NOTICE_HOURS),
        ("OFFER_MINUTES", waitlist::OFFER_MINUTES),
        ("OPENS_BEFORE_MINUTES", appointment::OPENS_BEFORE.as_mins()),
        ("REFUND_FULL_HOURS", refunds.full_hours.into()),
        ("REFUND_PARTIAL_HOURS", refunds.partial_hours.into()),
        ("REFUND_PARTIAL_PERCENT", refunds.partial_percent.into()),
        ("REMEMBERED_HOURS", storage::REMEMBERED_FOR.as_hours()),
    ]
}

fn count(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// The description, with numbers in place of their names.
fn filled(details: &str) -> String {
    limits()
        .iter()
        .fold(details.to_owned(), |text, (name, number)| text.replace(&format!("{{{name}}}"), &number.to_string()))
}

fn answers(problems: &[&ProblemType]) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<&ProblemType>> = BTreeMap::new();
    for problem in problems {
        let kinds = by_status.entry(problem.status).or_default();
        if !kinds.contains(problem) {
            kinds.push(problem);
        }
    }
    let describe = |kinds: &[&ProblemType]| {
        kinds.iter().map(|kind| format!("`{}`: {}.", kind.slug, kind.title)).collect::<Vec<_>>().join(" ")
    };
    by_status
        .into_iter()
        .map(|(status, kinds)| {
            let answer = json!({
                "description": describe(&kinds),
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            });
            (status.to_string(), answer)
        })
        .collect()
}

fn role_name(role: &Role) -> &'static str {
    match role {
        Role::Patient => "patient",
        Role::Doctor => "doctor",
        Role::Lab => "lab",
        Role::Admin => "admin",
    }
}
