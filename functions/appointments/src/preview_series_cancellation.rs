//! `GET /v1/series/{seriesId}/cancellation`: what a cancellation of a series by the caller would cancel and refund now.
//!
//! The rule of the cancellation decides, and nothing is written.

use crate::cancel_appointment::side_of;
use crate::refund_ports::RefundPorts;
use crate::series::{CancelledVisits, not_found};
use crate::view_series::SeriesPath;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Role};
use domain::appointments::cancellation;
use domain::audit::EventType;
use serde::Serialize;
use utoipa::ToSchema;

/// `previewSeriesCancellation`
pub static ENDPOINT: Endpoint<RefundPorts, Path<SeriesPath>, Disclosed<SeriesPreview>> = Endpoint::get(
    "/v1/series/{seriesId}/cancellation",
    "previewSeriesCancellation",
    "Preview the cancellation of a series",
    &handle,
)
.details(
    "The visits that `cancelSeries` would cancel now, each with its refund, and the visits that it would leave, each \
     with the reason. The doctor sees no amounts. The answer holds for the moment only. The access is recorded in the \
     audit trail before the answer is sent.",
)
.allow(&[Role::Patient, Role::Doctor, Role::Admin])
.problems(&[&problem::NOT_FOUND]);

/// What `cancelSeries` would answer. It is made of a patient's visits and payments, which each are disclosed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = SeriesCancellationPreview)]
pub struct SeriesPreview(CancelledVisits);

impl View for SeriesPreview {
    type Data = Health;
}

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    Path(path): Path<SeriesPath>,
) -> Result<Disclosed<SeriesPreview>, Problem> {
    let visits = storage.series_visits(path.series_id).await?.ok_or_else(not_found)?;
    let by = side_of(&cx, visits.series.patient, visits.series.doctor);
    let visits = cx.authorize(Action::CancelAppointment, visits)?;
    let about = About::of("series", &path.series_id.to_string(), visits.series.patient);
    let cancelled = cancellation::cancel_series(visits, by, None, &policy, cx.now());
    cx.disclose(
        &storage,
        EventType::AppointmentViewed,
        about,
        SeriesPreview(CancelledVisits::of(&cancelled, by, cx.now())),
    )
    .await
}
