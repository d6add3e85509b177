//! Offering released slots to the entries of the waiting lists.
//!
//! A released slot can't be written directly: a transition carries [`ReleasedSlots`], and the writer takes the
//! transition as [`Offered`], which exists only after the waiting entries were considered. So a handler that forgets
//! the waiting list does not compile.

use std::collections::BTreeSet;
use std::ops::Deref;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::entry::{Entry, EntryState, Offer, OfferedTime, WaitlistQueue};
use crate::appointments::agenda::Agenda;
use crate::availability::daily_quota::DailyQuota;
use crate::availability::slot::{self, PASSED_ON_WITHIN, Slot, SlotState};
use crate::core::id::{PatientId, SlotId};
use crate::core::time::TimeRange;
use crate::directory::doctor::Doctor;

/// The duration of an offer, in minutes, unless the slot closes earlier.
pub const OFFER_MINUTES: i64 = 30;
/// The least time until a slot closes for which it is offered, in minutes; later it becomes free for every patient.
pub const LEAST_OFFER_MINUTES: i64 = 5;
/// The most entries of which the agendas are read for a transition, the first in the order of the queue. It bounds the
/// cost of a cancellation.
pub const MAX_CANDIDATES: usize = 100;

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
    /// The patients who wait for this doctor come first, except for the one who released the slots. The slots of
    /// `only_held` are for every patient.
    Waitlist { doctor: Box<Doctor>, giver: PatientId, only_held: BTreeSet<SlotId> },
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
        let only_held = BTreeSet::new();
        Self { slots, audience: Audience::Waitlist { doctor: Box::new(doctor.clone()), giver, only_held } }
    }

    /// These slots and those of `other`, which the same patient released of the same doctor.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        let ids = |slots: &[Slot]| slots.iter().map(Slot::id).collect::<BTreeSet<_>>();
        let (held, others_held) = (ids(&self.slots), ids(&other.slots));
        let audience = match (self.audience, other.audience) {
            (Audience::EveryPatient, Audience::EveryPatient) => Audience::EveryPatient,
            (Audience::Waitlist { doctor, giver, mut only_held }, Audience::EveryPatient) => {
                only_held.extend(others_held);
                Audience::Waitlist { doctor, giver, only_held }
            }
            (Audience::EveryPatient, Audience::Waitlist { doctor, giver, mut only_held }) => {
                only_held.extend(held);
                Audience::Waitlist { doctor, giver, only_held }
            }
            (Audience::Waitlist { doctor, giver, mut only_held }, Audience::Waitlist { only_held: others, .. }) => {
                only_held.extend(others);
                Audience::Waitlist { doctor, giver, only_held }
            }
        };
        let mut slots = self.slots;
        slots.extend(other.slots);
        Self { slots, audience }
    }

    /// The doctor on whose limited days the slots lie, if they could be offered and the doctor has a daily limit.
    pub fn limited_doctor(&self) -> Option<&Doctor> {
        match &self.audience {
            Audience::Waitlist { doctor, .. } => Some(&**doctor).filter(|doctor| doctor.terms.daily_limit.is_some()),
            Audience::EveryPatient => None,
        }
    }

    /// Whether an entry would be offered one of the slots if its patient had no other visits. The agendas of other
    /// patients need not be read.
    pub fn may_be_offered_to(&self, entry: &Entry, now: Timestamp) -> bool {
        let Audience::Waitlist { doctor, giver, only_held } = &self.audience else { return false };
        let mut slots: Vec<Slot> = self.slots.iter().filter(|slot| !only_held.contains(&slot.id())).cloned().collect();
        slots.sort_unstable_by_key(|slot| slot.time);
        let days = Days { quotas: &[], used: BTreeSet::new() };
        entry.patient != *giver
            && WaitlistCandidate::of(entry.clone(), None).choose(doctor, &slots, &days, now).is_some()
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
    /// of its [queues](ReleasedSlots::queues), which may include entries that the slots do not suit. `days` are the
    /// daily quotas of the days of the slots after the transition, if the doctor has one.
    pub fn to(transition: T, waiting: Vec<WaitlistCandidate>, days: &[DailyQuota], now: Timestamp) -> Self {
        let ReleasedSlots { slots, audience } = transition.released().clone();
        let (slots, entries) = match audience {
            Audience::EveryPatient => (slots, Vec::new()),
            Audience::Waitlist { doctor, giver, only_held } => {
                let (held, first) = slots.into_iter().partition(|slot: &Slot| only_held.contains(&slot.id()));
                let (mut slots, entries) = offer_released_slots(first, &doctor, waiting, Some(giver), days, now);
                slots.extend::<Vec<Slot>>(held);
                (slots, entries)
            }
        };
        Self { transition, slots, entries }
    }

    /// The transition with its slots free for every patient, for a writer that has no room for offers.
    pub fn to_every_patient(transition: T) -> Self {
        let slots = transition.released().slots.clone();
        Self { transition, slots, entries: Vec::new() }
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

/// An entry of a waiting list with the agenda of its patient, by which an offer is made only if it could be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistCandidate {
    /// The entry.
    pub entry: Entry,
    /// The patient's agenda.
    pub agenda: Agenda,
}

impl WaitlistCandidate {
    /// An entry with the stored agenda of its patient, if there is one.
    pub fn of(entry: Entry, agenda: Option<Agenda>) -> Self {
        let agenda = agenda.unwrap_or_else(|| Agenda::empty(entry.patient));
        Self { entry, agenda }
    }

    /// Whether the patient's other visits leave room for a visit to `doctor` at `time`, by the rules of a booking. A
    /// fee that is lower for this patient alone is not looked at.
    fn has_time_for(&self, doctor: &Doctor, time: TimeRange, now: Timestamp) -> bool {
        let has_fee = !doctor.terms_of(self.entry.wish.kind, time.start(), None).fee.is_zero();
        self.agenda.would_admit(time, has_fee, now).is_ok()
            && (has_fee || self.agenda.admits_free_visit(doctor.id, now).is_ok())
    }
}

impl WaitlistCandidate {
    /// The part of `slots` that would be offered to the entry: the index of its first slot, and the offer. `slots` are
    /// all of `doctor`, in order of time.
    fn choose(&self, doctor: &Doctor, slots: &[Slot], days: &Days, now: Timestamp) -> Option<(usize, Offer)> {
        let entry = &self.entry;
        if entry.state != EntryState::Waiting || !entry.wish.wanted.is(doctor) {
            return None;
        }
        let count = usize::from(doctor.slots_of(entry.wish.kind)).max(1);
        slot::runs(slots, count).find_map(|(first, time)| {
            let run = &slots[first..first + count];
            let place = &run[0].place;
            let closes = run.iter().map(|slot| slot.closes.min(slot.time.start())).min()?;
            let is_free = run.iter().all(|slot| slot.state == SlotState::Free);
            let is_soon = closes.duration_since(now) < SignedDuration::from_mins(LEAST_OFFER_MINUTES);
            let was_passed = entry.passed.contains(&OfferedTime { doctor: doctor.id, slot: run[0].id() });
            if !entry.wish.fits(&time, place) || !is_free || is_soon || was_passed {
                return None;
            }
            if !days.have_room(doctor, time.start(), entry.patient) || !self.has_time_for(doctor, time, now) {
                return None;
            }
            let until = (now + SignedDuration::from_mins(OFFER_MINUTES)).min(closes);
            let (place, slots) = (place.clone(), run.iter().map(Slot::id).collect());
            Some((first, Offer { doctor: doctor.id, time, place, slots, until }))
        })
    }
}

/// The days of a doctor with a daily limit, and those on which an offer was made.
struct Days<'a> {
    quotas: &'a [DailyQuota],
    used: BTreeSet<Date>,
}

impl Days<'_> {
    /// Whether the day of a visit has room for one of the patient. On a day with a limit one transition makes one
    /// offer: one released visit leaves room for only one.
    fn have_room(&self, doctor: &Doctor, start: Timestamp, patient: PatientId) -> bool {
        let date = DailyQuota::date_of(doctor, start);
        let is_full = |day: &DailyQuota| day.date == date && day.is_full_for(Some(patient));
        doctor.terms.daily_limit.is_none() || (!self.used.contains(&date) && !self.quotas.iter().any(is_full))
    }
}

/// Offers released slots to the first entries that they suit; the others become free for every patient. `waiting` may
/// hold entries that the slots do not suit. An entry of a patient who could not accept, because of other visits or
/// because the day is full, is passed over. `giver`, who released the slots, is not offered them. Slots of a suspended
/// doctor are not offered.
///
/// Returns the slots as they are written, and the entries that have received an offer.
pub(super) fn offer_released_slots(
    mut slots: Vec<Slot>,
    doctor: &Doctor,
    mut waiting: Vec<WaitlistCandidate>,
    giver: Option<PatientId>,
    days: &[DailyQuota],
    now: Timestamp,
) -> (Vec<Slot>, Vec<Entry>) {
    slots.sort_unstable_by_key(|slot| slot.time);
    waiting.sort_unstable_by_key(|candidate| candidate.entry.place());
    // An entry whose position changed while the queue was being read is in it twice.
    let mut seen = BTreeSet::new();
    waiting.retain(|candidate| seen.insert(candidate.entry.id));
    let mut offered = Vec::new();
    let mut days = Days { quotas: days, used: BTreeSet::new() };
    if !doctor.is_active() {
        return (slots, offered);
    }
    for candidate in waiting.into_iter().filter(|candidate| Some(candidate.entry.patient) != giver) {
        let Some((first, offer)) = candidate.choose(doctor, &slots, &days, now) else { continue };
        let entry = candidate.entry;
        days.used.insert(DailyQuota::date_of(doctor, offer.time.start()));
        for slot in &mut slots[first..first + offer.slots.len()] {
            let until = offer.until + PASSED_ON_WITHIN;
            slot.state = SlotState::Offered { patient: entry.patient, entry: entry.id, until };
        }
        offered.push(Entry { state: EntryState::Offered(offer), ..entry });
    }
    (slots, offered)
}
