//! The functions as they are deployed, made once for each thread from the tables of their contexts, over the parked
//! network; and the events that invoke them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use api::{Aws, Bound, Contract, Described, Function, Ids, Source, Variable};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::{Value, json};
use storage::Storage;
use uuid::Uuid;

use crate::network::{Network, Skewed, Time};

/// The name of the table.
pub const TABLE: &str = "vaidya-proofs";

/// The functions of a context, and those of them that are operations of the API.
type Tables = (&'static [&'static dyn Function], &'static [&'static dyn Described]);

/// The contexts whose functions take part: the one group whose items are written in each other's transactions, or by what follows
/// from these. Pairs grow with the operations that share an item; a context that shares none with these can't be told from one
/// that is not there, in any order of calls. So it is not added here: what it has to prove, it proves in a small world of its own.
///
/// - `directory`: the doctor of a booking, and the effects of a suspension on visits.
/// - `availability`: the slots that bookings take, and the schedules that withdraw them.
/// - `appointments`: holds, visits, waiting lists.
/// - `payments`: what turns a hold into a visit, and what gives money back.
/// - `platform`: the stream and the timers, by which the contexts get each other's messages.
pub static GROUP: [Tables; 5] = [
    (directory::FUNCTIONS, directory::OPERATIONS),
    (availability::FUNCTIONS, availability::OPERATIONS),
    (appointments::FUNCTIONS, appointments::OPERATIONS),
    (payments::FUNCTIONS, payments::OPERATIONS),
    (platform::FUNCTIONS, platform::OPERATIONS),
];

/// The functions of a thread.
pub struct Fleet {
    pub network: Network,
    pub time: Time,
    pub functions: BTreeMap<&'static str, Bound>,
    pub storage: Storage,
    contracts: BTreeMap<&'static str, &'static Contract>,
    /// Some adapters make a timer before they call; nothing drives it, so that it never goes off.
    runtime: tokio::runtime::Runtime,
}

thread_local! {
    static FLEET: Rc<Fleet> = Rc::new(Fleet::new());
}

impl Fleet {
    /// The functions of this thread.
    pub fn here() -> Rc<Self> {
        FLEET.with(Rc::clone)
    }

    fn new() -> Self {
        let (network, time) = (Network::default(), Time::default());
        let client = SharedHttpClient::new(network.clone());
        let sdk = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
            .region(aws_config::Region::new(aws_emulator::REGION))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test")))
            .http_client(client.clone())
            .sleep_impl(SharedAsyncSleep::new(Never))
            .time_source(SharedTimeSource::new(time.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        let variables = Variable::ALL.iter().map(|variable| (variable.name().to_owned(), value(*variable))).collect();
        let clock = Arc::new(Skewed { time: time.clone(), skew: 0, network: network.clone() });
        let aws = Aws::from_parts(sdk, client, variables, clock);
        let (mut functions, mut contracts) = (BTreeMap::new(), BTreeMap::new());
        for (all, operations) in &GROUP {
            functions.extend(all.iter().map(|function| (function.id(), function.bind(&aws).unwrap())));
            contracts.extend(operations.iter().map(|operation| (operation.contract().id, operation.contract())));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let storage = aws.storage().unwrap();
        Self { network, time, functions, storage, contracts, runtime }
    }

    /// Inside of this, timers can be made.
    pub fn enter(&self) -> tokio::runtime::EnterGuard<'_> {
        self.runtime.enter()
    }

    /// The functions that a queue invokes: its name, and the function's.
    pub fn consumers(&self) -> Vec<(&'static str, &'static str)> {
        let queue = |(id, bound): (&&'static str, &Bound)| match bound {
            Bound::Event(function) => match function.source() {
                Source::Queue(queue) => Some((queue, *id)),
                _ => None,
            },
            Bound::Http(_) => None,
        };
        self.functions.iter().filter_map(queue).collect()
    }

    /// The functions that a schedule invokes.
    pub fn scheduled(&self) -> Vec<&'static str> {
        let is_scheduled =
            |bound: &Bound| matches!(bound, Bound::Event(function) if function.source() == Source::Schedule);
        self.functions.iter().filter(|(_, bound)| is_scheduled(bound)).map(|(id, _)| *id).collect()
    }

    /// The event of a request to the HTTP API.
    pub fn event(&self, call: &Call, request_id: &str) -> String {
        let contract = self.contracts[call.operation];
        let mut path = contract.path.to_owned();
        for (name, value) in &call.path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "a parameter of {path} is missing");
        let mut headers = json!({"content-type": "application/json"});
        for (name, value) in [("idempotency-key", &call.key), ("if-match", &call.if_match)] {
            if let Some(value) = value {
                headers[name] = json!(value);
            }
        }
        let role = call.caller.role;
        let query: Vec<String> = call.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = query.join("&");
        let method = contract.verb.as_http();
        let mut event = json!({
            "version": "2.0",
            "routeKey": format!("{method} {}", contract.path),
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "proofs",
                "http": {"method": method.as_str(), "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "requestId": request_id,
                "stage": "$default",
                "timeEpoch": self.time.now(),
                "authorizer": {"jwt": {"claims": {
                    "token_use": "access", "sub": call.caller.id, "username": call.caller.id,
                    "cognito:groups": format!("[{role}]"), "iat": "0", "auth_time": "1", "acr": "urn:cognito:loa:4", "origin_jti": "session",
                }, "scopes": null}},
            },
            "isBase64Encoded": false,
        });
        if let Some(body) = &call.body {
            event["body"] = json!(body.to_string());
        }
        let pairs = |pairs: &[(&'static str, String)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<Value>()
        };
        if !call.path.is_empty() {
            event["pathParameters"] = pairs(&call.path);
        }
        if !call.query.is_empty() {
            event["queryStringParameters"] = pairs(&call.query);
        }
        event.to_string()
    }
}

/// The short name of a queue, as a consumer names it, from the name of its variable: `first-free-slots`.
pub fn queue_name(variable: &str) -> String {
    variable.to_lowercase().replace('_', "-")
}

/// The environment: a queue's address has the queue's short name.
fn value(variable: Variable) -> String {
    match variable.name().strip_suffix("_QUEUE_URL") {
        Some(queue) => aws_emulator::sqs::Sqs::url(&queue_name(queue)),
        None if variable == Variable::Table => TABLE.to_owned(),
        None if variable == Variable::HoldMinutes => domain::appointments::booking::HoldLength::default().to_string(),
        None if variable == Variable::PhoneRegion => "IN".to_owned(),
        None if variable == Variable::Currency => "INR".to_owned(),
        None if variable == Variable::TaxBasisPoints => "0".to_owned(),
        None if matches!(variable, Variable::IssuerGstin | Variable::IssuerPan | Variable::OriginSecretHashes) => {
            String::new()
        }
        None if variable == Variable::RefundPolicy => {
            domain::payments::refund_policy::RefundPolicy::default().to_string()
        }
        None => format!("proofs-{}", variable.name().to_lowercase()),
    }
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub role: &'static str,
    pub id: Uuid,
}

/// A request to the API.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: &'static str,
    pub caller: Caller,
    pub path: Vec<(&'static str, String)>,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    pub key: Option<String>,
    pub if_match: Option<String>,
}

impl Call {
    pub fn new(operation: &'static str, caller: Caller) -> Self {
        Self { operation, caller, path: vec![], query: vec![], body: None, key: None, if_match: None }
    }

    pub fn path(mut self, name: &'static str, value: impl ToString) -> Self {
        self.path.push((name, value.to_string()));
        self
    }

    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

/// Ids that can be repeated: an invocation's ids do not depend on the others.
pub struct Stream {
    seed: u64,
    stream: u64,
    next: AtomicU64,
}

impl Stream {
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { seed, stream, next: AtomicU64::new(0) }
    }
}

impl Ids for Stream {
    fn new_id(&self) -> Uuid {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let mut choices = crate::rng::Rng::new(self.seed ^ self.stream.rotate_left(20) ^ count.rotate_left(44));
        let (high, low) = (choices.next(), choices.next());
        uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid()
    }
}

/// The SDK sleeps between its own retries and for its time-outs, and has neither here.
#[derive(Debug)]
struct Never;

impl AsyncSleep for Never {
    fn sleep(&self, _: std::time::Duration) -> Sleep {
        Sleep::new(std::future::pending())
    }
}

impl TimeSource for Time {
    fn now(&self) -> std::time::SystemTime {
        std::time::SystemTime::from(self.timestamp())
    }
}
