//! Consumer of the `calendars` queue: makes a doctor's published slots follow the schedule.
//!
//! The consumer computes the difference ([`domain::availability::schedule::Plan`]) and writes it. A difference that is
//! written already is empty, so the consumer may stop at any point, two may run at once, and messages may come twice,
//! late or out of order.

use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::access::Action;
use domain::core::id::DoctorId;
use domain::messages::Message;
use storage::Storage;

/// The consumer `applySchedule`.
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("calendars"), "applySchedule", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        // The schedule of a suspended doctor is not extended, so the slots of the days since are published now.
        Message::ScheduleDue { doctor } | Message::DoctorReinstated { doctor } => apply(&cx, &storage, doctor).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn apply(cx: &Context, storage: &Storage, doctor: DoctorId) -> Result<(), Failure> {
    cx.retrying(async || {
        let schedule = storage.schedule(doctor).await?;
        if schedule.version == 0 {
            // The doctor has no schedule and publishes slots by hand.
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
