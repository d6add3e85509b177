//! A pool of one test's own, with a clock to move, a mailbox to read, the SDK in process, and a small browser.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::digest;
use aws_sdk_cognitoidentityprovider::Client as Sdk;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cognito_emulator::{Client, Config, Mail, Outlets, Random, SigningKey, UserPool};
use futures::future::BoxFuture;
use http::{HeaderMap, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub const POOL: &str = "ap-south-1_Local0001";
pub const HEADLESS: &str = "headless";
pub const APP: &str = "app";
pub const CALLBACK: &str = "http://localhost:5173/callback";
pub const EMAIL: &str = "asha@example.com";
pub const PASSWORD: &str = "Correct-horse-7";

/// Generating one takes long; what is tested does not depend on it being new.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().expect("RSA works"));

pub struct Stack {
    pub pool: Arc<UserPool>,
    pub sdk: Sdk,
    now: Arc<Mutex<Timestamp>>,
    mails: Arc<Mutex<Vec<Mail>>>,
    pub triggered: Arc<Mutex<Vec<Value>>>,
    pub trigger_fails: Arc<AtomicBool>,
    /// The events of Pre Token Generation.
    pub generated: Arc<Mutex<Vec<Value>>>,
    pub generation_fails: Arc<AtomicBool>,
}

pub fn config() -> Config {
    let mut config = Config::new(POOL, "http://localhost:4566");
    config.clients = vec![Client::app(APP, &[CALLBACK], &["http://localhost:5173/"]), Client::headless(HEADLESS)];
    config.password_rounds = NonZeroU32::new(10).expect("positive");
    config.signing_key = Some(KEY.clone());
    config
}

impl Stack {
    pub fn new() -> Self {
        Self::with(config())
    }

    pub fn kept_in(dir: &Path) -> Self {
        Self::with(Config { data_dir: Some(dir.to_owned()), ..config() })
    }

    pub fn with(config: Config) -> Self {
        let now = Arc::new(Mutex::new("2026-12-01T09:00:00Z".parse::<Timestamp>().expect("a timestamp")));
        let mails = Arc::new(Mutex::new(Vec::new()));
        let triggered = Arc::new(Mutex::new(Vec::new()));
        let trigger_fails = Arc::new(AtomicBool::new(false));
        let generated = Arc::new(Mutex::new(Vec::new()));
        let generation_fails = Arc::new(AtomicBool::new(false));
        let outlets = Outlets {
            clock: {
                let now = now.clone();
                Arc::new(move || *now.lock().expect("not poisoned"))
            },
            mail: {
                let mails = mails.clone();
                Arc::new(move |mail| mails.lock().expect("not poisoned").push(mail))
            },
            trigger: {
                let confirmation = (triggered.clone(), trigger_fails.clone());
                let generation = (generated.clone(), generation_fails.clone());
                Arc::new(move |name, event: Value| {
                    let (triggered, fails) = match name {
                        "PostConfirmation" => &confirmation,
                        "PreTokenGeneration" => &generation,
                        other => panic!("{other} is no trigger of this pool"),
                    };
                    triggered.lock().expect("not poisoned").push(event.clone());
                    let outcome = if fails.load(Ordering::Relaxed) { Err("no room".to_owned()) } else { Ok(event) };
                    Box::pin(async move { outcome })
                })
            },
            random: Random::system(),
        };
        let pool = Arc::new(UserPool::open(config, outlets).expect("opens"));
        let sdk = sdk(&pool);
        Self { pool, sdk, now, mails, triggered, trigger_fails, generated, generation_fails }
    }

    pub fn now(&self) -> Timestamp {
        *self.now.lock().expect("not poisoned")
    }

    pub fn wait(&self, duration: SignedDuration) {
        *self.now.lock().expect("not poisoned") += duration;
    }

    pub fn wait_seconds(&self, seconds: i64) {
        self.wait(SignedDuration::from_secs(seconds));
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("not poisoned").clone()
    }

    /// The six digits in the last mail.
    pub fn mailed_code(&self) -> String {
        let mails = self.mails();
        let text = &mails.last().expect("a mail was sent").text;
        let word = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
        word.expect("the mail holds a code").to_owned()
    }

    /// A confirmed account; its sub.
    pub fn seed(&self) -> String {
        self.pool.seed_user(EMAIL, "Asha Rao", PASSWORD, &["patient"])
    }

    pub async fn sign_up(&self) -> String {
        let made = self.sdk.sign_up().client_id(HEADLESS).username(EMAIL).password(PASSWORD).send().await;
        made.expect("signs up").user_sub
    }

    pub async fn try_log_in(&self, login: &str, password: &str) -> Result<AuthenticationResultType, &'static str> {
        let answer = self
            .sdk
            .initiate_auth()
            .client_id(HEADLESS)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", login)
            .auth_parameters("PASSWORD", password)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(answer.authentication_result.expect("no challenge")),
            Err(error) => Err(String::leak(code_and_message(&error))),
        }
    }

    pub async fn log_in(&self) -> AuthenticationResultType {
        self.try_log_in(EMAIL, PASSWORD).await.expect("logs in")
    }

    pub async fn renew(&self, refresh_token: &str) -> Result<AuthenticationResultType, String> {
        let renewed =
            self.sdk.get_tokens_from_refresh_token().client_id(HEADLESS).refresh_token(refresh_token).send().await;
        renewed.map(|answer| answer.authentication_result.expect("tokens")).map_err(|error| code(&error))
    }

    pub async fn get_user(&self, access_token: &str) -> Result<String, String> {
        let user = self.sdk.get_user().access_token(access_token).send().await;
        user.map(|user| user.username).map_err(|error| code(&error))
    }
}

pub fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.code().expect("an error of the service").to_owned()
}

pub fn code_and_message<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    format!("{}: {}", code(error), error.message().unwrap_or_default())
}

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).expect("base64url")).expect("JSON")
}

fn sdk(pool: &Arc<UserPool>) -> Sdk {
    let connector = SharedHttpConnector::new(InProcess(pool.clone()));
    let config = aws_sdk_cognitoidentityprovider::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-south-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    Sdk::from_conf(config)
}

/// The seam at which the SDK meets the pool without a socket.
struct InProcess(Arc<UserPool>);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let pool = self.0.clone();
        HttpConnectorFuture::new(async move {
            let (parts, body) = request.try_into_http1x().expect("a valid request").into_parts();
            let body = Bytes::copy_from_slice(body.bytes().expect("a body in memory"));
            let response = pool.handle(Request::from_parts(parts, body)).await;
            let response = response.map(|body| SdkBody::from(body.to_vec()));
            Ok(HttpResponse::try_from(response).expect("a valid response"))
        })
    }
}

/// A PKCE pair.
pub struct Pkce {
    pub verifier: String,
    pub challenge: String,
}

impl Pkce {
    pub fn new(seed: &str) -> Self {
        let verifier = format!("{seed:-<43}");
        let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        Self { verifier, challenge }
    }
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.headers["location"].to_str().expect("ASCII")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// A parameter of the address to which the browser is sent.
    pub fn sent_on_with(&self, name: &str) -> Option<String> {
        let url = url::Url::parse("http://domain").and_then(|base| base.join(self.location())).expect("a URL");
        url.query_pairs().find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\"")).expect("the form has the field");
        rest.split('"').next().expect("a closing quote").to_owned()
    }

    fn action(&self) -> String {
        let (_, rest) = self.body.split_once("action=\"").expect("the page has a form");
        rest.split('"').next().expect("a closing quote").replace("&#38;", "&").replace("&amp;", "&")
    }
}

/// Keeps cookies, follows nothing.
pub struct Browser<'a> {
    stack: &'a Stack,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub fn new(stack: &'a Stack) -> Self {
        Self { stack, cookies: Mutex::default() }
    }

    pub fn forget(&self, cookie: &str) {
        self.cookies.lock().expect("not poisoned").remove(cookie);
    }

    pub async fn get(&self, address: &str) -> Reply {
        self.send("GET", address, &[], &[]).await
    }

    pub async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", address, headers, &[]).await
    }

    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("POST", address, &[], fields).await
    }

    /// Fills in the form of a page, hidden fields included.
    pub async fn submit(&self, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        let mut all: Vec<(String, String)> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        for name in ["_csrf", "session", "username"] {
            if page.body.contains(&format!("type=\"hidden\" name=\"{name}\"")) {
                all.push((name.to_owned(), page.hidden(name)));
            }
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(&page.action(), &all).await
    }

    async fn send(&self, method: &str, address: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
        let cookies = self
            .cookies
            .lock()
            .expect("not poisoned")
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect::<Vec<_>>()
            .join("; ");
        let mut request = Request::builder().method(method).uri(address).header("cookie", cookies);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let body = serde_urlencoded::to_string(fields).expect("pairs");
        let request = request.body(Bytes::from(body)).expect("a request");
        // Boxed as a server would: what it answers with must be able to change threads.
        let answer: BoxFuture<'_, _> = Box::pin(self.stack.pool.page(request));
        let response = answer.await;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("ASCII");
            assert!(text.contains("HttpOnly") && text.contains("SameSite=Lax"), "{text}");
            let (name, value) = text.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            self.cookies.lock().expect("not poisoned").insert(name.to_owned(), value.to_owned());
        }
        Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).expect("UTF-8") }
    }

    /// `/oauth2/authorize` with the given changes to a good request; an empty value leaves a parameter out.
    pub async fn authorize(&self, pkce: &Pkce, changes: &[(&str, &str)]) -> Reply {
        let mut parameters = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("scope", "openid email aws.cognito.signin.user.admin"),
            ("state", "xyz 1"),
            ("code_challenge", &pkce.challenge),
            ("code_challenge_method", "S256"),
        ]);
        for (name, value) in changes {
            if value.is_empty() {
                parameters.remove(name)
            } else {
                parameters.insert(name, value)
            };
        }
        let query = serde_urlencoded::to_string(parameters).expect("pairs");
        self.get(&format!("/oauth2/authorize?{query}")).await
    }

    /// The log-in form.
    pub async fn form(&self, pkce: &Pkce) -> Reply {
        let started = self.authorize(pkce, &[]).await;
        assert_eq!(started.status, StatusCode::FOUND);
        self.get(started.location()).await
    }

    /// Logs in to the point where the app gets a code.
    pub async fn code(&self, pkce: &Pkce) -> String {
        let form = self.form(pkce).await;
        let done = self.submit(&form, &[("username", EMAIL), ("password", PASSWORD)]).await;
        assert!(done.location().starts_with(CALLBACK), "{}", done.location());
        done.sent_on_with("code").expect("a code")
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Reply {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("code", code),
            ("code_verifier", verifier),
        ];
        self.post("/oauth2/token", &fields).await
    }
}
