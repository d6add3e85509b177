//! A doctor's published slots: who holds one, and what may be published beside the others.
//!
//! [`Slot::is_bookable`] is the one rule that listing and booking share: what the list offers can be booked, unless
//! another write came between.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AppointmentId, DoctorId, SlotId};
use crate::time::TimeRange;

/// The most slots that one publication adds: four weeks of ten-minute slots.
pub const MAX_PUBLISHED_AT_ONCE: usize = 1000;

/// An interval that a doctor published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Whose it is.
    pub doctor: DoctorId,
    /// When it is. Its start names it among the doctor's slots.
    pub time: TimeRange,
    /// Who has it.
    pub state: SlotState,
    /// The version that was read.
    pub version: u64,
}

/// Who has a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlotState {
    /// Nobody.
    Free,
    /// An appointment that is not paid yet. Nothing needs to happen at `until`: from then on anybody may take it.
    Held {
        /// By which appointment.
        appointment: AppointmentId,
        /// The first instant at which it is held no longer.
        until: Timestamp,
    },
    /// An appointment that is paid, or free of charge.
    Booked {
        /// Which one.
        appointment: AppointmentId,
    },
    /// The doctor took it back.
    Withdrawn,
}

/// Why a slot does not change hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefusal {
    /// It started already.
    #[error("the slot is in the past")]
    InPast,
    /// Another appointment has it, or the doctor took it back.
    #[error("the slot is taken")]
    Taken,
    /// The appointment does not have it.
    #[error("the slot belongs to another appointment")]
    NotHolder,
}

/// Why a slot can't be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawRefusal {
    /// A patient is about to pay.
    #[error("the slot is held by a patient")]
    Held,
    /// Its appointment has to be cancelled instead.
    #[error("the slot is booked")]
    Booked,
}

impl Slot {
    /// Its name among the doctor's slots.
    pub fn id(&self) -> SlotId {
        SlotId::from(&self.time)
    }

    /// Whether anybody may take it: it is in the future, and free, or its hold is over.
    pub fn is_bookable(&self, now: Timestamp) -> bool {
        self.time.start() > now
            && match self.state {
                SlotState::Free => true,
                SlotState::Held { until, .. } => until <= now,
                SlotState::Booked { .. } | SlotState::Withdrawn => false,
            }
    }

    /// The appointment that it carries, even if its hold is over and nobody else took it yet.
    pub const fn holder(&self) -> Option<AppointmentId> {
        match self.state {
            SlotState::Held { appointment, .. } | SlotState::Booked { appointment } => {
                Some(appointment)
            }
            SlotState::Free | SlotState::Withdrawn => None,
        }
    }

    /// Reserves it for an appointment that is to be paid.
    pub fn hold(
        self,
        appointment: AppointmentId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Self, SlotRefusal> {
        self.bookable(now).map(|slot| Self {
            state: SlotState::Held { appointment, until },
            ..slot
        })
    }

    /// Gives it to an appointment: the one that it carries, whatever became of the hold, or any if it is bookable.
    pub fn book(self, appointment: AppointmentId, now: Timestamp) -> Result<Self, SlotRefusal> {
        let slot = if self.holder() == Some(appointment) {
            self
        } else {
            self.bookable(now)?
        };
        Ok(Self {
            state: SlotState::Booked { appointment },
            ..slot
        })
    }

    /// Gives it back, which only the appointment that it carries can do.
    pub fn free(self, appointment: AppointmentId) -> Result<Self, SlotRefusal> {
        if self.holder() == Some(appointment) {
            Ok(Self {
                state: SlotState::Free,
                ..self
            })
        } else {
            Err(SlotRefusal::NotHolder)
        }
    }

    /// Takes it back from publication. Doing so again changes nothing.
    pub fn withdraw(self, now: Timestamp) -> Result<Self, WithdrawRefusal> {
        match self.state {
            SlotState::Held { until, .. } if until > now => Err(WithdrawRefusal::Held),
            SlotState::Booked { .. } => Err(WithdrawRefusal::Booked),
            SlotState::Free | SlotState::Held { .. } | SlotState::Withdrawn => Ok(Self {
                state: SlotState::Withdrawn,
                ..self
            }),
        }
    }

    fn bookable(self, now: Timestamp) -> Result<Self, SlotRefusal> {
        if self.time.start() <= now {
            Err(SlotRefusal::InPast)
        } else if self.is_bookable(now) {
            Ok(self)
        } else {
            Err(SlotRefusal::Taken)
        }
    }
}

/// The version that every publication of a doctor passes, so that two of them can't overlap. Bookings never touch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Whose it is.
    pub doctor: DoctorId,
    /// The version that was read; 0 before the first publication.
    pub version: u64,
}

/// What a publication adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The slots to write, in order of time. One that was withdrawn before keeps the version that it has.
    pub new: Vec<Slot>,
    /// How many of the wanted ones are published already, so that repeating a publication is harmless.
    pub already: usize,
}

/// Why nothing is published. It is all or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishRefusal {
    /// Nothing was asked for: no slot fits into the hours.
    #[error("there is no slot to publish")]
    Nothing,
    /// More than [`MAX_PUBLISHED_AT_ONCE`].
    #[error(
        "{wanted} slots are more than the {MAX_PUBLISHED_AT_ONCE} that can be published at once"
    )]
    TooMany {
        /// How many were asked for.
        wanted: usize,
    },
    /// A wanted slot has started already.
    #[error("{wanted} is not in the future")]
    InThePast {
        /// Which one.
        wanted: TimeRange,
    },
    /// Two wanted slots overlap each other.
    #[error("{first} and {second} overlap each other")]
    WantedOverlap {
        /// The earlier one.
        first: TimeRange,
        /// The later one.
        second: TimeRange,
    },
    /// A wanted slot overlaps a published one without being the same.
    #[error("{wanted} overlaps {existing}, which is published")]
    Overlaps {
        /// The wanted one.
        wanted: TimeRange,
        /// The published one.
        existing: TimeRange,
    },
}

impl Calendar {
    /// Decides what is new among `wanted`. `existing` are all slots of the doctor that could overlap one of them,
    /// withdrawn ones included: those that start from 480 minutes before the first to the end of the last.
    pub fn publish(
        &self,
        existing: &[Slot],
        mut wanted: Vec<TimeRange>,
        now: Timestamp,
    ) -> Result<Publication, PublishRefusal> {
        wanted.sort_unstable();
        let (Some(&first), count) = (wanted.first(), wanted.len()) else {
            return Err(PublishRefusal::Nothing);
        };
        if count > MAX_PUBLISHED_AT_ONCE {
            return Err(PublishRefusal::TooMany { wanted: count });
        }
        if first.start() <= now {
            return Err(PublishRefusal::InThePast { wanted: first });
        }
        // In order of their starts, so that neighbours are enough to compare.
        if let Some(pair) = wanted.windows(2).find(|pair| pair[0].overlaps(&pair[1])) {
            return Err(PublishRefusal::WantedOverlap {
                first: pair[0],
                second: pair[1],
            });
        }

        let (withdrawn, published): (Vec<&Slot>, Vec<&Slot>) = existing
            .iter()
            .partition(|slot| slot.state == SlotState::Withdrawn);
        let mut publication = Publication {
            new: Vec::new(),
            already: 0,
        };
        for time in wanted {
            match published.iter().find(|slot| slot.time.overlaps(&time)) {
                Some(slot) if slot.time == time => publication.already += 1,
                Some(slot) => {
                    return Err(PublishRefusal::Overlaps {
                        wanted: time,
                        existing: slot.time,
                    });
                }
                None => {
                    let before = withdrawn
                        .iter()
                        .find(|slot| slot.id() == SlotId::from(&time));
                    publication.new.push(Slot {
                        doctor: self.doctor,
                        time,
                        state: SlotState::Free,
                        version: before.map_or(0, |slot| slot.version),
                    });
                }
            }
        }
        Ok(publication)
    }
}
