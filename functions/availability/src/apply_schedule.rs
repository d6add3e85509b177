//! Consumer of the `calendars` queue: brings a doctor's published slots in line with the schedule.
//!
//! It compares and writes the difference, see [`domain::availability::schedule::Plan`]; what is done already is no part of it. So it can be stopped
//! anywhere, two of it can be at work at once, and messages may come twice, late or out of order.

use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::access::Action;
use domain::core::id::DoctorId;
use domain::messages::Message;
use storage::Storage;

/// `applySchedule`
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("calendars"), "applySchedule", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::ScheduleDue { doctor } => apply(&cx, &storage, doctor).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn apply(cx: &Context, storage: &Storage, doctor: DoctorId) -> Result<(), Failure> {
    cx.retrying(async || {
        let schedule = storage.schedule(doctor).await?;
        if schedule.version == 0 {
            // A doctor who publishes by hand.
            return Ok(());
        }
        let schedule = cx.authorize_system(Action::ApplySchedule, schedule)?;
        let published = storage.published_ahead(doctor, cx.now()).await?;
        let plan = schedule.plan(&published.slots, cx.now());
        Ok(storage.commit_plan(&schedule, &published, &plan, &cx.provenance()).await?)
    })
    .await?;
    Ok(())
}
