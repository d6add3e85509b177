//! The pool itself: opens, locks, runs one operation at a time, and does afterwards what the operation planned.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::config::{Config, Outlets};
use crate::error::{ErrorCode, Refusal};
use crate::keys::{KeyError, SigningKey};
use crate::request_context::{Planned, RequestContext};
use crate::state::State;
use crate::store::Store;
use crate::tokens::{self, Claims, TokenRefusal};
use crate::{api, web};

/// The reason why a pool could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the pool's file cannot be read or written: {0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A user pool.
pub struct UserPool {
    config: Config,
    outlets: Outlets,
    key: SigningKey,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    store: Option<Store>,
}

impl UserPool {
    /// Opens a pool: as its data directory has it, or a new one.
    ///
    /// # Errors
    /// When the file is unreadable or another pool's, or a key cannot be made.
    pub fn open(config: Config, outlets: Outlets) -> Result<Self, OpenError> {
        let stored = match &config.data_dir {
            Some(dir) => Store::read(dir, &config.pool_id)?,
            None => None,
        };
        let (key, state) = match stored {
            Some((pem, state)) => (SigningKey::from_pem(&pem)?, state),
            None => {
                let key = match &config.signing_key {
                    Some(key) => key.clone(),
                    None => SigningKey::generate()?,
                };
                (key, State { created_at: (outlets.clock)(), ..State::default() })
            }
        };
        let mut store = config.data_dir.as_deref().map(|dir| Store::new(dir, &config.pool_id, key.pem()));
        if let Some(store) = &mut store {
            store.write(&state)?;
        }
        Ok(Self { config, outlets, key, inner: Mutex::new(Inner { state, store }) })
    }

    /// Answers a call of an SDK.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        api::answer(self, &request).await
    }

    /// Answers a request to the hosted domain.
    pub async fn page(&self, request: Request<Bytes>) -> Response<Bytes> {
        web::answer(self, &request).await
    }

    /// Checks a token as API Gateway's JWT authorizer does: signature, `iss`, `aud` or `client_id`, times.
    ///
    /// ID tokens pass too, and so do tokens of revoked sessions until they expire: so it is in AWS.
    ///
    /// # Errors
    /// With the first check that failed.
    pub fn verify_access(&self, token: &str) -> Result<Claims, TokenRefusal> {
        tokens::verify(token, &self.config, &self.key, (self.outlets.clock)())
    }

    /// The public keys, as `/.well-known/jwks.json` shows them.
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.key.jwks()
    }

    /// The settings with which the pool was opened.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn random(&self) -> &crate::random::Random {
        &self.outlets.random
    }

    /// Runs one operation under the lock, then persists, mails and calls the trigger that it planned.
    ///
    /// The changes of the operation stay when it is refused (failed attempts count), and when its trigger
    /// fails: a user is confirmed before Post Confirmation runs, in AWS as here.
    pub(crate) async fn run<T>(
        &self,
        operation: impl FnOnce(&mut RequestContext) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (result, trigger) = self.run_now(operation);
        let value = result?;
        if let Some(Planned { name, event }) = trigger {
            let refused = |error: String| {
                Refusal::new(ErrorCode::UserLambdaValidation, format!("{name} failed with error {error}."))
            };
            let answer = (self.outlets.trigger)(name, event).await.map_err(refused)?;
            // Tokens are issued as they are: an override would be lost.
            if !answer["response"]["claimsOverrideDetails"].is_null() {
                return Err(refused("the pool of this machine overrides no claims".to_owned()));
            }
        }
        Ok(value)
    }

    /// The part of [`Self::run`] that needs no waiting. Gives back the trigger's event, if one was planned.
    pub(crate) fn run_now<T>(
        &self,
        operation: impl FnOnce(&mut RequestContext) -> Result<T, Refusal>,
    ) -> (Result<T, Refusal>, Option<Planned>) {
        let now = (self.outlets.clock)();
        let mut inner = self.lock();
        let Inner { state, store } = &mut *inner;
        let mut turn = RequestContext {
            state,
            config: &self.config,
            key: &self.key,
            outlets: &self.outlets,
            now,
            mails: Vec::new(),
            trigger: None,
        };
        let mut result = operation(&mut turn);
        let (mails, trigger) = (turn.mails, turn.trigger);
        if let Some(store) = store
            && let Err(error) = store.write(state)
        {
            tracing::error!(%error, "the user pool could not be persisted");
            result = Err(Refusal::new(ErrorCode::InternalError, "The pool could not be stored."));
        }
        drop(inner);
        for mail in mails {
            (self.outlets.mail)(mail);
        }
        (result, trigger)
    }

    /// A panic in one operation leaves a state that the next one may still use: no operation leaves it half-changed
    /// over a point that can panic.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
