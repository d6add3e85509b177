//! An appointment with everything that changes along with it. Whatever confirms, moves or cancels a visit looks at all
//! of it, and writes what changes under the versions that were read.

use crate::access::{Parties, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::appointment::{Appointment, Stage};
use crate::availability::slot::Slot;
use crate::directory::doctor::Doctor;
use crate::payments::payment::{Payment, PaymentState};
use crate::payments::refund::Refund;

/// An appointment and everything that changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedAppointment {
    /// The appointment.
    pub appointment: Appointment,
    /// The slots that it was booked in, whoever has them now: those that are there, in order of time.
    pub slots: Vec<Slot>,
    /// The patient's agenda.
    pub agenda: Agenda,
    /// The doctor.
    pub doctor: Doctor,
    /// The payment, once one was started.
    pub payment: Option<Payment>,
    /// Its refunds.
    pub refunds: Vec<Refund>,
}

impl Resource for BookedAppointment {
    fn parties(&self) -> Parties {
        self.appointment.parties()
    }
}

impl BookedAppointment {
    /// Whether each of the slots that it was booked in still carries the appointment.
    pub fn has_its_slots(&self) -> bool {
        let Self { appointment, slots, .. } = self;
        slots.len() == appointment.slots.len() && slots.iter().all(|slot| slot.holder() == Some(appointment.id))
    }

    /// Whether it is to take place and lacks its slots or its money. A settlement writes all of it at once, but
    /// whoever reads item by item may see the one before the other.
    pub fn is_torn(&self) -> bool {
        let is_captured = matches!(self.payment, Some(Payment { state: PaymentState::Captured { .. }, .. }));
        match self.appointment.stage {
            Stage::Confirmed { .. } | Stage::CheckedIn { .. } | Stage::InProgress { .. } => {
                !self.has_its_slots() || !(is_captured || self.appointment.fee.is_zero())
            }
            _ => false,
        }
    }

    /// The slots that carry the appointment, free again; those in other hands are left alone.
    pub fn released_slots(&self) -> Vec<Slot> {
        self.slots.iter().filter_map(|slot| slot.clone().free(self.appointment.id).ok()).collect()
    }
}
