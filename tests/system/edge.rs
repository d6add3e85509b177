//! The edge of the API: what each operation says to wrong values in each of its fields and parameters, made from the OpenAPI document, and
//! what holds for every request: conditions, HEAD, headers that browsers may read.

use crate::authorization::{Cast, Question, question};
use api::{Access, Contract, Verb};
use domain::access::Role;
use http::Method;
use local::functions::{contexts, openapi};
use local::server::{Listeners, Server};
use local::{Options, Stack};
use razorpay_emulator::webhook_signature;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use system_tests::{Reply, World};

/// The people of the requests. Reads share them; a change has people of its own.
async fn cast_for<'a>(contract: &Contract, readers: &'a mut Cast, own: &'a mut Option<Cast>) -> &'a mut Cast {
    match contract.verb {
        Verb::Get => readers,
        _ => own.insert(Cast::assembled().await),
    }
}

impl Cast {
    /// Cancels the visit of a question to a read, so that the next one meets no limit of holds.
    async fn forgets(&self, question: &Question) {
        if let Some(visit) = &question.visit {
            let _ = self.admin.cancels(visit).await;
        }
    }
}

/// A request to an operation, with parts that can be spoiled.
#[derive(Clone)]
struct Sent {
    method: Method,
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
}

impl Sent {
    fn of(contract: &Contract, question: &Question) -> Self {
        let query = form_urlencoded::parse(question.query.trim_start_matches('?').as_bytes());
        let path = question.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Sent {
            method: contract.verb.as_http(),
            path: path.collect(),
            query: query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            body: question.body.as_ref().map(|body| body.to_string().into_bytes()),
            headers: question
                .if_match
                .iter()
                .map(|etag| ("if-match", etag.clone()))
                .chain(question.headers.iter().cloned())
                .collect(),
        }
    }

    async fn by_its_caller(&self, contract: &Contract, cast: &Cast) -> Reply {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let segment = |text: &str| encoded(text).replace('+', "%20");
        let mut path = contract.path.to_owned();
        for (name, value) in &self.path {
            path = path.replace(&format!("{{{name}}}"), &segment(value));
        }
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if !query.is_empty() {
            path += &format!("?{}", query.join("&"));
        }
        let method = self.method.clone();
        let roles = match contract.access {
            Access::Roles(roles) => roles,
            Access::SignedIn | Access::Public => &[Role::Patient],
        };
        let mut request = match roles {
            _ if contract.access == Access::Public => {
                let anonymous = cast.world.anonymous();
                return self.finished(contract, cast, anonymous.sends(method, &path)).await;
            }
            [Role::Doctor, ..] => cast.doctor.sends(method, &path),
            [Role::Patient, ..] => cast.patient.sends(method, &path),
            _ => cast.admin.sends(method, &path),
        };
        request = request.header("origin", &cast.world.stack.addresses().app);
        self.finished(contract, cast, request).await
    }

    async fn finished(&self, contract: &Contract, cast: &Cast, mut request: system_tests::Send<'_>) -> Reply {
        if contract.idempotent {
            request = request.idempotency_key(&cast.world.key());
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            request = request.raw(body.clone());
        }
        request.await
    }

    fn json(&self) -> Value {
        self.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
    }
}

/// Values that are wrong for most fields, and right for some.
fn values() -> Vec<Value> {
    let mut values = vec![json!({ "x": 1 }), json!([{}]), json!(null), json!(true), json!(-1), json!(1.5), json!(1e30)];
    values.extend([300, 70_000, i64::MAX].map(Value::from));
    let texts = ["", "x", "7", "9:00", "2026-12-01", "2026-12-01T00:00:00", "2026-02-30", "Asia", "\u{0}", "a b", "💊"];
    values.extend(texts.map(Value::from));
    values.push("x".repeat(5_000).into());
    values
}

/// The schema, without the reference to it.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The pointers to all fields of a body: those that are sent, and those of the schema that are left out.
fn fields(document: &Value, schema: &Value, sent: &Value, at: &str, found: &mut BTreeSet<String>) {
    let schema = resolved(document, schema);
    let variants = ["oneOf", "anyOf", "allOf"].iter().filter_map(|name| schema[*name].as_array()).flatten();
    for variant in variants {
        fields(document, variant, sent, at, found);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{at}/{name}");
        fields(document, schema, &sent[name], &pointer, found);
        found.insert(pointer);
    }
    if let Some(items) = sent.as_array() {
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{at}/{index}");
            fields(document, &schema["items"], item, &pointer, found);
            found.insert(pointer);
        }
    }
}

/// The body with another value at this place. Objects that are left out are added.
fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = body.clone();
    let mut place = &mut changed;
    for name in pointer.split('/').skip(1) {
        place = match name.parse::<usize>() {
            Ok(index) if place.is_array() => &mut place[index],
            _ => {
                if !place.is_object() {
                    *place = json!({});
                }
                &mut place[name]
            }
        };
    }
    *place = value;
    changed
}

/// Words of the language, of the libraries and of our own code that no client knows.
const INTERNAL: [&str; 42] = [
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "f32",
    "f64",
    "str",
    "bool",
    "serde",
    "jiff",
    "rust",
    "unparsed",
    "parse",
    "parsed",
    "parser",
    "enum",
    "variant",
    "struct",
    "tuple",
    "newtype",
    "Option",
    "Some",
    "None",
    "String",
    "Vec",
    "visitor",
    "deserialize",
    "invalid",
    "unexpected",
    "expected",
    "found",
    "EOF",
    "component",
    "literal",
    "unwrap",
    "Error",
];

/// What a refusal says is plain, names nothing internal, and points at what was sent or is missing.
fn is_well_said(contract: &Contract, sent: &Sent, reply: &Reply) -> Vec<Value> {
    let (status, body) = (reply.status(), reply.json());
    assert!(status < 500, "{}: {status} {body}", contract.id);
    let errors: Vec<Value> = body["errors"].as_array().cloned().unwrap_or_default();
    let texts = errors.iter().map(|error| &error["detail"]).chain([&body["detail"]]).filter_map(Value::as_str);
    for text in texts.filter(|_| status >= 400) {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let internal: Vec<&&str> = INTERNAL.iter().filter(|word| words.contains(*word)).collect();
        assert!(internal.is_empty() && !text.contains("::"), "{}: {text}", contract.id);
    }
    if status == 422 && body["type"] == "/problems/invalid-request" {
        assert!(!errors.is_empty(), "{}: {body}", contract.id);
    }
    for error in &errors {
        let pointer = error["pointer"].as_str().unwrap();
        let name = pointer.trim_start_matches("#/");
        let is_there = match error["in"].as_str().unwrap() {
            "body" => {
                let json = sent.json();
                let parent = pointer.trim_start_matches('#').rsplit_once('/').map_or("", |(parent, _)| parent);
                json.pointer(pointer.trim_start_matches('#')).is_some()
                    || json.pointer(parent).is_some_and(Value::is_object)
            }
            "query" => {
                let is_missing =
                    ["is missing", "is required"].iter().any(|it| error["detail"].as_str().unwrap().contains(it));
                sent.query.iter().any(|(sent, _)| sent == name) || is_missing
            }
            "path" => contract.path.contains(&format!("{{{name}}}")),
            "header" => true,
            other => panic!("{}: in {other}?", contract.id),
        };
        assert!(
            is_there,
            "{}: {error} was not sent: {}",
            contract.id,
            String::from_utf8_lossy(sent.body.as_deref().unwrap_or_default())
        );
    }
    errors
}

/// Whether a refusal points at this field, or at one inside it.
fn points_at(errors: &[Value], place: &str, pointer: &str) -> bool {
    errors.iter().any(|error| {
        error["in"] == *place && error["pointer"].as_str().is_some_and(|it| it.starts_with(&format!("#{pointer}")))
    })
}

fn operations() -> Vec<&'static Contract> {
    contexts().into_iter().flat_map(|context| context.operations).map(|operation| operation.contract()).collect()
}

fn described<'a>(document: &'a Value, contract: &Contract) -> &'a Value {
    &document["paths"][contract.path][contract.verb.as_http().as_str().to_ascii_lowercase()]
}

#[tokio::test]
async fn each_wrong_value_in_each_field_and_parameter_is_refused_in_words_for_people() {
    let document = openapi();
    let mut tried = 0;
    let (mut readers, mut own) = (Cast::assembled().await, None);
    for contract in operations() {
        let cast = cast_for(contract, &mut readers, &mut own).await;
        let question = question(contract.id, cast).await;
        let whole = Sent::of(contract, &question);
        let operation = described(&document, contract);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
            for value in values().iter().filter_map(Value::as_str).filter(|_| place != "header") {
                let mut sent = whole.clone();
                match place {
                    // An empty segment leads to another route.
                    "path" if value.is_empty() => continue,
                    "path" => drop(sent.path.insert(name.to_owned(), value.to_owned())),
                    _ => {
                        sent.query.retain(|(sent, _)| sent != name);
                        sent.query.push((name.to_owned(), value.to_owned()));
                    }
                }
                let reply = sent.by_its_caller(contract, cast).await;
                let errors = is_well_said(contract, &sent, &reply);
                let is_judged = value == "\u{0}" && parameter["schema"]["format"].is_string();
                assert!(
                    !is_judged || points_at(&errors, place, &format!("/{name}")),
                    "{}: {name}: {}",
                    contract.id,
                    reply.text()
                );
                tried += 1;
            }
            if place == "query" {
                let mut sent = whole.clone();
                sent.query.retain(|(sent, _)| sent != name);
                sent.query.extend(["1", "2"].map(|value| (name.to_owned(), value.to_owned())));
                let errors = is_well_said(contract, &sent, &sent.by_its_caller(contract, cast).await);
                assert_eq!(errors[0]["detail"], "must be sent only once", "{}: {name}", contract.id);
            }
        }
        cast.forgets(&question).await;
        let Some(schema) = operation["requestBody"].pointer("/content/application~1json/schema") else { continue };
        let body = whole.json();
        for other in [json!([]), json!([body]), json!("a"), json!(7), json!(true), json!(null), values_of(&body)] {
            let sent = Sent { body: Some(other.to_string().into_bytes()), ..whole.clone() };
            let reply = sent.by_its_caller(contract, cast).await;
            let errors = is_well_said(contract, &sent, &reply);
            assert_eq!(
                (reply.status(), &errors[0]["pointer"]),
                (422, &json!("#")),
                "{}: {other}: {}",
                contract.id,
                reply.text()
            );
        }
        let mut sent = whole.clone();
        sent.headers.push(("content-encoding", "gzip".to_owned()));
        let reply = sent.by_its_caller(contract, cast).await;
        assert_eq!((reply.status(), reply.header("accept-encoding")), (415, Some("identity")), "{}", contract.id);
        let mut pointers = BTreeSet::new();
        fields(&document, schema, &body, "", &mut pointers);
        for pointer in &pointers {
            for value in values() {
                let sent =
                    Sent { body: Some(with(&body, pointer, value.clone()).to_string().into_bytes()), ..whole.clone() };
                let reply = sent.by_its_caller(contract, cast).await;
                let errors = is_well_said(contract, &sent, &reply);
                // A field takes no object that it does not know, so that the refusal points at it.
                let is_judged = value.get("x").is_some();
                assert!(
                    !is_judged || points_at(&errors, "body", pointer),
                    "{}: {pointer}: {}",
                    contract.id,
                    reply.text()
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}

/// The values of an object in a list, from which Serde would read a struct.
fn values_of(body: &Value) -> Value {
    body.as_object().into_iter().flatten().map(|(_, value)| value.clone()).collect()
}

/// Headers that a script may always read (Fetch, "CORS-safelisted response-header name"), and headers for the browser alone.
const NOT_TO_BE_EXPOSED: [&str; 15] = [
    "cache-control",
    "content-length",
    "content-type",
    "last-modified",
    "content-encoding",
    "content-security-policy",
    // No script may read it ("forbidden response-header name").
    "set-cookie",
    "referrer-policy",
    "vary",
    "x-content-type-options",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
];

#[tokio::test]
async fn a_browser_may_read_every_header_of_every_answer_and_head_is_get_without_a_body() {
    let mut seen = BTreeSet::new();
    let (mut readers, mut own) = (Cast::assembled().await, None);
    for contract in operations() {
        let cast = cast_for(contract, &mut readers, &mut own).await;
        let question = question(contract.id, cast).await;
        let sent = Sent::of(contract, &question);
        let replies = if contract.verb == Verb::Get {
            let head = Sent { method: Method::HEAD, ..sent.clone() };
            let (first, reply) = (sent.by_its_caller(contract, cast).await, head.by_its_caller(contract, cast).await);
            assert_eq!((reply.status(), reply.text().as_str()), (first.status(), ""), "{}", contract.id);
            assert_eq!(reply.header("etag"), first.header("etag"), "{}", contract.id);
            assert_eq!(reply.header("content-type"), first.header("content-type"), "{}", contract.id);
            if let Some(etag) = first.header("etag") {
                let known = format!("\"other\", W/{etag}");
                let known = Sent { headers: vec![("if-none-match", known)], ..sent.clone() };
                let known = known.by_its_caller(contract, cast).await;
                assert_eq!((known.status(), known.text().as_str()), (304, ""), "{}", contract.id);
                assert_eq!(known.header("etag"), Some(etag));
                let other = Sent { headers: vec![("if-none-match", "\"other\"".to_owned())], ..sent };
                assert_eq!(other.by_its_caller(contract, cast).await.status(), 200, "{}", contract.id);
            }
            vec![first, reply]
        } else {
            vec![sent.by_its_caller(contract, cast).await]
        };
        cast.forgets(&question).await;
        seen.extend(replies.iter().flat_map(|reply| reply.header_names().map(str::to_owned)));
    }
    let world = World::start().await;
    let exposed = &world.stack.template().cors.exposed;
    let hidden: Vec<&String> =
        seen.iter().filter(|name| !exposed.contains(name) && !NOT_TO_BE_EXPOSED.contains(&name.as_str())).collect();
    assert_eq!(hidden, Vec::<&String>::new(), "the list of api/template.yaml lacks headers");
    for header in ["content-disposition", "etag", "location", "x-request-id"] {
        assert!(seen.contains(header), "{header} was not seen, so that this test looks at too little");
    }
}

#[tokio::test]
async fn a_change_is_made_to_the_version_that_if_match_names_and_to_no_other() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let etag = asha.get("/v1/me").await.header("etag").unwrap().to_owned();
    let changes =
        |condition: &str| asha.put("/v1/me", json!({ "name": "Asha Rao", "zone": "Asia/Kolkata" })).if_match(condition);
    for malformed in ["1", "\"1", "\"a\" \"b\"", "*, \"1\""] {
        let problem = changes(malformed).await.problem("invalid-precondition");
        let error = &problem["errors"][0];
        assert_eq!((&error["in"], &error["pointer"]), (&json!("header"), &json!("#/If-Match")), "{malformed}");
    }
    let _ = changes("").await.problem("precondition-required");
    let _ = changes("\"other\"").await.problem("version-mismatch");
    let _ = changes(&format!("W/{etag}")).await.problem("version-mismatch");
    let _ = changes(&format!("\"other\", {etag}")).await.ok();
    let _ = changes(&etag).await.problem("version-mismatch");
    let _ = changes("*").await.ok();
}

#[tokio::test]
async fn the_root_leads_to_the_reference_and_other_methods_and_slashes_to_what_the_gateway_says() {
    let world = World::start().await;
    let anonymous = world.anonymous();
    let page = anonymous.get("/").await;
    assert_eq!((page.status(), page.text()), (200, anonymous.get("/docs").await.text()));
    for (method, path) in [
        (Method::DELETE, "/v1/doctors"),
        (Method::PATCH, "/v1/me"),
        (Method::GET, "/v1/doctors/"),
        (Method::GET, "/docs/"),
    ] {
        anonymous.sends(method, path).await.gateway_refusal(404);
    }
}

#[tokio::test]
async fn an_offset_without_its_encoded_plus_is_understood() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    world.settles().await;
    let path = format!("/v1/doctors/{}/slots", iyer.id);
    let from = slot.start.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(5))).strftime("%Y-%m-%dT%H:%M:%S+05:00");
    let found = asha.get(&format!("{path}?from={from}")).await.ok();
    assert_eq!(found["slots"][0]["slotId"], slot.slot_id, "{found}");
}

/// Posts to the webhook's Lambda URL over the wire.
async fn posts(address: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let mut request = reqwest::Client::new().post(address).body(body.to_vec());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn an_integrator_can_rehearse_webhooks_at_the_lambda_url() {
    let listeners = Listeners::take(None).await.unwrap();
    let options = Options { addresses: listeners.addresses(), ..Options::for_test() };
    let stack = Stack::start(options).await.unwrap();
    let address = stack.addresses().webhook.clone();
    let server = Server::start(stack, listeners, &local::pages::app::built(), None);
    let event =
        json!({ "entity": "event", "event": "order.paid", "contains": [], "payload": {}, "created_at": 1_796_000_000 });
    let event = event.to_string().into_bytes();
    let signature = webhook_signature("local-webhook-secret", &event);
    let textual = ("content-type", "application/json");
    let signed = |name| [textual, ("x-razorpay-event-id", "evt_1"), (name, signature.as_str())];
    let stored = (200, "stored".to_owned());
    assert_eq!(posts(&address, &signed("x-razorpay-signature"), &event).await, stored);
    assert_eq!(posts(&address, &signed("X-Razorpay-Signature"), &event).await, stored, "a repetition");
    // A body without a textual content type arrives in base64.
    assert_eq!(posts(&address, &[("x-razorpay-signature", signature.as_str())], &event).await, stored);
    let altered = [&event[..], b" "].concat();
    assert_eq!(posts(&address, &signed("x-razorpay-signature"), &altered).await.0, 401);
    assert_eq!(posts(&address, &signed("x-signature"), &event).await, (401, "signature-missing".to_owned()));
    let read = reqwest::get(&address).await.unwrap();
    assert_eq!(read.status().as_u16(), 405);
    server.stop().await;
}

/// The names of all properties of a schema, at every depth.
fn properties(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    let schema = resolved(document, schema);
    for variant in ["oneOf", "anyOf", "allOf"].iter().filter_map(|name| schema[*name].as_array()).flatten() {
        properties(document, variant, found);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if found.insert(name.clone()) {
            properties(document, schema, found);
        }
    }
    if schema["items"].is_object() {
        properties(document, &schema["items"], found);
    }
}

/// What is paid for a visit, and what comes back, are data of its patient.
const MONEY_OF_A_PATIENT: [&str; 8] =
    ["paidAmount", "refundAmount", "amount", "captured", "promised", "retained", "gatewayPaymentId", "receiptNumber"];

#[test]
fn a_read_that_shows_money_of_a_patient_is_recorded_as_an_access() {
    let document = openapi();
    let mut recorded = vec![];
    for contract in operations().into_iter().filter(|contract| contract.verb == Verb::Get) {
        let mut found = BTreeSet::new();
        let answer = &described(&document, contract)["responses"]["200"]["content"]["application/json"]["schema"];
        properties(&document, answer, &mut found);
        let money: Vec<&String> = found.iter().filter(|name| MONEY_OF_A_PATIENT.contains(&name.as_str())).collect();
        assert!(money.is_empty() || contract.discloses, "{} shows {money:?}", contract.id);
        recorded.extend((!money.is_empty()).then_some(contract.id));
    }
    assert!(recorded.contains(&"previewCancellation") && recorded.contains(&"listRefunds"), "{recorded:?}");
}
