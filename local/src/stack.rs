//! The whole system in one process: the functions as they are deployed, wired by the template, over the local cloud.
//!
//! Nothing runs in the background: [`Stack::settle`] delivers everything that is due, so a test decides when. `cargo local` calls it
//! continuously.

use crate::clock::StackClock;
use crate::delivery::{Delivery, Host};
use crate::functions::contexts;
use crate::network::{self, Network};
use crate::payload;
use crate::routes::Routes;
use crate::services::{
    ACCESS_KEY, APP_CLIENT, ARCHIVE_BUCKET, CHECKPOINT_KEY, FAILURES_BUCKET, HEADLESS_CLIENT, HEALTH_DATA_KEY,
    KEYS_TABLE, POOL, RAZORPAY_SECRET, RAZORPAY_WEBHOOK_SECRET, SENDER, Services, TABLE,
};
use crate::template::{EventSource, FunctionStanza, Template};
use crate::user_pool;
use api::{Aws, Bound, Clock, Ids, Runtime, Variable};
use aws_emulator::dynamodb::{DynamoDb, Index, Table};
use aws_emulator::kms::{KeyUse, Kms};
use aws_emulator::mailbox::Mailbox;
use aws_emulator::s3::{BucketSpec, DefaultRetention, LockMode, S3, Signer};
use aws_emulator::secrets::Secrets;
use aws_emulator::ses::Ses;
use aws_emulator::sqs::{QueueSpec, Redrive, Sqs};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use bytes::Bytes;
use cognito_emulator::{Outlets, SigningKey, UserPool};
use http::{HeaderValue, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use razorpay_emulator::Razorpay;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use uuid::Uuid;

/// How a stack is set up.
#[derive(Clone)]
pub struct Options {
    /// The directory of all data; `None` keeps the data in memory only.
    pub data_dir: Option<PathBuf>,
    /// The clock of all parts.
    pub clock: StackClock,
    /// A seed for ids; `None` for random ones.
    pub seed: Option<u64>,
    /// The addresses of the pages, for links and redirects.
    pub addresses: Addresses,
}

/// The addresses of the parts of the stack.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The HTTP API.
    pub api: String,
    /// The hosted log-in.
    pub login: String,
    /// Razorpay's checkout.
    pub checkout: String,
    /// The AWS endpoint for official clients.
    pub aws: String,
    /// The mailbox.
    pub mailbox: String,
    /// The app, to which the hosted log-in returns.
    pub app: String,
    /// The Lambda URL for Razorpay's webhooks.
    pub webhook: String,
}

impl Addresses {
    /// Consecutive ports of the loopback interface, from `base` on.
    pub fn from_port(base: u16) -> Self {
        let at = |offset: u16| format!("http://127.0.0.1:{}", base + offset);
        Addresses { api: at(0), login: at(1), checkout: at(2), aws: at(3), mailbox: at(4), app: at(5), webhook: at(6) }
    }
}

impl Options {
    /// A stack for a test: in memory, with a standing clock and ids from a seed.
    pub fn for_test() -> Self {
        Options {
            data_dir: None,
            clock: StackClock::standing("2026-11-23T03:00:00Z".parse().expect("a constant instant")),
            seed: Some(1),
            addresses: Addresses::from_port(8080),
        }
    }
}

/// A part that could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A service could not be opened.
    #[error("{0}")]
    Service(String),
    /// A function has no stanza in its context's template, or a route leads to no function.
    #[error("{0}")]
    Template(String),
    /// A function lacks a variable that the template does not give it.
    #[error("{function}: {source}")]
    Environment {
        /// The function's logical id.
        function: String,
        /// The variable that it lacks.
        source: api::ConfigError,
    },
}

/// Ids that are the same in each run.
struct SeededIds {
    seed: u64,
    next: AtomicU64,
}

impl Ids for SeededIds {
    fn new_id(&self) -> Uuid {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let name = [self.seed.to_be_bytes(), count.to_be_bytes()].concat();
        // A name-based id in the form of a random one, since the code must not depend on the kind.
        let hashed = Uuid::new_v5(&Uuid::NAMESPACE_OID, &name);
        uuid::Builder::from_random_bytes(hashed.into_bytes()).into_uuid()
    }
}

struct Inner {
    options: Options,
    template: Template,
    routes: Routes,
    network: Network,
    services: Arc<Services>,
    functions: BTreeMap<String, Bound>,
    aws: Aws,
    runtime: Runtime,
    requests: AtomicU64,
    delivery: Delivery,
}

/// The running system. Clones are the same system.
#[derive(Clone)]
pub struct Stack {
    inner: Arc<Inner>,
}

impl Stack {
    /// Sets all parts up.
    ///
    /// # Errors
    /// [`StartError`] if the data directory can't be used, or the template and the code disagree.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let network = Network::default();
        let home: Arc<OnceLock<Weak<Inner>>> = Arc::default();
        let template = Template::read();
        let known = contexts().into_iter().flat_map(|context| {
            context.functions.iter().map(move |function| (context.name, logical_id(function.id())))
        });
        if let Some(lacking) = template.lacks(known) {
            return Err(StartError::Template(lacking));
        }
        if let Some((route, name)) = template.stray.first() {
            let route = format!("{} {}", route.method, route.path);
            return Err(StartError::Template(format!(
                "api/template.yaml: {route} leads to {name}, and no function is named so"
            )));
        }
        let services = Arc::new(services(&options, &template, &home)?);
        network.connect(services.clone());
        let clock: Arc<dyn Clock> = Arc::new(options.clock.clone());
        let ids: Arc<dyn Ids> = match options.seed {
            Some(seed) => Arc::new(SeededIds { seed, next: AtomicU64::new(0) }),
            None => Arc::new(api::RandomIds),
        };
        let sdk = sdk(&network, &options.addresses);
        let values = variables(&options);
        let everything =
            Aws::from_parts(sdk.clone(), SharedHttpClient::new(network.clone()), values.clone(), clock.clone());
        let mut functions = BTreeMap::new();
        for function in contexts().iter().flat_map(|context| context.functions) {
            let logical_id = logical_id(function.id());
            let names = &template.functions[&logical_id].environment;
            let given =
                values.iter().filter(|(name, _)| names.contains(*name)).map(|(n, v)| (n.clone(), v.clone())).collect();
            let aws = Aws::from_parts(sdk.clone(), SharedHttpClient::new(network.clone()), given, clock.clone());
            let bound = function
                .bind(&aws)
                .map_err(|source| StartError::Environment { function: logical_id.clone(), source })?;
            functions.insert(logical_id, bound);
        }
        let inner = Arc::new(Inner {
            routes: Routes::of(&template),
            delivery: Delivery::of(&template, options.clock.now()),
            template,
            network,
            services,
            functions,
            aws: everything,
            runtime: Runtime { clock, ids },
            requests: AtomicU64::new(0),
            options,
        });
        home.set(Arc::downgrade(&inner)).expect("set once, here");
        Ok(Stack { inner })
    }

    /// Answers a request to the Lambda URL of the webhook.
    pub async fn webhook(&self, request: Request<Bytes>) -> Response<Bytes> {
        let request_id = self.request_id();
        let event = payload::url_event(&request, self.now(), &request_id);
        match self.invoke("RazorpayWebhookFunction", &event.to_string(), &request_id).await {
            Ok(answer) => payload::respond(&answer),
            Err(error) => {
                tracing::error!(error, "the webhook failed");
                let mut response = Response::new(Bytes::from_static(b"Internal Server Error"));
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                response
            }
        }
    }

    /// Invokes a function by its logical id.
    ///
    /// # Errors
    /// The error that Lambda would report.
    pub async fn invoke(&self, function: &str, event: &str, request_id: &str) -> Result<String, String> {
        let bound = self.inner.functions.get(function).ok_or_else(|| format!("there is no function {function}"))?;
        network::on_behalf_of(function, bound.invoke(&self.inner.runtime, event, request_id)).await
    }

    /// Delivers everything that is due, until nothing is left: schedules, stream records, queue messages, webhooks.
    pub async fn settle(&self) {
        self.inner.delivery.settle(self).await;
    }

    /// Moves the clock, and delivers on the way everything that becomes due, in the order of time. The clock stops where a schedule is due
    /// (at some of its instants if there are many), where a message is no longer delayed or hidden, and where a webhook is due.
    pub async fn advance(&self, by: SignedDuration) {
        let clock = &self.inner.options.clock;
        let stops = self.inner.delivery.stops(clock.now(), clock.now() + by);
        let mut left = by;
        loop {
            let now = clock.now();
            let stop = stops.iter().copied().find(|stop| *stop > now);
            let next = stop.into_iter().chain(self.inner.delivery.next_change(self).await).min();
            let Some(step) = next.map(|at| at.duration_since(now)).filter(|step| *step < left) else { break };
            self.move_clock(step).await;
            left -= step;
        }
        self.move_clock(left).await;
    }

    async fn move_clock(&self, by: SignedDuration) {
        self.inner.options.clock.advance(by);
        self.inner.services.razorpay.tick();
        self.settle().await;
    }

    /// The present instant of the stack.
    pub fn now(&self) -> Timestamp {
        self.inner.options.clock.now()
    }

    /// The stack's clock.
    pub fn clock(&self) -> &StackClock {
        &self.inner.options.clock
    }

    /// The services behind the network.
    pub fn services(&self) -> &Arc<Services> {
        &self.inner.services
    }

    /// The network, for faults and the record of calls.
    pub fn network(&self) -> &Network {
        &self.inner.network
    }

    /// The template that wires it.
    pub fn template(&self) -> &Template {
        &self.inner.template
    }

    /// The AWS clients and all variables, from which tests make ports that they use directly.
    pub fn aws(&self) -> &Aws {
        &self.inner.aws
    }

    /// Clock and ids of the functions.
    pub fn runtime(&self) -> &Runtime {
        &self.inner.runtime
    }

    /// The addresses of the parts.
    pub fn addresses(&self) -> &Addresses {
        &self.inner.options.addresses
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.inner.routes
    }

    pub(crate) fn allows_origin(&self, origin: &HeaderValue) -> bool {
        origin.as_bytes() == self.inner.options.addresses.app.as_bytes()
    }

    /// The claims of a token that the API's authorizer would let through.
    pub(crate) fn verify(&self, token: &str) -> Option<Map<String, Value>> {
        Some(self.inner.services.pool.verify_access(token).ok()?.0)
    }

    pub(crate) fn request_id(&self) -> String {
        match self.inner.options.seed {
            Some(seed) => format!("req-{seed}-{}", self.inner.requests.fetch_add(1, Ordering::Relaxed)),
            None => self.inner.runtime.ids.new_id().to_string(),
        }
    }
}

impl Host for Stack {
    fn now(&self) -> Timestamp {
        self.now()
    }

    fn request_id(&self) -> String {
        self.request_id()
    }

    fn services(&self) -> &Services {
        self.services()
    }

    async fn invoke(&self, function: &str, event: &str, request_id: &str) -> Result<String, String> {
        self.invoke(function, event, request_id).await
    }
}

/// `bookAppointment` as the template's `BookAppointmentFunction`.
pub fn logical_id(id: &str) -> String {
    let mut characters = id.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).chain("Function".chars()).collect()
}

/// The address of S3: the AWS endpoint of this machine, since addresses that are signed for clients must lead there.
#[derive(Debug)]
struct S3At(String);

impl LoadServiceConfig for S3At {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        (key.service_id() == "S3" && key.profile() == "endpoint_url").then(|| self.0.clone())
    }
}

fn sdk(network: &Network, addresses: &Addresses) -> aws_config::SdkConfig {
    use aws_config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
        .region(aws_config::Region::new(aws_emulator::REGION))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            ACCESS_KEY, ACCESS_KEY, None, None, "local",
        )))
        .http_client(SharedHttpClient::new(network.clone()))
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_initial_backoff(std::time::Duration::from_millis(5)))
        .service_config(S3At(addresses.aws.clone()))
        .build()
}

/// The tables of the root template, with the keys and indexes that `storage` uses.
fn tables() -> [Table; 2] {
    let index =
        |name: &str| Index { name: name.to_owned(), partition_key: format!("{name}PK"), sort_key: format!("{name}SK") };
    let table = Table {
        name: TABLE.to_owned(),
        partition_key: "PK".to_owned(),
        sort_key: Some("SK".to_owned()),
        indexes: vec![index("GSI1"), index("GSI2"), index("GSI3")],
        stream: true,
        ttl_attribute: Some("ttl".to_owned()),
    };
    let keys = Table {
        name: KEYS_TABLE.to_owned(),
        sort_key: None,
        indexes: vec![],
        stream: false,
        ttl_attribute: None,
        ..table.clone()
    };
    [table, keys]
}

/// The queues of the templates, under their logical ids.
fn queues(template: &Template) -> Vec<QueueSpec> {
    let resources = template.document.get("Resources").and_then(serde_norway::Value::as_mapping);
    let property = |resource: &serde_norway::Value, path: &[&str]| {
        path.iter().try_fold(resource.clone(), |value, name| value.get(*name).cloned()).and_then(|value| value.as_i64())
    };
    resources
        .into_iter()
        .flat_map(|resources| resources.iter())
        .filter(|(_, resource)| resource.get("Type").and_then(serde_norway::Value::as_str) == Some("AWS::SQS::Queue"))
        .filter_map(|(id, resource)| {
            let id = id.as_str()?;
            let redrive =
                property(resource, &["Properties", "RedrivePolicy", "maxReceiveCount"]).map(|count| Redrive {
                    dead_letter_queue: format!("{}DeadLetters", id.trim_end_matches("Queue")),
                    max_receive_count: u32::try_from(count).unwrap_or(3),
                });
            let seconds = |name: &str, default| {
                SignedDuration::from_secs(property(resource, &["Properties", name]).unwrap_or(default))
            };
            Some(QueueSpec {
                name: id.to_owned(),
                visibility_timeout: seconds("VisibilityTimeout", 30),
                retention: seconds("MessageRetentionPeriod", 345_600),
                redrive,
            })
        })
        .collect()
}

fn services(options: &Options, template: &Template, home: &Arc<OnceLock<Weak<Inner>>>) -> Result<Services, StartError> {
    fn failed(error: impl std::fmt::Display) -> StartError {
        StartError::Service(error.to_string())
    }
    let dir = options.data_dir.as_deref();
    if let Some(dir) = dir {
        std::fs::create_dir_all(dir).map_err(|error| StartError::Service(format!("{}: {error}", dir.display())))?;
    }
    let clock = options.clock.as_fn();
    let dynamodb = DynamoDb::open(dir, clock.clone()).map_err(failed)?;
    for table in tables() {
        dynamodb.ensure_table(&table).map_err(failed)?;
    }
    let mailbox = Arc::new(Mailbox::open(dir, clock.clone()).map_err(failed)?);
    let razorpay_config = razorpay_emulator::Config {
        webhook_url: "http://webhook.local/".parse().expect("a constant address"),
        seed: options.seed.unwrap_or_else(rand::random),
        data_dir: options.data_dir.clone(),
        ..razorpay_emulator::Config::default()
    };
    let secret = serde_json::json!({
        "keyId": razorpay_config.key_id,
        "keySecret": razorpay_config.key_secret,
    });
    let webhook_secret = serde_json::json!({ "webhookSecrets": [razorpay_config.webhook_secret] });
    let failures = BucketSpec { name: FAILURES_BUCKET.to_owned(), object_lock: false, default_retention: None };
    let retention = DefaultRetention { mode: LockMode::Governance, days: 1 };
    let archive = BucketSpec { name: ARCHIVE_BUCKET.to_owned(), object_lock: true, default_retention: Some(retention) };
    let signer = Signer { access_key_id: ACCESS_KEY, secret_access_key: ACCESS_KEY };
    Ok(Services {
        s3: S3::open(dir, vec![failures, archive], Some(signer), clock.clone()).map_err(failed)?,
        kms: Kms::open(dir, &[(HEALTH_DATA_KEY, KeyUse::EncryptDecrypt), (CHECKPOINT_KEY, KeyUse::SignVerify)])
            .map_err(failed)?,
        ses: Ses::new(mailbox.clone(), &[SENDER]),
        sqs: Sqs::open(dir, queues(template), clock.clone()).map_err(failed)?,
        secrets: Secrets::open(
            dir,
            &[(RAZORPAY_SECRET, &secret.to_string()), (RAZORPAY_WEBHOOK_SECRET, &webhook_secret.to_string())],
            clock.clone(),
        )
        .map_err(failed)?,
        pool: pool(options, template, mailbox.clone(), home)?,
        razorpay: Razorpay::open(razorpay_config, clock, webhook_outlet(home)).map_err(failed)?,
        dynamodb,
        mailbox,
    })
}

/// The stack, after its start; services that call back hold it weakly.
fn stack_of(home: &Arc<OnceLock<Weak<Inner>>>) -> Option<Stack> {
    home.get().and_then(Weak::upgrade).map(|inner| Stack { inner })
}

fn webhook_outlet(home: &Arc<OnceLock<Weak<Inner>>>) -> razorpay_emulator::Outlet {
    let home = home.clone();
    Arc::new(move |request| {
        let home = home.clone();
        Box::pin(async move {
            match stack_of(&home) {
                Some(stack) => stack.webhook(request).await.status(),
                None => StatusCode::SERVICE_UNAVAILABLE,
            }
        })
    })
}

/// The functions of the pool's triggers, by the name of the trigger.
fn triggers(template: &Template) -> BTreeMap<String, String> {
    let of = |(id, stanza): (&String, &FunctionStanza)| {
        stanza.sources.iter().find_map(|source| match source {
            EventSource::Trigger(name) => Some((name.clone(), id.clone())),
            _ => None,
        })
    };
    template.functions.iter().filter_map(of).collect()
}

fn pool(
    options: &Options,
    template: &Template,
    mailbox: Arc<Mailbox>,
    home: &Arc<OnceLock<Weak<Inner>>>,
) -> Result<UserPool, StartError> {
    let mut config = user_pool::config(template, &options.addresses.login, &options.addresses.app);
    config.data_dir = options.data_dir.clone();
    if options.seed.is_some() {
        // A test's passwords guard nothing, and a key is slow to make in a debug build.
        config.password_rounds = std::num::NonZeroU32::MIN;
        config.signing_key = Some(test_signing_key());
    }
    let (home, triggers) = (home.clone(), triggers(template));
    let outlets = Outlets {
        clock: options.clock.as_fn(),
        mail: Arc::new(move |mail: cognito_emulator::Mail| {
            mailbox.deliver(&mail.to, &mail.subject, &mail.text);
        }),
        trigger: Arc::new(move |name, event: Value| {
            let (home, function) = (home.clone(), triggers.get(name).cloned());
            Box::pin(async move {
                // A pool without the trigger goes on.
                let Some(function) = function else { return Ok(event) };
                let stack = stack_of(&home).ok_or("the stack is not up yet")?;
                let answer = stack.invoke(&function, &event.to_string(), &stack.request_id()).await?;
                serde_json::from_str(&answer).map_err(|error| error.to_string())
            })
        }),
        random: cognito_emulator::Random::system(),
    };
    UserPool::open(config, outlets).map_err(|error| StartError::Service(error.to_string()))
}

/// One key for all the stacks of a process.
fn test_signing_key() -> SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate().expect("the system's randomness is there")).clone()
}

/// The values behind the names that the template gives to functions.
fn variables(options: &Options) -> BTreeMap<String, String> {
    [
        (Variable::Table, TABLE.to_owned()),
        (Variable::KeysTable, KEYS_TABLE.to_owned()),
        (Variable::HealthDataKey, HEALTH_DATA_KEY.to_owned()),
        (Variable::UserPool, POOL.to_owned()),
        (Variable::UserPoolClient, HEADLESS_CLIENT.to_owned()),
        (Variable::AppClient, APP_CLIENT.to_owned()),
        (
            Variable::HostedLogout,
            format!(
                "{}/logout?client_id={APP_CLIENT}&logout_uri={}/signed-out",
                options.addresses.login, options.addresses.app
            ),
        ),
        (Variable::HoldsQueue, Sqs::url("HoldsQueue")),
        (Variable::SettlementsQueue, Sqs::url("SettlementsQueue")),
        (Variable::RefundsQueue, Sqs::url("RefundsQueue")),
        (Variable::NotificationsQueue, Sqs::url("NotificationsQueue")),
        (Variable::VisitsQueue, Sqs::url("VisitsQueue")),
        (Variable::CalendarsQueue, Sqs::url("CalendarsQueue")),
        (Variable::SuspensionsQueue, Sqs::url("SuspensionsQueue")),
        (Variable::FirstFreeSlotsQueue, Sqs::url("FirstFreeSlotsQueue")),
        (Variable::WaitlistQueue, Sqs::url("WaitlistQueue")),
        (Variable::RazorpaySecret, RAZORPAY_SECRET.to_owned()),
        (Variable::RazorpayWebhookSecret, RAZORPAY_WEBHOOK_SECRET.to_owned()),
        (Variable::PhoneRegion, "IN".to_owned()),
        (Variable::Currency, domain::core::money::CURRENCY.to_owned()),
        (Variable::HoldMinutes, domain::appointments::booking::HoldLength::default().to_string()),
        (Variable::Reminders, domain::appointments::attendance::Reminders::default().to_string()),
        (Variable::RefundPolicy, domain::payments::refund_policy::RefundPolicy::default().to_string()),
        (Variable::TaxBasisPoints, "0".to_owned()),
        (Variable::IssuerName, "Vaidya Health (local)".to_owned()),
        (Variable::IssuerAddress, "1 Residency Road, Bengaluru 560025".to_owned()),
        (Variable::IssuerGstin, "29AAAAA0000A1ZY".to_owned()),
        (Variable::IssuerPan, "AAAAA0000A".to_owned()),
        (Variable::FailuresBucket, FAILURES_BUCKET.to_owned()),
        (Variable::ArchiveBucket, ARCHIVE_BUCKET.to_owned()),
        (Variable::CheckpointKey, CHECKPOINT_KEY.to_owned()),
        (Variable::AuditRetention, "auth=6,data_access=6,data_modification=6,admin=6".to_owned()),
        (Variable::MailSender, SENDER.to_owned()),
        // Here no request goes around the edge.
        (Variable::OriginSecretHashes, String::new()),
        (Variable::AppUrl, options.addresses.app.clone()),
    ]
    .map(|(variable, value)| (variable.name().to_owned(), value))
    .into()
}
