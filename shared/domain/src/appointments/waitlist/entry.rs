//! An entry of a waiting list: the request of a patient, and its state.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::availability::schedule::MAX_HORIZON_DAYS;
use crate::availability::slot::{Mode, Place};
use crate::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use crate::core::person::{Language, Speciality};
use crate::core::time::{TimeRange, in_milliseconds};
use crate::directory::doctor::Doctor;
use crate::directory::visit_kind::VisitKind;
use crate::messages::{Message, Timer};

/// The most open entries of a patient.
pub const MAX_ENTRIES: usize = 10;
/// The number of passed offers that ends an entry: more than come in a night.
pub const MAX_PASSED: usize = 10;
/// The shortest window of an entry, in minutes.
pub const LEAST_WINDOW_MINUTES: i64 = 30;
/// The window in which a patient wants a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    from: Timestamp,
    to: Timestamp,
}

/// The reason why a window is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWindow {
    /// The end is not after the start.
    #[error("must be after from")]
    EndsBeforeStart,
    /// The window is over.
    #[error("must be in the future")]
    Over,
    /// The window is too short for a visit.
    #[error("must be at least {LEAST_WINDOW_MINUTES} minutes after from")]
    TooShort,
    /// The window is beyond the time for which doctors publish slots.
    #[error("must be within {MAX_HORIZON_DAYS} days")]
    TooFarAhead,
}

impl Window {
    /// The window from `from` up to, but not including, `to`. Both are cut to whole milliseconds, as they are stored.
    ///
    /// # Errors
    /// [`InvalidWindow::EndsBeforeStart`].
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, InvalidWindow> {
        let [from, to] = [from, to].map(in_milliseconds);
        if from < to { Ok(Self { from, to }) } else { Err(InvalidWindow::EndsBeforeStart) }
    }

    /// The same window, if a patient can join a waiting list for it now.
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

    /// The first instant of the window.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant after the window.
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// Whether a visit lies within the window from its start to its end.
    pub fn covers(&self, time: &TimeRange) -> bool {
        self.from <= time.start() && time.end() <= self.to
    }

    /// Whether the two windows share an instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// The queue in which an entry waits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitlistQueue {
    /// The queue of a doctor.
    Doctor(DoctorId),
    /// The queue of a speciality.
    Speciality(Speciality),
}

impl WaitlistQueue {
    /// The queues to which a doctor's slots are offered.
    pub fn of(doctor: &Doctor) -> impl Iterator<Item = Self> {
        let specialities = doctor.specialities.iter().cloned().map(Self::Speciality);
        std::iter::once(Self::Doctor(doctor.id)).chain(specialities)
    }
}

/// The doctors that a patient waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This doctor.
    Doctor(DoctorId),
    /// Any doctor of a speciality.
    Speciality {
        /// The speciality.
        speciality: Speciality,
        /// The language that the doctor must speak, if one is named.
        language: Option<Language>,
    },
}

impl Target {
    /// The queue for this target.
    pub fn queue(&self) -> WaitlistQueue {
        match self {
            Self::Doctor(doctor) => WaitlistQueue::Doctor(*doctor),
            Self::Speciality { speciality, .. } => WaitlistQueue::Speciality(speciality.clone()),
        }
    }

    pub(super) fn is(&self, doctor: &Doctor) -> bool {
        match self {
            Self::Doctor(wanted) => *wanted == doctor.id,
            Self::Speciality { speciality, language } => {
                doctor.specialities.contains(speciality)
                    && language.as_ref().is_none_or(|language| doctor.speaks(language))
            }
        }
    }
}

/// The visit for which a patient waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistRequest {
    /// The doctor, or the speciality.
    pub wanted: Target,
    /// The kind of the visit, which determines the number of slots.
    pub kind: VisitKind,
    /// The mode of the visit; `None` for either.
    pub mode: Option<Mode>,
    /// The window of the visit.
    pub window: Window,
}

impl WaitlistRequest {
    /// Whether a visit at this time and place suits the request.
    pub fn fits(&self, time: &TimeRange, place: &Place) -> bool {
        self.window.covers(time) && Mode::admits(self.mode, place)
    }
}

/// The priority of an entry. Every entry joins as [`Routine`](Priority::Routine); only a doctor or an administrator
/// makes it urgent, because the patient would gain from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Before all routine entries.
    Urgent,
    /// In the order of joining.
    Routine,
}

/// An entry of a waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry's id, which never changes.
    pub id: WaitlistEntryId,
    /// The patient who waits.
    pub patient: PatientId,
    /// The visit for which the patient waits.
    pub wish: WaitlistRequest,
    /// The priority in the queue.
    pub priority: Priority,
    /// The instant of joining, in whole milliseconds: entries of one priority are served in this order.
    pub joined: Timestamp,
    /// The times that were offered and not taken.
    pub passed: Vec<OfferedTime>,
    /// The state of the entry.
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

/// A time that is or was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedTime {
    /// The doctor of the visit.
    pub doctor: DoctorId,
    /// The first slot of the visit.
    pub slot: SlotId,
}

/// The state of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// The entry waits in the queue.
    Waiting,
    /// Slots are reserved for the entry.
    Offered(Offer),
    /// The patient has booked the offered visit.
    Booked {
        /// The appointment that was booked.
        appointment: AppointmentId,
        /// The instant of the booking.
        at: Timestamp,
    },
    /// The patient has left.
    Left {
        /// The instant at which the patient left.
        at: Timestamp,
    },
    /// The entry ended without a visit.
    Ended {
        /// The instant of the end.
        at: Timestamp,
        /// The reason of the end.
        because: Ending,
    },
}

/// The reason why an entry ended without a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// No suitable slot was released within the window.
    WindowOver,
    /// [`MAX_PASSED`] offers were not taken.
    OffersPassed,
}

/// An offer: slots that are reserved for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The doctor of the slots.
    pub doctor: DoctorId,
    /// The time of the visit.
    pub time: TimeRange,
    /// The place of the visit.
    pub place: Place,
    /// The slots of the visit, in order of time: at least one.
    pub slots: Vec<SlotId>,
    /// The first instant at which the offer is over.
    pub until: Timestamp,
}

impl Offer {
    /// The doctor and first slot, which tell the offer from every other one of the entry.
    pub fn name(&self) -> OfferedTime {
        OfferedTime { doctor: self.doctor, slot: self.slots[0] }
    }
}

impl Entry {
    /// The entry of a patient who joins now.
    pub fn join(id: WaitlistEntryId, patient: PatientId, wish: WaitlistRequest, now: Timestamp) -> Self {
        let joined = in_milliseconds(now);
        let (priority, passed, state) = (Priority::Routine, Vec::new(), EntryState::Waiting);
        Self { id, patient, wish, priority, joined, passed, state, version: 0 }
    }

    /// The position of the entry in its queue.
    pub const fn place(&self) -> (Priority, Timestamp, WaitlistEntryId) {
        (self.priority, self.joined, self.id)
    }

    /// The offer that the entry has.
    pub const fn offer(&self) -> Option<&Offer> {
        match &self.state {
            EntryState::Offered(offer) => Some(offer),
            _ => None,
        }
    }

    /// Whether the entry is waiting or offered.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, EntryState::Waiting | EntryState::Offered(_))
    }

    /// The timer for the next deadline: the end of the offer, or of the window.
    pub fn due(&self) -> Option<Timer> {
        let at = match &self.state {
            EntryState::Waiting => self.wish.window.to,
            EntryState::Offered(offer) => offer.until,
            _ => return None,
        };
        Some(Timer::new(at, Message::WaitlistDue { entry: self.id, at }))
    }
}

/// The open entries of a patient, which enforce [`MAX_ENTRIES`] and refuse duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEntries {
    /// The patient of the entries.
    pub patient: PatientId,
    /// The entries, in no particular order. The window of some may be over.
    pub open: Vec<OpenEntry>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// An open entry of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEntry {
    /// The entry.
    pub entry: WaitlistEntryId,
    /// The queue in which it waits.
    pub queue: WaitlistQueue,
    /// The window for which it waits.
    pub window: Window,
}

/// The reason why a patient can't join a waiting list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefusal {
    /// The patient has an entry in the same queue for a window that overlaps.
    #[error("you are already on this waiting list for an overlapping time")]
    Already {
        /// The other entry.
        entry: WaitlistEntryId,
    },
    /// The patient has [`MAX_ENTRIES`] open entries.
    #[error("you already have {MAX_ENTRIES} waiting list entries")]
    TooMany,
}

impl OpenEntries {
    /// The open entries of a patient without stored ones.
    pub const fn none(patient: PatientId) -> Self {
        Self { patient, open: Vec::new(), version: 0 }
    }

    /// Adds an entry, and removes the entries with a window that is over.
    ///
    /// # Errors
    /// [`JoinRefusal`].
    pub fn admit(&self, entry: &Entry, now: Timestamp) -> Result<Self, JoinRefusal> {
        let queue = entry.wish.wanted.queue();
        let mut open: Vec<OpenEntry> = self.open.iter().filter(|other| other.window.to > now).cloned().collect();
        if let Some(same) = open.iter().find(|other| other.queue == queue && other.window.overlaps(&entry.wish.window))
        {
            return Err(JoinRefusal::Already { entry: same.entry });
        }
        if open.len() >= MAX_ENTRIES {
            return Err(JoinRefusal::TooMany);
        }
        open.push(OpenEntry { entry: entry.id, queue, window: entry.wish.window });
        Ok(Self { open, ..self.clone() })
    }

    /// The open entries without one, whether it was among them or not.
    #[must_use]
    pub fn without(&self, entry: WaitlistEntryId) -> Self {
        let open = self.open.iter().filter(|other| other.entry != entry).cloned().collect();
        Self { open, ..self.clone() }
    }
}

/// The entry is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entry is over")]
pub struct EntryOver;

impl Authorized<Entry> {
    /// Changes the priority of an open entry.
    ///
    /// # Errors
    /// [`EntryOver`].
    pub fn prioritise(self, priority: Priority) -> Result<Entry, EntryOver> {
        let entry = self.into_inner();
        if entry.is_open() { Ok(Entry { priority, ..entry }) } else { Err(EntryOver) }
    }
}

impl Priority {
    /// All priorities, in their order.
    pub const ALL: [Self; 2] = [Self::Urgent, Self::Routine];
}
