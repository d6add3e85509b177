//! `GET /v1/doctors/{doctorId}/slots`: lists the slots of a doctor that can be booked now.
//!
//! A page is one query, and a second one for a kind of visit that takes several slots or for a doctor with a daily
//! limit. The cost does not depend on the length of the calendar. The reads are eventually consistent; the booking
//! reads again. The list of a suspended or unknown doctor is empty.

use crate::publish_availability::CalendarPath;
use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Path, Query, View, cursor, window};
use domain::availability::daily_quota::DailyQuota;
use domain::availability::slot::{self, Slot};
use domain::core::id::{PatientId, SlotId};
use domain::core::time::MAX_MINUTES;
use domain::directory::visit_kind::VisitKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// The endpoint `listAvailableSlots`.
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Query<SlotQuery>), Ok200<SlotList>> =
    Endpoint::get("/v1/doctors/{doctorId}/slots", "listAvailableSlots", "List the free slots of a doctor", &handle)
        .details(
            "Lists the slots at which a visit of this kind can be booked now, sorted by start, page by page. For a \
             kind that takes several slots, a slot is listed if such a visit can start there. A day on which the \
             daily limit of the doctor is reached has no slots. A slot that is offered to the caller is listed to \
             the caller alone. The list of a suspended or unknown doctor is empty.",
        );

const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The criteria of a list of free slots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotQuery {
    /// Only slots that start at this instant or later; now if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only slots that start before this instant, at most 31 days after `from`; seven days after `from` if it is left
    /// out.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Only slots at which a visit of this kind can start; a consultation if it is left out. A page may have fewer
    /// slots than `limit` and still have a next page.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// The maximum number of slots on a page, 1 to 250; 250 if it is left out.
    #[schema(inline)]
    limit: Option<Limit<250>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of free slots, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotList {
    slots: Vec<FreeSlot>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// A slot that can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreeSlot {
    /// The id of the slot, which a booking names.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The end of the visit.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic in which the visit takes place; absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    clinic: Option<String>,
}

impl View for SlotList {
    type Data = Open;
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Query(query)): (Path<CalendarPath>, Query<SlotQuery>),
) -> Result<Ok200<SlotList>, Problem> {
    let limit = cursor::limit(query.limit, PageRequest::MAX_SLOTS);
    let (from, to) =
        window((query.from, query.to), DEFAULT_SPAN, cx.now(), |name, flaw| Problem::parameter("query", name, flaw))?;
    if to.duration_since(from) > LONGEST_SPAN {
        return Err(Problem::parameter("query", "to", "must be at most 31 days after from"));
    }
    // The defaults move with the clock, so the cursor is bound to the parameters as they were sent.
    let kind = query.kind.unwrap_or_default();
    let search = format!("{} {:?} {:?} {kind:?}", path.doctor_id, query.from, query.to);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &search, text)).transpose()?;

    let doctor = storage.doctor(path.doctor_id).await?;
    let Some(doctor) = doctor.filter(|doctor| doctor.is_active()) else {
        return Ok(Ok200::new(SlotList { slots: vec![], next_cursor: None }));
    };
    let viewer = cx.caller.as_patient().ok();
    let page =
        storage.free_slots(path.doctor_id, from, to, viewer, cx.now(), &PageRequest::of_slots(limit, after)).await?;
    let count = usize::from(doctor.slots_of(kind));
    let beyond = beyond(&storage, page.items.last(), count, viewer, cx.now()).await?;
    let full = match (page.items.first(), page.items.last()) {
        (Some(first), Some(last)) => {
            storage.full_days(&doctor, (first.time.start(), last.time.start()), viewer, cx.now()).await?
        }
        _ => BTreeSet::new(),
    };
    let mut slots = starts(&page.items, &beyond, count);
    slots.retain(|slot| !full.contains(&DailyQuota::date_of(&doctor, slot.start)));
    Ok(Ok200::new(SlotList { slots, next_cursor: page.next.map(|position| cursor::encode(&cx, &search, &position)) }))
}

/// The free slots after a page that a visit of `count` slots can take if it starts at the last slot of the page.
async fn beyond(
    storage: &Storage,
    last: Option<&Slot>,
    count: usize,
    viewer: Option<PatientId>,
    now: Timestamp,
) -> Result<Vec<Slot>, Problem> {
    let (Some(last), Ok(further @ 1..)) = (last, u8::try_from(count.saturating_sub(1))) else { return Ok(vec![]) };
    let (from, to) = (last.time.end(), last.time.start() + SignedDuration::from_mins(MAX_MINUTES));
    Ok(storage.free_slots(last.doctor, from, to, viewer, now, &PageRequest::first(further)).await?.items)
}

/// The slots of `slots` at which a visit of `count` adjacent free slots can start, by the rule of the booking. `beyond`
/// has the free slots after the page.
fn starts(slots: &[Slot], beyond: &[Slot], count: usize) -> Vec<FreeSlot> {
    let free = [slots, beyond].concat();
    let visits = slot::runs(&free, count).take_while(|(first, _)| *first < slots.len()).map(|(first, time)| {
        let slot = &free[first];
        let clinic = slot.place.clinic().map(ToString::to_string);
        FreeSlot { slot_id: slot.id(), start: time.start(), end: time.end(), clinic }
    });
    visits.collect()
}
