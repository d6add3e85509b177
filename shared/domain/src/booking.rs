//! Taking a slot: everything that a booking decides, from what one strong read has seen.
//!
//! It makes the hold and nothing else; payment is [`crate::payment`]. What it decides is written under the versions
//! of what it saw, so that it is still true when it is stored.

use jiff::{SignedDuration, Timestamp};

use crate::agenda::{Agenda, AgendaRefusal};
use crate::appointment::{Appointment, AppointmentKind, Stage};
use crate::doctor::Doctor;
use crate::id::{AppointmentId, PatientId};
use crate::slot::{Slot, SlotRefusal};

pub use crate::cancellation::{Cancelled, cancel};

/// How long a patient has to pay, in minutes, unless the stage says otherwise.
pub const DEFAULT_HOLD_MINUTES: i64 = 10;

/// What a booking looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingDesk {
    /// The slot that is wanted.
    pub slot: Slot,
    /// What else the patient has booked.
    pub agenda: Agenda,
    /// Whose slot it is.
    pub doctor: Doctor,
}

/// What the patient asks for beside the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingWish {
    /// What the visit is for.
    pub kind: AppointmentKind,
    /// Whether a reason comes with it, which is stored sealed and beside it.
    pub has_reason: bool,
}

/// What a booking writes, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The slot, held; or booked, if the visit is free of charge.
    pub slot: Slot,
    /// The new appointment.
    pub appointment: Appointment,
    /// The patient's agenda with it.
    pub agenda: Agenda,
}

/// Why the patient can't have the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookRefusal {
    /// Somebody else has it, or the doctor took it back.
    #[error("the slot is taken")]
    SlotTaken,
    /// It started already.
    #[error("the slot is in the past")]
    SlotInPast,
    /// The doctor is suspended.
    #[error("the doctor can't be booked")]
    DoctorUnavailable,
    /// The patient has another appointment then.
    #[error("you have another appointment at that time")]
    PatientBusy {
        /// Which one.
        with: AppointmentId,
    },
    /// Too many appointments of the patient wait for payment.
    #[error("pay or cancel one of your held appointments first")]
    TooManyHolds,
    /// The patient has too many open appointments.
    #[error("you have as many open appointments as one patient can have")]
    TooManyOpen,
}

impl BookingDesk {
    /// Takes the slot for `patient` until `hold_for` from now, or for good if the doctor asks for no fee.
    ///
    /// A hold never lasts beyond the start of the visit: paying after it would only be refunded.
    pub fn hold(
        self,
        wish: BookingWish,
        patient: PatientId,
        id: AppointmentId,
        now: Timestamp,
        hold_for: SignedDuration,
    ) -> Result<Booking, BookRefusal> {
        let Self {
            slot,
            agenda,
            doctor,
        } = self;
        let time = slot.time;
        let until = now
            .checked_add(hold_for)
            .unwrap_or(Timestamp::MAX)
            .min(time.start());
        let is_free_of_charge = doctor.fee.is_zero();

        let (slot, stage, hold_until) = if is_free_of_charge {
            (slot.book(id, now)?, Stage::Confirmed { at: now }, None)
        } else {
            (
                slot.hold(id, until, now)?,
                Stage::Held { until },
                Some(until),
            )
        };
        if !doctor.is_active() {
            return Err(BookRefusal::DoctorUnavailable);
        }
        let agenda = agenda.admit(time, id, hold_until, now)?;

        let appointment = Appointment {
            id,
            patient,
            doctor: doctor.id,
            doctor_name: doctor.name,
            time,
            zone: doctor.zone,
            kind: wish.kind,
            fee: doctor.fee,
            has_reason: wish.has_reason,
            stage,
            created_at: now,
            sequence: 0,
            version: 0,
        };
        Ok(Booking {
            slot,
            appointment,
            agenda,
        })
    }
}

impl From<SlotRefusal> for BookRefusal {
    fn from(refusal: SlotRefusal) -> Self {
        match refusal {
            SlotRefusal::InPast => Self::SlotInPast,
            SlotRefusal::Taken | SlotRefusal::NotHolder => Self::SlotTaken,
        }
    }
}

impl From<AgendaRefusal> for BookRefusal {
    fn from(refusal: AgendaRefusal) -> Self {
        match refusal {
            AgendaRefusal::Overlaps { appointment } => Self::PatientBusy { with: appointment },
            AgendaRefusal::TooManyHolds => Self::TooManyHolds,
            AgendaRefusal::TooManyOpen => Self::TooManyOpen,
        }
    }
}
