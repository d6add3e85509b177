//! The context of a request: the caller, the time, the id, and the retries.

use crate::caller::Caller;
use crate::clock::{Clock, Ids, RandomIds, SystemClock};
use crate::disclosure::{self, About, Disclosed, View};
use crate::problem::{self, Problem};
use crate::validators::Validators;
use domain::access::{self, Action, Actor, Authorized, Denied, Resource};
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use domain::core::time::in_milliseconds;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::{IdempotencyClaim, Provenance, Storage};
use uuid::Uuid;

/// The clock and the ids that all functions of the process share.
#[derive(Clone)]
pub struct Runtime {
    /// The source of the present instant.
    pub clock: Arc<dyn Clock>,
    /// The source of new ids.
    pub ids: Arc<dyn Ids>,
}

impl Runtime {
    /// The present instant, in whole milliseconds, so that an answer shows exactly the stored instant.
    pub fn now(&self) -> Timestamp {
        in_milliseconds(self.clock.now())
    }
}

impl Default for Runtime {
    fn default() -> Self {
        Runtime { clock: Arc::new(SystemClock), ids: Arc::new(RandomIds) }
    }
}

/// Facts of the request that the audit trail keeps.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// The id that the gateway gave the request.
    pub id: String,
    /// The client's IP address, if it is known.
    pub ip: Option<String>,
    /// The client's program, by its `User-Agent` header.
    pub user_agent: Option<String>,
}

/// The context of one invocation.
#[derive(Clone)]
pub struct Context {
    /// The caller; [`Caller::Anonymous`] in a consumer.
    pub caller: Caller,
    /// Facts of the request.
    pub request: RequestInfo,
    pub(crate) operation: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) runtime: Runtime,
    pub(crate) claim: Option<IdempotencyClaim>,
    pub(crate) if_match: Option<String>,
    pub(crate) validators: Validators,
    pub(crate) bearer: Option<Sensitive<String>>,
}

impl Context {
    /// The instant of the request. It is read once, so that all rules use the same time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new random id.
    pub fn new_id(&self) -> Uuid {
        self.runtime.ids.new_id()
    }

    /// The operation's id, such as `bookAppointment`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The claim of the request's Idempotency-Key, for an operation that is declared idempotent.
    ///
    /// # Errors
    /// 400 if the key is missing. An operation that needs a key has refused such a request already.
    pub fn claim(&self) -> Result<&IdempotencyClaim, Problem> {
        self.claim.as_ref().ok_or_else(|| Problem::of(&problem::INVALID_IDEMPOTENCY_KEY))
    }

    /// Requires that the client has read the current version.
    ///
    /// # Errors
    /// 428 without If-Match, 412 if it names another version.
    pub fn must_match(&self, version: u64) -> Result<(), Problem> {
        match &self.if_match {
            None => Err(Problem::of(&problem::PRECONDITION_REQUIRED)),
            Some(tag) if tag == &crate::output::etag(version) => Ok(()),
            Some(_) => Err(Problem::of(&problem::VERSION_MISMATCH)),
        }
    }

    /// The access token of the request, for the calls to the user pool that need the user's own authority.
    ///
    /// # Errors
    /// 401 if the request carries none.
    pub fn bearer(&self) -> Result<&Sensitive<String>, Problem> {
        self.bearer.as_ref().ok_or_else(|| Problem::of(&problem::UNAUTHENTICATED))
    }

    /// Decides whether the caller may do `action` to `resource`, and if so returns it as [`Authorized`].
    ///
    /// # Errors
    /// 404 for a caller without relation to the resource, who must not learn that it exists. 403 for a caller with a
    /// relation that does not allow the action. Both are recorded in the audit trail.
    pub fn authorize<R: Resource>(&self, action: Action, resource: R) -> Result<Authorized<R>, Problem> {
        self.caller.user()?;
        let mut related = false;
        for actor in self.caller.actors() {
            match access::decide(&actor, action, &resource) {
                Ok(()) => return access::authorize(&actor, action, resource).map_err(denial),
                Err(Denied::Forbidden) => related = true,
                Err(Denied::Unrelated) => {}
            }
        }
        Err(denial(if related { Denied::Forbidden } else { Denied::Unrelated }))
    }

    /// Decides as [`Context::authorize`] does, for a consumer, which acts as the system.
    ///
    /// # Errors
    /// 403 if the system may not do this.
    pub fn authorize_system<R: Resource>(&self, action: Action, resource: R) -> Result<Authorized<R>, Problem> {
        access::authorize(&Actor::System(self.operation), action, resource).map_err(denial)
    }

    /// The provenance of the items that this request writes.
    pub fn provenance(&self) -> Provenance {
        let (actor, role, session) = match &self.caller {
            Caller::User(user) => {
                let role = self.caller.actors().first().map_or("user", Actor::role_text);
                (user.id.to_string(), role.to_owned(), user.session.clone())
            }
            Caller::Anonymous => (self.operation.to_owned(), "system".to_owned(), None),
        };
        Provenance {
            actor,
            role,
            operation: self.operation.to_owned(),
            request_id: self.request.id.clone(),
            at: self.now,
            ip: self.request.ip.clone(),
            user_agent: self.request.user_agent.clone(),
            session,
        }
    }

    /// Records the access to health or personal data, and then lets the view leave. Without the record there is no
    /// answer.
    ///
    /// # Errors
    /// 503 if the access can't be recorded.
    pub async fn disclose<T: View<Data = disclosure::Health>>(
        &self,
        storage: &Storage,
        event: EventType,
        resource: impl Into<About>,
        view: T,
    ) -> Result<Disclosed<T>, Problem> {
        let activity = self.activity(event, domain::audit::Outcome::Success, resource, None);
        self.disclosed(storage, activity, view).await
    }

    /// Does the same for data that leaves in bulk, for use outside; the event says that data was exported.
    ///
    /// # Errors
    /// 503 if the export can't be recorded.
    pub async fn disclose_exported<T: View<Data = disclosure::Health>>(
        &self,
        storage: &Storage,
        event: EventType,
        resource: impl Into<About>,
        view: T,
    ) -> Result<Disclosed<T>, Problem> {
        let activity = self.activity(event, domain::audit::Outcome::Success, resource, None);
        self.disclosed(storage, storage::Activity { data_exported: true, ..activity }, view).await
    }

    async fn disclosed<T: View<Data = disclosure::Health>>(
        &self,
        storage: &Storage,
        activity: storage::Activity,
        view: T,
    ) -> Result<Disclosed<T>, Problem> {
        let activity = storage::Activity { fields: disclosure::fields(&view), ..activity };
        storage.record_activity(&activity, &self.provenance()).await.map_err(Problem::unavailable)?;
        Ok(Disclosed::recorded(view))
    }

    /// Lets a view of data leave that the request itself has just written. The event of that write is the record of the
    /// access, so that one request leaves one event.
    ///
    /// # Panics
    /// In debug builds, if an event of this type does not say that health data was seen.
    pub fn disclose_written<T: View<Data = disclosure::Health>>(&self, by: EventType, view: T) -> Disclosed<T> {
        debug_assert!(by.phi_accessed(), "{by} does not say that health data was seen");
        Disclosed::recorded(view)
    }

    /// An event of the audit trail that follows from no write of an item: a denial, a log-in, a disclosure.
    pub fn activity(
        &self,
        event: EventType,
        outcome: domain::audit::Outcome,
        resource: impl Into<About>,
        detail: Option<String>,
    ) -> storage::Activity {
        let About { kind, id, subjects } = resource.into();
        storage::Activity {
            event_type: event,
            outcome,
            resource_type: kind,
            resource_id: id,
            subjects,
            fields: vec![],
            data_exported: false,
            detail,
        }
    }

    /// Loads, decides and commits. Repeats this after another write came between, with growing and jittered pauses.
    ///
    /// # Errors
    /// The errors of `attempt`; 503 with Retry-After when other writes overtook all attempts.
    pub async fn retrying<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Problem>
    where
        // Not `AsyncFnMut`: its future can't be shown to be `Send`.
        F: Future<Output = Result<T, Problem>>,
    {
        const ATTEMPTS: u32 = 6;
        let mut tried = 0;
        loop {
            match attempt().await {
                Err(problem) if problem.is_stale() && tried + 1 < ATTEMPTS => {
                    // Full jitter over 10, 20, 40 .. ms, from the randomness of the ids, so that a seeded run is
                    // repeatable.
                    let ceiling = 10_u64 << tried;
                    let pause = self.new_id().as_u64_pair().1 % (ceiling + 1);
                    self.runtime.clock.pause(Duration::from_millis(pause)).await;
                    tried += 1;
                }
                settled => return settled,
            }
        }
    }
}

fn denial(denied: Denied) -> Problem {
    match denied {
        Denied::Forbidden => Problem::forbidden(),
        Denied::Unrelated => Problem::of(&problem::NOT_FOUND).recorded_as(EventType::AccessDenied),
    }
}

#[cfg(test)]
impl Context {
    pub(crate) fn for_test(caller: Caller) -> Self {
        Context {
            caller,
            request: RequestInfo { id: "r-1".into(), ..RequestInfo::default() },
            operation: "testOperation",
            now: "2026-11-22T06:00:00Z".parse().unwrap(),
            runtime: Runtime::default(),
            claim: None,
            if_match: None,
            validators: Validators::default(),
            bearer: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn an_overtaken_attempt_is_repeated_and_not_for_ever() {
        let cx = Context::for_test(Caller::Anonymous);
        let calls = Cell::new(0);
        let third = cx
            .retrying(async || {
                calls.set(calls.get() + 1);
                if calls.get() < 3 { Err(Problem::stale()) } else { Ok(calls.get()) }
            })
            .await;
        assert_eq!(third.unwrap(), 3);
        let calls = Cell::new(0);
        let never: Result<(), _> = cx
            .retrying(async || {
                calls.set(calls.get() + 1);
                Err(Problem::stale())
            })
            .await;
        assert_eq!(never.unwrap_err().kind.status, 503);
        assert_eq!(calls.get(), 6);
    }

    #[tokio::test]
    async fn a_refusal_is_not_repeated() {
        let cx = Context::for_test(Caller::Anonymous);
        let calls = Cell::new(0);
        let refused: Result<(), _> = cx
            .retrying(async || {
                calls.set(calls.get() + 1);
                Err(Problem::of(&problem::SLOT_TAKEN))
            })
            .await;
        assert_eq!(refused.unwrap_err().kind.status, 409);
        assert_eq!(calls.get(), 1);
    }

    #[test]
    fn a_version_must_be_named_and_current() {
        let mut cx = Context::for_test(Caller::Anonymous);
        assert_eq!(cx.must_match(3).unwrap_err().kind.status, 428);
        cx.if_match = Some("\"2\"".into());
        assert_eq!(cx.must_match(3).unwrap_err().kind.status, 412);
        cx.if_match = Some("\"3\"".into());
        assert!(cx.must_match(3).is_ok());
    }
}
