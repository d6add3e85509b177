//! The SDK's configuration over a service of this process, and a clock that a test moves.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_emulator::Clock;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

/// Runs a service's `handle` for each request of a client made from this configuration.
#[macro_export]
macro_rules! sdk {
    ($service:expr) => {{
        let service = std::sync::Arc::clone(&$service);
        $crate::support::config(move |request| {
            let service = std::sync::Arc::clone(&service);
            async move { service.handle(request).await }
        })
    }};
}

type Handle = dyn Fn(http::Request<Bytes>) -> Pin<Box<dyn Future<Output = http::Response<Bytes>> + Send>> + Send + Sync;

#[derive(Clone)]
struct InProcess(Arc<Handle>);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let handle = self.0.clone();
        HttpConnectorFuture::new(async move {
            let failed = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::io(error);
            let (parts, body) = request.try_into_http1x().map_err(|error| failed(error.into()))?.into_parts();
            let body = ByteStream::new(body).collect().await.map_err(|error| failed(error.into()))?.into_bytes();
            let response = handle(http::Request::from_parts(parts, body)).await.map(SdkBody::from);
            HttpResponse::try_from(response).map_err(|error| failed(error.into()))
        })
    }
}

/// A client's configuration: no retries, so that a test sees every error.
pub fn config<F, A>(handle: F) -> SdkConfig
where
    F: Fn(http::Request<Bytes>) -> A + Send + Sync + 'static,
    A: Future<Output = http::Response<Bytes>> + Send + 'static,
{
    let connector = InProcess(Arc::new(move |request| Box::pin(handle(request))));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws_emulator::REGION))
        .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(credentials("test-secret")))
        .retry_config(RetryConfig::disabled())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
        .build()
}

/// The test's access key, with a secret of choice.
pub fn credentials(secret: &str) -> aws_sdk_s3::config::Credentials {
    aws_sdk_s3::config::Credentials::new("test-key", secret, None, None, "test")
}

/// The code of an error that a service answered with.
#[track_caller]
pub fn code<T: fmt::Debug, E: ProvideErrorMetadata + fmt::Debug>(result: Result<T, E>) -> String {
    let error = result.expect_err("the service should refuse");
    error.code().unwrap_or_else(|| panic!("an error without a code: {error:?}")).to_owned()
}

/// A clock that stands until it is moved.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(time.parse().unwrap())))
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }

    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
