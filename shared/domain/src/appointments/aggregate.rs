//! An appointment with all the records that change along with it. The rules that confirm, move or cancel a visit read
//! all of them, and the changes are written under the versions that were read.

use crate::access::{Parties, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::appointment::{Appointment, Stage};
use crate::availability::slot::Slot;
use crate::directory::doctor::Doctor;
use crate::payments::payment::{Payment, PaymentState};
use crate::payments::refund::Refund;

/// An appointment and the records that change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedAppointment {
    /// The appointment.
    pub appointment: Appointment,
    /// The slots in which the visit was booked, in order of time, with any present holder. Slots that no longer exist
    /// are missing.
    pub slots: Vec<Slot>,
    /// The patient's agenda.
    pub agenda: Agenda,
    /// The doctor.
    pub doctor: Doctor,
    /// The payment, once it was started.
    pub payment: Option<Payment>,
    /// The refunds of the payment.
    pub refunds: Vec<Refund>,
}

impl Resource for BookedAppointment {
    fn parties(&self) -> Parties {
        self.appointment.parties()
    }
}

impl BookedAppointment {
    /// Whether each of the booked slots still carries the appointment.
    pub fn has_its_slots(&self) -> bool {
        let Self { appointment, slots, .. } = self;
        slots.len() == appointment.slots.len() && slots.iter().all(|slot| slot.holder() == Some(appointment.id))
    }

    /// Whether a confirmed visit lacks its slots or its money. A settlement writes all of them at once, but a reader
    /// that reads item by item may see one before the other.
    pub fn is_torn(&self) -> bool {
        let is_captured = matches!(self.payment, Some(Payment { state: PaymentState::Captured { .. }, .. }));
        match self.appointment.stage {
            Stage::Confirmed { .. } | Stage::CheckedIn { .. } | Stage::InProgress { .. } => {
                !self.has_its_slots() || !(is_captured || self.appointment.fee.is_zero())
            }
            _ => false,
        }
    }

    /// The slots that carry the appointment, free again. Slots of other holders are left out.
    pub fn released_slots(&self) -> Vec<Slot> {
        self.slots.iter().filter_map(|slot| slot.clone().free(self.appointment.id).ok()).collect()
    }
}
