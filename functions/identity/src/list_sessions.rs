//! `GET /v1/me/sessions`: the caller's sessions of the last week, with the device and address of each.
//!
//! A page is in order of the last renewal; the pages themselves are in no order, since a key has the id of the session alone.
//! Few users have more sessions than a page.

use api::{
    About, Aws, ConfigError, Context, Disclosed, Endpoint, FromEnvironment, Health, Limit, Problem, Query, Variable,
};
use api::{View, cursor};
use domain::audit::EventType;
use domain::core::id::SessionId;
use domain::identity::device::DeviceKind;
use domain::identity::sessions::{EndedSessions, IdleLimit, Session, SessionState, Signs};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// The endpoint `listSessions`.
pub static ENDPOINT: Endpoint<ListSessionsPorts, Query<SessionsQuery>, Disclosed<SessionList>> =
    Endpoint::get("/v1/me/sessions", "listSessions", "List your own sessions", &handle).details(
        "The sessions of the last seven days, with device, address and times of each, and which one the request belongs to. A \
         session that was not renewed for {IDLE_MINUTES} minutes is `idle` and can't be renewed any more. `signs` say what \
         looks odd: the session was renewed from a device that names another program or system (`otherDevice`), or from \
         another wide network (`otherNetwork`), than at its sign-in. A session appears here once it has passed one of the \
         operations under `/v1/auth` and `/v1/session`. The list is recorded in the audit trail before it is sent.",
    );

/// The usual number of sessions of a page.
const USUAL: u8 = 50;

/// The table, and the idle limit.
#[derive(Clone)]
pub struct ListSessionsPorts {
    storage: Storage,
    idle: IdleLimit,
}

impl FromEnvironment for ListSessionsPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(ListSessionsPorts { storage: aws.storage()?, idle: aws.parsed(Variable::SessionIdleMinutes)? })
    }
}

/// The page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionsQuery {
    /// The maximum number of sessions on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionList {
    /// The sessions of the page, the one that was renewed last first.
    sessions: Vec<ListedSession>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for SessionList {
    type Data = Health;
}

/// A session of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedSession {
    /// The id of the session.
    #[schema(value_type = uuid::Uuid)]
    id: SessionId,
    /// Whether the request belongs to this session.
    current: bool,
    /// `active`, `idle` or `ended`.
    #[schema(value_type = String, example = "active")]
    state: SessionState,
    /// The device, by what its program says about itself.
    device: DeviceView,
    /// The client's address at the last renewal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// When the session was seen first.
    #[schema(value_type = String, format = DateTime)]
    first_seen_at: Timestamp,
    /// When it was renewed the last time.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// When it was ended by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Whether it began on a device that was new.
    new_device: bool,
    /// What looks odd about it.
    signs: SignsView,
}

/// A device.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionDevice)]
pub struct DeviceView {
    /// `desktop`, `mobile`, `tablet` or `other`.
    #[schema(value_type = String, example = "mobile")]
    kind: DeviceKind,
    /// The program, if it is one that we know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Chrome")]
    program: Option<String>,
    /// The operating system, if it is one that we know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Android")]
    system: Option<String>,
}

/// What looks odd about a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionSigns)]
pub struct SignsView {
    /// It was renewed from another device than at first.
    other_device: bool,
    /// It was renewed from another wide network than at first.
    other_network: bool,
}

impl ListedSession {
    fn of(session: Session, current: Option<SessionId>, state: SessionState) -> Self {
        let ends_at = session.ends_at();
        let Session { sign_in, device, address, first_seen, last_seen, ended_at, signs, new_device, .. } = session;
        let Signs { other_device, other_network } = signs;
        ListedSession {
            id: sign_in.session,
            current: current == Some(sign_in.session),
            state,
            device: DeviceView {
                kind: device.kind,
                program: device.program.map(|program| program.to_string()),
                system: device.system.map(|system| system.to_string()),
            },
            address,
            first_seen_at: first_seen,
            last_seen_at: last_seen,
            ends_at,
            ended_at,
            new_device,
            signs: SignsView { other_device, other_network },
        }
    }
}

async fn handle(
    cx: Context,
    ports: ListSessionsPorts,
    Query(query): Query<SessionsQuery>,
) -> Result<Disclosed<SessionList>, Problem> {
    let user = cx.caller.user()?;
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, "sessions", text)).transpose()?;
    let request = PageRequest::new(cursor::limit(query.limit, USUAL), after);
    let (page, ended) =
        tokio::try_join!(ports.storage.sessions(user.id, &request), ports.storage.ended_sessions(user.id))?;
    let next_cursor = page.next.map(|position| cursor::encode(&cx, "sessions", &position));
    let sessions = listed(page.items, &ended, user.session_id(), ports.idle, cx.now());
    let about = About::of("sessions", &user.id.to_string(), user.id.as_patient());
    cx.disclose(&ports.storage, EventType::SessionsListed, about, SessionList { sessions, next_cursor }).await
}

/// The views of sessions, the one that was renewed last first.
fn listed(
    mut sessions: Vec<Session>,
    ended: &EndedSessions,
    current: Option<SessionId>,
    idle: IdleLimit,
    now: Timestamp,
) -> Vec<ListedSession> {
    sessions.sort_by_key(|session| (Reverse(session.last_seen), session.sign_in.session));
    let view = |session: Session| {
        let state = session.state(ended, idle, now);
        ListedSession::of(session, current, state)
    };
    sessions.into_iter().map(view).collect()
}
