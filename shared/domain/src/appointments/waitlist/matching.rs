//! Offering released slots to the entries of the waiting lists.
//!
//! A released slot can't be written directly: a transition carries [`ReleasedSlots`], and the writer takes the
//! transition as [`Offered`], which exists only after the waiting entries were considered. So a handler that forgets
//! the waiting list does not compile.

use std::collections::BTreeSet;
use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};

use super::entry::{Entry, EntryState, Offer, OfferedTime, WaitlistQueue};
use crate::availability::slot::{self, PASSED_ON_WITHIN, Slot, SlotState};
use crate::core::id::PatientId;
use crate::directory::doctor::Doctor;

/// The duration of an offer, in minutes, unless the slot closes earlier.
pub const OFFER_MINUTES: i64 = 30;
/// The least time until a slot closes for which it is offered, in minutes; later it becomes free for every patient.
pub const LEAST_OFFER_MINUTES: i64 = 5;
/// Slots that a transition releases: free, and not yet offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedSlots {
    slots: Vec<Slot>,
    audience: Audience,
}

/// The patients who may have released slots.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Audience {
    /// Every patient at once.
    EveryPatient,
    /// The patients who wait for this doctor come first, except for the one who released the slots.
    Waitlist { doctor: Box<Doctor>, giver: PatientId },
}

impl ReleasedSlots {
    /// Slots that no patient is offered first.
    ///
    /// A slot that was only held is released in this way: otherwise a patient could turn free slots into offers at no
    /// cost, by holding and releasing them.
    pub(crate) fn for_every_patient(slots: Vec<Slot>) -> Self {
        Self { slots, audience: Audience::EveryPatient }
    }

    /// Slots of `doctor` that patients who wait are offered first. `giver`, who released them, is not offered them.
    pub(crate) fn for_waiting_patients(slots: Vec<Slot>, doctor: &Doctor, giver: PatientId) -> Self {
        Self { slots, audience: Audience::Waitlist { doctor: Box::new(doctor.clone()), giver } }
    }

    /// The slots, free.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The queues of the entries to read; none if no entry could be offered a slot.
    pub fn queues(&self, now: Timestamp) -> Vec<WaitlistQueue> {
        let is_open = |slot: &Slot| slot.is_bookable_by(None, now);
        match &self.audience {
            Audience::Waitlist { doctor, .. } if doctor.is_active() && self.slots.iter().any(is_open) => {
                WaitlistQueue::of(doctor).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the time and place of a slot suit an entry. Other entries need not be read completely.
    pub fn suit(&self, entry: &Entry) -> bool {
        self.slots.iter().any(|slot| entry.wish.fits(&slot.time, &slot.place))
    }
}

/// A transition that releases slots.
pub trait ReleasesSlots {
    /// The slots that the transition releases.
    fn released(&self) -> &ReleasedSlots;
}

/// A transition with the result of offering its released slots to waiting patients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered<T> {
    transition: T,
    slots: Vec<Slot>,
    entries: Vec<Entry>,
}

impl<T: ReleasesSlots> Offered<T> {
    /// Offers the slots that `transition` releases to the first of `waiting` that they suit; `waiting` are the entries
    /// of its [queues](ReleasedSlots::queues), which may include entries that the slots do not suit.
    pub fn to(transition: T, waiting: Vec<Entry>, now: Timestamp) -> Self {
        let ReleasedSlots { slots, audience } = transition.released().clone();
        let (slots, entries) = match audience {
            Audience::EveryPatient => (slots, Vec::new()),
            Audience::Waitlist { doctor, giver } => offer_released_slots(slots, &doctor, waiting, Some(giver), now),
        };
        Self { transition, slots, entries }
    }
}

impl<T> Offered<T> {
    /// The released slots as they are written: offered to an entry, or free.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The entries that have received an offer.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl<T> Deref for Offered<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.transition
    }
}

impl Entry {
    /// The part of `slots` that would be offered to the entry: the index of its first slot, and the offer. `slots` are
    /// all of `doctor`, in order of time.
    fn choose(&self, doctor: &Doctor, slots: &[Slot], now: Timestamp) -> Option<(usize, Offer)> {
        if self.state != EntryState::Waiting || !self.wish.wanted.is(doctor) {
            return None;
        }
        let count = usize::from(doctor.slots_of(self.wish.kind)).max(1);
        slot::runs(slots, count).find_map(|(first, time)| {
            let run = &slots[first..first + count];
            let place = &run[0].place;
            let closes = run.iter().map(|slot| slot.closes.min(slot.time.start())).min()?;
            let is_free = run.iter().all(|slot| slot.state == SlotState::Free);
            let is_soon = closes.duration_since(now) < SignedDuration::from_mins(LEAST_OFFER_MINUTES);
            let was_passed = self.passed.contains(&OfferedTime { doctor: doctor.id, slot: run[0].id() });
            if !self.wish.fits(&time, place) || !is_free || is_soon || was_passed {
                return None;
            }
            let until = (now + SignedDuration::from_mins(OFFER_MINUTES)).min(closes);
            let (place, slots) = (place.clone(), run.iter().map(Slot::id).collect());
            Some((first, Offer { doctor: doctor.id, time, place, slots, until }))
        })
    }
}

/// Offers released slots to the first entries that they suit; the others become free for every patient. `waiting` may
/// hold entries that the slots do not suit. `giver`, who released the slots, is not offered them. Slots of a suspended
/// doctor are not offered.
///
/// Returns the slots as they are written, and the entries that have received an offer.
pub(super) fn offer_released_slots(
    mut slots: Vec<Slot>,
    doctor: &Doctor,
    mut waiting: Vec<Entry>,
    giver: Option<PatientId>,
    now: Timestamp,
) -> (Vec<Slot>, Vec<Entry>) {
    slots.sort_unstable_by_key(|slot| slot.time);
    waiting.sort_unstable_by_key(Entry::place);
    // An entry whose position changed while the queue was being read is in it twice.
    let mut seen = BTreeSet::new();
    waiting.retain(|entry| seen.insert(entry.id));
    let mut offered = Vec::new();
    if !doctor.is_active() {
        return (slots, offered);
    }
    for entry in waiting.into_iter().filter(|entry| Some(entry.patient) != giver) {
        let Some((first, offer)) = entry.choose(doctor, &slots, now) else { continue };
        for slot in &mut slots[first..first + offer.slots.len()] {
            let until = offer.until + PASSED_ON_WITHIN;
            slot.state = SlotState::Offered { patient: entry.patient, entry: entry.id, until };
        }
        offered.push(Entry { state: EntryState::Offered(offer), ..entry });
        // On a day with a limit, one released visit leaves room for only one.
        if doctor.terms.daily_limit.is_some() {
            break;
        }
    }
    (slots, offered)
}
