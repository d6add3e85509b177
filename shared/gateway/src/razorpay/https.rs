//! HTTPS by the SDK's HTTP client, outside of an SDK operation: one request, one bounded answer, in bounded time.
//!
//! The client needs the components of an operation. It may take a clock and a timer from them, for time-outs that are
//! not used here; their builder requires the others, which are never called.

use std::sync::OnceLock;
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::endpoint::{EndpointFuture, EndpointResolverParams, ResolveEndpoint};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::retries::{RetryStrategy, ShouldAttempt};
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;

use crate::ServiceUnavailable;

/// The longest time from the first byte sent to the last received, a repetition included.
const TIME_OUT: Duration = Duration::from_secs(5);
/// The most bytes of an answer. No answer of Razorpay's that is of use here comes near it.
const LONGEST_ANSWER: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

pub(super) struct Request {
    /// The name of the operation, for the log.
    pub operation: &'static str,
    pub method: Method,
    pub uri: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Whether sending it twice does no more than sending it once.
    pub repeatable: bool,
}

pub(super) struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Sends requests; connects at the first one.
pub(super) struct Https {
    client: SharedHttpClient,
    connector: OnceLock<SharedHttpConnector>,
}

impl Https {
    pub(super) fn new(client: SharedHttpClient) -> Self {
        Self { client, connector: OnceLock::new() }
    }

    /// The answer, of any status. Redirects are not followed.
    pub(super) async fn send(&self, request: &Request) -> Result<Response, ServiceUnavailable> {
        let attempts = async {
            match self.attempt(request).await {
                // A pooled connection may have died while the environment was frozen.
                Err(_) if request.repeatable => self.attempt(request).await,
                first => first,
            }
        };
        match tokio::time::timeout(TIME_OUT, attempts).await {
            Ok(answer) => answer,
            Err(_) => Err(ServiceUnavailable::new(request.operation, "timed out")),
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Response, ServiceUnavailable> {
        let outage = |cause| ServiceUnavailable::new(request.operation, cause);
        let mut sent = HttpRequest::new(SdkBody::from(request.body.clone()));
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        sent.set_method(method).map_err(|_| outage("the method is not valid"))?;
        sent.set_uri(request.uri.as_str()).map_err(|_| outage("the address is not valid"))?;
        for (name, value) in &request.headers {
            // Inserting a value that is not valid would panic, and these come from configuration and callers.
            sent.headers_mut().try_insert(*name, value.clone()).map_err(|_| outage("a header is not valid"))?;
        }
        let answer =
            self.connector().call(sent).await.map_err(|error| {
                outage(if error.is_timeout() { "timed out while connecting" } else { "no connection" })
            })?;
        let status = answer.status().as_u16();
        let mut stream = ByteStream::new(answer.into_body());
        let mut body = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| outage("the answer broke off"))?;
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(outage("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, body })
    }

    fn connector(&self) -> &SharedHttpConnector {
        self.connector.get_or_init(|| {
            let settings = HttpConnectorSettings::builder().build();
            self.client.http_connector(&settings, &components())
        })
    }
}

fn components() -> RuntimeComponents {
    RuntimeComponents::builder("gateway")
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(Vec::new())))
        .with_auth_scheme(Unused)
        .with_endpoint_resolver(Some(Unused))
        .with_identity_cache(Some(Unused))
        .with_identity_resolver(UNUSED, Unused)
        .with_retry_strategy(Some(Unused))
        .build()
        .expect("everything that is required is set")
}

const UNUSED: AuthSchemeId = AuthSchemeId::new("unused");

/// Stands for the components that only an SDK operation would call.
#[derive(Debug)]
struct Unused;

impl Unused {
    fn error() -> BoxError {
        "this client only sends requests".into()
    }
}

impl ResolveEndpoint for Unused {
    fn resolve_endpoint<'a>(&'a self, _: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Err(Self::error()))
    }
}

impl AuthScheme for Unused {
    fn scheme_id(&self) -> AuthSchemeId {
        UNUSED
    }

    fn identity_resolver(&self, _: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        None
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for Unused {
    fn sign_http_request(
        &self,
        _: &mut HttpRequest,
        _: &Identity,
        _: AuthSchemeEndpointConfig<'_>,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<(), BoxError> {
        Err(Self::error())
    }
}

impl ResolveIdentity for Unused {
    fn resolve_identity<'a>(&'a self, _: &'a RuntimeComponents, _: &'a ConfigBag) -> IdentityFuture<'a> {
        IdentityFuture::ready(Err(Self::error()))
    }
}

impl ResolveCachedIdentity for Unused {
    fn resolve_cached_identity<'a>(
        &'a self,
        _: SharedIdentityResolver,
        _: &'a RuntimeComponents,
        _: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::ready(Err(Self::error()))
    }
}

impl RetryStrategy for Unused {
    fn should_attempt_initial_request(&self, _: &RuntimeComponents, _: &ConfigBag) -> Result<ShouldAttempt, BoxError> {
        Err(Self::error())
    }

    fn should_attempt_retry(
        &self,
        _: &InterceptorContext,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<ShouldAttempt, BoxError> {
        Err(Self::error())
    }
}
