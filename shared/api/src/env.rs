//! The environment of a function: the one place that reads variables and makes the SDK's configuration.
//!
//! A port states how it is made from an [`Aws`] by [`FromEnvironment`]. In production, in the local cloud and in the
//! tests it is made in the same way, with another HTTP client and another clock. The names that a function asks for are
//! recorded, so that a test can compare them with the variables that the template sets.

use crate::clock::{Clock, SystemClock};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::Storage;

/// Amazon Trust Services' roots (Amazon Root CA 1 to 4, Starfield Services G2), until 2037 at least.
///
/// Parsing the system's store, some 140 certificates, would take nine tenths of the instructions of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

macro_rules! variables {
    ($($variant:ident = $name:literal $doc:literal;)*) => {
        /// A variable of the environment that a function needs. There are no others.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variable { $(#[doc = $doc] $variant),* }
        impl Variable {
            /// All variables.
            pub const ALL: &[Variable] = &[$(Variable::$variant),*];
            /// The name of the variable in the environment.
            pub fn name(self) -> &'static str { match self { $(Variable::$variant => $name),* } }
        }
    };
}

variables! {
    Table = "TABLE_NAME" "The name of the single table.";
    KeysTable = "KEYS_TABLE_NAME" "The name of the table of wrapped data keys.";
    HealthDataKey = "HEALTH_DATA_KEY_ID" "The KMS key that wraps the patients' data keys.";
    UserPool = "USER_POOL_ID" "The Cognito user pool.";
    HostedLogout = "HOSTED_LOGOUT_URL" "The address that ends the browser's session with the hosted log-in.";
    UserPoolClient = "USER_POOL_CLIENT_ID" "The app client of the headless endpoints under `/v1/auth`.";
    AppClient = "APP_CLIENT_ID" "The app's client of the user pool, for sessions in a browser.";
    HoldsQueue = "HOLDS_QUEUE_URL" "The queue of messages on holds that end.";
    SettlementsQueue = "SETTLEMENTS_QUEUE_URL" "The queue of messages on stored payment events.";
    RefundsQueue = "REFUNDS_QUEUE_URL" "The queue of messages on pending refunds.";
    NotificationsQueue = "NOTIFICATIONS_QUEUE_URL" "The queue of messages on e-mails to send.";
    VisitsQueue = "VISITS_QUEUE_URL" "The queue of messages on visits that are over.";
    SuspensionsQueue = "SUSPENSIONS_QUEUE_URL" "The queue of messages on suspended doctors.";
    CalendarsQueue = "CALENDARS_QUEUE_URL" "The queue of messages on calendars that must follow their schedules.";
    FirstFreeSlotsQueue = "FIRST_FREE_SLOTS_QUEUE_URL" "The queue of messages on days of doctors for which the first free slot may have changed.";
    WaitlistQueue = "WAITLIST_QUEUE_URL" "The queue of messages on offers to waiting patients that are over.";
    RazorpaySecret = "RAZORPAY_SECRET_ID" "The secret with the key pair of Razorpay's API.";
    RazorpayWebhookSecret = "RAZORPAY_WEBHOOK_SECRET_ID" "The secret with the secrets that sign Razorpay's webhooks.";
    PhoneRegion = "PHONE_REGION" "The country of telephone numbers that are written without a country code (its ISO 3166-1 code).";
    Currency = "CURRENCY" "The currency in which visits are paid (its ISO 4217 code).";
    HoldMinutes = "HOLD_MINUTES" "The minutes for which a booking holds its slots: `domain::appointments::booking::HoldLength`.";
    Reminders = "REMINDERS" "The minutes before a visit at which its patient gets a reminder: `domain::appointments::attendance::Reminders`.";
    RefundPolicy = "REFUND_POLICY" "The parameters of the refund policy: `domain::payments::refund_policy`.";
    TaxBasisPoints = "TAX_BASIS_POINTS" "The rate of the tax that a fee includes, in hundredths of a percent.";
    IssuerName = "ISSUER_NAME" "The registered name of who issues receipts: `domain::payments::issuer`.";
    IssuerAddress = "ISSUER_ADDRESS" "The registered address of the issuer. May be empty.";
    IssuerGstin = "ISSUER_GSTIN" "The issuer's registration for the goods and services tax. May be empty.";
    IssuerPan = "ISSUER_PAN" "The issuer's permanent account number. May be empty.";
    FailuresBucket = "FAILURES_BUCKET" "The bucket of stream records that no consumer could handle.";
    ArchiveBucket = "ARCHIVE_BUCKET" "The bucket of the audit trail's archive and checkpoints.";
    AuditRetention = "AUDIT_RETENTION_YEARS" "The years for which records of each category of the audit trail stay in the table.";
    CheckpointKey = "CHECKPOINT_KEY_ID" "The KMS key that signs the audit trail's checkpoints.";
    MailSender = "MAIL_SENDER" "The address that e-mails come from.";
    OriginSecretHashes = "ORIGIN_SECRET_HASHES" "The hashes of the secrets by which CloudFront marks its requests. Empty: every request is answered.";
    AppUrl = "APP_URL" "The origin of the app, for links in e-mails and for sessions in a browser.";
}

/// A variable that the function needs is not set or has a wrong value: a mistake of the deployment, found at the start.
/// Holds the name of the variable.
#[derive(Debug, thiserror::Error)]
#[error("the environment lacks a usable {0}")]
pub struct ConfigError(pub &'static str);

/// The source of the variables.
#[derive(Clone)]
enum Source {
    Process,
    Given(Arc<BTreeMap<String, String>>),
}

/// The parts that ports are made of: the SDK's configuration, the variables, the clock.
#[derive(Clone)]
pub struct Aws {
    sdk: SdkConfig,
    public_http: SharedHttpClient,
    source: Source,
    asked: Arc<Mutex<BTreeSet<Variable>>>,
    clock: Arc<dyn Clock>,
}

impl Aws {
    /// Takes the parts from the environment of the process, as in Lambda.
    pub async fn from_process() -> Self {
        let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
        let tls = TlsContext::builder().with_trust_store(roots).build().expect("the built-in roots are well-formed");
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(tls)
            // After a freeze, idle sockets may be dead: they are dropped before the peer drops them.
            .pool_idle_timeout(Duration::from_secs(20))
            .build_https();
        let sdk = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http)
            .timeout_config(
                // The SDK's defaults have no time-out for an operation, and pause for a second and more between
                // attempts.
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_millis(800))
                    .operation_timeout(Duration::from_millis(2_500))
                    .build(),
            )
            .retry_config(
                RetryConfig::standard()
                    .with_initial_backoff(Duration::from_millis(25))
                    .with_max_backoff(Duration::from_millis(250)),
            )
            .load()
            .await;
        // Hosts outside AWS have other roots. Only a function that calls such a host parses the store, at its first
        // call.
        let public_http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .pool_idle_timeout(Duration::from_secs(20))
            .build_https();
        Aws { sdk, public_http, source: Source::Process, asked: Arc::default(), clock: Arc::new(SystemClock) }
    }

    /// Takes the parts as arguments: the local cloud and the tests have their own network, variables and clock.
    pub fn from_parts(
        sdk: SdkConfig,
        public_http: SharedHttpClient,
        variables: BTreeMap<String, String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Aws { sdk, public_http, source: Source::Given(Arc::new(variables)), asked: Arc::default(), clock }
    }

    /// The configuration of every SDK client.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// The HTTP client for hosts outside AWS.
    pub fn public_http(&self) -> SharedHttpClient {
        self.public_http.clone()
    }

    /// The clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// The clock as a function, for adapters that cache.
    pub fn now_fn(&self) -> Arc<dyn Fn() -> jiff::Timestamp + Send + Sync> {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }

    /// The single table.
    ///
    /// # Errors
    /// [`ConfigError`] if its name is not set.
    pub fn storage(&self) -> Result<Storage, ConfigError> {
        Ok(Storage::new(aws_sdk_dynamodb::Client::new(&self.sdk), self.variable(Variable::Table)?))
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// [`ConfigError`] if it is not set or empty.
    pub fn variable(&self, variable: Variable) -> Result<String, ConfigError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(variable);
        let value = match &self.source {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
            Source::Process => std::env::var(variable.name()).ok(),
            Source::Given(variables) => variables.get(variable.name()).cloned(),
        };
        value.filter(|v| !v.is_empty()).ok_or(ConfigError(variable.name()))
    }

    /// The value of a variable that is parsed, such as a number or a code.
    ///
    /// # Errors
    /// [`ConfigError`] if it is not set, or can't be parsed.
    pub fn parsed<T: std::str::FromStr>(&self, variable: Variable) -> Result<T, ConfigError> {
        self.variable(variable)?.parse().map_err(|_| ConfigError(variable.name()))
    }

    /// The value of a variable that may be empty, parsed.
    ///
    /// # Errors
    /// [`ConfigError`] if it has a value that can't be parsed.
    pub fn optional<T: std::str::FromStr>(&self, variable: Variable) -> Result<Option<T>, ConfigError> {
        self.variable(variable).ok().map(|value| value.parse()).transpose().map_err(|_| ConfigError(variable.name()))
    }

    /// The variables that were read since this value was made.
    pub fn asked(&self) -> BTreeSet<Variable> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same parts, with an empty record of the variables that were read.
    #[must_use]
    pub fn recording_anew(&self) -> Self {
        Aws { asked: Arc::default(), ..self.clone() }
    }
}

/// The construction of a function's ports. It must do no work that can wait until the first call.
pub trait FromEnvironment: Sized {
    /// Makes the ports.
    ///
    /// # Errors
    /// [`ConfigError`] if the environment lacks a variable.
    fn wire(aws: &Aws) -> Result<Self, ConfigError>;
}

impl FromEnvironment for () {
    fn wire(_: &Aws) -> Result<Self, ConfigError> {
        Ok(())
    }
}

impl FromEnvironment for Storage {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        aws.storage()
    }
}
