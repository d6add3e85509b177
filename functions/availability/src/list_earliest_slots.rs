//! `GET /v1/slots`: lists the earliest slots of a speciality, for each doctor the first free slot of a day.
//!
//! The list comes from an index that may lag behind the slots. Each slot is read again, so that a listed slot can be
//! booked. The cost of a page does not grow with the number of doctors.

use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Query, View, cursor, window};
use domain::availability::first_free::DEFAULT_SPAN;
use domain::availability::slot::Mode;
use domain::core::id::{DoctorId, SlotId};
use domain::core::money::Paise;
use domain::directory::vocabulary::{LanguageTerm, SpecialityTerm};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{EarliestQuery, EarliestSlot, PageRequest, Storage};
use utoipa::ToSchema;

/// The endpoint `listEarliestSlots`.
pub static ENDPOINT: Endpoint<Storage, Query<EarliestSlotQuery>, Ok200<EarliestSlotList>> =
    Endpoint::get("/v1/slots", "listEarliestSlots", "List the earliest slots of a speciality", &handle).details(
        "Lists, for each doctor, the first free slot of each day, earliest first, page by page. The index behind \
             the list may lag a moment, and each slot is read again, so that a listed slot can be booked. A page \
             may have fewer slots than `limit` and still have a next page.",
    );

/// The criteria of a list of the earliest slots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarliestSlotQuery {
    /// Only slots of doctors of this speciality, by a code, a name or a synonym of `listSpecialities`.
    #[schema(value_type = String, example = "cardiology")]
    speciality: SpecialityTerm,
    /// Only slots of doctors who consult in this language, by a tag (BCP 47) or a name of `listLanguages`. `hi` finds
    /// doctors with `hi-IN`, and `hi-IN` those with `hi`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<LanguageTerm>,
    /// Only slots of this mode: `video` or `clinic`; both if it is left out.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// Only slots that start at this instant or later; now if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only slots that start before this instant; 31 days after `from` if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// The maximum number of slots on a page, 1 to 50; 20 if it is left out. A page may have fewer and still have a
    /// next page.
    #[schema(inline)]
    limit: Option<Limit<50>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of slots, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarliestSlotList {
    slots: Vec<EarliestSlotView>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// The first slot of a doctor that can be booked on a day in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EarliestSlot)]
pub struct EarliestSlotView {
    /// The id of the doctor, which a booking names.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The doctor's name.
    #[schema(example = "Asha Rao")]
    doctor_name: String,
    /// The id of the slot, which a booking names.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The end of the visit. A consultation may take several slots.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The clinic in which the visit takes place; absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    clinic: Option<String>,
    /// The doctor's IANA time zone.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// The fee, in paise, of a consultation that is booked now.
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
    let limit = cursor::limit(query.limit, 20);
    let (from, to) =
        window((query.from, query.to), DEFAULT_SPAN, cx.now(), |name, flaw| Problem::parameter("query", name, flaw))?;
    let EarliestSlotQuery { speciality: SpecialityTerm(speciality), mode, .. } = query;
    let language = query.language.map(|LanguageTerm(language)| language);
    // The defaults move with the clock, so the cursor is bound to the parameters as they were sent.
    let search = format!("{speciality:?} {language:?} {mode:?} {:?} {:?}", query.from, query.to);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &search, text)).transpose()?;

    let wanted = EarliestQuery { speciality, language, mode };
    let request = PageRequest::new(limit, after);
    let page = storage.earliest_slots(&wanted, (from, to), cx.now(), &request).await?;
    Ok(Ok200::new(EarliestSlotList {
        slots: page.items.into_iter().map(EarliestSlotView::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &search, &position)),
    }))
}

impl From<EarliestSlot> for EarliestSlotView {
    fn from(EarliestSlot { slot, time, doctor }: EarliestSlot) -> Self {
        let terms = doctor.terms_of(domain::directory::visit_kind::VisitKind::default(), slot.time.start(), None);
        EarliestSlotView {
            doctor_id: doctor.id,
            doctor_name: doctor.display_name().into(),
            slot_id: slot.id(),
            start: time.start(),
            end: time.end(),
            clinic: slot.place.clinic().map(ToString::to_string),
            zone: doctor.zone.as_str().to_owned(),
            fee: terms.fee,
        }
    }
}
