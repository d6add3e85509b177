//! The servers of `cargo local`: every part of the stack at an address of its own, on the loopback interface only.
//!
//! They hand requests to the [`Stack`] and its services and decide nothing themselves. In AWS these are API Gateway, Cognito's
//! hosted domain, CloudFront, Razorpay and the AWS endpoints; the console exists here only.

use crate::front;
use crate::pages::app::App;
use crate::pages::{Site, console};
use crate::{Addresses, Stack};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request as Incoming;
use axum::middleware::{self, Next};
use axum::response::Response as Outgoing;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The number of consecutive ports that a stack takes.
pub const PORTS: u16 = 7;

/// A little more than an HTTP API accepts, so that the API itself refuses.
const MAX_BODY: usize = 11 * 1024 * 1024;

/// The time between two checks for deliveries while no request arrives.
const PULSE: Duration = Duration::from_millis(200);

/// The number of pulses between two removals of expired items in the tables: a minute's worth.
const PULSES_PER_SWEEP: u32 = 300;

/// The time that requests under way get when the program is asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// A port that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Another program has it.
    #[error(
        "port {port}, for {part}, is taken: choose the first of {PORTS} free ports in a row with --port, such as --port 9080"
    )]
    Taken {
        /// The port.
        port: u16,
        /// The part that needs it.
        part: &'static str,
    },
    /// The system refuses it.
    #[error("port {port}, for {part}, can't be used ({source}): choose another with --port")]
    Refused {
        /// The port.
        port: u16,
        /// The part that needs it.
        part: &'static str,
        /// The reason.
        source: std::io::Error,
    },
}

/// The ports of a stack, taken but not served yet.
#[derive(Debug)]
pub struct Listeners {
    api: TcpListener,
    login: TcpListener,
    checkout: TcpListener,
    aws: TcpListener,
    mailbox: TcpListener,
    app: TcpListener,
    webhook: TcpListener,
}

impl Listeners {
    /// Takes [`PORTS`] ports in a row from `base` on, or any free ones for `None`.
    ///
    /// # Errors
    /// [`PortError`] names the port that cannot be used.
    pub async fn take(base: Option<u16>) -> Result<Self, PortError> {
        let at = |offset: u16, part| take(base.map_or(0, |base| base.saturating_add(offset)), part);
        Ok(Listeners {
            api: at(0, "the API").await?,
            login: at(1, "the hosted log-in").await?,
            checkout: at(2, "the checkout").await?,
            aws: at(3, "the AWS endpoint").await?,
            mailbox: at(4, "the mailbox").await?,
            app: at(5, "the app").await?,
            webhook: at(6, "the webhook's Lambda URL").await?,
        })
    }

    /// The addresses of the parts.
    pub fn addresses(&self) -> Addresses {
        let address = |listener: &TcpListener| {
            format!("http://{}", listener.local_addr().expect("a listener that is bound has an address"))
        };
        Addresses {
            api: address(&self.api),
            login: address(&self.login),
            checkout: address(&self.checkout),
            aws: address(&self.aws),
            mailbox: address(&self.mailbox),
            app: address(&self.app),
            webhook: address(&self.webhook),
        }
    }
}

async fn take(port: u16, part: &'static str) -> Result<TcpListener, PortError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => PortError::Taken { port, part },
        _ => PortError::Refused { port, part, source },
    })
}

/// The running servers.
#[derive(Debug)]
pub struct Server {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Server {
    /// Serves a stack whose addresses are those of `listeners`, and the app that was built into the directory `app`.
    pub fn start(stack: Stack, listeners: Listeners, app: &Path, data_dir: Option<PathBuf>) -> Self {
        let app = App::new(app, stack.addresses());
        let site = Site::new(stack, data_dir);
        let mut server = Server { stop: watch::Sender::new(false), tasks: JoinSet::new() };
        let api = part(&site, |stack, request| async move { front::answer(&stack, request).await });
        let login = part(&site, |stack, request| async move { stack.services().pool.page(request).await });
        let checkout = part(&site, |stack, request| async move {
            let razorpay = &stack.services().razorpay;
            // checkout.razorpay.com and api.razorpay.com are one address here.
            match request.uri().path() {
                "/v1/checkout.js" => razorpay.page(request).await,
                path if path.starts_with("/v1/") => razorpay.handle(request).await,
                _ => razorpay.page(request).await,
            }
        });
        let aws = part(&site, |stack, request| async move { answer_aws(&stack, request).await });
        server.serve(listeners.api, api);
        server.serve(listeners.login, login);
        server.serve(listeners.checkout, checkout);
        server.serve(listeners.aws, aws);
        server.serve(listeners.webhook, part(&site, |stack, request| async move { stack.webhook(request).await }));
        server.serve(listeners.mailbox, console::router(site.clone()));
        let app = part(&site, move |stack, request| {
            let app = app.clone();
            async move { app.answer(&stack, request).await }
        });
        server.serve(listeners.app, app);
        let stopped = server.stopped();
        server.tasks.spawn(deliver(site, stopped));
        server
    }

    /// Finishes the requests under way, and stops.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_REQUESTS, all).await.is_err() {
            tracing::warn!("some requests were still under way");
        }
    }

    fn stopped(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stop = self.stop.subscribe();
        async move {
            // An error means that the sender is gone, which is a reason to stop as well.
            let _stopped = stop.wait_for(|stop| *stop).await;
        }
    }

    fn serve(&mut self, listener: TcpListener, router: Router) {
        let stopped = self.stopped();
        self.tasks.spawn(async move {
            let router = router.layer(middleware::from_fn(guard));
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
                tracing::error!(%error, "a server stopped");
            }
        });
    }
}

/// Runs the deliveries: streams, queues, webhooks, expiry.
async fn deliver(site: Site, stopped: impl Future<Output = ()>) {
    let mut stopped = std::pin::pin!(stopped);
    for pulse in 1.. {
        tokio::select! {
            () = &mut stopped => return,
            () = site.wake.notified() => {}
            () = tokio::time::sleep(PULSE) => {}
        }
        site.stack.settle().await;
        if pulse % PULSES_PER_SWEEP == 0
            && let Err(error) = site.stack.services().dynamodb.sweep_ttl()
        {
            tracing::error!(%error, "expired items were not removed");
        }
    }
}

/// A server that hands whole requests to a part of the stack, then starts the deliveries.
fn part<F, A>(site: &Site, answer: F) -> Router
where
    F: Fn(Stack, Request<Bytes>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Bytes>> + Send + 'static,
{
    let site = site.clone();
    Router::new().fallback(move |request: Incoming| async move {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_BODY).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large, or was cut short");
        };
        let response = answer(site.stack, Request::from_parts(head, body)).await;
        site.wake.notify_one();
        response.map(Body::from)
    })
}

fn plain(status: StatusCode, text: &'static str) -> Outgoing {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

/// Refuses requests that a page of another site may have made the browser send: a foreign name that points here (DNS
/// rebinding) shows in `Host`, a foreign form in `Sec-Fetch-Site`.
async fn guard(request: Incoming, next: Next) -> Outgoing {
    if is_ours(request.method(), request.headers()) {
        next.run(request).await
    } else {
        plain(StatusCode::FORBIDDEN, "only for this machine: use 127.0.0.1 or localhost")
    }
}

fn is_ours(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // From one port of ours to another is `same-site`. A link from elsewhere may lead here, since reading changes nothing.
    let is_foreign_form = !method.is_safe() && text("sec-fetch-site") == Some("cross-site");
    matches!(name, "127.0.0.1" | "localhost") && !is_foreign_form
}

/// Answers an official client of AWS, for each of the services.
async fn answer_aws(stack: &Stack, request: Request<Bytes>) -> Response<Bytes> {
    match aws_service(request.uri(), request.headers(), request.body()) {
        Some(service) => stack.services().answer(service, request).await,
        None => {
            let text = "This endpoint has DynamoDB, KMS, S3, SQS, SES, Secrets Manager and the Cognito user pool.\n";
            let mut response = Response::new(Bytes::from_static(text.as_bytes()));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    }
}

/// The service of a request: the JSON protocols name it in `X-Amz-Target`, S3 is named in the signature, and the query protocol
/// is SES's.
fn aws_service(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let signed_for_s3 = authorization.is_some_and(|value| value.contains("/s3/aws4_request"));
    let in_address = uri.query().is_some_and(|query| query.contains("X-Amz-Signature="));
    if signed_for_s3 || in_address {
        return Some("s3");
    }
    let Some(target) = headers.get("x-amz-target").and_then(|target| target.to_str().ok()) else {
        let mut pairs = url::form_urlencoded::parse(body);
        return pairs.any(|(name, _)| name == "Action").then_some("ses");
    };
    match target.split_once('.')?.0 {
        "DynamoDB_20120810" | "DynamoDBStreams_20120810" => Some("dynamodb"),
        "TrentService" => Some("kms"),
        "AmazonSQS" => Some("sqs"),
        "secretsmanager" => Some("secretsmanager"),
        "AWSCognitoIdentityProviderService" => Some("cognito-idp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).try_into().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn official_clients_reach_the_service_that_they_name() {
        let root = Uri::from_static("/");
        let named = |target| aws_service(&root, &headers(&[("x-amz-target", target)]), b"{}");
        assert_eq!(named("DynamoDB_20120810.ListTables"), Some("dynamodb"));
        assert_eq!(named("DynamoDBStreams_20120810.ListStreams"), Some("dynamodb"));
        assert_eq!(named("TrentService.Encrypt"), Some("kms"));
        assert_eq!(named("AmazonSQS.ListQueues"), Some("sqs"));
        assert_eq!(named("secretsmanager.GetSecretValue"), Some("secretsmanager"));
        assert_eq!(named("AWSCognitoIdentityProviderService.ListUsers"), Some("cognito-idp"));
        assert_eq!(named("AWSEvents.PutEvents"), None);
        assert_eq!(aws_service(&root, &headers(&[]), b"Action=SendRawEmail&Version=2010-12-01"), Some("ses"));
        assert_eq!(aws_service(&root, &headers(&[]), b""), None);
        let credential = "AWS4-HMAC-SHA256 Credential=local/20261130/ap-south-1/s3/aws4_request, SignedHeaders=host";
        assert_eq!(aws_service(&root, &headers(&[("authorization", credential)]), b""), Some("s3"));
        let signed = Uri::from_static("/bucket/key?X-Amz-Expires=900&X-Amz-Signature=00");
        assert_eq!(aws_service(&signed, &headers(&[]), b""), Some("s3"));
    }

    #[test]
    fn pages_of_others_get_no_answer() {
        let get = |pairs| is_ours(&Method::GET, &headers(pairs));
        let post = |pairs| is_ours(&Method::POST, &headers(pairs));
        assert!(post(&[("host", "127.0.0.1:8084")]));
        assert!(post(&[("host", "localhost:8084"), ("sec-fetch-site", "same-site")]));
        assert!(get(&[("host", "127.0.0.1:8084"), ("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("host", "127.0.0.1:8084"), ("sec-fetch-site", "cross-site")]));
        assert!(!get(&[("host", "rebound.example:8084")]));
        assert!(!get(&[]));
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_option_that_changes_it() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Listeners::take(Some(port)).await.unwrap_err().to_string();
        assert!(error.contains(&format!("port {port}")) && error.contains("--port"), "{error}");
    }

    #[tokio::test]
    async fn nothing_listens_beyond_the_loopback_interface() {
        let listeners = Listeners::take(None).await.unwrap();
        let Listeners { api, login, checkout, aws, mailbox, app, webhook } = &listeners;
        for listener in [api, login, checkout, aws, mailbox, app, webhook] {
            assert!(listener.local_addr().unwrap().ip().is_loopback());
        }
    }
}
