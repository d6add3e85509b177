//! Waiting lists: patients who want an earlier or another time of a doctor, or of whoever treats something, and are offered what
//! others give back.
//!
//! Whatever gives a slot back ([`crate::appointments::cancellation`], [`crate::appointments::rescheduling`], an offer that is not taken) hands it over: to the
//! first in line for whom it is right, or to everybody. An offer is exclusive until it is over, and so is the slot for some
//! minutes more ([`PASSED_ON_WITHIN`]), in which it is passed on. If nobody does that, everybody may take it: no slot is lost
//! because something stands still.
//!
//! | from | to |
//! |---|---|
//! | waiting | offered; left; ended, when its window is over |
//! | offered | booked; left; waiting, or ended if it was the last, when the offer is declined or not answered |
//! | booked, left, ended | |
//!
//! An offer that is let pass costs no place in line, so that nobody who sleeps at night waits in vain. The same time is not
//! offered again to the same entry, and [`MAX_PASSED`] end it, so that a slot does not go round among those who do not answer.

use crate::appointments::waitlist::slot::PASSED_ON_WITHIN;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::appointments::appointment::Appointment;
use crate::appointments::booking::{BookRefusal, Booking, BookingSnapshot, BookingWish};
use crate::availability::schedule::MAX_HORIZON_DAYS;
use crate::availability::slot::Mode;
use crate::availability::slot::{self, Place, Slot, SlotState};
use crate::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use crate::core::person::{Language, Speciality};
use crate::core::time::{TimeRange, in_milliseconds};
use crate::directory::doctor::Doctor;
use crate::directory::visit_kind::VisitKind;
use crate::messages::Message;
use crate::messages::Timer;

/// The most entries of a patient that are not over.
pub const MAX_ENTRIES: usize = 10;
/// How many offers an entry may let pass; the last of them ends it. More than come in a night.
pub const MAX_PASSED: usize = 10;
/// The shortest time that one can wait for, in minutes.
pub const LEAST_WINDOW_MINUTES: i64 = 30;
/// How long an offer stands, in minutes, unless the slot closes before.
pub const OFFER_MINUTES: i64 = 30;
/// A slot that closes sooner, in minutes, is offered to nobody: everybody may have it.
pub const LEAST_OFFER_MINUTES: i64 = 5;
/// The time in which a patient wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    from: Timestamp,
    to: Timestamp,
}

/// Nobody can wait for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWindow {
    /// The end is not after the start.
    #[error("must be after from")]
    EndsBeforeStart,
    /// It is over.
    #[error("must be in the future")]
    Over,
    /// Hardly a visit fits in.
    #[error("must be {LEAST_WINDOW_MINUTES} minutes after from at least")]
    TooShort,
    /// Nobody publishes so far ahead.
    #[error("must be within {MAX_HORIZON_DAYS} days")]
    TooFarAhead,
}

impl Window {
    /// From `from` up to, and without, `to`, in whole milliseconds, which is what is stored of them.
    ///
    /// # Errors
    /// [`InvalidWindow::EndsBeforeStart`].
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, InvalidWindow> {
        let [from, to] = [from, to].map(in_milliseconds);
        if from < to { Ok(Self { from, to }) } else { Err(InvalidWindow::EndsBeforeStart) }
    }

    /// The same, if somebody can begin to wait for it now.
    ///
    /// # Errors
    /// [`InvalidWindow`].
    pub fn ahead(self, now: Timestamp) -> Result<Self, InvalidWindow> {
        if self.to <= now {
            Err(InvalidWindow::Over)
        } else if self.to.duration_since(self.from) < SignedDuration::from_mins(LEAST_WINDOW_MINUTES) {
            Err(InvalidWindow::TooShort)
        } else if self.to.duration_since(now) > SignedDuration::from_hours(24 * MAX_HORIZON_DAYS) {
            Err(InvalidWindow::TooFarAhead)
        } else {
            Ok(self)
        }
    }

    /// The first instant.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant after it.
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// Whether a visit is within it from its start to its end.
    pub fn covers(&self, time: &TimeRange) -> bool {
        self.from <= time.start() && time.end() <= self.to
    }

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// Where one waits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitlistQueue {
    /// For a doctor.
    Doctor(DoctorId),
    /// For whoever treats it.
    Speciality(Speciality),
}

impl WaitlistQueue {
    /// The lines from which a doctor's slots are offered.
    pub fn of(doctor: &Doctor) -> impl Iterator<Item = Self> {
        let specialities = doctor.specialities.iter().cloned().map(Self::Speciality);
        std::iter::once(Self::Doctor(doctor.id)).chain(specialities)
    }
}

/// Whom a patient waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This doctor.
    Doctor(DoctorId),
    /// Anybody who treats it.
    Speciality {
        /// What.
        speciality: Speciality,
        /// In this language, if one is named.
        language: Option<Language>,
    },
}

impl Target {
    /// Where one waits for it.
    pub fn line(&self) -> WaitlistQueue {
        match self {
            Self::Doctor(doctor) => WaitlistQueue::Doctor(*doctor),
            Self::Speciality { speciality, .. } => WaitlistQueue::Speciality(speciality.clone()),
        }
    }

    fn is(&self, doctor: &Doctor) -> bool {
        match self {
            Self::Doctor(wanted) => *wanted == doctor.id,
            Self::Speciality { speciality, language } => {
                let speaks = |language| doctor.languages.contains(language);
                doctor.specialities.contains(speciality) && language.as_ref().is_none_or(speaks)
            }
        }
    }
}

/// What a patient waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistRequest {
    /// For whom.
    pub wanted: Target,
    /// For what kind of visit, which says how many slots it takes.
    pub kind: VisitKind,
    /// How they want to meet, if not in either way.
    pub mode: Option<Mode>,
    /// For when.
    pub window: Window,
}

impl WaitlistRequest {
    /// Whether a visit at this time and place is what is waited for.
    pub fn fits(&self, time: &TimeRange, place: &Place) -> bool {
        self.window.covers(time) && Mode::admits(self.mode, place)
    }
}

/// Who comes first. Everybody joins as [`Routine`](Priority::Routine); what is urgent is said by the doctor or an administrator, not
/// by who would gain from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Before all others.
    Urgent,
    /// In the order of joining.
    Routine,
}

/// An entry of a waiting list: what a patient waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name for life.
    pub id: WaitlistEntryId,
    /// Who waits.
    pub patient: PatientId,
    /// For what.
    pub wish: WaitlistRequest,
    /// Who comes first.
    pub priority: Priority,
    /// Since when, in whole milliseconds: those of one priority are served in this order.
    pub joined: Timestamp,
    /// What was offered and not taken.
    pub passed: Vec<OfferedTime>,
    /// How far it is.
    pub state: EntryState,
    /// The version that was read.
    pub version: u64,
}

impl Resource for Entry {
    fn parties(&self) -> Parties {
        let doctor = match self.wish.wanted {
            Target::Doctor(doctor) => Some(doctor),
            Target::Speciality { .. } => None,
        };
        Parties { doctor, ..Parties::patient(self.patient) }
    }
}

/// A time that is offered, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedTime {
    /// With whom.
    pub doctor: DoctorId,
    /// The slot that it began with.
    pub slot: SlotId,
}

/// How far an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// It is in line.
    Waiting,
    /// Something is kept for it.
    Offered(Offer),
    /// What was offered was booked.
    Booked {
        /// As which appointment.
        appointment: AppointmentId,
        /// When.
        at: Timestamp,
    },
    /// The patient has left.
    Left {
        /// When.
        at: Timestamp,
    },
    /// It is over without a visit.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        because: Ending,
    },
}

/// Why an entry is over without a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Nothing that was right was given back in time.
    WindowOver,
    /// [`MAX_PASSED`] offers were not taken.
    OffersPassed,
}

/// Slots that are kept for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Whose.
    pub doctor: DoctorId,
    /// When the visit would be.
    pub time: TimeRange,
    /// Where it would be.
    pub place: Place,
    /// The slots that it would take, in order of time: one at least.
    pub slots: Vec<SlotId>,
    /// The first instant at which it may be passed on.
    pub until: Timestamp,
}

impl Offer {
    /// What tells it from every other one of the entry.
    pub fn name(&self) -> OfferedTime {
        OfferedTime { doctor: self.doctor, slot: self.slots[0] }
    }
}

impl Entry {
    /// A patient joins.
    pub fn join(id: WaitlistEntryId, patient: PatientId, wish: WaitlistRequest, now: Timestamp) -> Self {
        let joined = in_milliseconds(now);
        let (priority, passed, state) = (Priority::Routine, Vec::new(), EntryState::Waiting);
        Self { id, patient, wish, priority, joined, passed, state, version: 0 }
    }

    /// Its place among those of its line.
    pub const fn place(&self) -> (Priority, Timestamp, WaitlistEntryId) {
        (self.priority, self.joined, self.id)
    }

    /// What is kept for it.
    pub const fn offer(&self) -> Option<&Offer> {
        match &self.state {
            EntryState::Offered(offer) => Some(offer),
            _ => None,
        }
    }

    /// Whether something may still come of it.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, EntryState::Waiting | EntryState::Offered(_))
    }

    /// When somebody has to look at it again although nothing was asked: its offer is over, or its window.
    pub fn due(&self) -> Option<Timer> {
        let at = match &self.state {
            EntryState::Waiting => self.wish.window.to,
            EntryState::Offered(offer) => offer.until,
            _ => return None,
        };
        Some(Timer::new(at, Message::WaitlistDue { entry: self.id, at }))
    }

    /// What of `slots`, all of `doctor`, in order of time, would be offered to it: which of them, and the offer.
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

/// Hands slots over that were given back and are free: to the first in line for whom they are right, and what is left of them to everybody.
/// `waiting` may hold who waits for something else; whoever gives the slots back, `giver`, is not offered them. What a suspended
/// doctor has free is offered to nobody.
///
/// The slots come back as they are to be written, with the entries that have an offer now.
pub fn hand_over(
    mut slots: Vec<Slot>,
    doctor: &Doctor,
    mut waiting: Vec<Entry>,
    giver: Option<PatientId>,
    now: Timestamp,
) -> (Vec<Slot>, Vec<Entry>) {
    slots.sort_unstable_by_key(|slot| slot.time);
    waiting.sort_unstable_by_key(Entry::place);
    // Whoever was given another place while the line was being read stands in it twice.
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
        // What was one visit is room for one, on a day that takes so many.
        if doctor.terms.daily_limit.is_some() {
            break;
        }
    }
    (slots, offered)
}

/// What a patient waits for at the moment: what keeps it within [`MAX_ENTRIES`], and from being the same twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEntries {
    /// Whose.
    pub patient: PatientId,
    /// In no particular order. The window of some may be over.
    pub open: Vec<OpenEntry>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEntry {
    /// Which entry it is.
    pub entry: WaitlistEntryId,
    /// Where.
    pub line: WaitlistQueue,
    /// For when.
    pub window: Window,
}

/// Why a patient can't join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefusal {
    /// In the same line, for a time that overlaps.
    #[error("you wait for that already")]
    Already {
        /// By this entry.
        entry: WaitlistEntryId,
    },
    /// [`MAX_ENTRIES`] are reached.
    #[error("you wait for {MAX_ENTRIES} things already")]
    TooMany,
}

impl OpenEntries {
    /// Of a patient of whom none is stored.
    pub const fn none(patient: PatientId) -> Self {
        Self { patient, open: Vec::new(), version: 0 }
    }

    /// Adds an entry, and drops what is over.
    ///
    /// # Errors
    /// [`JoinRefusal`].
    pub fn admit(&self, entry: &Entry, now: Timestamp) -> Result<Self, JoinRefusal> {
        let line = entry.wish.wanted.line();
        let mut open: Vec<OpenEntry> = self.open.iter().filter(|wait| wait.window.to > now).cloned().collect();
        if let Some(same) = open.iter().find(|wait| wait.line == line && wait.window.overlaps(&entry.wish.window)) {
            return Err(JoinRefusal::Already { entry: same.entry });
        }
        if open.len() >= MAX_ENTRIES {
            return Err(JoinRefusal::TooMany);
        }
        open.push(OpenEntry { entry: entry.id, line, window: entry.wish.window });
        Ok(Self { open, ..self.clone() })
    }

    /// Without an entry, whether it was in it or not.
    #[must_use]
    pub fn without(&self, entry: WaitlistEntryId) -> Self {
        let open = self.open.iter().filter(|wait| wait.entry != entry).cloned().collect();
        Self { open, ..self.clone() }
    }
}

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
    /// The slots that it does not need any more: free, to be handed over before this is written.
    pub slots: Vec<Slot>,
    /// Whose they are.
    pub doctor: Option<Doctor>,
    /// The entries to which they are offered.
    pub offered: Vec<Entry>,
}

/// Nothing is offered, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing is offered")]
pub struct NoOffer;

/// The entry is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entry is over")]
pub struct EntryOver;

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
    fn turn(self, state: EntryState, taken: &[SlotId]) -> EntryTransition {
        let given_back = self.kept().filter(|slot| !taken.contains(&slot.id()));
        let slots = given_back.map(|slot| Slot { state: SlotState::Free, ..slot.clone() }).collect();
        let was_waiting = self.entry.state == EntryState::Waiting;
        let entry = Entry { state, ..self.entry };
        let waits = (!entry.is_open()).then(|| self.waits.without(entry.id));
        EntryTransition { entry, was_waiting, waits, slots, doctor: self.doctor, offered: Vec::new() }
    }

    /// The offer is let pass. One that could not be taken any more counts for nothing: the doctor took it back, or is suspended.
    fn pass(mut self, offer: &Offer, now: Timestamp) -> EntryTransition {
        if self.kept().next().is_some() && self.doctor.as_ref().is_some_and(Doctor::is_active) {
            self.entry.passed.push(offer.name());
        }
        let state = if self.entry.passed.len() >= MAX_PASSED {
            EntryState::Ended { at: now, because: Ending::OffersPassed }
        } else if self.entry.wish.window.to <= now {
            EntryState::Ended { at: now, because: Ending::WindowOver }
        } else {
            EntryState::Waiting
        };
        self.turn(state, &[])
    }

    /// What has to happen because of the time alone: an offer is over, or the window. Nothing, if nothing has.
    ///
    /// Whoever has booked or moved into what was offered in another way than by accepting has it all the same.
    pub fn on_deadline(self, now: Timestamp) -> Option<EntryTransition> {
        match self.entry.state.clone() {
            EntryState::Waiting if self.entry.wish.window.to <= now => {
                Some(self.turn(EntryState::Ended { at: now, because: Ending::WindowOver }, &[]))
            }
            EntryState::Offered(offer) if offer.until <= now => {
                let own = self.holder.as_ref().filter(|holder| holder.patient == self.entry.patient);
                Some(match own.map(|holder| holder.id) {
                    Some(appointment) => self.turn(EntryState::Booked { appointment, at: now }, &[]),
                    None => self.pass(&offer, now),
                })
            }
            _ => None,
        }
    }
}

impl Authorized<WaitlistEntryDetails> {
    /// The patient leaves. Nothing, if the entry is over already.
    pub fn leave(self, now: Timestamp) -> Option<EntryTransition> {
        let file = self.into_inner();
        file.entry.is_open().then(|| file.turn(EntryState::Left { at: now }, &[]))
    }

    /// The patient does not want `named`, which is offered, and waits for something else. Nothing, if it was let pass already.
    ///
    /// # Errors
    /// [`NoOffer`]: nothing is, or something else.
    pub fn decline(self, named: OfferedTime, now: Timestamp) -> Result<Option<EntryTransition>, NoOffer> {
        let file = self.into_inner();
        if file.entry.passed.contains(&named) {
            return Ok(None);
        }
        let offer = file.entry.offer().filter(|offer| offer.name() == named && file.kept().next().is_some()).cloned();
        Ok(Some(file.pass(&offer.ok_or(NoOffer)?, now)))
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
        let file = self.into_inner();
        let Some(offer) = file.entry.offer() else { return Err(NoOffer.into()) };
        if offer.name() != named || snapshot.slot.id() != named.slot || !file.keeps(&snapshot.slot) {
            return Err(NoOffer.into());
        }
        let wish = BookingWish { kind: file.entry.wish.kind, has_reason };
        let booking = snapshot.hold(wish, file.entry.patient, id, now, hold_for)?;
        let taken: Vec<SlotId> = booking.slots.iter().map(Slot::id).collect();
        let turn = file.turn(EntryState::Booked { appointment: id, at: now }, &taken);
        Ok((booking, turn))
    }
}

impl Authorized<Entry> {
    /// Gives it another priority.
    ///
    /// # Errors
    /// [`EntryOver`].
    pub fn prioritise(self, priority: Priority) -> Result<Entry, EntryOver> {
        let entry = self.into_inner();
        if entry.is_open() { Ok(Entry { priority, ..entry }) } else { Err(EntryOver) }
    }
}

impl Priority {
    /// All of them, in their order.
    pub const ALL: [Self; 2] = [Self::Urgent, Self::Routine];
}

#[cfg(test)]
mod tests {
    use crate::appointments::waitlist::slot::PASSED_ON_WITHIN;
    use proptest::prelude::*;

    use super::*;
    use crate::appointments::agenda::Agenda;
    use crate::core::money::Paise;
    use crate::directory::doctor::{KindTerms, Terms};
    use crate::testing::{
        appointment_id, at, authorized, confirmed, doctor, entry_id, minutes, now, other_patient, patient_id, range,
        slot, snapshot, waiting,
    };

    fn half_hour_from(start: &str) -> Slot {
        Slot::by_hand(slot().doctor, range(start, 30), 9)
    }

    fn hand(slots: Vec<Slot>, waiting: Vec<Entry>) -> (Vec<Slot>, Vec<Entry>) {
        hand_over(slots, &doctor(), waiting, None, now())
    }

    /// The time of the slot of the tests.
    fn named() -> OfferedTime {
        OfferedTime { doctor: slot().doctor, slot: slot().id() }
    }

    #[test]
    fn a_window_is_what_is_stored_of_it_and_long_enough() {
        let at = |nanoseconds: i128| Timestamp::from_nanosecond(now().as_nanosecond() + nanoseconds).unwrap();
        assert_eq!(Window::new(at(1), at(2)), Err(InvalidWindow::EndsBeforeStart), "nothing is left of it");
        let window = Window::new(at(1), at(1) + minutes(LEAST_WINDOW_MINUTES)).unwrap();
        assert_eq!(Window::new(window.from(), window.to()), Ok(window));
        assert_eq!(window.ahead(now()), Ok(window));
        let short = Window::new(now(), now() + minutes(LEAST_WINDOW_MINUTES - 1)).unwrap();
        assert_eq!(short.ahead(now()), Err(InvalidWindow::TooShort));
    }

    #[test]
    fn on_a_day_that_takes_so_many_one_visit_leaves_room_for_one() {
        let limited = Doctor { terms: Terms { daily_limit: Some(3), ..Terms::default() }, ..doctor() };
        let slots = vec![slot(), half_hour_from("2026-12-01T05:00:00Z")];
        assert_eq!(hand_over(slots.clone(), &limited, vec![waiting(1), waiting(2)], None, now()).1.len(), 1);
        assert_eq!(hand_over(slots.clone(), &doctor(), vec![waiting(1), waiting(2)], None, now()).1.len(), 2);
        // Read twice, once.
        assert_eq!(hand_over(slots, &doctor(), vec![waiting(1), waiting(1)], None, now()).1.len(), 1);
    }

    /// Entry 1 with an offer of the slot of the tests.
    fn offered() -> WaitlistEntryDetails {
        let (slots, mut entries) = hand(vec![slot()], vec![waiting(1)]);
        let entry = entries.remove(0);
        let open = vec![OpenEntry { entry: entry.id, line: entry.wish.wanted.line(), window: entry.wish.window }];
        let waits = OpenEntries { patient: entry.patient, open, version: 1 };
        WaitlistEntryDetails { entry, waits, slots, doctor: Some(doctor()), holder: None }
    }

    fn until() -> Timestamp {
        now() + minutes(OFFER_MINUTES)
    }

    #[test]
    fn what_is_given_back_is_kept_for_the_first_in_line_and_for_nobody_else() {
        let urgent = Entry { priority: Priority::Urgent, ..waiting(3) };
        let (slots, offered) = hand(vec![slot()], vec![waiting(2), urgent.clone(), waiting(1)]);
        let until_passed_on = until() + PASSED_ON_WITHIN;
        let state = SlotState::Offered { patient: urgent.patient, entry: urgent.id, until: until_passed_on };
        assert_eq!(slots, [Slot { state, ..slot() }]);
        let Slot { doctor, time, place, .. } = slot();
        let offer = Offer { doctor, time, place, slots: vec![slot().id()], until: until() };
        assert_eq!(offered, [Entry { state: EntryState::Offered(offer), ..urgent }]);
        assert_eq!(hand(vec![slot()], vec![waiting(2), waiting(1)]).1[0].id, entry_id(1));
    }

    #[test]
    fn what_is_right_for_nobody_is_free() {
        let not_for = |entry: Entry| assert_eq!(hand(vec![slot()], vec![entry]), (vec![slot()], vec![]));
        let wish = || waiting(1).wish;
        let wishes = |wish: WaitlistRequest| Entry { wish, ..waiting(1) };
        not_for(wishes(WaitlistRequest {
            window: Window::new(now(), slot().time.end() - minutes(1)).unwrap(),
            ..wish()
        }));
        let late = Window::new(slot().time.start() + minutes(1), wish().window.to()).unwrap();
        not_for(wishes(WaitlistRequest { window: late, ..wish() }));
        let wanted = Target::Doctor(DoctorId::from_uuid(uuid::Uuid::nil()));
        not_for(wishes(WaitlistRequest { wanted, ..wish() }));
        not_for(wishes(WaitlistRequest { mode: Some(Mode::Clinic), ..wish() }));
        not_for(Entry { passed: vec![OfferedTime { doctor: slot().doctor, slot: slot().id() }], ..waiting(1) });
        not_for(Entry { state: EntryState::Left { at: now() }, ..waiting(1) });
        not_for(offered().entry);
        assert_eq!(hand(vec![], vec![waiting(1)]), (vec![], vec![]));
    }

    #[test]
    fn whoever_gives_a_slot_back_is_not_offered_it() {
        let (_, offered) = hand_over(vec![slot()], &doctor(), vec![waiting(1), waiting(2)], Some(patient_id()), now());
        assert_eq!(offered[0].id, entry_id(2));
    }

    #[test]
    fn nothing_of_a_suspended_doctor_or_that_closes_at_once_is_offered() {
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        assert_eq!(hand_over(vec![slot()], &suspended, vec![waiting(1)], None, now()).1, []);
        let closing = |minutes_left| Slot { closes: now() + minutes(minutes_left), ..slot() };
        assert_eq!(hand(vec![closing(LEAST_OFFER_MINUTES - 1)], vec![waiting(1)]).1, []);
        // On leave: the doctor's slots have closed long ago.
        assert_eq!(hand(vec![Slot { closes: Timestamp::MIN, ..slot() }], vec![waiting(1)]).1, []);
        let soon = hand(vec![closing(10)], vec![waiting(1)]).1;
        assert_eq!(
            soon[0].offer().unwrap().until,
            now() + minutes(10),
            "never beyond the time in which it can be booked"
        );
    }

    #[test]
    fn who_waits_for_a_speciality_is_offered_what_those_have_who_treat_it_and_speak_the_language() {
        let wants = |speciality: &str, language: Option<&str>| {
            let (speciality, language) = (speciality.parse().unwrap(), language.map(|text| text.parse().unwrap()));
            let wanted = Target::Speciality { speciality, language };
            Entry { wish: WaitlistRequest { wanted, ..waiting(1).wish }, ..waiting(1) }
        };
        let count = |entry| hand(vec![slot()], vec![entry]).1.len();
        assert_eq!(count(wants("cardiology", None)), 1);
        assert_eq!(count(wants("cardiology", Some("en"))), 1);
        assert_eq!(count(wants("cardiology", Some("hi"))), 0);
        assert_eq!(count(wants("dermatology", None)), 0);
        assert_eq!(WaitlistQueue::of(&doctor()).count(), 2);
    }

    #[test]
    fn a_long_visit_needs_adjacent_slots_and_what_is_left_goes_to_others() {
        let long = KindTerms { slots: 2, fee: Paise::new(90_000).unwrap() };
        let kinds = [(VisitKind::Emergency, long)].into();
        let doctor = Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor() };
        let long = Entry { wish: WaitlistRequest { kind: VisitKind::Emergency, ..waiting(1).wish }, ..waiting(1) };
        let hand = |slots| hand_over(slots, &doctor, vec![long.clone(), waiting(2)], None, now());
        let (second, third) = (half_hour_from("2026-12-01T05:00:00Z"), half_hour_from("2026-12-01T05:30:00Z"));
        let (_, offered) = hand(vec![third.clone(), second.clone(), slot()]);
        let kept = |entry: &Entry| (entry.id, entry.offer().unwrap().slots.clone());
        assert_eq!(kept(&offered[0]), (entry_id(1), vec![slot().id(), second.id()]));
        assert_eq!(kept(&offered[1]), (entry_id(2), vec![third.id()]));
        let (_, apart) = hand(vec![slot(), third]);
        assert_eq!(apart.iter().map(|entry| entry.id).collect::<Vec<_>>(), [entry_id(2)]);
    }

    #[test]
    fn an_accepted_offer_is_booked_by_the_rule_of_every_booking_and_ends_the_wait() {
        let snapshot = |slot: Slot| BookingSnapshot { slot, ..snapshot() };
        let accept = |file: WaitlistEntryDetails, snapshot| {
            authorized(file).accept(named(), snapshot, false, appointment_id(7), now(), minutes(10))
        };
        let (booking, turn) = accept(offered(), snapshot(offered().slots.remove(0))).unwrap();
        assert_eq!((booking.appointment.id, booking.slots.len()), (appointment_id(7), 1));
        assert_eq!(turn.entry.state, EntryState::Booked { appointment: appointment_id(7), at: now() });
        assert_eq!((turn.waits.unwrap().open, turn.slots, turn.was_waiting), (vec![], vec![], false));

        // It was passed on meanwhile, or everybody had it.
        let gone = Err(AcceptRefusal::NoOffer(NoOffer));
        assert_eq!(accept(offered(), snapshot(slot())), gone);
        let to_another = SlotState::Offered { patient: other_patient(), entry: entry_id(2), until: until() };
        assert_eq!(accept(offered(), snapshot(Slot { state: to_another, ..slot() })), gone);
        assert_eq!(accept(WaitlistEntryDetails { entry: waiting(1), ..offered() }, snapshot(slot())), gone);
        let busy =
            crate::appointments::agenda::Entry { time: slot().time, appointment: appointment_id(3), hold_until: None };
        let agenda = Agenda { entries: vec![busy], ..snapshot(slot()).agenda };
        let refused = accept(offered(), BookingSnapshot { agenda, ..snapshot(offered().slots.remove(0)) });
        let with = BookRefusal::PatientBusy { with: appointment_id(3) };
        assert_eq!(refused, Err(AcceptRefusal::Booking(with)));
    }

    #[test]
    fn an_offer_that_is_let_pass_costs_no_place_until_the_last_one_does() {
        let turn = authorized(offered()).decline(named(), now()).unwrap().unwrap();
        assert_eq!((&turn.entry.state, turn.entry.place()), (&EntryState::Waiting, waiting(1).place()));
        assert_eq!((turn.slots, turn.waits), (vec![slot()], None));
        // Said again, after something else was offered: nothing more is declined.
        let other = OfferedTime { doctor: slot().doctor, slot: SlotId::new(at("2026-12-02T04:30:00Z")).unwrap() };
        let again = WaitlistEntryDetails { entry: turn.entry.clone(), ..offered() };
        assert_eq!(authorized(again).decline(named(), now()), Ok(None));
        assert_eq!(authorized(offered()).decline(other, now()), Err(NoOffer));
        // The same slot is for the others now.
        assert_eq!(hand(vec![slot()], vec![turn.entry, waiting(2)]).1[0].id, entry_id(2));

        let mut often = offered();
        let earlier = |day: i64| half_hour_from("2026-12-02T04:30:00Z").time.start() + minutes(day * 24 * 60);
        let earlier = |day| OfferedTime { doctor: slot().doctor, slot: SlotId::new(earlier(day)).unwrap() };
        often.entry.passed = (1..i64::try_from(MAX_PASSED).unwrap()).map(earlier).collect();
        // What could not be taken any more counts for nothing.
        let withdrawn = Slot { state: SlotState::Withdrawn, ..slot() };
        let gone = WaitlistEntryDetails { slots: vec![withdrawn], ..often.clone() };
        assert_eq!(gone.on_deadline(until()).unwrap().entry.state, EntryState::Waiting);
        let turn = often.on_deadline(until()).unwrap();
        assert_eq!(turn.entry.state, EntryState::Ended { at: until(), because: Ending::OffersPassed });
        assert_eq!((turn.slots, turn.waits.unwrap().open), (vec![slot()], vec![]));
    }

    #[test]
    fn an_offer_is_over_at_its_end_and_not_before() {
        assert_eq!(offered().on_deadline(until() - minutes(1)), None);
        let turn = offered().on_deadline(until()).unwrap();
        assert_eq!((turn.entry.state, turn.slots), (EntryState::Waiting, vec![slot()]));
        assert_eq!(turn.entry.passed, [OfferedTime { doctor: slot().doctor, slot: slot().id() }]);
        // Somebody else took it after that.
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(5) }, ..slot() };
        let late = WaitlistEntryDetails { slots: vec![taken.clone()], ..offered() };
        assert_eq!(late.clone().on_deadline(until()).unwrap().slots, []);
        assert_eq!(authorized(late).decline(named(), now()), Err(NoOffer));
        // The patient has booked it as anybody would.
        let own = WaitlistEntryDetails { slots: vec![taken], holder: Some(confirmed()), ..offered() };
        let turn = own.on_deadline(until()).unwrap();
        assert_eq!(turn.entry.state, EntryState::Booked { appointment: confirmed().id, at: until() });
    }

    #[test]
    fn a_wait_ends_with_its_window() {
        let file = WaitlistEntryDetails { entry: waiting(1), slots: vec![], ..offered() };
        let end = waiting(1).wish.window.to();
        assert_eq!(file.clone().on_deadline(end - minutes(1)), None);
        let turn = file.on_deadline(end).unwrap();
        assert_eq!(turn.entry.state, EntryState::Ended { at: end, because: Ending::WindowOver });
        assert!(turn.was_waiting && turn.waits.unwrap().open.is_empty());
        assert_eq!(
            offered().on_deadline(end).unwrap().entry.state,
            EntryState::Ended { at: end, because: Ending::WindowOver }
        );
    }

    #[test]
    fn whoever_leaves_gives_the_offer_back() {
        let turn = authorized(offered()).leave(now()).unwrap();
        assert_eq!((turn.entry.state.clone(), turn.slots), (EntryState::Left { at: now() }, vec![slot()]));
        assert_eq!(authorized(WaitlistEntryDetails { entry: turn.entry, ..offered() }).leave(now()), None);
    }

    #[test]
    fn a_patient_waits_for_the_same_once_and_for_so_many_things_and_no_more() {
        let none = OpenEntries::none(patient_id());
        let one = none.admit(&waiting(1), now()).unwrap();
        assert_eq!(one.admit(&waiting(2), now()), Err(JoinRefusal::Already { entry: entry_id(1) }));
        let from = waiting(1).wish.window.to();
        let window = Window::new(from, from + minutes(60)).unwrap();
        let next = Entry { wish: WaitlistRequest { window, ..waiting(2).wish }, ..waiting(2) };
        assert!(one.admit(&next, now()).is_ok());
        assert_eq!(one.admit(&waiting(2), from).unwrap().open.len(), 1, "the first is over by then");
        let other = |number| {
            let wanted = Target::Doctor(DoctorId::from_uuid(uuid::Uuid::from_u128(number)));
            Entry { wish: WaitlistRequest { wanted, ..waiting(1).wish }, ..waiting(1) }
        };
        let full = (0..10).fold(none, |waits, number| waits.admit(&other(number), now()).unwrap());
        assert_eq!(full.admit(&other(10), now()), Err(JoinRefusal::TooMany));
        assert_eq!(full.without(entry_id(1)).open, []);
    }

    #[test]
    fn a_window_is_ahead_and_not_too_far() {
        let days = |from: i64, to: i64| Window::new(now() + minutes(from * 1_440), now() + minutes(to * 1_440));
        assert!(days(0, MAX_HORIZON_DAYS).unwrap().ahead(now()).is_ok());
        assert!(days(-1, 1).unwrap().ahead(now()).is_ok());
        assert_eq!(days(0, MAX_HORIZON_DAYS + 1).unwrap().ahead(now()), Err(InvalidWindow::TooFarAhead));
        assert_eq!(days(-1, 0).unwrap().ahead(now()), Err(InvalidWindow::Over));
        assert_eq!(days(1, 1), Err(InvalidWindow::EndsBeforeStart));
    }

    #[test]
    fn what_is_over_gets_no_other_priority() {
        assert_eq!(authorized(waiting(1)).prioritise(Priority::Urgent).unwrap().priority, Priority::Urgent);
        let over = Entry { state: EntryState::Left { at: now() }, ..waiting(1) };
        assert_eq!(authorized(over).prioritise(Priority::Urgent), Err(EntryOver));
    }

    proptest! {
        #[test]
        fn each_slot_is_kept_for_one_and_each_entry_has_what_is_kept_for_it(
            free in proptest::collection::vec(any::<bool>(), 1..8),
            clinic in proptest::collection::vec(any::<bool>(), 8),
            entries in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_i64..8, 0_usize..3), 0..8),
        ) {
            let long = KindTerms { slots: 2, fee: Paise::ZERO };
            let kinds = [(VisitKind::Emergency, long)].into();
            let doctor = Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor() };
            let slots: Vec<Slot> = free.iter().enumerate().filter(|(_, is_free)| **is_free).map(|(number, _)| {
                let start = slot().time.start() + minutes(30 * i64::try_from(number).unwrap());
                let time = TimeRange::new(start, start + minutes(30)).unwrap();
                let place = if clinic[number] { Place::Clinic { name: "Indiranagar".parse().unwrap() } } else { Place::Video };
                Slot { place, ..Slot::by_hand(slot().doctor, time, 9) }
            }).collect();
            let entries: Vec<Entry> = entries.iter().zip(1..).map(|((urgent, long, late, mode), number)| Entry {
                priority: if *urgent { Priority::Urgent } else { Priority::Routine },
                wish: WaitlistRequest {
                    kind: if *long { VisitKind::Emergency } else { VisitKind::Consultation },
                    mode: Mode::ALL.get(*mode).copied(),
                    window: Window::new(slot().time.start() + minutes(30 * late), waiting(1).wish.window.to()).unwrap(),
                    ..waiting(number).wish
                },
                ..waiting(number)
            }).collect();
            let (after, offered) = hand_over(slots.clone(), &doctor, entries.clone(), None, now());
            let times = |slots: &[Slot]| slots.iter().map(|slot| slot.time).collect::<Vec<_>>();
            prop_assert_eq!(times(&after), times(&slots));
            for entry in &offered {
                let offer = entry.offer().unwrap();
                let kept = after.iter().filter(|slot| matches!(slot.state, SlotState::Offered { entry: id, .. } if id == entry.id));
                prop_assert_eq!(&kept.map(Slot::id).collect::<Vec<_>>(), &offer.slots);
                prop_assert!(entry.wish.window.covers(&offer.time));
                prop_assert!(entry.wish.mode.is_none_or(|mode| mode == Mode::of(&offer.place)));
                let kept = after.iter().filter(|slot| offer.slots.contains(&slot.id()));
                let places: BTreeSet<Mode> = kept.map(|slot| Mode::of(&slot.place)).collect();
                prop_assert_eq!(places, BTreeSet::from([Mode::of(&offer.place)]));
            }
            let kept: usize = offered.iter().map(|entry| entry.offer().unwrap().slots.len()).sum();
            let not_free = after.iter().filter(|slot| slot.state != SlotState::Free).count();
            prop_assert_eq!(kept, not_free);
            // Nobody who was passed over could have had what is left.
            let left: Vec<Slot> = after.into_iter().filter(|slot| slot.state == SlotState::Free).collect();
            let passed_over = entries.into_iter().filter(|entry| !offered.iter().any(|offered| offered.id == entry.id));
            prop_assert_eq!(hand_over(left, &doctor, passed_over.collect(), None, now()).1, vec![]);
        }
    }
}
