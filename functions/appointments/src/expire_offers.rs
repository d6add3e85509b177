//! Consumer of the `waitlist` queue: passes on what was offered and not taken, and ends a wait whose window is over.
//!
//! The timer that leads here is planned in the transaction that makes the offer, or with the entry. Whoever comes late or twice finds the entry
//! as it is by then; an offer that nobody passes on keeps the slot for some minutes more, and then everybody may take it.

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
        Message::WaitlistDue { entry, at } => pass_on(&cx, &storage, entry, at).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn pass_on(cx: &Context, storage: &Storage, id: WaitlistEntryId, at: Timestamp) -> Result<(), Failure> {
    let early = cx
        .retrying(async || {
            let Some(file) = storage.waitlist_entry_details(id).await? else { return Ok(false) };
            if cx.now() < at {
                return Ok(true);
            }
            if let Some(transition) = file.on_deadline(cx.now()) {
                let transition = storage.offer_released_slots(transition, cx.now()).await?;
                storage.commit_entry_transition(&transition, event(&transition.entry.state), &cx.provenance()).await?;
            }
            Ok(false)
        })
        .await?;
    if early { Err(Failure::Transient("it is not over yet".into())) } else { Ok(()) }
}

/// What has happened, by what has become of it.
const fn event(state: &EntryState) -> EventType {
    match state {
        EntryState::Booked { .. } => EventType::OfferTaken,
        EntryState::Ended { because: Ending::WindowOver, .. } => EventType::WaitlistEnded,
        _ => EventType::OfferLapsed,
    }
}
