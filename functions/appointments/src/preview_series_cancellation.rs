//! `GET /v1/series/{seriesId}/cancellation`: what a cancellation of a series by the caller would cancel and refund now.
//!
//! The rule of the cancellation decides, and nothing is written.

use crate::cancel_appointment::side_of;
use crate::refund_ports::RefundPorts;
use crate::series::{CancelledVisits, not_found};
use crate::view_series::SeriesPath;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Path};
use domain::access::{Action, Role};
use domain::appointments::cancellation;

/// `previewSeriesCancellation`
pub static ENDPOINT: Endpoint<RefundPorts, Path<SeriesPath>, Ok200<CancelledVisits>> = Endpoint::get(
    "/v1/series/{seriesId}/cancellation",
    "previewSeriesCancellation",
    "Preview the cancellation of a series",
    &handle,
)
.details(
    "The visits that `cancelSeries` would cancel now, each with its refund, and the visits that it would leave, each \
     with the reason. The answer holds for the moment only.",
)
.allow(&[Role::Patient, Role::Doctor, Role::Admin])
.problems(&[&problem::NOT_FOUND]);

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    Path(path): Path<SeriesPath>,
) -> Result<Ok200<CancelledVisits>, Problem> {
    let visits = storage.series_visits(path.series_id).await?.ok_or_else(not_found)?;
    let by = side_of(&cx, visits.series.patient, visits.series.doctor);
    let visits = cx.authorize(Action::CancelAppointment, visits)?;
    let cancelled = cancellation::cancel_series(visits, by, None, &policy, cx.now());
    Ok(Ok200::new(CancelledVisits::of(&cancelled, cx.now())))
}
