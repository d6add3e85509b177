//! A patient's open appointments, in one record with one version: what keeps two of them from overlapping, however
//! many doctors they are with. History is not kept here: what is over is pruned by the next write.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AppointmentId, PatientId};
use crate::time::TimeRange;

/// The most open appointments of one patient. It bounds the size of the record, hence the cost of a booking.
pub const MAX_OPEN: usize = 20;
/// The most holds of one patient at a time: holds cost nothing, so they could be used to block a doctor.
pub const MAX_HOLDS: usize = 3;

/// A patient's open appointments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// Whose they are.
    pub patient: PatientId,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
    /// In no particular order. Some may be over.
    pub entries: Vec<Entry>,
}

/// One appointment of an agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it is.
    pub time: TimeRange,
    /// Which one it is.
    pub appointment: AppointmentId,
    /// Until when it is held, if it is not confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Timestamp>,
}

/// Why an appointment does not fit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgendaRefusal {
    /// The patient is busy then.
    #[error("the patient has another appointment at that time")]
    Overlaps {
        /// With this one.
        appointment: AppointmentId,
    },
    /// [`MAX_HOLDS`] are reached.
    #[error("the patient has {MAX_HOLDS} appointments waiting for payment")]
    TooManyHolds,
    /// [`MAX_OPEN`] are reached.
    #[error("the patient has {MAX_OPEN} open appointments")]
    TooManyOpen,
}

impl Entry {
    /// Whether it still takes the patient's time: it has not ended, and its hold, if it is one, neither.
    fn is_open(&self, now: Timestamp) -> bool {
        self.time.end() > now && self.hold_until.is_none_or(|until| until > now)
    }
}

impl Agenda {
    /// The agenda of a patient who has none stored.
    pub const fn empty(patient: PatientId) -> Self {
        Self {
            patient,
            version: 0,
            entries: Vec::new(),
        }
    }

    /// Adds an appointment, held until `hold_until` or confirmed, and drops what is over.
    ///
    /// An appointment that is in it already is moved to `time`.
    pub fn admit(
        &self,
        time: TimeRange,
        appointment: AppointmentId,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, AgendaRefusal> {
        let is_other = |entry: &&Entry| entry.is_open(now) && entry.appointment != appointment;
        let mut entries: Vec<Entry> = self.entries.iter().filter(is_other).copied().collect();
        if let Some(entry) = entries.iter().find(|entry| entry.time.overlaps(&time)) {
            return Err(AgendaRefusal::Overlaps {
                appointment: entry.appointment,
            });
        }
        let holds = entries
            .iter()
            .filter(|entry| entry.hold_until.is_some())
            .count();
        if hold_until.is_some() && holds >= MAX_HOLDS {
            return Err(AgendaRefusal::TooManyHolds);
        }
        if entries.len() >= MAX_OPEN {
            return Err(AgendaRefusal::TooManyOpen);
        }
        entries.push(Entry {
            time,
            appointment,
            hold_until,
        });
        Ok(Self { entries, ..*self })
    }

    /// Makes an appointment's entry a firm one.
    ///
    /// An entry that is still there needs no check, even if its hold is over: had another been admitted in its time,
    /// that write would have pruned it. One that was pruned is admitted like a new one.
    pub fn confirm(
        &self,
        appointment: AppointmentId,
        time: TimeRange,
        now: Timestamp,
    ) -> Result<Self, AgendaRefusal> {
        if !self
            .entries
            .iter()
            .any(|entry| entry.appointment == appointment && entry.time == time)
        {
            return self.admit(time, appointment, None, now);
        }
        let entries = self.entries.iter().map(|&entry| {
            let is_confirmed = entry.appointment == appointment;
            Entry {
                hold_until: entry.hold_until.filter(|_| !is_confirmed),
                ..entry
            }
        });
        Ok(Self {
            entries: entries.collect(),
            ..*self
        })
    }

    /// The agenda without an appointment, whether it was in it or not.
    pub fn without(&self, appointment: AppointmentId) -> Self {
        let others = self
            .entries
            .iter()
            .filter(|entry| entry.appointment != appointment);
        Self {
            entries: others.copied().collect(),
            ..*self
        }
    }
}
