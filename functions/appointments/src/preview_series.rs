//! `GET /v1/series/preview`: a patient sees which visits of a series can be booked now, with the reasons for the
//! others.
//!
//! The rules of the booking decide, on the patient's own agenda. Nothing is held.

use crate::series::{self, Count, EveryDays, OccurrenceView, Rhythm};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, Query, View};
use domain::access::Role;
use domain::appointments::booking::HoldLength;
use domain::appointments::series::MonthlyBy;
use domain::core::id::{DoctorId, SlotId};
use domain::directory::visit_kind::VisitKind;
use serde::{Deserialize, Serialize};
use storage::{Loaded, Storage};
use utoipa::ToSchema;

/// `previewSeries`
pub static ENDPOINT: Endpoint<Storage, Query<SeriesQuery>, Ok200<SeriesPreview>> =
    Endpoint::get("/v1/series/preview", "previewSeries", "Preview a series", &handle)
        .details("The rules of `bookSeries` decide for each occurrence, on the caller's own agenda. Nothing is held.")
        .allow(&[Role::Patient])
        .problems(&[&problem::NOT_FOUND]);

/// The visits to preview.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeriesQuery {
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The id of the first slot.
    #[schema(value_type = api::schema::SlotId)]
    first: SlotId,
    /// The interval in days, at the same local time of the doctor. Default: 7.
    #[schema(inline)]
    every_days: Option<EveryDays>,
    /// `weekday`: a visit each month on the same weekday by its number, such as the second Tuesday, and on the last one
    /// in a month without a fifth. `day`: on the same day of the month, or its last day. Not together with `everyDays`.
    #[schema(value_type = Option<String>, example = "weekday")]
    monthly: Option<MonthlyBy>,
    /// The number of visits, 2 to 12.
    #[schema(inline)]
    count: Count,
    /// The kind of the visits. Default: `consultation`.
    #[schema(value_type = Option<String>, example = "follow_up")]
    kind: Option<VisitKind>,
}

/// The preview of a series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesPreview {
    /// The visits, in the order of time.
    occurrences: Vec<OccurrenceView>,
}

impl View for SeriesPreview {
    type Data = Open;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<SeriesQuery>,
) -> Result<Ok200<SeriesPreview>, Problem> {
    let patient = cx.caller.as_patient()?;
    let SeriesQuery { doctor_id, first, every_days, monthly, count, kind } = query;
    let plan = series::by_rule("query", first, Rhythm { every_days, monthly }, count)?;
    let kind = kind.unwrap_or_default();
    let Loaded::Fresh(snapshot) = storage.series_snapshot(doctor_id, &plan, kind, patient, None, cx.now()).await?
    else {
        return Err(Problem::of(&problem::NOT_FOUND));
    };
    // Nothing is held, so any length does.
    let hold = HoldLength::DEFAULT;
    let decided = series::decide(&cx, *snapshot, (kind, false), patient, &series::new_ids(&cx), hold);
    let occurrences = decided.iter().map(|(slot, occurrence)| OccurrenceView::preview(*slot, occurrence)).collect();
    Ok(Ok200::new(SeriesPreview { occurrences }))
}
