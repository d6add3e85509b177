//! Razorpay's credentials, from Secrets Manager.
//!
//! Kept in memory for five minutes, so that a rotation arrives soon and a call seldom waits; when Secrets
//! Manager can't be reached, what is known serves for an hour more. Secrets never reach a log: their type prints
//! `[redacted]`. Writing and rotating secrets is not here.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use domain::sensitive::Sensitive;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Clock, Future, Outage};

/// How long a value serves without being asked for again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How old a value may grow while Secrets Manager fails.
const USABLE: SignedDuration = SignedDuration::from_mins(65);
/// How long after a failure the next attempt waits, so that an outage does not slow down every call.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
const GET: &str = "secretsmanager GetSecretValue";

/// What Vaidya needs in order to speak with Razorpay and to recognise it.
#[derive(Debug, Clone)]
pub struct RazorpaySecrets {
    /// Public: the checkout page shows it to everyone who pays.
    pub key_id: String,
    /// Authenticates us, and signs what the checkout hands to the client.
    pub key_secret: Sensitive<String>,
    /// Sign webhooks: the current one, and the previous while it rotates. Never empty.
    pub webhook_secrets: Vec<Sensitive<String>>,
}

/// Why no secret can be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The secret is not the JSON object that it should be; the text says what is wrong, not what it holds.
    #[error("the secret is malformed: {0}")]
    Malformed(&'static str),
    /// Secrets Manager gave no answer, and nothing recent is known.
    #[error(transparent)]
    Unavailable(#[from] Outage),
}

/// The port: secrets of services outside.
pub trait Secrets: Send + Sync {
    /// Razorpay's credentials.
    fn razorpay(&self) -> Future<'_, Result<Arc<RazorpaySecrets>, SecretsError>>;
}

/// The adapter to AWS Secrets Manager, for one secret.
pub struct SecretsManager {
    client: Client,
    secret_id: String,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    value: Option<(Arc<RazorpaySecrets>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

impl SecretsManager {
    /// The secret with this id or ARN: `{"keyId", "keySecret", "webhookSecrets": [current, previous?]}`.
    pub fn new(config: &SdkConfig, secret_id: impl Into<String>, clock: Clock) -> Self {
        Self { client: Client::new(config), secret_id: secret_id.into(), clock, known: Mutex::default() }
    }

    async fn fetch(&self) -> Result<RazorpaySecrets, SecretsError> {
        let found = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_id)
            .send()
            .await
            .map_err(|error| Outage::of(GET, &error))?;
        parse(found.secret_string().ok_or(SecretsError::Malformed("it is binary"))?)
    }
}

impl Secrets for SecretsManager {
    fn razorpay(&self) -> Future<'_, Result<Arc<RazorpaySecrets>, SecretsError>> {
        Box::pin(async move {
            // Held while fetching: of many callers, one asks and the others wait for its answer.
            let mut known = self.known.lock().await;
            let now = (self.clock)();
            let usable = known.value.as_ref().filter(|(_, at)| within(*at, now, USABLE)).cloned();
            if let Some((value, at)) = &usable {
                let paused = known.failed_at.is_some_and(|at| within(at, now, PAUSE));
                if within(*at, now, FRESH) || paused {
                    return Ok(Arc::clone(value));
                }
            }
            match self.fetch().await {
                Ok(value) => {
                    let value = Arc::new(value);
                    *known = Known { value: Some((Arc::clone(&value), now)), failed_at: None };
                    Ok(value)
                }
                Err(error) => {
                    known.failed_at = Some(now);
                    let (value, at) = usable.ok_or_else(|| error.clone())?;
                    tracing::warn!(%error, since = %at, "Razorpay's secrets could not be refreshed; the known ones serve on");
                    Ok(value)
                }
            }
        })
    }
}

/// Whether `now` is less than `limit` after `at`. A clock that went back makes a value old, never new.
fn within(at: Timestamp, now: Timestamp, limit: SignedDuration) -> bool {
    at <= now && now.duration_since(at) < limit
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    key_id: String,
    key_secret: String,
    webhook_secrets: Vec<String>,
}

fn parse(text: &str) -> Result<RazorpaySecrets, SecretsError> {
    // What serde would say may quote the text.
    let stored: Stored =
        serde_json::from_str(text).map_err(|_| SecretsError::Malformed("it lacks keyId, keySecret or webhookSecrets"))?;
    if stored.key_id.is_empty() || stored.key_secret.is_empty() {
        return Err(SecretsError::Malformed("the key id or the key secret is empty"));
    }
    // Anyone can sign with an empty secret.
    if stored.webhook_secrets.iter().any(String::is_empty) {
        return Err(SecretsError::Malformed("a webhook secret is empty"));
    }
    if !(1..=2).contains(&stored.webhook_secrets.len()) {
        return Err(SecretsError::Malformed("there must be one webhook secret, or two while one rotates"));
    }
    Ok(RazorpaySecrets {
        key_id: stored.key_id,
        key_secret: Sensitive::new(stored.key_secret),
        webhook_secrets: stored.webhook_secrets.into_iter().map(Sensitive::new).collect(),
    })
}
