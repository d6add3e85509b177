//! Razorpay's secrets, from Secrets Manager: the key pair, and apart from it the secrets of its webhooks.
//!
//! They are kept in memory ([`FRESH`]), so that a rotation arrives soon and a call seldom waits. While
//! Secrets Manager can't be reached, the known credentials serve for longer ([`USABLE`]). Secrets never reach a log:
//! their type prints `[redacted]`. Writing and rotating secrets is not here.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use domain::core::sensitive::Sensitive;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Clock, Future, ServiceUnavailable};

/// How long a secret serves before it is fetched again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The greatest age of a secret that serves while Secrets Manager fails.
const USABLE: SignedDuration = SignedDuration::from_mins(65);
/// The pause between a failure and the next attempt, so that an outage does not slow down every call.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
const GET: &str = "secretsmanager GetSecretValue";

/// The key pair that calls Razorpay.
#[derive(Debug, Clone)]
pub struct RazorpayKey {
    /// The id of the API key. It is public: the checkout page shows it to each payer.
    pub id: String,
    /// The secret that authenticates us, and with which the checkout signs for the client.
    pub secret: Sensitive<String>,
}

/// The secrets that sign Razorpay's webhooks: the current one, and during a rotation the previous one. Never empty.
#[derive(Debug, Clone)]
pub struct WebhookSecrets(pub Vec<Sensitive<String>>);

/// Why no secret is available.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The secret is not the JSON object that it should be. The text says what is wrong and quotes nothing of the
    /// secret.
    #[error("the secret is malformed: {0}")]
    Malformed(&'static str),
    /// Secrets Manager gave no answer, and no recent secret is known.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

/// The port: a secret of a service outside. Each is stored apart, so that a function can read what it needs alone: the
/// webhook, which every sender reaches, must not be able to make orders and refunds.
pub trait Secret<T>: Send + Sync {
    /// The secret.
    fn get(&self) -> Future<'_, Result<Arc<T>, SecretsError>>;
}

/// A value that a secret holds, as JSON.
pub trait Stored: Sized + Send + Sync {
    /// Reads the text of the secret.
    ///
    /// # Errors
    /// [`SecretsError::Malformed`], which quotes nothing of the text.
    fn parse(text: &str) -> Result<Self, SecretsError>;
}

/// The adapter to AWS Secrets Manager, for one secret.
pub struct SecretsManager<T> {
    client: Client,
    secret_id: String,
    clock: Clock,
    known: Mutex<Known<T>>,
}

struct Known<T> {
    value: Option<(Arc<T>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

impl<T: Stored> SecretsManager<T> {
    /// The secret with this id or ARN.
    pub fn new(config: &SdkConfig, secret_id: impl Into<String>, clock: Clock) -> Self {
        let known = Mutex::new(Known { value: None, failed_at: None });
        Self { client: Client::new(config), secret_id: secret_id.into(), clock, known }
    }

    async fn fetch(&self) -> Result<T, SecretsError> {
        let found = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_id)
            .send()
            .await
            .map_err(|error| ServiceUnavailable::of(GET, &error))?;
        T::parse(found.secret_string().ok_or(SecretsError::Malformed("it is binary"))?)
    }
}

impl<T: Stored> Secret<T> for SecretsManager<T> {
    fn get(&self) -> Future<'_, Result<Arc<T>, SecretsError>> {
        Box::pin(async move {
            // Held while fetching: of many callers, one fetches and the others wait for its answer.
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

/// `{"keyId", "keySecret"}`
impl Stored for RazorpayKey {
    fn parse(text: &str) -> Result<Self, SecretsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            key_id: String,
            key_secret: String,
        }
        // What serde would say may quote the text.
        let fields: Fields =
            serde_json::from_str(text).map_err(|_| SecretsError::Malformed("it lacks keyId or keySecret"))?;
        if fields.key_id.is_empty() || fields.key_secret.is_empty() {
            return Err(SecretsError::Malformed("the key id or the key secret is empty"));
        }
        Ok(RazorpayKey { id: fields.key_id, secret: Sensitive::new(fields.key_secret) })
    }
}

/// `{"webhookSecrets": [current, previous?]}`
impl Stored for WebhookSecrets {
    fn parse(text: &str) -> Result<Self, SecretsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            webhook_secrets: Vec<String>,
        }
        let fields: Fields =
            serde_json::from_str(text).map_err(|_| SecretsError::Malformed("it lacks webhookSecrets"))?;
        // Any sender can sign with an empty secret.
        if fields.webhook_secrets.iter().any(String::is_empty) {
            return Err(SecretsError::Malformed("a webhook secret is empty"));
        }
        if !(1..=2).contains(&fields.webhook_secrets.len()) {
            return Err(SecretsError::Malformed("there must be one webhook secret, or two while one rotates"));
        }
        Ok(WebhookSecrets(fields.webhook_secrets.into_iter().map(Sensitive::new).collect()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as SyncMutex;

    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Calls, Reply, config};

    fn stored() -> Value {
        json!({ "keyId": "rzp_test_1", "keySecret": "very secret" })
    }

    #[test]
    fn a_secret_with_two_webhook_secrets_is_read() {
        let secrets = WebhookSecrets::parse(r#"{ "webhookSecrets": ["current", "previous"] }"#).unwrap();
        let webhooks: Vec<_> = secrets.0.iter().map(|secret| secret.expose().as_str()).collect();
        assert_eq!(webhooks, ["current", "previous"]);
        let key = RazorpayKey::parse(&stored().to_string()).unwrap();
        assert_eq!((key.id.as_str(), key.secret.expose().as_str()), ("rzp_test_1", "very secret"));
    }

    #[test]
    fn secrets_do_not_show_when_printed() {
        let key = RazorpayKey::parse(&stored().to_string()).unwrap();
        let webhooks = WebhookSecrets::parse(r#"{ "webhookSecrets": ["current", "previous"] }"#).unwrap();
        let shown = format!("{key:?} {webhooks:?}");
        assert!(shown.contains("rzp_test_1"));
        for secret in ["very secret", "current", "previous"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn malformed_secrets_are_refused_without_being_quoted() {
        fn refused<T: Stored>(text: &str) {
            let Err(error) = T::parse(text) else { panic!("{text} is read") };
            assert!(!format!("{error} {error:?}").contains("very secret"), "{error}");
        }
        for case in [
            json!("very secret"),
            json!({ "keyId": "very secret" }),
            json!({ "keyId": "rzp_test_1", "keySecret": "" }),
            json!({ "keyId": "", "keySecret": "very secret" }),
            json!({ "webhookSecrets": ["very secret"] }),
        ] {
            refused::<RazorpayKey>(&case.to_string());
        }
        for case in [
            json!("very secret"),
            json!({ "webhookSecrets": [] }),
            json!({ "webhookSecrets": [""] }),
            json!({ "webhookSecrets": ["very secret", ""] }),
            json!({ "webhookSecrets": ["very secret", "b", "c"] }),
            stored(),
        ] {
            refused::<WebhookSecrets>(&case.to_string());
        }
        refused::<RazorpayKey>("very secret");
    }

    /// Secrets Manager with a clock and an answer that the test sets.
    struct Stand {
        adapter: SecretsManager<RazorpayKey>,
        now: Arc<SyncMutex<Timestamp>>,
        reply: Arc<SyncMutex<Reply>>,
        calls: Calls,
    }

    impl Stand {
        fn new() -> Self {
            let reply = Arc::new(SyncMutex::new(Self::holding("very secret")));
            let now = Arc::new(SyncMutex::new(Timestamp::UNIX_EPOCH));
            let (config, calls) = config({
                let reply = Arc::clone(&reply);
                move |_| reply.lock().unwrap().clone()
            });
            let clock: Clock = Arc::new({
                let now = Arc::clone(&now);
                move || *now.lock().unwrap()
            });
            Self { adapter: SecretsManager::new(&config, "razorpay", clock), now, reply, calls }
        }

        fn holding(key_secret: &str) -> Reply {
            let mut value = stored();
            value["keySecret"] = json!(key_secret);
            Reply::ok(json!({ "Name": "razorpay", "SecretString": value.to_string() }).to_string())
        }

        fn advance(&self, by: SignedDuration) {
            *self.now.lock().unwrap() += by;
        }

        fn answers(&self, reply: Reply) {
            *self.reply.lock().unwrap() = reply;
        }

        async fn key_secret(&self) -> Result<String, SecretsError> {
            Ok(self.adapter.get().await?.secret.expose().clone())
        }

        fn calls(&self) -> usize {
            self.calls.lock().unwrap().len()
        }
    }

    const AN_INSTANT: SignedDuration = SignedDuration::from_nanos(1);

    #[tokio::test]
    async fn a_secret_serves_for_five_minutes_and_is_then_fetched_again() {
        let stand = Stand::new();
        stand.key_secret().await.unwrap();
        stand.answers(Stand::holding("rotated"));
        stand.advance(FRESH - AN_INSTANT);
        assert_eq!(stand.key_secret().await.unwrap(), "very secret");
        assert_eq!(stand.calls(), 1);
        stand.advance(AN_INSTANT);
        assert_eq!(stand.key_secret().await.unwrap(), "rotated");
        assert_eq!(stand.calls(), 2);
    }

    #[tokio::test]
    async fn the_known_secret_serves_through_an_outage_up_to_its_bound() {
        let stand = Stand::new();
        stand.key_secret().await.unwrap();
        stand.answers(Reply::error("InternalServiceError", "down"));
        stand.advance(USABLE - AN_INSTANT);
        assert_eq!(stand.key_secret().await.unwrap(), "very secret");
        stand.advance(AN_INSTANT);
        assert!(matches!(stand.key_secret().await, Err(SecretsError::Unavailable(_))));
    }

    #[tokio::test]
    async fn during_an_outage_the_service_is_called_every_thirty_seconds_only() {
        let stand = Stand::new();
        stand.key_secret().await.unwrap();
        stand.answers(Reply::error("InternalServiceError", "down"));
        stand.advance(FRESH);
        for _ in 0..3 {
            assert_eq!(stand.key_secret().await.unwrap(), "very secret");
        }
        assert_eq!(stand.calls(), 2);
        stand.answers(Stand::holding("rotated"));
        stand.advance(PAUSE);
        assert_eq!(stand.key_secret().await.unwrap(), "rotated");
    }

    #[tokio::test]
    async fn a_malformed_rotation_does_not_replace_the_working_secret() {
        let stand = Stand::new();
        stand.key_secret().await.unwrap();
        stand.answers(Stand::holding(""));
        stand.advance(FRESH);
        assert_eq!(stand.key_secret().await.unwrap(), "very secret");
    }

    #[tokio::test]
    async fn a_clock_that_goes_back_does_not_keep_a_secret_for_longer() {
        let stand = Stand::new();
        stand.advance(SignedDuration::from_hours(1));
        stand.key_secret().await.unwrap();
        stand.advance(-SignedDuration::from_hours(1));
        stand.answers(Stand::holding("rotated"));
        assert_eq!(stand.key_secret().await.unwrap(), "rotated");
    }

    #[tokio::test]
    async fn many_callers_at_once_fetch_once() {
        let stand = Stand::new();
        let (one, two, three) = tokio::join!(stand.adapter.get(), stand.adapter.get(), stand.adapter.get());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(stand.calls(), 1);
    }
}
