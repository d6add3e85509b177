//! One operation's view of the pool, under its lock: the state, the settings, and the effects that follow once the lock
//! is released. Mails and triggers wait until then, so that an outlet may call the pool.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::config::{Client, Config, Outlets};
use crate::error::{ErrorCode, Refusal};
use crate::keys::SigningKey;
use crate::mail::Mail;
use crate::sessions::Session;
use crate::state::State;
use crate::tokens::{self, Claims, Pair, SELF_SERVICE_SCOPE, TokenRefusal};
use crate::user::User;

pub struct RequestContext<'a> {
    pub state: &'a mut State,
    pub config: &'a Config,
    pub key: &'a SigningKey,
    pub outlets: &'a Outlets,
    pub now: Timestamp,
    pub mails: Vec<Mail>,
    pub trigger: Option<Planned>,
}

/// A Lambda trigger that follows the operation.
pub struct Planned {
    /// The name of the trigger in the pool's `LambdaConfig`.
    pub name: &'static str,
    pub event: Value,
}

/// The step by which tokens come to be, as the Pre Token Generation trigger is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The hosted domain exchanges a code.
    HostedAuth,
    /// A log-in through the API.
    Authentication,
    /// A log-in through the API whose user chose a new password.
    NewPasswordChallenge,
    /// A refresh token is exchanged.
    RefreshTokens,
}

impl TokenSource {
    fn name(self) -> &'static str {
        match self {
            Self::HostedAuth => "TokenGeneration_HostedAuth",
            Self::Authentication => "TokenGeneration_Authentication",
            Self::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Self::RefreshTokens => "TokenGeneration_RefreshTokens",
        }
    }
}

/// The tokens of a log-in or a renewal.
pub struct Issued {
    pub pair: Pair,
    pub refresh: String,
}

impl<'a> RequestContext<'a> {
    pub fn client(&self, id: &str) -> Result<&'a Client, Refusal> {
        let missing = || Refusal::new(ErrorCode::ResourceNotFound, format!("User pool client {id} does not exist."));
        self.config.client(id).ok_or_else(missing)
    }

    pub fn check_pool(&self, id: &str) -> Result<(), Refusal> {
        if id == self.config.pool_id {
            return Ok(());
        }
        Err(Refusal::new(ErrorCode::ResourceNotFound, format!("User pool {id} does not exist.")))
    }

    /// A user, changed now.
    ///
    /// # Panics
    /// When `sub` is not that of a user; callers have just looked it up under the same lock.
    pub fn change(&mut self, sub: &str) -> &mut User {
        let user = self.state.users.get_mut(sub).expect("looked up under the same lock");
        user.modified_at = self.now;
        user
    }

    /// The user that an administrator names, by sub or e-mail address.
    pub fn administered(&self, pool: &str, name: &str) -> Result<&User, Refusal> {
        self.check_pool(pool)?;
        self.state.find(name).ok_or_else(|| Refusal::new(ErrorCode::UserNotFound, "User does not exist."))
    }

    /// Begins the session of a log-in through the API, and issues its first tokens. `source` names the last step of the
    /// log-in to the trigger.
    pub fn begin_session(&mut self, sub: &str, client: &str, source: TokenSource, by_code: bool) -> Issued {
        let session = Session {
            user: sub.to_owned(),
            client: client.to_owned(),
            scopes: vec![SELF_SERVICE_SCOPE.to_owned()],
            hosted: false,
            signed_in_at: self.now,
            by_code,
            ends_at: self.now + self.config.lifetimes.refresh,
            revoked: false,
            nonce: None,
        };
        self.begin(self.outlets.random.uuid(), session, source)
    }

    /// Begins `session` under the given `origin_jti`, and issues its first tokens.
    pub fn begin(&mut self, id: String, session: Session, source: TokenSource) -> Issued {
        let refresh = self.outlets.random.token();
        self.plan_token_generation(source, &session);
        self.state.sessions.begin(id.clone(), session.clone(), &refresh, self.now);
        Issued { pair: self.pair(&id, &session), refresh }
    }

    /// Renews a session: new tokens of all three kinds, the old refresh token retired.
    pub fn renew_session(&mut self, refresh: &str, client: &str) -> Result<Issued, Refusal> {
        let next = self.outlets.random.token();
        let grace = self.config.lifetimes.rotation_grace;
        let (id, session) = self.state.sessions.rotate(refresh, &next, client, self.now, grace)?;
        if !self.state.users.get(&session.user).is_some_and(|user| user.enabled) {
            return Err(Refusal::not_authorized("Refresh Token has been revoked"));
        }
        self.plan_token_generation(TokenSource::RefreshTokens, &session);
        Ok(Issued { pair: self.pair(&id, &session), refresh: next })
    }

    fn pair(&self, id: &str, session: &Session) -> Pair {
        let user = self.state.users.get(&session.user).expect("sessions of a deleted user are revoked");
        tokens::pair((id, session), user, self.config, self.key, &self.outlets.random, self.now)
    }

    /// The user of an access token, provided that it may be used on the pool itself. Unlike a JWT authorizer,
    /// the pool knows which sessions were revoked.
    pub fn authenticated(&self, access_token: &str, scope: &str) -> Result<(Claims, &User), Refusal> {
        let claims =
            tokens::verify(access_token, self.config, self.key, self.now).map_err(|refusal| match refusal {
                TokenRefusal::Expired => Refusal::not_authorized("Access Token has expired"),
                _ => Refusal::not_authorized("Invalid Access Token"),
            })?;
        if claims.text("token_use") != Some("access") {
            return Err(Refusal::not_authorized("Invalid Access Token"));
        }
        let revoked = || Refusal::not_authorized("Access Token has been revoked");
        let session = claims.text("origin_jti").and_then(|id| self.state.sessions.live(id)).ok_or_else(revoked)?;
        let user = self.state.users.get(&session.user).filter(|user| user.enabled).ok_or_else(revoked)?;
        if !claims.has_scope(scope) {
            return Err(Refusal::not_authorized("Access Token does not have required scopes"));
        }
        Ok((claims, user))
    }

    /// The sub of the user who calls about themselves.
    pub fn self_service(&self, access_token: &str) -> Result<String, Refusal> {
        self.authenticated(access_token, SELF_SERVICE_SCOPE).map(|(_, user)| user.sub.clone())
    }

    /// Plans the Post Confirmation trigger, with the event that Lambda gets.
    pub fn plan_post_confirmation(&mut self, source: &str, sub: &str, client: &str) {
        let event = self.trigger_event(source, sub, client);
        self.trigger = Some(Planned { name: "PostConfirmation", event });
    }

    /// Plans the Pre Token Generation trigger, with the event of version 1 that Lambda gets.
    fn plan_token_generation(&mut self, source: TokenSource, session: &Session) {
        let mut event = self.trigger_event(source.name(), &session.user, &session.client);
        let groups = tokens::groups_of(&self.state.users[&session.user], self.config);
        event["request"]["groupConfiguration"] =
            json!({"groupsToOverride": groups, "iamRolesToOverride": [], "preferredRole": null});
        event["response"] = json!({"claimsOverrideDetails": null});
        self.trigger = Some(Planned { name: "PreTokenGeneration", event });
    }

    fn trigger_event(&self, source: &str, sub: &str, client: &str) -> Value {
        let user = &self.state.users[sub];
        let mut attributes = json!(user.attribute_map());
        attributes["cognito:user_status"] = json!(user.status.name());
        json!({
            "version": "1",
            "region": self.config.region(),
            "userPoolId": self.config.pool_id,
            "userName": sub,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
            "triggerSource": source,
            "request": {"userAttributes": attributes},
            "response": {},
        })
    }
}
