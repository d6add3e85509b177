//! `GET /v1/series/{seriesId}`: the current state of the visits that were booked together.

use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Role};
use domain::audit::EventType;
use domain::core::id::SeriesId;
use serde::{Deserialize, Serialize};
use storage::Storage;
use utoipa::ToSchema;

/// `viewSeries`
pub static ENDPOINT: Endpoint<Storage, Path<SeriesPath>, Disclosed<SeriesVisits>> = Endpoint::get(
    "/v1/series/{seriesId}",
    "viewSeries",
    "View the visits of a series",
    &handle,
)
.details(
    "The current state of each visit: some may have been moved or cancelled. The access is recorded in the audit \
             trail.",
)
.allow(&[Role::Patient, Role::Doctor, Role::Admin])
.problems(&[&problem::NOT_FOUND]);

/// The series that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesPath {
    /// The id of the series.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) series_id: SeriesId,
}

/// The visits of a series, in the order in which they were booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesVisits {
    /// The id of the series.
    #[schema(value_type = uuid::Uuid)]
    id: SeriesId,
    /// The appointments of the series.
    appointments: Vec<AppointmentView>,
}

impl View for SeriesVisits {
    type Data = Health;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Path(path): Path<SeriesPath>,
) -> Result<Disclosed<SeriesVisits>, Problem> {
    let found = storage.visits_of_series(path.series_id).await?;
    let (series, visits) = found.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let series = cx.authorize(Action::ListAppointments, series)?;
    let about = About::of_patients("visit_series", &series.id.to_string(), [series.patient]);
    let appointments = visits.iter().map(|visit| AppointmentView::of(&cx, visit)).collect();
    cx.disclose(&storage, EventType::AppointmentsListed, about, SeriesVisits { id: series.id, appointments }).await
}
