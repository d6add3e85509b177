//! `GET /v1/audit-events`: lists the audit events of a day or a longer period, of one actor, or of some types of
//! events.
//!
//! A search by type, category, severity or access to health data queries the index of types, once for each matching
//! type and each day: the cost follows the size of the page, not the number of events of a day. The indexes lag a
//! moment behind. The administrator's access is recorded in the trail, page by page, before the answer is sent. The
//! list shows the records as they are stored; the chains are verified offline, not here.

use crate::view::AuditEventView;
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::audit::{Category, ChainedEvent, EventType, Severity};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use storage::{Page, PageRequest, Storage};
use utoipa::ToSchema;

/// `listAuditEvents`
pub static ENDPOINT: Endpoint<Storage, Query<AuditQuery>, Disclosed<AuditEventList>> =
    Endpoint::get("/v1/audit-events", "listAuditEvents", "List audit events", &handle)
        .details(
            "The events of a period, of one actor, or of some types, categories or severities. The list may lag a \
             moment behind. The administrator's access is recorded in the trail, page by page, before the answer is \
             sent.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST]);

/// The default span of the events of an actor.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The longest period without an actor.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The filter: the events of a day, of a period of at most 31 days, or of an actor; of all types, or of some.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditQuery {
    /// Events of this day, in UTC. Not together with `actor`. Default without `from` and `actor`: today.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-30")]
    day: Option<Date>,
    /// Events that this user or this function caused. With a filter by type, a page may then have fewer than `limit`
    /// items and still have a successor.
    #[schema(value_type = Option<String>, pattern = r"^[A-Za-z0-9-]{1,64}$", example = "9a3b7e10-2f64-4f9d-8a51-c0de5afe0a03")]
    actor: Option<String>,
    /// Events at this instant or later, instead of `day`. Default with `actor`: 30 days ago.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Events before this instant. Default: up to now.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Events of this type.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, example = "ACCESS_DENIED")]
    event_type: Option<EventType>,
    /// Events of this category: `auth`, `data_access`, `data_modification` or `admin`.
    #[schema(value_type = Option<String>, example = "auth")]
    category: Option<Category>,
    /// Events of this severity or a higher one: `low`, `medium`, `high` or `critical`.
    #[schema(value_type = Option<String>, example = "high")]
    severity: Option<Severity>,
    /// Events with (`true`) or without (`false`) access to health data.
    phi: Option<bool>,
    /// The maximum number of events on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page. A cursor of a default day or span is valid until midnight, UTC.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of audit events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventList {
    /// The events of the page.
    events: Vec<AuditEventView>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for AuditEventList {
    type Data = Health;
}

/// The scope of the query, with its defaults filled in.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Day(Date),
    Time { from: Timestamp, to: Timestamp },
    Actor { id: String, from: Timestamp, to: Option<Timestamp> },
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<AuditQuery>,
) -> Result<Disclosed<AuditEventList>, Problem> {
    cx.authorize(Action::ViewAuditEvents, Parties::none())?;
    let limit = cursor::limit(query.limit, 50);
    let scope = scope(&query, cx.now())?;
    let kinds = kinds(&query);
    let name = format!("{scope:?} {kinds:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let (page, read) = match &scope {
        Scope::Day(day) => {
            let (from, to) = midnights(*day)?;
            (events(&storage, kinds.as_deref(), from, to, &request).await?, day.to_string())
        }
        Scope::Time { from, to } => {
            (events(&storage, kinds.as_deref(), *from, *to, &request).await?, format!("{from}/{to}"))
        }
        Scope::Actor { id, from, to } => {
            let to = to.unwrap_or(cx.now());
            (storage.events_by_actor(id, *from, to, &request).await?, id.clone())
        }
    };
    let is_listed = |event_type| kinds.as_ref().is_none_or(|kinds| kinds.contains(&event_type));
    let events = page.items.into_iter().filter(|chained| is_listed(chained.event.event_type)).map(AuditEventView::from);
    let list = AuditEventList {
        events: events.collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(&storage, EventType::AuditLogViewed, ("audit_log", &read), list).await
}

/// The event types that match the filter; `None` for all.
fn kinds(query: &AuditQuery) -> Option<Vec<EventType>> {
    let AuditQuery { event_type, category, severity, phi, .. } = query;
    if event_type.is_none() && category.is_none() && severity.is_none() && phi.is_none() {
        return None;
    }
    let matches = |it: &EventType| {
        event_type.is_none_or(|only| only == *it)
            && category.is_none_or(|only| only == it.category())
            && severity.is_none_or(|least| least <= it.severity())
            && phi.is_none_or(|seen| seen == it.phi_accessed())
    };
    Some(EventType::ALL.iter().copied().filter(matches).collect())
}

async fn events(
    storage: &Storage,
    kinds: Option<&[EventType]>,
    from: Timestamp,
    to: Timestamp,
    page: &PageRequest,
) -> Result<Page<ChainedEvent>, Problem> {
    match kinds {
        // No type matches, so no event does.
        Some([]) => Ok(Page { items: vec![], next: None }),
        kinds => Ok(storage.events_in(kinds.unwrap_or_default(), from, to, page).await?),
    }
}

/// The first instant of a day in UTC, and of the next day.
fn midnights(day: Date) -> Result<(Timestamp, Timestamp), Problem> {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    match (midnight(day), day.tomorrow().and_then(midnight)) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        _ => Err(Problem::parameter("query", "day", "is no valid day of the trail")),
    }
}

fn scope(query: &AuditQuery, now: Timestamp) -> Result<Scope, Problem> {
    let refuse = |name, detail| Err(Problem::parameter("query", name, detail));
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(actor) = &query.actor else {
        return match (query.from, query.to) {
            (None, None) => Ok(Scope::Day(query.day.unwrap_or(today))),
            (None, Some(_)) => refuse("to", "needs from or actor"),
            (Some(_), _) if query.day.is_some() => refuse("day", "must not be sent together with from"),
            (Some(from), to) => {
                // A default end at the current instant would make the cursor invalid for the next request: the period
                // ends with the day.
                let end = midnights(today)?.1;
                match to.unwrap_or(end).duration_since(from) {
                    span if span <= SignedDuration::ZERO => refuse("to", "must be after from"),
                    span if span > LONGEST_SPAN => refuse("to", "must be at most 31 days after from"),
                    _ => Ok(Scope::Time { from, to: to.unwrap_or(end) }),
                }
            }
        };
    };
    if query.day.is_some() {
        return refuse("day", "must not be sent together with actor");
    }
    let is_id = (1..=64).contains(&actor.len()) && actor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_id {
        return refuse("actor", "must be the id of a user or the name of a function");
    }
    // A default that changes with every request would make the cursor invalid for the next page.
    let from = query.from.unwrap_or(now - DEFAULT_SPAN - since_midnight(now));
    if query.to.unwrap_or(now) <= from {
        return refuse("to", "must be after from");
    }
    Ok(Scope::Actor { id: actor.clone(), from, to: query.to })
}

fn since_midnight(now: Timestamp) -> SignedDuration {
    const DAY: i64 = 86_400_000;
    SignedDuration::from_millis(now.as_millisecond().rem_euclid(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn now() -> Timestamp {
        "2026-11-30T23:50:00.250Z".parse().unwrap()
    }

    fn pointer(query: &AuditQuery) -> String {
        let body = scope(query, now()).unwrap_err().body("r");
        body.errors[0].pointer.clone()
    }

    #[test]
    fn the_default_is_the_trail_of_today() {
        assert_eq!(scope(&AuditQuery::default(), now()).unwrap(), Scope::Day(date(2026, 11, 30)));
        let query = AuditQuery { day: Some(date(2026, 2, 1)), ..AuditQuery::default() };
        assert_eq!(scope(&query, now()).unwrap(), Scope::Day(date(2026, 2, 1)));
    }

    #[test]
    fn a_period_without_an_end_ends_with_the_day() {
        let from: Timestamp = "2026-11-29T10:00:00Z".parse().unwrap();
        let query = AuditQuery { from: Some(from), ..AuditQuery::default() };
        let to = "2026-12-01T00:00:00Z".parse().unwrap();
        assert_eq!(scope(&query, now()).unwrap(), Scope::Time { from, to });
    }

    #[test]
    fn the_listed_types_match_every_filter() {
        assert_eq!(kinds(&AuditQuery::default()), None);
        let severe = AuditQuery { severity: Some(Severity::Critical), ..AuditQuery::default() };
        let severe = kinds(&severe).unwrap();
        assert!(severe.contains(&EventType::RefundFailed) && !severe.contains(&EventType::AccessDenied), "{severe:?}");
        let seen = AuditQuery { phi: Some(true), category: Some(Category::DataAccess), ..AuditQuery::default() };
        assert!(kinds(&seen).unwrap().iter().all(|it| it.phi_accessed()));
        let none = AuditQuery { phi: Some(true), event_type: Some(EventType::LoggedOut), ..AuditQuery::default() };
        assert_eq!(kinds(&none), Some(vec![]));
    }

    #[test]
    fn an_actors_default_span_stays_the_same_all_day() {
        let query = AuditQuery { actor: Some("settlePayment".to_owned()), ..AuditQuery::default() };
        let from: Timestamp = "2026-10-31T00:00:00Z".parse().unwrap();
        let expected = Scope::Actor { id: "settlePayment".to_owned(), from, to: None };
        assert_eq!(scope(&query, now()).unwrap(), expected);
        assert_eq!(scope(&query, "2026-11-30T00:00:00Z".parse().unwrap()).unwrap(), expected);
    }

    #[test]
    fn parameters_that_exclude_each_other_are_refused_by_name() {
        let at = Some(now());
        let actor = Some("u-1".to_owned());
        let early = Some("2026-10-01T00:00:00Z".parse().unwrap());
        assert_eq!(pointer(&AuditQuery { from: early, ..AuditQuery::default() }), "#/to");
        assert_eq!(pointer(&AuditQuery { from: at, to: at, ..AuditQuery::default() }), "#/to");
        assert_eq!(pointer(&AuditQuery { from: at, day: Some(date(2026, 11, 30)), ..AuditQuery::default() }), "#/day");
        assert_eq!(pointer(&AuditQuery { to: at, ..AuditQuery::default() }), "#/to");
        let day = Some(date(2026, 11, 30));
        assert_eq!(pointer(&AuditQuery { day, actor: actor.clone(), ..AuditQuery::default() }), "#/day");
        assert_eq!(pointer(&AuditQuery { from: at, to: at, actor, ..AuditQuery::default() }), "#/to");
        for odd in ["", "a b", "x#y", &"x".repeat(65)] {
            assert_eq!(pointer(&AuditQuery { actor: Some(odd.to_owned()), ..AuditQuery::default() }), "#/actor");
        }
    }
}
