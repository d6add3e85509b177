//! Consumer of the `waitlist` queue: it expires offers that were not accepted, and ends entries after their window.
//!
//! The timer of this message is planned in the transaction that makes the offer or the entry. A late or repeated
//! message finds the current entry. If this consumer does not run, an offer keeps its slot for some minutes more, and
//! then any patient can book it.

use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::appointments::waitlist::{Ending, EntryState};
use domain::audit::EventType;
use domain::core::id::WaitlistEntryId;
use domain::messages::Message;
use jiff::Timestamp;
use storage::Storage;

/// `expireOffers`
pub static CONSUMER: Consumer<Storage, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("waitlist"), "expireOffers", &handle);

async fn handle(cx: Context, storage: Storage, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::WaitlistDue { entry, at } => expire(&cx, &storage, entry, at).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn expire(cx: &Context, storage: &Storage, id: WaitlistEntryId, at: Timestamp) -> Result<(), Failure> {
    let early = cx
        .retrying(async || {
            let Some(details) = storage.waitlist_entry_details(id).await? else { return Ok(false) };
            if cx.now() < at {
                return Ok(true);
            }
            if let Some(transition) = details.on_deadline(cx.now()) {
                let transition = storage.offer_released_slots(transition, cx.now()).await?;
                storage.commit_entry_transition(&transition, event(&transition.entry.state), &cx.provenance()).await?;
            }
            Ok(false)
        })
        .await?;
    if early { Err(Failure::Transient("the offer or the window is not over yet".into())) } else { Ok(()) }
}

/// The audit event of a transition, by the new state of the entry.
const fn event(state: &EntryState) -> EventType {
    match state {
        EntryState::Booked { .. } => EventType::OfferTaken,
        EntryState::Ended { because: Ending::WindowOver, .. } => EventType::WaitlistEnded,
        _ => EventType::OfferLapsed,
    }
}
