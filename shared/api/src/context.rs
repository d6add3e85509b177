//! What a handler knows of its request: who calls, when, under which id, and how often it may try.

use crate::caller::Caller;
use crate::clock::{Clock, Ids, RandomIds, SystemClock};
use crate::disclosure::{self, About, Disclosed, View};
use crate::problem::{self, Problem};
use domain::access::{self, Action, Actor, Authorized, Denied, Resource};
use domain::audit::EventType;
use domain::core::sensitive::Sensitive;
use domain::core::time::in_milliseconds;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::{IdempotencyClaim, Provenance, Storage};
use uuid::Uuid;

/// What every function of the process shares.
#[derive(Clone)]
pub struct Runtime {
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
}

impl Runtime {
    /// The present instant, in whole milliseconds: so that what an answer says is what is stored, to the digit.
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
    /// The client's address, if known.
    pub ip: Option<String>,
    /// The client's program, as it calls itself.
    pub user_agent: Option<String>,
}

/// The context of one invocation.
#[derive(Clone)]
pub struct Context {
    /// Who calls. [`Caller::Anonymous`] for consumers of queues and streams.
    pub caller: Caller,
    /// Facts of the request.
    pub request: RequestInfo,
    pub(crate) operation: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) runtime: Runtime,
    pub(crate) claim: Option<IdempotencyClaim>,
    pub(crate) if_match: Option<String>,
    pub(crate) bearer: Option<Sensitive<String>>,
}

impl Context {
    /// The instant at which the request is judged: read once, so that all its rules see the same time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new random id.
    pub fn new_id(&self) -> Uuid {
        self.runtime.ids.new_id()
    }

    /// The operation, as in OpenAPI: `bookAppointment`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The claim of the request's Idempotency-Key, for operations that are declared idempotent.
    ///
    /// # Errors
    /// 400 if the key is missing; the pipeline has refused such a request already if the operation needs one.
    pub fn claim(&self) -> Result<&IdempotencyClaim, Problem> {
        self.claim.as_ref().ok_or_else(|| Problem::of(&problem::INVALID_IDEMPOTENCY_KEY))
    }

    /// Demands that the client has seen the current version.
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

    /// The access token itself, for the few calls that a user makes to the user pool under their own authority.
    ///
    /// # Errors
    /// 401 if the request carries none.
    pub fn bearer(&self) -> Result<&Sensitive<String>, Problem> {
        self.bearer.as_ref().ok_or_else(|| Problem::of(&problem::UNAUTHENTICATED))
    }

    /// Decides whether the caller may do `action` to `resource`; only then does it become an [`Authorized`] one.
    ///
    /// # Errors
    /// 404 for a caller without relation to the resource, who must not learn that it exists; 403 for one who has a
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

    /// The same for a consumer, which acts for nobody but the system.
    ///
    /// # Errors
    /// 403 if the system itself may not do this.
    pub fn authorize_system<R: Resource>(&self, action: Action, resource: R) -> Result<Authorized<R>, Problem> {
        access::authorize(&Actor::System(self.operation), action, resource).map_err(denial)
    }

    /// Who does this, for the items that are written.
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

    /// Lets health or personal data out: the access is recorded first, and without the record there is no answer.
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

    /// Lets data out in bulk, for use outside: the same, and the event says that data was exported.
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

    /// Lets out what the request itself has just written: the event of that write is the record of the access, so that one
    /// request leaves one event.
    ///
    /// # Panics
    /// In debug builds, if an event of this type does not say that health data was seen.
    pub fn disclose_written<T: View<Data = disclosure::Health>>(&self, by: EventType, view: T) -> Disclosed<T> {
        debug_assert!(by.phi_accessed(), "{by} does not say that health data was seen");
        Disclosed::recorded(view)
    }

    /// An event of the audit trail that no write of an item tells: a denial, a log-in, a disclosure.
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

    /// Loads, decides and commits, again if another write came between, with growing and jittered pauses.
    ///
    /// # Errors
    /// Those of `attempt`; 503 with Retry-After when it was overtaken six times.
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
                    // Full jitter over 10, 20, 40 .. ms, from the ids' randomness, so that a seeded run repeats itself.
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
            bearer: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn an_overtaken_attempt_is_made_again_and_not_for_ever() {
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
