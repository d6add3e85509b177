//! Waiting lists: patients who want an earlier or another time of one doctor, or of any doctor of a speciality, are
//! offered the slots that other patients release.
//!
//! A cancellation, a move or an offer that is not taken releases slots ([`ReleasedSlots`]). They are offered to the
//! first entry of the queue that they suit, or become free for every patient. An offer is exclusive until it expires,
//! and the slot stays reserved for [`PASSED_ON_WITHIN`](super::super::availability::slot::PASSED_ON_WITHIN) more, in
//! which it is offered to the next entry. After that every patient may take it, so that no slot is lost if a consumer
//! is down.
//!
//! | from | to |
//! |---|---|
//! | waiting | offered; left; ended, when its window is over |
//! | offered | booked; left; waiting, or ended after the last one, when the offer is declined or lapses |
//! | booked, left, ended | |
//!
//! An entry that lets an offer pass keeps its position, so that a patient who is asleep does not lose it. The same time
//! is not offered again to the same entry, and [`MAX_PASSED`] passed offers end it, so that a slot does not circulate
//! among patients who do not answer. A patient who could not accept, because of other visits at that time or too many
//! unpaid holds, is passed over without an offer.

mod entry;
mod matching;
mod offer;
#[cfg(test)]
mod tests;

pub use entry::{
    Ending, Entry, EntryOver, EntryState, InvalidWindow, JoinRefusal, LEAST_WINDOW_MINUTES, MAX_ENTRIES, MAX_PASSED,
    Offer, OfferedTime, OpenEntries, OpenEntry, Priority, Target, WaitlistQueue, WaitlistRequest, Window,
};
pub use matching::{
    LEAST_OFFER_MINUTES, MAX_CANDIDATES, OFFER_MINUTES, Offered, ReleasedSlots, ReleasesSlots, WaitlistCandidate,
};
pub use offer::{AcceptRefusal, EntryTransition, NoOffer, WaitlistEntryDetails};
