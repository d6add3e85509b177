//! `GET /v1/slots`: the earliest slots of a speciality, of all doctors: of each doctor the first that is free on a day.
//!
//! Pointers are listed that follow the slots and may lag a little behind; what they offer is read again, so that what is listed can be
//! booked. A page costs what it shows, however many doctors there are.

use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, Query, View, cursor, window};
use domain::availability::first_free::DEFAULT_SPAN;
use domain::availability::slot::Mode;
use domain::core::id::{DoctorId, SlotId};
use domain::core::money::Paise;
use domain::core::person::{Language, Speciality};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{EarliestQuery, EarliestSlot, PageRequest, Storage};
use utoipa::ToSchema;

/// `listEarliestSlots`
pub static ENDPOINT: Endpoint<Storage, Query<EarliestSlotQuery>, Ok200<EarliestSlotList>> =
    Endpoint::get("/v1/slots", "listEarliestSlots", "List the earliest slots of a speciality", &handle).details(
        "Of each doctor the first free slot of a day, earliest first, page by page. Pointers that follow the \
             slots lead there and may lag a moment behind; what they lead to is read again, so that what is \
             listed can be booked. A page may hold fewer than `limit` and still have a successor.",
    );

/// Which slots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarliestSlotQuery {
    /// Of doctors who treat this.
    #[schema(value_type = String, example = "cardiology")]
    speciality: Speciality,
    /// Of doctors who consult in this language, as the doctor has named it: `hi`, `en-IN`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// `video` or `clinic`; either, if it is left out.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// Slots that start at this instant or later; now, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Slots that start before this instant; 31 days after `from`, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// How many at most, 1 to 50; 20, if it is left out. A page may hold fewer and still have a successor.
    #[schema(minimum = 1, maximum = 50)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of slots, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarliestSlotList {
    slots: Vec<EarliestSlotView>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The first slot of a doctor's day that can be booked. Days are those of UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EarliestSlot)]
pub struct EarliestSlotView {
    /// What a booking names.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// As the doctor is called.
    #[schema(example = "Asha Rao")]
    doctor_name: String,
    /// What a booking names.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// When the visit would begin.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When it would end: a consultation may take several slots.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic in which the visit takes place; absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    clinic: Option<String>,
    /// The doctor's time zone.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// What a consultation costs that is booked now, in paise.
    #[schema(value_type = i64, example = 50000)]
    fee: Paise,
}

impl View for EarliestSlotList {
    type Data = Open;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<EarliestSlotQuery>,
) -> Result<Ok200<EarliestSlotList>, Problem> {
    let limit = cursor::limit(query.limit, 20, 50)?;
    let (from, to) =
        window((query.from, query.to), DEFAULT_SPAN, cx.now(), |name, flaw| Problem::parameter("query", name, flaw))?;
    let EarliestSlotQuery { speciality, language, mode, .. } = query;
    // A default that moves with the clock would make the cursor of one page unfit for the next.
    let name = format!("{speciality:?} {language:?} {mode:?} {:?} {:?}", query.from, query.to);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;

    let wanted = EarliestQuery { speciality, language, mode };
    let request = PageRequest::new(limit, after);
    let page = storage.earliest_slots(&wanted, (from, to), cx.now(), &request).await?;
    Ok(Ok200::new(EarliestSlotList {
        slots: page.items.into_iter().map(EarliestSlotView::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    }))
}

impl From<EarliestSlot> for EarliestSlotView {
    fn from(EarliestSlot { slot, time, doctor }: EarliestSlot) -> Self {
        let terms = doctor.terms_of(domain::directory::visit_kind::VisitKind::default(), slot.time.start(), None);
        EarliestSlotView {
            doctor_id: doctor.id,
            doctor_name: doctor.name.into(),
            slot_id: slot.id(),
            start: time.start(),
            end: time.end(),
            clinic: slot.place.clinic().map(ToString::to_string),
            zone: doctor.zone.as_str().to_owned(),
            fee: terms.fee,
        }
    }
}
