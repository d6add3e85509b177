//! The transitions of an entry: an offer is accepted, declined or lapses, the patient leaves, the window ends.

use jiff::{SignedDuration, Timestamp};

use super::entry::{Ending, Entry, EntryState, MAX_PASSED, Offer, OfferedTime, OpenEntries};
use super::matching::{ReleasedSlots, ReleasesSlots};
use crate::access::{Authorized, Parties, Resource};
use crate::appointments::appointment::Appointment;
use crate::appointments::booking::{BookRefusal, Booking, BookingRequest, BookingSnapshot};
use crate::availability::slot::{Slot, SlotState};
use crate::core::id::{AppointmentId, SlotId};
use crate::directory::doctor::Doctor;

/// An entry with the records that change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistEntryDetails {
    /// The entry.
    pub entry: Entry,
    /// The open entries of its patient.
    pub waits: OpenEntries,
    /// The offered slots, with any present holder. Slots that no longer exist are missing.
    pub slots: Vec<Slot>,
    /// The doctor of the slots.
    pub doctor: Option<Doctor>,
    /// The appointment that has the first slot, if one does.
    pub holder: Option<Appointment>,
}

impl Resource for WaitlistEntryDetails {
    fn parties(&self) -> Parties {
        self.entry.parties()
    }
}

/// A transition of an entry, to be written in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryTransition {
    /// The entry after the transition.
    pub entry: Entry,
    /// Whether the entry waited in the queue before.
    pub was_waiting: bool,
    /// The open entries of its patient, if they change.
    pub waits: Option<OpenEntries>,
    /// The slots that the entry does not need any more.
    pub released: ReleasedSlots,
}

/// The entry has no such offer, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing is offered")]
pub struct NoOffer;

impl ReleasesSlots for EntryTransition {
    fn released(&self) -> &ReleasedSlots {
        &self.released
    }
}

/// The reason why an offer can't be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AcceptRefusal {
    /// The offer is over.
    #[error(transparent)]
    NoOffer(#[from] NoOffer),
    /// The offered visit can't be booked.
    #[error(transparent)]
    Booking(#[from] BookRefusal),
}

impl WaitlistEntryDetails {
    /// Whether a slot is still reserved for the entry.
    fn keeps(&self, slot: &Slot) -> bool {
        matches!(slot.state, SlotState::Offered { entry, .. } if entry == self.entry.id)
    }

    fn kept(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| self.keeps(slot))
    }

    /// Changes the entry to `state`, and releases the slots that are reserved for it, except for `taken`.
    fn transition(self, state: EntryState, taken: &[SlotId]) -> EntryTransition {
        let released = self.kept().filter(|slot| !taken.contains(&slot.id()));
        let slots = released.map(|slot| Slot { state: SlotState::Free, ..slot.clone() }).collect();
        let released = match &self.doctor {
            Some(doctor) => ReleasedSlots::for_waiting_patients(slots, doctor, self.entry.patient),
            // Slots exist only if their doctor does.
            None => ReleasedSlots::for_every_patient(slots),
        };
        let was_waiting = self.entry.state == EntryState::Waiting;
        let entry = Entry { state, ..self.entry };
        let waits = (!entry.is_open()).then(|| self.waits.without(entry.id));
        EntryTransition { entry, was_waiting, waits, released }
    }

    /// The patient lets the offer pass. It does not count if it could not be taken any more: the slot was withdrawn or
    /// the doctor is suspended.
    fn decline_or_lapse(mut self, offer: &Offer, now: Timestamp) -> EntryTransition {
        if self.kept().next().is_some() && self.doctor.as_ref().is_some_and(Doctor::is_active) {
            self.entry.passed.push(offer.name());
        }
        let state = if self.entry.passed.len() >= MAX_PASSED {
            EntryState::Ended { at: now, because: Ending::OffersPassed }
        } else if self.entry.wish.window.to() <= now {
            EntryState::Ended { at: now, because: Ending::WindowOver }
        } else {
            EntryState::Waiting
        };
        self.transition(state, &[])
    }

    /// The transition that is due because of the time alone: the offer or the window is over; `None` if neither is.
    ///
    /// An entry is booked if its patient has booked or moved into the offered slot without accepting the offer.
    pub fn on_deadline(self, now: Timestamp) -> Option<EntryTransition> {
        match self.entry.state.clone() {
            EntryState::Waiting if self.entry.wish.window.to() <= now => {
                Some(self.transition(EntryState::Ended { at: now, because: Ending::WindowOver }, &[]))
            }
            EntryState::Offered(offer) if offer.until <= now => {
                let own = self.holder.as_ref().filter(|holder| holder.patient == self.entry.patient);
                Some(match own.map(|holder| holder.id) {
                    Some(appointment) => self.transition(EntryState::Booked { appointment, at: now }, &[]),
                    None => self.decline_or_lapse(&offer, now),
                })
            }
            _ => None,
        }
    }
}

impl Authorized<WaitlistEntryDetails> {
    /// The patient leaves the waiting list; `None` if the entry is over already.
    pub fn leave(self, now: Timestamp) -> Option<EntryTransition> {
        let details = self.into_inner();
        details.entry.is_open().then(|| details.transition(EntryState::Left { at: now }, &[]))
    }

    /// The patient declines the offer `named`, and keeps waiting; `None` if it was passed already.
    ///
    /// # Errors
    /// [`NoOffer`]: the entry has no offer, or another one.
    pub fn decline(self, named: OfferedTime, now: Timestamp) -> Result<Option<EntryTransition>, NoOffer> {
        let details = self.into_inner();
        if details.entry.passed.contains(&named) {
            return Ok(None);
        }
        let offer =
            details.entry.offer().filter(|offer| offer.name() == named && details.kept().next().is_some()).cloned();
        Ok(Some(details.decline_or_lapse(&offer.ok_or(NoOffer)?, now)))
    }

    /// The patient accepts the offer `named`. `snapshot` is that of a booking of the first slot. The rule of every
    /// booking applies.
    ///
    /// # Errors
    /// [`AcceptRefusal`].
    pub fn accept(
        self,
        named: OfferedTime,
        snapshot: BookingSnapshot,
        has_intake: bool,
        id: AppointmentId,
        now: Timestamp,
        hold_for: SignedDuration,
    ) -> Result<(Booking, EntryTransition), AcceptRefusal> {
        let details = self.into_inner();
        let Some(offer) = details.entry.offer() else { return Err(NoOffer.into()) };
        if offer.name() != named || snapshot.slot.id() != named.slot || !details.keeps(&snapshot.slot) {
            return Err(NoOffer.into());
        }
        let wish = BookingRequest { kind: details.entry.wish.kind, has_intake };
        let booking = snapshot.hold(wish, details.entry.patient, id, now, hold_for)?;
        let taken: Vec<SlotId> = booking.slots.iter().map(Slot::id).collect();
        let transition = details.transition(EntryState::Booked { appointment: id, at: now }, &taken);
        Ok((booking, transition))
    }
}
