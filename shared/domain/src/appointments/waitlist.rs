//! Waiting lists: patients who want an earlier or another time of a doctor, or of any doctor of a speciality, and are offered the
//! slots that others release.
//!
//! A cancellation, a move or an offer that is not taken releases slots ([`ReleasedSlots`]). They are offered to the first entry of the
//! queue that they suit, or become free for everyone. An offer is exclusive until it is over, and the slot stays reserved for
//! [`PASSED_ON_WITHIN`](super::super::availability::slot::PASSED_ON_WITHIN) more, in which the next entry is offered it. After that every
//! patient may take it: no slot is lost because a consumer stands still.
//!
//! | from | to |
//! |---|---|
//! | waiting | offered; left; ended, when its window is over |
//! | offered | booked; left; waiting, or ended if it was the last, when the offer is declined or not answered |
//! | booked, left, ended | |
//!
//! An entry that lets an offer pass keeps its position, so that a patient who sleeps at night does not wait in vain. The same time is
//! not offered again to the same entry, and [`MAX_PASSED`] offers end it, so that a slot does not go round among patients who do not
//! answer.

mod entry;
mod matching;
mod offer;
#[cfg(test)]
mod tests;

pub use entry::{
    Ending, Entry, EntryOver, EntryState, InvalidWindow, JoinRefusal, LEAST_WINDOW_MINUTES, MAX_ENTRIES, MAX_PASSED,
    Offer, OfferedTime, OpenEntries, OpenEntry, Priority, Target, WaitlistQueue, WaitlistRequest, Window,
};
pub use matching::{LEAST_OFFER_MINUTES, OFFER_MINUTES, Offered, ReleasedSlots, ReleasesSlots};
pub use offer::{AcceptRefusal, EntryTransition, NoOffer, WaitlistEntryDetails};
