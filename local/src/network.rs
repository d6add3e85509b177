//! The network between the functions and the cloud: the one place at which the local cloud replaces AWS.
//!
//! All requests of a function, to AWS or to Razorpay, go through the SDK's HTTP client. This one looks at the
//! host and hands the request to a service of this process. It also remembers every call, with the function that made it (that
//! is how a test compares what functions do with what the template grants them), and it can fail on demand.

use crate::services::Services;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

tokio::task_local! {
    /// The function on whose behalf the current task calls.
    static FUNCTION: String;
}

/// Runs `work` on behalf of a function: its calls are recorded under this name.
pub async fn on_behalf_of<T>(function: &str, work: impl Future<Output = T>) -> T {
    FUNCTION.scope(function.to_owned(), work).await
}

/// A call that a function made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The function's id, or empty for the stack itself.
    pub function: String,
    /// The service: `dynamodb`, `kms`, `razorpay` ..
    pub service: String,
    /// The action, as IAM names it: `GetItem`; for a transaction each of its parts (`PutItem` ..) is a call of its own beside it.
    pub action: String,
    /// The table and partition key, where there is one: `Vaidya APPT#..`; of S3 the bucket and the key.
    pub resource: String,
}

/// A fault of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request never leaves.
    NotSent,
    /// The request is carried out, and the reply is lost.
    ReplyLost,
    /// DynamoDB refuses a transaction because another one is under way.
    TransactionConflict,
    /// The service asks to slow down.
    Throttled,
}

type Injector = dyn Fn(&Call) -> Option<Fault> + Send + Sync;

/// The network. Clones are the same network.
#[derive(Clone, Default)]
pub struct Network {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    services: OnceLock<Arc<Services>>,
    calls: Mutex<BTreeSet<Call>>,
    counted: Mutex<Vec<Call>>,
    injector: Mutex<Option<Arc<Injector>>>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

impl Network {
    /// Connects the services; until then nothing answers.
    pub(crate) fn connect(&self, services: Arc<Services>) {
        let connected = self.inner.services.set(services);
        debug_assert!(connected.is_ok(), "a network is connected once");
    }

    /// The distinct calls made so far.
    pub fn calls(&self) -> BTreeSet<Call> {
        self.inner.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the calls since the last time, in order and with repetitions: one entry per request sent.
    pub fn take_requests(&self) -> Vec<Call> {
        std::mem::take(&mut self.inner.counted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides for each call from now on whether it fails, and how.
    pub fn inject(&self, injector: impl Fn(&Call) -> Option<Fault> + Send + Sync + 'static) {
        *self.inner.injector.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(injector));
    }

    /// Lets all calls through again.
    pub fn heal(&self) {
        *self.inner.injector.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn carry(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, ConnectorError> {
        let call = Call::of(&request);
        let fault = {
            let injector = self.inner.injector.lock().unwrap_or_else(PoisonError::into_inner).clone();
            injector.and_then(|injector| injector(&call))
        };
        {
            let mut calls = self.inner.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.extend(parts(&call, request.body()));
            calls.insert(call.clone());
            self.inner.counted.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone());
        }
        match fault {
            Some(Fault::NotSent) => return Err(ConnectorError::io("the request was not sent".into())),
            Some(Fault::TransactionConflict) => return Ok(conflict(request.body())),
            Some(Fault::Throttled) => return Ok(throttled()),
            Some(Fault::ReplyLost) | None => {}
        }
        let services =
            self.inner.services.get().ok_or_else(|| ConnectorError::user("no service is connected".into()))?;
        let response = services.answer(&call.service, request).await;
        if fault == Some(Fault::ReplyLost) {
            return Err(ConnectorError::io("the reply was lost".into()));
        }
        Ok(response)
    }
}

/// The service of a host.
pub fn service_of(host: &str) -> &'static str {
    let host = host.split(':').next().unwrap_or(host);
    match host {
        "api.razorpay.com" => return "razorpay",
        // Only S3 has this address: addresses that are signed for clients must lead here.
        "127.0.0.1" => return "s3",
        _ => {}
    }
    let label = host
        .split('.')
        .find(|label| matches!(*label, "dynamodb" | "kms" | "sqs" | "email" | "secretsmanager" | "cognito-idp" | "s3"));
    match label {
        Some("dynamodb") => "dynamodb",
        Some("kms") => "kms",
        Some("sqs") => "sqs",
        Some("email") => "ses",
        Some("secretsmanager") => "secretsmanager",
        Some("cognito-idp") => "cognito-idp",
        Some("s3") => "s3",
        _ => "unknown",
    }
}

impl Call {
    fn of(request: &http::Request<Bytes>) -> Self {
        let service = service_of(request.uri().host().unwrap_or_default());
        let target = request.headers().get("x-amz-target").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let action = match service {
            "razorpay" => format!("{} {}", request.method(), request.uri().path()),
            "ses" => serde_urlencoded::from_bytes::<Vec<(String, String)>>(request.body())
                .ok()
                .and_then(|pairs| pairs.into_iter().find(|(name, _)| name == "Action"))
                .map(|(_, action)| action)
                .unwrap_or_default(),
            // S3 sends no action's name; the actions that we call differ by method.
            "s3" => {
                let query = request.uri().query().unwrap_or_default();
                match *request.method() {
                    http::Method::PUT if query.contains("legal-hold") => "PutObjectLegalHold".to_owned(),
                    http::Method::PUT => "PutObject".to_owned(),
                    http::Method::GET if query.contains("list-type=2") => "ListBucket".to_owned(),
                    http::Method::GET => "GetObject".to_owned(),
                    _ => request.method().to_string(),
                }
            }
            _ => target.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        let function = FUNCTION.try_with(Clone::clone).unwrap_or_default();
        let resource = match service {
            // `bucket/key`.
            "s3" => request.uri().path().trim_start_matches('/').to_owned(),
            _ => resource(&serde_json::from_slice(request.body()).unwrap_or_default()),
        };
        Call { function, service: service.to_owned(), action, resource }
    }
}

/// The table and partition key of a DynamoDB request, or the queue or key of another.
fn resource(body: &Value) -> String {
    let table = body["TableName"].as_str();
    let key = body.pointer("/Key/PK/S").or_else(|| body.pointer("/Item/PK/S"));
    let queried = || {
        let name = body["KeyConditionExpression"].as_str()?;
        let values = body["ExpressionAttributeValues"].as_object()?;
        values
            .iter()
            .find(|(placeholder, _)| name.contains(&format!("= {placeholder}")))
            .and_then(|(_, v)| v["S"].as_str())
    };
    let index = body["IndexName"].as_str().map(|index| format!("/{index}")).unwrap_or_default();
    match table {
        Some(table) => {
            let key = key.and_then(Value::as_str).or_else(queried).unwrap_or_default();
            format!("{table}{index} {key}")
        }
        None => ["QueueUrl", "KeyId", "SecretId", "UserPoolId"]
            .iter()
            .find_map(|name| body[*name].as_str())
            .unwrap_or_default()
            .to_owned(),
    }
}

/// IAM authorizes each item of a transaction or batch separately, as the plain action on its key.
fn parts(call: &Call, body: &[u8]) -> Vec<Call> {
    if call.service != "dynamodb" {
        return vec![];
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let part = |action: &str, resource: String| Call { action: action.to_owned(), resource, ..call.clone() };
    let mut parts = vec![];
    for item in body["TransactItems"].as_array().into_iter().flatten() {
        for (kind, action) in [
            ("Put", "PutItem"),
            ("Update", "UpdateItem"),
            ("Delete", "DeleteItem"),
            ("ConditionCheck", "ConditionCheckItem"),
            ("Get", "GetItem"),
        ] {
            if let Some(write) = item.get(kind) {
                parts.push(part(action, resource(write)));
            }
        }
    }
    if let Some(tables) = body["RequestItems"].as_object() {
        for (table, request) in tables {
            for key in request["Keys"].as_array().into_iter().flatten() {
                parts.push(part("BatchGetItem", format!("{table} {}", key["PK"]["S"].as_str().unwrap_or_default())));
            }
        }
    }
    parts
}

fn dynamodb_error(body: &Value) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::BAD_REQUEST;
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

fn conflict(body: &[u8]) -> http::Response<Bytes> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let items = body["TransactItems"].as_array().map_or(1, Vec::len);
    let mut reasons = vec![serde_json::json!({ "Code": "None" }); items];
    reasons[0] = serde_json::json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" });
    dynamodb_error(&serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    }))
}

fn throttled() -> http::Response<Bytes> {
    dynamodb_error(&serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded",
    }))
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let network = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let (head, body) = request.into_parts();
            let body = body
                .bytes()
                .map(Bytes::copy_from_slice)
                .ok_or_else(|| ConnectorError::user("a streamed body".into()))?;
            let response = network.carry(http::Request::from_parts(head, body)).await?;
            let response = response.map(SdkBody::from);
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for Network {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
