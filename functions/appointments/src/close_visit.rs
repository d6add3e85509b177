//! Consumer of the `visits` queue: it records the outcome of a visit from its attendance,
//! [`CLOSES_AFTER`](domain::appointments::attendance::CLOSES_AFTER) its end.
//!
//! The timer of this message is planned when the visit is confirmed. A visit that was moved has another end and another
//! timer. A visit that neither party joined stays unchanged, because its outcome is unknown, until
//! [`crate::record_outcome`] records it.

use crate::refund_ports::RefundPorts;
use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::appointments::attendance;
use domain::core::id::AppointmentId;
use domain::messages::Message;
use jiff::Timestamp;

/// `closeVisit`
pub static CONSUMER: Consumer<RefundPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("visits"), "closeVisit", &handle);

async fn handle(cx: Context, ports: RefundPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::VisitOver { appointment, end } => close(&cx, &ports, appointment, end).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn close(
    cx: &Context,
    RefundPorts { storage, policy }: &RefundPorts,
    id: AppointmentId,
    end: Timestamp,
) -> Result<(), Failure> {
    let early = cx
        .retrying(async || {
            let Some(visit) = storage.visit(id).await? else { return Ok(false) };
            // The visit was moved, and is closed after its new end.
            if visit.appointment.time.end() != end {
                return Ok(false);
            }
            if cx.now() < attendance::closes(&visit.appointment) {
                return Ok(true);
            }
            if let Some(closed) = attendance::close(visit.appointment, visit.payment, policy, cx.now()) {
                storage.commit_close(&closed, &cx.provenance()).await?;
            }
            Ok(false)
        })
        .await?;
    if early { Err(Failure::Transient("the visit is not over yet".into())) } else { Ok(()) }
}
