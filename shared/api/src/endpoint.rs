//! An endpoint: one operation of the API, with its contract and its handler.
//!
//! An endpoint is a `static`; its type states its ports, its input and its output. Refusals come in one order: 401,
//! role 403, size 413, syntax 400, fields 422, relation 404/403, precondition 428/412, conflict 409. The first four,
//! and the log line of a request, are written once, here.

use crate::caller::Caller;
use crate::clock::Clock;
use crate::conditional::{Known, Tags};
use crate::context::{Context, RequestInfo, Runtime};
use crate::contract::{Access, Contract, MAX_BODY, Verb};
use crate::edge::{self, Edge};
use crate::env::{Aws, ConfigError, FromEnvironment, Variable};
use crate::function::{Bound, Function};
use crate::idempotency;
use crate::input::Input;
use crate::openapi::{Described, OperationSchema, Registry};
use crate::output::Output;
use crate::problem::{self, Problem, ProblemType};
use crate::session::SessionCheck;
use domain::access::Role;
use domain::audit::{EventType, Outcome};
use lambda_http::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use storage::Storage;

/// RFC 9470: the level of the sign-in that a client has to ask for, which is the one of [`crate::caller`].
const STEP_UP: &str = "Bearer error=\"insufficient_user_authentication\", \
                       error_description=\"The role needs a sign-in with a second factor\", \
                       acr_values=\"urn:cognito:loa:4\"";

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, Problem>> + Send + 'a>>;

/// A handler with its types erased, implemented for every `async fn(Context, Ports, Input) -> Result<Output, Problem>`.
pub trait Handler<P, I, O>: Sync {
    /// Reads the input, runs the handler, and makes the response from its output.
    fn call(&'static self, cx: Context, ports: P, request: Request) -> Answer<'static>;
}

impl<F, Fut, P, I, O> Handler<P, I, O> for F
where
    F: Fn(Context, P, I) -> Fut + Sync + 'static,
    Fut: Future<Output = Result<O, Problem>> + Send,
    P: Send + 'static,
    I: Input + 'static,
    O: Output + 'static,
{
    fn call(&'static self, cx: Context, ports: P, request: Request) -> Answer<'static> {
        Box::pin(async move {
            let input = I::read(&request)?;
            drop(request);
            self(cx, ports, input).await?.respond()
        })
    }
}

/// One operation of the API.
pub struct Endpoint<P: 'static, I: 'static, O: 'static> {
    /// The contract of the endpoint.
    pub contract: Contract,
    handler: &'static dyn Handler<P, I, O>,
    types: PhantomData<fn(P, I) -> O>,
}

impl<P: 'static, I: 'static, O: Output + 'static> Endpoint<P, I, O> {
    const fn new(
        verb: Verb,
        path: &'static str,
        id: &'static str,
        about: &'static str,
        handler: &'static dyn Handler<P, I, O>,
    ) -> Self {
        let contract = Contract {
            verb,
            path,
            also: &[],
            id,
            about,
            details: "",
            access: Access::SignedIn,
            idempotent: false,
            conditional: false,
            discloses: O::DISCLOSES,
            checks_session: O::DISCLOSES,
            direct: false,
            problems: &[],
        };
        Endpoint { contract, handler, types: PhantomData }
    }

    /// An endpoint that reads.
    pub const fn get(
        path: &'static str,
        id: &'static str,
        about: &'static str,
        handler: &'static dyn Handler<P, I, O>,
    ) -> Self {
        Self::new(Verb::Get, path, id, about, handler)
    }

    /// An endpoint that creates a resource or makes a transition.
    pub const fn post(
        path: &'static str,
        id: &'static str,
        about: &'static str,
        handler: &'static dyn Handler<P, I, O>,
    ) -> Self {
        Self::new(Verb::Post, path, id, about, handler)
    }

    /// An endpoint that replaces a resource; If-Match is required.
    pub const fn put(
        path: &'static str,
        id: &'static str,
        about: &'static str,
        handler: &'static dyn Handler<P, I, O>,
    ) -> Self {
        let mut endpoint = Self::new(Verb::Put, path, id, about, handler);
        endpoint.contract.conditional = true;
        endpoint
    }

    /// An endpoint that removes a resource.
    pub const fn delete(
        path: &'static str,
        id: &'static str,
        about: &'static str,
        handler: &'static dyn Handler<P, I, O>,
    ) -> Self {
        Self::new(Verb::Delete, path, id, about, handler)
    }

    /// Adds the details for clients: [`Contract::details`].
    #[must_use]
    pub const fn details(mut self, details: &'static str) -> Self {
        self.contract.details = details;
        self
    }

    /// Adds other paths that lead to the operation: [`Contract::also`].
    #[must_use]
    pub const fn also(mut self, paths: &'static [&'static str]) -> Self {
        self.contract.also = paths;
        self
    }

    /// Admits only users with one of these roles.
    #[must_use]
    pub const fn allow(mut self, roles: &'static [Role]) -> Self {
        self.contract.access = Access::Roles(roles);
        self
    }

    /// Admits every caller, signed in or not.
    #[must_use]
    pub const fn public(mut self) -> Self {
        self.contract.access = Access::Public;
        self
    }

    /// Requires an Idempotency-Key.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.contract.idempotent = true;
        self
    }

    /// Refuses a caller who has logged out since the sign-in. This is for an operation that discloses nothing and gives
    /// a right that outlives the access token. An operation that discloses does so without being told.
    #[must_use]
    pub const fn checks_session(mut self) -> Self {
        self.contract.checks_session = true;
        self
    }

    /// Answers at the API's own address too, for a check that must not depend on CloudFront.
    #[must_use]
    pub const fn direct(mut self) -> Self {
        self.contract.direct = true;
        self
    }

    /// Adds the problems that the operation itself may answer with.
    #[must_use]
    pub const fn problems(mut self, problems: &'static [&'static ProblemType]) -> Self {
        self.contract.problems = problems;
        self
    }
}

impl<P: Clone + Send + Sync + 'static, I: 'static, O: 'static> Endpoint<P, I, O> {
    /// The endpoint with its ports, ready for requests. `storage` records refusals for the audit trail and knows which
    /// sessions have ended; a public page needs neither.
    pub fn with(&'static self, ports: P, storage: Option<Storage>) -> Bound {
        self.behind(None, ports, storage)
    }

    /// The same, behind CloudFront.
    fn behind(&'static self, edge: Option<Edge>, ports: P, storage: Option<Storage>) -> Bound {
        let handler = self.handler;
        let call = Arc::new(move |cx: Context, request: Request| handler.call(cx, ports.clone(), request));
        Bound::Http(Arc::new(HttpFunction { contract: &self.contract, storage, edge, call }))
    }
}

impl<P: FromEnvironment + Clone + Send + Sync + 'static, I: 'static, O: 'static> Function for Endpoint<P, I, O> {
    fn id(&self) -> &'static str {
        self.contract.id
    }

    fn bind(&'static self, aws: &Aws) -> Result<Bound, ConfigError> {
        // A public page makes no refusal that the audit trail records.
        let is_page = self.contract.access == Access::Public && !self.contract.is_audited();
        let storage = if is_page { None } else { Some(aws.storage()?) };
        let edge = aws.optional(Variable::OriginSecretHashes)?;
        Ok(self.behind(edge, P::wire(aws)?, storage))
    }
}

impl<P: FromEnvironment + Clone + Send + Sync + 'static, I: Input, O: Output> Described for Endpoint<P, I, O> {
    fn contract(&self) -> &Contract {
        &self.contract
    }

    fn describe(&self, registry: &mut Registry) -> OperationSchema {
        let mut schema = OperationSchema::default();
        I::describe(&mut schema, registry);
        O::describe(&mut schema, registry);
        schema
    }
}

type Call = dyn Fn(Context, Request) -> Answer<'static> + Send + Sync;

/// An endpoint with its ports. The steps that all requests share happen around its call.
pub struct HttpFunction {
    contract: &'static Contract,
    storage: Option<Storage>,
    edge: Option<Edge>,
    call: Arc<Call>,
}

impl HttpFunction {
    /// The contract of the endpoint.
    pub fn contract(&self) -> &'static Contract {
        self.contract
    }

    /// Answers a request. It never fails: every failure becomes a problem.
    pub async fn respond(&self, runtime: &Runtime, request: Request) -> Response<Body> {
        // Health is asked at the API's own address too, and then has the address that the gateway saw.
        let edge = self.edge.as_ref().map(|edge| edge.require(request.headers()));
        let (info, caller) = origin(&request, runtime, matches!(edge, Some(Ok(()))));
        let admitted = edge.filter(|_| !self.contract.direct).unwrap_or(Ok(()));
        let mut cx = Context {
            caller,
            request: info,
            operation: self.contract.id,
            now: runtime.now(),
            runtime: runtime.clone(),
            claim: None,
            if_match: None,
            known: if self.contract.verb == Verb::Get { Known::of(&request) } else { None },
            session: self.storage.clone().map(SessionCheck::new),
        };
        let is_head = request.method() == Method::HEAD;
        let answer = match admitted.and_then(|()| self.admit(&mut cx, &request)) {
            Ok(()) => self.call(&cx, request).await,
            Err(problem) => Err(problem),
        };
        let mut response = match answer {
            Ok(response) => unless_known(response, cx.known.as_ref()),
            Err(problem) => self.refuse(&cx, unless_withheld(&cx.caller, problem)).await,
        };
        if is_head {
            *response.body_mut() = Body::Empty;
        }
        let headers = response.headers_mut();
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::from_str(&cx.request.id) {
            headers.insert("x-request-id", id);
        }
        self.log(&cx, response.status(), runtime.clock.as_ref());
        response
    }

    /// Runs the handler, and refuses a caller whose session has ended if the contract says so.
    async fn call(&self, cx: &Context, request: Request) -> Result<Response<Body>, Problem> {
        let handler = (self.call)(cx.clone(), request);
        match (self.contract.checks_session, self.contract.verb) {
            (false, _) => handler.await,
            // A read runs beside the check, which thus takes no time of its own: nothing leaves before both are done.
            (true, Verb::Get) => {
                let (live, answer) = tokio::join!(cx.require_live_session(), handler);
                live.and(answer)
            }
            (true, Verb::Post | Verb::Put | Verb::Delete) => {
                cx.require_live_session().await?;
                handler.await
            }
        }
    }

    /// The refusals that come before the handler.
    fn admit(&self, cx: &mut Context, request: &Request) -> Result<(), Problem> {
        match self.contract.access {
            Access::Public => {}
            Access::SignedIn => {
                cx.caller.user()?;
            }
            Access::Roles(roles) => {
                let user = cx.caller.user()?;
                if !roles.iter().any(|role| user.has(*role)) {
                    return Err(Problem::forbidden());
                }
            }
        }
        let body: &[u8] = request.body();
        if body.len() > MAX_BODY {
            return Err(Problem::of(&problem::BODY_TOO_LARGE));
        }
        if self.contract.conditional {
            cx.if_match = Tags::if_match(request)?;
        }
        if self.contract.idempotent {
            let key = header(request, "idempotency-key");
            cx.claim =
                Some(idempotency::claim(key.as_deref(), &cx.caller, self.contract.id, request.uri().path(), body)?);
        }
        Ok(())
    }

    async fn refuse(&self, cx: &Context, problem: Problem) -> Response<Body> {
        if let Some(cause) = problem.cause_text() {
            tracing::error!(operation = self.contract.id, request.id = %cx.request.id, problem = problem.kind.slug, cause, "failed");
        }
        if let (Some(event), Some(storage)) = (self.refusal(cx, &problem), &self.storage) {
            let activity = cx.activity(
                event,
                Outcome::Failure,
                ("operation", self.contract.id),
                Some(problem.kind.slug.to_owned()),
            );
            // A refusal discloses nothing, so that it is sent even if its record fails; the log has it then.
            let recorded = match cx.caller {
                Caller::User(_) => storage.record_activity(&activity, &cx.provenance()).await,
                Caller::Anonymous => storage.record_activity_of_minute(&activity, &cx.provenance()).await,
            };
            if let Err(error) = recorded {
                tracing::error!(operation = self.contract.id, request.id = %cx.request.id, %error, "a refusal was not recorded");
            }
        }
        let body = serde_json::to_string(&problem.body(&cx.request.id)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if problem.kind == &problem::UNSUPPORTED_MEDIA_TYPE {
            // RFC 9110, section 15.5.16: what would have been accepted.
            response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if problem.kind == &problem::INSUFFICIENT_USER_AUTHENTICATION {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(STEP_UP));
        }
        if let Some(seconds) = problem.seconds_to_retry() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// The event of the audit trail for a refusal, if it has one: a denial always has one, any other refusal has one if
    /// a success would. A failure on our side changed and showed nothing; only the log has it.
    fn refusal(&self, cx: &Context, problem: &Problem) -> Option<EventType> {
        if problem.is_recorded() {
            return None;
        }
        problem.event().or_else(|| match (problem.kind.status, &cx.caller) {
            (401, Caller::Anonymous) if self.contract.access != Access::Public => {
                Some(EventType::AuthenticationRefused)
            }
            (400..500, _) if self.contract.is_audited() => Some(EventType::RequestRefused),
            _ => None,
        })
    }

    /// Writes one line for the request: no names, no bodies, no tokens.
    fn log(&self, cx: &Context, status: StatusCode, clock: &dyn Clock) {
        let duration_ms = clock.now().as_millisecond() - cx.now.as_millisecond();
        let actor = cx.caller.user().map(|user| user.id.to_string()).unwrap_or_default();
        tracing::info!(
            operation = self.contract.id,
            request.id = %cx.request.id,
            status = status.as_u16(),
            duration_ms,
            actor,
            "answered"
        );
    }
}

/// A denial, or the demand of a second factor if the caller has roles that were withheld for the lack of it. The demand comes
/// for every denial: which role would have helped is for the policy to say, once the caller acts in it.
fn unless_withheld(caller: &Caller, problem: Problem) -> Problem {
    match caller {
        Caller::User(user) if !user.withheld.is_empty() && problem.event() == Some(EventType::AccessDenied) => {
            Problem::of(&problem::INSUFFICIENT_USER_AUTHENTICATION).recorded_as(EventType::AccessDenied)
        }
        _ => problem,
    }
}

/// The answer to a read, or 304 for a client that has this version of it already.
fn unless_known(mut response: Response<Body>, known: Option<&Known>) -> Response<Body> {
    let is_known = known.is_some_and(|known| known.is(response.headers()));
    if is_known && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::Empty;
        for of_the_body in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_DISPOSITION] {
            response.headers_mut().remove(of_the_body);
        }
    }
    response
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The request's facts and its caller, as the gateway states them, and the client's address as CloudFront does if the
/// request came through it: never from a header that a client can write.
fn origin(request: &Request, runtime: &Runtime, is_from_edge: bool) -> (RequestInfo, Caller) {
    let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
        let id = runtime.ids.new_id().to_string();
        return (RequestInfo { id, ..RequestInfo::default() }, Caller::Anonymous);
    };
    let info = RequestInfo {
        id: context.request_id.clone().unwrap_or_else(|| runtime.ids.new_id().to_string()),
        ip: if is_from_edge {
            edge::client(request.headers(), context.http.source_ip.as_deref())
        } else {
            context.http.source_ip.clone()
        },
        user_agent: context.http.user_agent.clone(),
    };
    let claims = context.authorizer.as_ref().and_then(|authorizer| authorizer.jwt.as_ref()).map(|jwt| &jwt.claims);
    (info, claims.map_or(Caller::Anonymous, Caller::from_claims))
}
