//! A stand-in for the services outside: a function from the request to the reply, in place of the SDK's HTTP client.
//! The real SDKs run above it. This crate's unit tests use it; tests of whole stacks use the local cloud.

use std::sync::{Arc, Mutex};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// A request as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub method: String,
    pub uri: String,
    /// The operation's name: the part after the dot in `X-Amz-Target`; empty for other protocols.
    pub operation: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The reply: a status and a body, or none at all.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer(u16, String),
    ConnectionLost,
    Never,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, body.into())
    }

    pub fn ok(body: impl Into<String>) -> Self {
        Self::new(200, body)
    }

    /// An error of the JSON protocols.
    pub fn error(code: &str, message: &str) -> Self {
        Self::new(400, serde_json::json!({ "__type": code, "message": message }).to_string())
    }
}

pub(crate) type Calls = Arc<Mutex<Vec<Call>>>;

struct Outside {
    answer: Box<dyn Fn(&Call) -> Reply + Send + Sync>,
    calls: Calls,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outside")
    }
}

impl HttpConnector for Outside {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers: Vec<_> = request.headers().iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let call = Call {
            method: request.method().to_owned(),
            uri: request.uri().to_owned(),
            operation: target.rsplit('.').next().unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned(),
            headers,
        };
        let reply = (self.answer)(&call);
        self.calls.lock().unwrap().push(call);
        HttpConnectorFuture::new(async move {
            match reply {
                Reply::Answer(status, body) => Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))),
                Reply::ConnectionLost => Err(ConnectorError::io("connection reset".into())),
                Reply::Never => std::future::pending().await,
            }
        })
    }
}

/// An HTTP client that answers by `answer`, and the calls that it received.
pub(crate) fn client(answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (SharedHttpClient, Calls) {
    let calls = Calls::default();
    let connector = SharedHttpConnector::new(Outside { answer: Box::new(answer), calls: Arc::clone(&calls) });
    (http_client_fn(move |_, _| connector.clone()), calls)
}

/// An SDK configuration over such a client, without retries.
pub(crate) fn config(answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (SdkConfig, Calls) {
    let (http, calls) = client(answer);
    let credentials = Credentials::new("AKIDTEST", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("ap-south-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .http_client(http)
        .build();
    (config, calls)
}
