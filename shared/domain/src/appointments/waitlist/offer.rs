//! What becomes of an entry: an offer is accepted, declined or lapses, the patient leaves, the window ends.

use jiff::{SignedDuration, Timestamp};

use super::entry::{Ending, Entry, EntryState, MAX_PASSED, Offer, OfferedTime, OpenEntries};
use super::matching::{ReleasedSlots, ReleasesSlots};
use crate::access::{Authorized, Parties, Resource};
use crate::appointments::appointment::Appointment;
use crate::appointments::booking::{BookRefusal, Booking, BookingSnapshot, BookingWish};
use crate::availability::slot::{Slot, SlotState};
use crate::core::id::{AppointmentId, SlotId};
use crate::directory::doctor::Doctor;

/// An entry with everything that changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistEntryDetails {
    /// The entry.
    pub entry: Entry,
    /// What its patient waits for.
    pub waits: OpenEntries,
    /// The slots that are kept for it, whoever has them now: those that are there.
    pub slots: Vec<Slot>,
    /// Whose slots they are.
    pub doctor: Option<Doctor>,
    /// The appointment that has the first of them, if one does.
    pub holder: Option<Appointment>,
}

impl Resource for WaitlistEntryDetails {
    fn parties(&self) -> Parties {
        self.entry.parties()
    }
}

/// What becomes of an entry, to be written at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryTransition {
    /// The entry.
    pub entry: Entry,
    /// Whether it was in line before.
    pub was_waiting: bool,
    /// What its patient waits for, if that changes.
    pub waits: Option<OpenEntries>,
    /// The slots that it does not need any more.
    pub released: ReleasedSlots,
}

/// Nothing is offered, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing is offered")]
pub struct NoOffer;

impl ReleasesSlots for EntryTransition {
    fn released(&self) -> &ReleasedSlots {
        &self.released
    }
}

/// Why an offer can't be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AcceptRefusal {
    /// It is over.
    #[error(transparent)]
    NoOffer(#[from] NoOffer),
    /// It could not be booked by whoever it was.
    #[error(transparent)]
    Booking(#[from] BookRefusal),
}

impl WaitlistEntryDetails {
    /// Whether a slot is still kept for it.
    fn keeps(&self, slot: &Slot) -> bool {
        matches!(slot.state, SlotState::Offered { entry, .. } if entry == self.entry.id)
    }

    fn kept(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| self.keeps(slot))
    }

    /// The entry goes on as `state`, and gives back what is kept for it, but for what was taken just now.
    fn transition(self, state: EntryState, taken: &[SlotId]) -> EntryTransition {
        let released = self.kept().filter(|slot| !taken.contains(&slot.id()));
        let slots = released.map(|slot| Slot { state: SlotState::Free, ..slot.clone() }).collect();
        let released = match &self.doctor {
            Some(doctor) => ReleasedSlots::for_waiting_patients(slots, doctor, self.entry.patient),
            // Slots are there only if their doctor is.
            None => ReleasedSlots::for_everyone(slots),
        };
        let was_waiting = self.entry.state == EntryState::Waiting;
        let entry = Entry { state, ..self.entry };
        let waits = (!entry.is_open()).then(|| self.waits.without(entry.id));
        EntryTransition { entry, was_waiting, waits, released }
    }

    /// The offer is let pass. One that could not be taken any more counts for nothing: the doctor took it back, or is suspended.
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

    /// What has to happen because of the time alone: an offer is over, or the window. Nothing, if nothing has.
    ///
    /// Whoever has booked or moved into what was offered in another way than by accepting has it all the same.
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
    /// The patient leaves. Nothing, if the entry is over already.
    pub fn leave(self, now: Timestamp) -> Option<EntryTransition> {
        let details = self.into_inner();
        details.entry.is_open().then(|| details.transition(EntryState::Left { at: now }, &[]))
    }

    /// The patient does not want `named`, which is offered, and waits for something else. Nothing, if it was let pass already.
    ///
    /// # Errors
    /// [`NoOffer`]: nothing is, or something else.
    pub fn decline(self, named: OfferedTime, now: Timestamp) -> Result<Option<EntryTransition>, NoOffer> {
        let details = self.into_inner();
        if details.entry.passed.contains(&named) {
            return Ok(None);
        }
        let offer =
            details.entry.offer().filter(|offer| offer.name() == named && details.kept().next().is_some()).cloned();
        Ok(Some(details.decline_or_lapse(&offer.ok_or(NoOffer)?, now)))
    }

    /// The patient wants `named`, which is offered: `snapshot` is what a booking of the first slot looks at. It is booked by the rule of every booking.
    ///
    /// # Errors
    /// [`AcceptRefusal`].
    pub fn accept(
        self,
        named: OfferedTime,
        snapshot: BookingSnapshot,
        has_reason: bool,
        id: AppointmentId,
        now: Timestamp,
        hold_for: SignedDuration,
    ) -> Result<(Booking, EntryTransition), AcceptRefusal> {
        let details = self.into_inner();
        let Some(offer) = details.entry.offer() else { return Err(NoOffer.into()) };
        if offer.name() != named || snapshot.slot.id() != named.slot || !details.keeps(&snapshot.slot) {
            return Err(NoOffer.into());
        }
        let wish = BookingWish { kind: details.entry.wish.kind, has_reason };
        let booking = snapshot.hold(wish, details.entry.patient, id, now, hold_for)?;
        let taken: Vec<SlotId> = booking.slots.iter().map(Slot::id).collect();
        let transition = details.transition(EntryState::Booked { appointment: id, at: now }, &taken);
        Ok((booking, transition))
    }
}
