//! An entry of a waiting list: what a patient waits for, and how far it is.

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

/// The most entries of a patient that are not over.
pub const MAX_ENTRIES: usize = 10;
/// How many offers an entry may let pass; the last of them ends it. More than come in a night.
pub const MAX_PASSED: usize = 10;
/// The shortest time that one can wait for, in minutes.
pub const LEAST_WINDOW_MINUTES: i64 = 30;
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

    pub(super) fn is(&self, doctor: &Doctor) -> bool {
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

/// The entry is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entry is over")]
pub struct EntryOver;

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
