//! `POST /v1/series/{seriesId}/cancel`: its patient, its doctor or an administrator cancels the visits of a series that
//! are still ahead.
//!
//! One transaction writes all of it, so no failure leaves half a series cancelled. Each visit is decided by the rule of
//! a single cancellation. A repeated request finds nothing more to cancel, and shows what is left.

use crate::cancel_appointment::{CancelAppointment, canceller, side_of};
use crate::refund_ports::RefundPorts;
use crate::series::{CancelledVisits, not_found};
use crate::view_series::SeriesPath;
use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Role};
use domain::appointments::cancellation;
use domain::core::person::Remark;

/// `cancelSeries`
pub static ENDPOINT: Endpoint<RefundPorts, (Path<SeriesPath>, Json<CancelAppointment>), Ok200<CancelledVisits>> =
    Endpoint::post("/v1/series/{seriesId}/cancel", "cancelSeries", "Cancel the remaining visits of a series", &handle)
        .details(
            "Cancels the visits that have not begun, all in one transaction, each by the rules of \
             `cancelAppointment`; `previewSeriesCancellation` tells the refund before. The visits that can't be \
             cancelled are in `left`, each with the reason. A repeated request changes nothing.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

async fn handle(
    cx: Context,
    RefundPorts { storage, policy }: RefundPorts,
    (Path(path), Json(body)): (Path<SeriesPath>, Json<CancelAppointment>),
) -> Result<Ok200<CancelledVisits>, Problem> {
    let mut fields = Fields::default();
    let remark = fields.parse_optional("reason", body.reason());
    fields.finish()?;
    let reason = remark.as_ref().map(Remark::as_str);

    cx.retrying(async || {
        let visits = storage.series_visits(path.series_id).await?.ok_or_else(not_found)?;
        let by = side_of(&cx, visits.series.patient, visits.series.doctor);
        let visits = cx.authorize(Action::CancelAppointment, visits)?;
        let cancelled = cancellation::cancel_series(visits, canceller(&cx, by)?, reason, &policy, cx.now());
        let view = CancelledVisits::of(&cancelled, by, cx.now());
        if !cancelled.cancelled.is_empty() {
            let cancelled = storage.offer_slots_of_series(cancelled, cx.now()).await?;
            storage.commit_series_cancellation(&cancelled, &cx.provenance()).await?;
        }
        Ok(Ok200::new(view))
    })
    .await
}
