//! `GET /v1/doctors/{doctorId}/slots`: the slots of a doctor that can be booked now.
//!
//! One query, whatever the length of the calendar, and a short second one for a kind of visit that takes several slots, or for a doctor who
//! takes only so many visits a day. It is eventually consistent; the booking reads again. A suspended doctor has no free slots, and neither
//! has one who does not exist: the list is empty.

use crate::publish_availability::CalendarPath;
use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, Path, Query, View, cursor, window};
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

/// `listAvailableSlots`
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Query<SlotQuery>), Ok200<SlotList>> =
    Endpoint::get("/v1/doctors/{doctorId}/slots", "listAvailableSlots", "List the free slots of a doctor", &handle)
        .details(
            "By start, page by page: what a booking of this kind of visit would get now. For a kind that takes \
             several slots those are listed at which such a visit can start; of a doctor who takes only so many \
             visits a day, none on a day that is full. What is kept for the caller by an offer is listed to the \
             caller alone. A doctor who is suspended or does not exist has none.",
        );

const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Which slots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotQuery {
    /// Slots that start at this instant or later; now, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Slots that start before this instant; seven days after `from`, if it is left out, and at most 31.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Those from which a visit of this kind finds enough time; a consultation, if it is left out. A page may then hold fewer than
    /// `limit` and still have a successor.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// How many at most, 1 to 250, which is the default.
    #[schema(minimum = 1, maximum = 250)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of free slots, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotList {
    slots: Vec<FreeSlot>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A slot that can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreeSlot {
    /// What a booking names.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When the visit would end.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic in which it takes place; absent for a video visit.
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
    let limit = cursor::limit(query.limit, PageRequest::MAX_SLOTS, PageRequest::MAX_SLOTS)?;
    let (from, to) =
        window((query.from, query.to), DEFAULT_SPAN, cx.now(), |name, flaw| Problem::parameter("query", name, flaw))?;
    if to.duration_since(from) > LONGEST_SPAN {
        return Err(Problem::parameter("query", "to", "must be at most 31 days after from"));
    }
    // A default that moves with the clock would make the cursor of one page unfit for the next.
    let kind = query.kind.unwrap_or_default();
    let name = format!("{} {:?} {:?} {kind:?}", path.doctor_id, query.from, query.to);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;

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
    Ok(Ok200::new(SlotList { slots, next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)) }))
}

/// The free slots after the last one of a page that a visit of `count` slots can reach from it.
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

/// Those of `slots` from which a visit that takes `count` adjacent ones finds them all free: the booking's own rule. `beyond` are the
/// free slots that come next.
fn starts(slots: &[Slot], beyond: &[Slot], count: usize) -> Vec<FreeSlot> {
    let free = [slots, beyond].concat();
    let visits = slot::runs(&free, count).take_while(|(first, _)| *first < slots.len()).map(|(first, time)| {
        let slot = &free[first];
        let clinic = slot.place.clinic().map(ToString::to_string);
        FreeSlot { slot_id: slot.id(), start: time.start(), end: time.end(), clinic }
    });
    visits.collect()
}
