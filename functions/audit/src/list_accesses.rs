//! `GET /v1/me/accesses`: a patient lists the accesses to their data, in plain words.
//!
//! An access is listed when it is in the audit trail, some seconds later: the entries are written before the event
//! enters its chain. The newest comes first; the cost follows the size of the page. Doctors are listed with their name
//! in the directory, other users with their role. The list is always about the caller.

use api::{About, Context, Disclosed, Endpoint, Health, Limit, Problem, Query, View, cursor};
use domain::access::Role;
use domain::audit::EventType;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use storage::{Access, PageRequest, Storage};
use utoipa::ToSchema;

/// `listAccesses`
pub static ENDPOINT: Endpoint<Storage, Query<AccessQuery>, Disclosed<AccessList>> =
    Endpoint::get("/v1/me/accesses", "listAccesses", "List the accesses to your data", &handle)
        .details(
            "The accesses to the caller's data in plain words, newest first. An access is listed some seconds \
             after it was recorded. Doctors are listed with their name, other users with their role.",
        )
        .allow(&[Role::Patient]);

/// The page to list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessQuery {
    /// The maximum number of accesses on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of accesses, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessList {
    /// The accesses of the page.
    accesses: Vec<AccessView>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for AccessList {
    type Data = Health;
}

/// An access to the caller's data.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Access)]
pub struct AccessView {
    /// The instant of the access.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The actor: `You`, the name of a doctor, or a description of the role.
    #[schema(example = "Meera Iyer")]
    who: String,
    /// The role of the actor: `patient`, `doctor`, `lab`, `admin` or `system`.
    #[schema(example = "doctor")]
    role: String,
    /// The action, as the continuation of a sentence that begins with `who`.
    #[schema(example = "looked at an appointment of yours")]
    what: &'static str,
    /// The names of the fields that were shown.
    fields: Vec<String>,
    /// The type of the resource.
    #[schema(example = "appointment")]
    resource_type: String,
    /// The id of the resource.
    resource_id: String,
    /// The id of the event in the audit trail, for questions about the access.
    event_id: String,
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<AccessQuery>,
) -> Result<Disclosed<AccessList>, Problem> {
    let patient = cx.caller.as_patient()?;
    let limit = cursor::limit(query.limit, 25);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, "accesses", text)).transpose()?;
    let page = storage.accesses(patient, &PageRequest::new(limit, after)).await?;
    let me = patient.to_string();
    let doctors: BTreeSet<&str> = page
        .items
        .iter()
        .filter(|it| it.actor_role == "doctor" && it.actor != me)
        .map(|it| it.actor.as_str())
        .collect();
    let names = storage.doctor_names(doctors.into_iter().filter_map(|id| id.parse().ok())).await?;
    let names: BTreeMap<String, String> = names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let list = AccessList {
        accesses: page.items.into_iter().map(|access| AccessView::of(access, &me, &names)).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, "accesses", &position)),
    };
    cx.disclose(&storage, EventType::AccessesViewed, About::of("accesses", &me, patient), list).await
}

impl AccessView {
    fn of(access: Access, me: &str, names: &BTreeMap<String, String>) -> Self {
        let Access { at, event, event_type, actor, actor_role, resource_type, resource_id, fields } = access;
        let who = match (actor_role.as_str(), names.get(&actor)) {
            _ if actor == me => "You".to_owned(),
            ("doctor", Some(name)) => name.clone(),
            ("doctor", None) => "A doctor".to_owned(),
            ("lab", _) => "A laboratory".to_owned(),
            ("admin", _) => "An administrator of Vaidya".to_owned(),
            ("system", _) => "Vaidya itself".to_owned(),
            _ => "A user".to_owned(),
        };
        AccessView {
            at,
            who,
            role: actor_role,
            what: event_type.in_words(),
            fields,
            resource_type,
            resource_id,
            event_id: event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(actor: &str, actor_role: &str) -> Access {
        Access {
            at: "2026-11-30T03:50:00Z".parse().unwrap(),
            event: "e1".to_owned(),
            event_type: EventType::AppointmentViewed,
            actor: actor.to_owned(),
            actor_role: actor_role.to_owned(),
            resource_type: "appointment".to_owned(),
            resource_id: "a1".to_owned(),
            fields: vec!["reason".to_owned()],
        }
    }

    #[test]
    fn doctors_are_listed_by_name_and_other_actors_by_role() {
        let names = BTreeMap::from([("d1".to_owned(), "Meera Iyer".to_owned())]);
        let who = |actor: &str, role: &str| AccessView::of(access(actor, role), "p1", &names).who;
        assert_eq!(who("p1", "patient"), "You");
        assert_eq!(who("d1", "doctor"), "Meera Iyer");
        assert_eq!(who("d2", "doctor"), "A doctor");
        assert_eq!(who("u1", "admin"), "An administrator of Vaidya");
        assert_eq!(who("sendNotification", "system"), "Vaidya itself");
        assert_eq!(AccessView::of(access("d1", "doctor"), "p1", &names).what, "looked at an appointment of yours");
    }
}
