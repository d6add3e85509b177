//! The parts of a pool: its settings, its app clients, and its outlets to the outside.
//! The module reads no environment and no file.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::keys::SigningKey;
use crate::mail::Mail;
use crate::random::Random;

/// Says what time it is; the stack's clock can be moved.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Takes every mail that the pool sends: codes and invitations.
pub type MailOutlet = Arc<dyn Fn(Mail) + Send + Sync>;
/// Runs a Lambda trigger, by its name in the pool's `LambdaConfig`, with the event's real shape; gives back the event. An
/// error refuses the operation.
pub type Trigger = Arc<dyn Fn(&'static str, Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// The outlets of the pool to the outside.
#[derive(Clone)]
pub struct Outlets {
    /// By which everything expires.
    pub clock: Clock,
    /// Called after the operation's lock is released.
    pub mail: MailOutlet,
    /// Runs `PostConfirmation` (`triggerSource`: `PostConfirmation_ConfirmSignUp` or
    /// `PostConfirmation_ConfirmForgotPassword`) and `PreTokenGeneration` (`TokenGeneration_HostedAuth`,
    /// `TokenGeneration_Authentication`, `TokenGeneration_NewPasswordChallenge`, `TokenGeneration_RefreshTokens`).
    /// Awaited by the call that caused it.
    pub trigger: Trigger,
    /// The randomness of ids, codes and tokens; not of the RSA key.
    pub random: Random,
}

/// The settings of a pool. [`Config::new`] has those of the deployed one; fields may be changed before opening.
#[derive(Clone, Debug)]
pub struct Config {
    /// `<region>_<name>`, e.g. `ap-south-1_Local0001`.
    pub pool_id: String,
    /// The address of the hosted domain, without a trailing slash.
    pub base_url: String,
    /// The `iss` of every token. The form is AWS's, so that nothing that compares it has to know the local one.
    pub issuer: String,
    /// The app clients.
    pub clients: Vec<Client>,
    /// In order of precedence, which is their order in `cognito:groups`.
    pub groups: Vec<String>,
    /// The lifetimes of tokens and codes.
    pub lifetimes: Lifetimes,
    /// The password policy.
    pub password_policy: PasswordPolicy,
    /// PBKDF2-HMAC-SHA-256 iterations for new passwords. The default keeps a log-in in the tens of milliseconds:
    /// it guards demo passwords in a local file, not patients'.
    pub password_rounds: NonZeroU32,
    /// The directory of `user-pool.json`; `None` keeps all data in memory.
    pub data_dir: Option<PathBuf>,
    /// Used when the data directory holds none; `None` generates one, which takes a noticeable fraction of a second.
    pub signing_key: Option<SigningKey>,
}

impl Config {
    /// Settings of the deployed pool, without clients.
    #[must_use]
    pub fn new(pool_id: &str, base_url: &str) -> Self {
        let region = pool_id.split('_').next().unwrap_or_default();
        Self {
            pool_id: pool_id.to_owned(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            issuer: format!("https://cognito-idp.{region}.amazonaws.com/{pool_id}"),
            clients: Vec::new(),
            groups: ["admin", "doctor", "lab", "patient"].map(str::to_owned).to_vec(),
            lifetimes: Lifetimes::default(),
            password_policy: PasswordPolicy::default(),
            password_rounds: NonZeroU32::new(100_000).expect("a positive literal"),
            data_dir: None,
            signing_key: None,
        }
    }

    /// The AWS region that the pool's id names.
    #[must_use]
    pub fn region(&self) -> &str {
        self.pool_id.split('_').next().unwrap_or_default()
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}

/// An app client. All are public ones, without a secret.
#[derive(Clone, Debug)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// Whether `USER_PASSWORD_AUTH` is allowed.
    pub password_flow: bool,
    /// Exact addresses to which the hosted log-in may return; empty switches the code flow off.
    pub redirect_uris: Vec<String>,
    /// Exact addresses to which `/logout` may return.
    pub logout_uris: Vec<String>,
    /// The OAuth scopes that the client may ask for.
    pub scopes: Vec<String>,
    /// The attributes that the client may write. The username of a sign-up becomes the `email` attribute without it.
    pub write_attributes: Vec<String>,
}

impl Client {
    /// A single-page app: hosted log-in with code and PKCE, no password flow.
    #[must_use]
    pub fn app(id: &str, redirect_uris: &[&str], logout_uris: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Self {
            id: id.to_owned(),
            password_flow: false,
            redirect_uris: owned(redirect_uris),
            logout_uris: owned(logout_uris),
            scopes: owned(&["openid", "email", "profile", crate::tokens::SELF_SERVICE_SCOPE]),
            write_attributes: owned(&["email", "name"]),
        }
    }

    /// A client without a browser: `USER_PASSWORD_AUTH` only.
    #[must_use]
    pub fn headless(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            password_flow: true,
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            scopes: Vec::new(),
            write_attributes: ["email", "name"].map(str::to_owned).to_vec(),
        }
    }
}

/// The lifetimes of tokens and codes.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// The lifetime of access tokens.
    pub access: SignedDuration,
    /// The lifetime of ID tokens.
    pub id: SignedDuration,
    /// Counted from the log-in: rotation does not prolong it.
    pub refresh: SignedDuration,
    /// The time for which a rotated refresh token is still accepted, for clients that lost the answer.
    pub rotation_grace: SignedDuration,
    /// Between the steps of a log-in.
    pub challenge: SignedDuration,
    /// Between the hosted log-in and the exchange.
    pub authorization_code: SignedDuration,
    /// The lifetime of the hosted domain's session cookie.
    pub browser: SignedDuration,
    /// The lifetime of the code that confirms a sign-up.
    pub confirmation_code: SignedDuration,
    /// The lifetime of the code that resets a password.
    pub reset_code: SignedDuration,
    /// The lifetime of an invitation's password.
    pub temporary_password: SignedDuration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access: SignedDuration::from_mins(15),
            id: SignedDuration::from_mins(15),
            refresh: SignedDuration::from_hours(7 * 24),
            rotation_grace: SignedDuration::from_secs(10),
            challenge: SignedDuration::from_mins(3),
            authorization_code: SignedDuration::from_mins(5),
            browser: SignedDuration::from_hours(1),
            confirmation_code: SignedDuration::from_hours(24),
            reset_code: SignedDuration::from_hours(1),
            temporary_password: SignedDuration::from_hours(7 * 24),
        }
    }
}

/// The password policy of the pool (`Policies.PasswordPolicy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// In characters.
    pub minimum_length: usize,
    /// Whether a password needs an uppercase letter.
    pub uppercase: bool,
    /// Whether a password needs a lowercase letter.
    pub lowercase: bool,
    /// Whether a password needs a digit.
    pub numbers: bool,
    /// Whether a password needs a symbol.
    pub symbols: bool,
}

impl Default for PasswordPolicy {
    /// Everything is required.
    fn default() -> Self {
        Self { minimum_length: 12, uppercase: true, lowercase: true, numbers: true, symbols: true }
    }
}
