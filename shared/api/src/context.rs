//! The context of a request: the caller, the time, the id, and the retries.

use crate::caller::Caller;
use crate::clock::{Clock, Ids, RandomIds, SystemClock};
use crate::conditional::{Known, Tags};
use crate::disclosure::{self, About, Disclosed, View};
use crate::output::Polled;
use crate::problem::{self, Problem};
use crate::session::SessionCheck;
use domain::access::{self, Action, Actor, Authorized, Denied, Resource};
use domain::audit::EventType;
use domain::core::time::in_milliseconds;
use jiff::Timestamp;
use serde::Serialize;
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
    pub(crate) if_match: Option<Tags>,
    /// The representation that the client of a read has already.
    pub(crate) known: Option<Known>,
    /// The read of the instant at which the caller logged out. `None` where no table is known.
    pub(crate) session: Option<SessionCheck>,
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

    /// Requires that the client has read the current version, or changes each version (`*`).
    ///
    /// # Errors
    /// 428 without If-Match, 412 if it names other versions.
    pub fn must_match(&self, version: u64) -> Result<(), Problem> {
        match &self.if_match {
            None => Err(Problem::of(&problem::PRECONDITION_REQUIRED)),
            Some(tags) if tags.has_strongly(&crate::output::etag(version)) => Ok(()),
            Some(_) => Err(Problem::of(&problem::VERSION_MISMATCH)),
        }
    }

    /// Refuses a caller who has logged out since the sign-in that the access token comes from. The table is read once for a request.
    ///
    /// [`crate::Endpoint`] calls this for every operation that discloses or that [`crate::Endpoint::checks_session`]
    /// names. A handler of a `GET` calls it before it writes, because such a read runs beside the check.
    ///
    /// # Errors
    /// 401 `session-ended`; 503 if the table does not answer.
    pub async fn require_live_session(&self) -> Result<(), Problem> {
        let user = self.caller.user()?;
        let session = self.session.as_ref().ok_or_else(|| Problem::internal("no table that knows the session"))?;
        session.require_live(user).await
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
    /// answer, and no caller whose session has ended gets one.
    ///
    /// # Errors
    /// 401 if the session has ended; 503 if the access can't be recorded.
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
    /// 401 if the session has ended; 503 if the export can't be recorded.
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

    /// Does the same for a view that a client asks for again and again. The client that has the view as it is, by its
    /// `If-None-Match`, is shown nothing: there is no access to record, and the answer is 304. `state` is the part of the
    /// view that counts, so without the time of the answer.
    ///
    /// # Errors
    /// 401 if the session has ended; 503 if the access can't be recorded.
    pub async fn disclose_changes<T: View<Data = disclosure::Health>>(
        &self,
        storage: &Storage,
        event: EventType,
        resource: impl Into<About>,
        view: T,
        state: &(impl Serialize + Sync),
    ) -> Result<Polled<T>, Problem> {
        let tag = crate::output::etag_of(&serde_json::to_string(state).map_err(Problem::internal)?);
        if self.known.as_ref().is_some_and(|known| known.is_tagged(&tag)) {
            self.require_live_session().await?;
            return Ok(Polled::unchanged(tag));
        }
        Ok(Polled::shown(self.disclose(storage, event, resource, view).await?, tag))
    }

    async fn disclosed<T: View<Data = disclosure::Health>>(
        &self,
        storage: &Storage,
        activity: storage::Activity,
        view: T,
    ) -> Result<Disclosed<T>, Problem> {
        self.require_live_session().await?;
        let activity = storage::Activity { fields: disclosure::fields(&view), ..activity };
        storage.record_activity(&activity, &self.provenance()).await.map_err(Problem::unavailable)?;
        Ok(Disclosed::recorded(view))
    }

    /// Lets a view of data leave that the request itself has just written. The event of that write is the record of the
    /// access, so that one request leaves one event.
    ///
    /// # Errors
    /// 401 if the session has ended.
    ///
    /// # Panics
    /// In debug builds, if an event of this type does not say that health data was seen.
    pub async fn disclose_written<T: View<Data = disclosure::Health>>(
        &self,
        by: EventType,
        view: T,
    ) -> Result<Disclosed<T>, Problem> {
        debug_assert!(by.phi_accessed(), "{by} does not say that health data was seen");
        self.require_live_session().await?;
        Ok(Disclosed::recorded(view))
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
            known: None,
            session: None,
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
        let mut given = |text: &str| {
            let request = http::Request::put("/").header("if-match", text).body(lambda_http::Body::Empty);
            cx.if_match = Tags::if_match(&request.unwrap()).unwrap();
            cx.must_match(3).map_err(|problem| problem.kind.status)
        };
        assert_eq!(given("\"2\""), Err(412));
        assert_eq!(given("W/\"3\""), Err(412));
        assert_eq!(given(""), Err(428));
        assert_eq!(given("\"3\""), Ok(()));
        assert_eq!(given("\"2\", \"3\""), Ok(()));
        assert_eq!(given("*"), Ok(()));
    }
}
