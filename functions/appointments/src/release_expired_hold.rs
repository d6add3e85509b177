//! Consumer of the `holds` queue: it records that a hold has ended, and releases its slot and the patient's time.
//!
//! No rule depends on this consumer: a booking and the list of slots ignore an expired hold. The message is delayed
//! until the hold ends; it may come early if clocks differ, and is then delivered again. An extended hold has its own
//! message.

use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::appointments::appointment::Stage;
use domain::appointments::cancellation;
use domain::core::id::AppointmentId;
use domain::messages::Message;
use jiff::Timestamp;
use storage::Storage;

/// `releaseExpiredHold`
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("holds"), "releaseExpiredHold", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::HoldPlaced { appointment, until } => release(&cx, &storage, appointment, until).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn release(cx: &Context, storage: &Storage, id: AppointmentId, announced: Timestamp) -> Result<(), Failure> {
    let early = cx
        .retrying(async || {
            let Some(visit) = storage.visit(id).await? else { return Ok(false) };
            let Stage::Held { until, .. } = visit.appointment.stage else { return Ok(false) };
            if until > cx.now() {
                return Ok(until <= announced);
            }
            if let Ok(expired) = cancellation::expire(visit, cx.now()) {
                let expired = storage.offer_released_slots(expired, cx.now()).await?;
                storage.commit_expiry(&expired, &cx.provenance()).await?;
            }
            Ok(false)
        })
        .await?;
    if early { Err(Failure::Transient("the hold has not ended yet".into())) } else { Ok(()) }
}
