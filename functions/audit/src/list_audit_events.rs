//! `GET /v1/audit-events`: the audit trail of a day, or of one actor.
//!
//! An index answers, which lags a little behind. Whoever reads the trail is recorded in it before the answer leaves, page by page. It
//! shows the records as they are stored; whether their chains hold is checked offline, not here.

use crate::view::AuditEventView;
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Health, Query, View, cursor};
use domain::audit::EventType;
use domain::policy::{Action, Parties, Role};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// `listAuditEvents`
pub static ENDPOINT: Endpoint<Storage, Query<AuditQuery>, Disclosed<AuditEventList>> =
    Endpoint::get("/v1/audit-events", "listAuditEvents", "List audit events", &handle)
        .allow(&[Role::Admin])
        .problems(&[&problem::INVALID_REQUEST]);

/// How far back the records of an actor go, unless the query says from when.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Which events: those of a day, or those of an actor in a time.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditQuery {
    /// The events of this day, in UTC; today, if neither a day nor an actor is named. Goes without `actor`.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-30")]
    day: Option<Date>,
    /// The events that this user, or this function of the system, caused.
    #[schema(value_type = Option<String>, example = "9a3b7e10-2f64-4f9d-8a51-c0de5afe0a03")]
    actor: Option<String>,
    /// Those at this instant or later; the last 30 days, if it is left out. Goes with `actor`.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those before this instant; up to now, if it is left out. Goes with `actor`.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Those of this type. A page may then hold fewer than `limit` and still have a successor.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, example = "ACCESS_DENIED")]
    event_type: Option<EventType>,
    /// How many at most, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `nextCursor` of the page before. One that was given for a default day or span is good until midnight, UTC.
    cursor: Option<String>,
}

/// A page of audit events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventList {
    events: Vec<AuditEventView>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl View for AuditEventList {
    type Data = Health;
}

/// What the query looks at, with its defaults filled in.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Day(Date),
    Actor { id: String, from: Timestamp, to: Option<Timestamp> },
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<AuditQuery>,
) -> Result<Disclosed<AuditEventList>, Problem> {
    cx.authorize(Action::ViewAuditEvents, Parties::default())?;
    let limit = query.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Problem::parameter("query", "limit", "must be 1 to 100"));
    }
    let scope = scope(&query, cx.now())?;
    let name = format!("{scope:?} {:?}", query.event_type);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let (page, read) = match &scope {
        Scope::Day(day) => (storage.events_by_day(*day, &request).await?, day.to_string()),
        Scope::Actor { id, from, to } => {
            let to = to.unwrap_or(cx.now());
            (storage.events_by_actor(id, *from, to, &request).await?, id.clone())
        }
    };
    let wanted = |event_type| query.event_type.is_none_or(|only| only == event_type);
    let events = page.items.into_iter().filter(|chained| wanted(chained.event.event_type)).map(AuditEventView::from);
    let list = AuditEventList {
        events: events.collect(),
        next_cursor: page.next.map(|position| cursor::seal(&cx, &name, &position)),
    };
    cx.disclose(&storage, EventType::AuditLogViewed, ("audit_log", &read), list).await
}

fn scope(query: &AuditQuery, now: Timestamp) -> Result<Scope, Problem> {
    let refuse = |name, detail| Err(Problem::parameter("query", name, detail));
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(actor) = &query.actor else {
        return match (query.from, query.to) {
            (None, None) => Ok(Scope::Day(query.day.unwrap_or(today))),
            (Some(_), _) => refuse("from", "goes with actor"),
            (None, Some(_)) => refuse("to", "goes with actor"),
        };
    };
    if query.day.is_some() {
        return refuse("day", "goes without actor");
    }
    let is_id = (1..=64).contains(&actor.len()) && actor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_id {
        return refuse("actor", "must be the id of a user or the name of a function");
    }
    // A default that moves with every request would make the cursor of one page unfit for the next.
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
    fn without_a_word_it_is_the_trail_of_today() {
        assert_eq!(scope(&AuditQuery::default(), now()).unwrap(), Scope::Day(date(2026, 11, 30)));
        let query = AuditQuery { day: Some(date(2026, 2, 1)), ..AuditQuery::default() };
        assert_eq!(scope(&query, now()).unwrap(), Scope::Day(date(2026, 2, 1)));
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
    fn what_does_not_go_together_is_refused_by_name() {
        let at = Some(now());
        let actor = Some("u-1".to_owned());
        assert_eq!(pointer(&AuditQuery { from: at, ..AuditQuery::default() }), "#/from");
        assert_eq!(pointer(&AuditQuery { to: at, ..AuditQuery::default() }), "#/to");
        let day = Some(date(2026, 11, 30));
        assert_eq!(pointer(&AuditQuery { day, actor: actor.clone(), ..AuditQuery::default() }), "#/day");
        assert_eq!(pointer(&AuditQuery { from: at, to: at, actor, ..AuditQuery::default() }), "#/to");
        for odd in ["", "a b", "x#y", &"x".repeat(65)] {
            assert_eq!(pointer(&AuditQuery { actor: Some(odd.to_owned()), ..AuditQuery::default() }), "#/actor");
        }
    }
}
