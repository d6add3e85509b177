//! Consumer of the `earliest` queue: moves the pointers from which the earliest slots of a speciality are listed.
//!
//! It looks at a doctor's day and writes what it sees. Messages may come twice, late or out of order, and two may be dealt with at
//! once: looks pass one version, one after the other, and the last of them has seen whatever was written before its message.

use api::problem::Problem;
use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::core::id::DoctorId;
use domain::messages::Message;
use jiff::civil::Date;
use storage::Storage;

/// `indexFirstFreeSlots`
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("earliest"), "indexFirstFreeSlots", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::FirstFreeSlotsDue { doctor, date: Some(date) } => look_around(&cx, &storage, doctor, date).await,
        Message::FirstFreeSlotsDue { doctor, date: None } | Message::DoctorSuspended { doctor } => {
            for date in storage.days_with_first_free_slots(doctor, cx.now()).await.map_err(Problem::from)? {
                look(&cx, &storage, doctor, date).await?;
            }
            Ok(())
        }
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

/// With a daily limit, a visit that is cancelled frees its local day, which has parts of two days of ours.
async fn look_around(cx: &Context, storage: &Storage, doctor: DoctorId, date: Date) -> Result<(), Failure> {
    if look(cx, storage, doctor, date).await? {
        let around = [date.yesterday(), date.tomorrow()].into_iter().flatten();
        let known = storage.days_with_first_free_slots(doctor, cx.now()).await.map_err(Problem::from)?;
        for date in around.filter(|date| known.contains(date)) {
            look(cx, storage, doctor, date).await?;
        }
    }
    Ok(())
}

/// Looks at a day; true if the doctor takes only so many visits in one.
async fn look(cx: &Context, storage: &Storage, doctor: DoctorId, date: Date) -> Result<bool, Failure> {
    let is_limited = cx.retrying(async || {
        let day = storage.day_of_slots(doctor, date, cx.now()).await?;
        let seen = day.known.recompute(day.doctor.as_ref(), &day.slots, &day.full, cx.now());
        storage.commit_openings(&day, &seen, &cx.provenance()).await?;
        Ok(day.doctor.is_some_and(|doctor| doctor.terms.daily_limit.is_some()))
    });
    Ok(is_limited.await?)
}
