//! Consumer of the `earliest` queue: maintains the index of first free slots, from which the earliest slots of a
//! speciality are listed.
//!
//! The consumer computes the first free slots of a doctor's day from the stored slots. Messages may come twice, late or
//! out of order, and two may be handled at once: each computation writes the next version of the day's state, so the
//! last one has read all writes before its message.

use api::problem::Problem;
use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::core::id::DoctorId;
use domain::messages::Message;
use jiff::civil::Date;
use storage::Storage;

/// The consumer `indexFirstFreeSlots`.
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("first-free-slots"), "indexFirstFreeSlots", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::FirstFreeSlotsDue { doctor, date: Some(date) } => {
            recompute_with_neighbours(&cx, &storage, doctor, date).await
        }
        Message::FirstFreeSlotsDue { doctor, date: None }
        | Message::DoctorSuspended { doctor }
        | Message::DoctorReinstated { doctor } => {
            for date in storage.days_with_first_free_slots(doctor, cx.now()).await.map_err(Problem::from)? {
                recompute(&cx, &storage, doctor, date).await?;
            }
            Ok(())
        }
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

/// Recomputes a day and, if the doctor has a daily limit, the days beside it: a cancelled visit frees a day in the
/// doctor's zone, which overlaps two days in UTC.
async fn recompute_with_neighbours(
    cx: &Context,
    storage: &Storage,
    doctor: DoctorId,
    date: Date,
) -> Result<(), Failure> {
    if recompute(cx, storage, doctor, date).await? {
        let neighbours = [date.yesterday(), date.tomorrow()].into_iter().flatten();
        let known = storage.days_with_first_free_slots(doctor, cx.now()).await.map_err(Problem::from)?;
        for date in neighbours.filter(|date| known.contains(date)) {
            recompute(cx, storage, doctor, date).await?;
        }
    }
    Ok(())
}

/// Recomputes the first free slots of a day. True if the doctor has a daily limit.
async fn recompute(cx: &Context, storage: &Storage, doctor: DoctorId, date: Date) -> Result<bool, Failure> {
    let is_limited = cx.retrying(async || {
        let day = storage.day_of_slots(doctor, date, cx.now()).await?;
        let computed = day.known.recompute(day.doctor.as_ref(), &day.slots, &day.full, cx.now());
        storage.commit_first_free_slots(&day, &computed, &cx.provenance()).await?;
        Ok(day.doctor.is_some_and(|doctor| doctor.terms.daily_limit.is_some()))
    });
    Ok(is_limited.await?)
}
