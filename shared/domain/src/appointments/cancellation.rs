//! Cancelling a visit: the change of slots, agenda and money. [`crate::payments::refund_policy`] decides the share that
//! is refunded.

use jiff::Timestamp;

use crate::access::Authorized;
use crate::appointments::agenda::Agenda;
use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::{Appointment, InvalidTransition, Stage};
use crate::appointments::waitlist::{ReleasedSlots, ReleasesSlots};
use crate::core::cancelled_by::CancelledBy;
use crate::payments::account::RefundDecisionOutcome;
use crate::payments::payment::Payment;
use crate::payments::refund::Refund;
use crate::payments::refund_policy::{RefundPolicy, Situation};

/// The records that a cancellation writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The appointment, cancelled.
    pub appointment: Appointment,
    /// The slots that carried this appointment. Slots that carry another one by now are left out.
    pub released: ReleasedSlots,
    /// The patient's agenda without the appointment.
    pub agenda: Agenda,
    /// The payment with the refund decision, if it was captured.
    pub payment: Option<Payment>,
    /// The refund, if the visit was paid and the policy gives a share.
    pub refund: Option<Refund>,
}

impl ReleasesSlots for Cancelled {
    fn released(&self) -> &ReleasedSlots {
        &self.released
    }
}

/// Cancels an appointment that has not begun. The refund is only promised here; it is paid back later.
pub fn cancel(
    visit: Authorized<BookedAppointment>,
    by: CancelledBy,
    reason: Option<String>,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Result<Cancelled, InvalidTransition> {
    let visit = visit.into_inner();
    let situation = Situation::Cancelled { by, notice: visit.appointment.time.start().duration_since(now) };
    let released = match visit.appointment.stage {
        Stage::Held { .. } => ReleasedSlots::for_every_patient(visit.released_slots()),
        _ => ReleasedSlots::for_waiting_patients(visit.released_slots(), &visit.doctor, visit.appointment.patient),
    };
    let agenda = visit.agenda.without(visit.appointment.id);
    let appointment = visit.appointment.cancel(by, reason, now)?;
    let concluded = visit.payment.and_then(|payment| payment.decide_refund(situation, policy, now));
    let (payment, refund) = concluded.map(|RefundDecisionOutcome { payment, refund }| (payment, refund)).unzip();
    Ok(Cancelled { appointment, released, agenda, payment, refund: refund.flatten() })
}

/// Records that a hold is over and releases its slots. No rule depends on it: every rule ignores an expired hold.
pub fn expire(visit: BookedAppointment, now: Timestamp) -> Result<Cancelled, InvalidTransition> {
    Ok(Cancelled {
        // A hold ends by the clock, and from then on every patient may take the slot: another one may have it already.
        // already.
        released: ReleasedSlots::for_every_patient(visit.released_slots()),
        agenda: visit.agenda.without(visit.appointment.id),
        payment: None,
        refund: None,
        appointment: visit.appointment.expire(now)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::appointment::Status;
    use crate::availability::slot::Slot;
    use crate::availability::slot::SlotState;
    use crate::core::money::Paise;
    use crate::payments::refund::RefundReason;
    use crate::testing::{
        appointment_id, authorized, captured_payment, confirmed, held_visit, minutes, now, open_payment, slot, visit,
    };

    fn booked_slot() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn paid() -> BookedAppointment {
        let payment = Some(captured_payment());
        BookedAppointment { appointment: confirmed(), slots: vec![booked_slot()], payment, ..held_visit() }
    }

    fn cancel_paid(by: CancelledBy, now: Timestamp) -> Cancelled {
        cancel(authorized(paid()), by, None, &RefundPolicy::default(), now).unwrap()
    }

    #[test]
    fn a_cancelled_visit_gives_slot_and_time_back() {
        let cancelled = cancel_paid(CancelledBy::Doctor, now());
        assert_eq!(cancelled.appointment.status(now()), Status::Cancelled);
        assert_eq!(cancelled.released.slots(), [slot()]);
        assert_eq!(cancelled.agenda.entries, []);
    }

    #[test]
    fn a_slot_that_another_patient_took_is_left_alone() {
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(2) }, ..slot() };
        let cancel = |slots| {
            let visit = BookedAppointment { slots, ..paid() };
            cancel(authorized(visit), CancelledBy::Admin, None, &RefundPolicy::default(), now())
                .unwrap()
                .released
                .slots()
                .to_vec()
        };
        assert_eq!(cancel(vec![taken.clone()]), []);
        assert_eq!(cancel(vec![]), []);
        assert_eq!(cancel(vec![taken, booked_slot()]), [slot()], "of several, those that it has");
    }

    #[test]
    fn a_patient_gets_the_share_of_the_notice_to_the_paisa() {
        let start = visit().start();
        let refund = |notice| cancel_paid(CancelledBy::Patient, start - notice).refund.map(|refund| refund.amount);
        assert_eq!(refund(minutes(24 * 60)), Paise::new(50_000).ok());
        assert_eq!(refund(minutes(24 * 60 - 1)), Paise::new(25_000).ok());
        assert_eq!(refund(minutes(120)), Paise::new(25_000).ok());
        assert_eq!(refund(minutes(119)), None);
    }

    #[test]
    fn the_others_always_give_everything_back_and_the_refund_says_why() {
        let late = visit().start() - minutes(1);
        for (by, reason) in [
            (CancelledBy::Doctor, RefundReason::CancelledByDoctor),
            (CancelledBy::Admin, RefundReason::CancelledByAdmin),
            (CancelledBy::Suspension, RefundReason::DoctorSuspended),
        ] {
            let refund = cancel_paid(by, late).refund.unwrap();
            assert_eq!((refund.amount, refund.reason), (captured_payment().amount, reason));
            assert_eq!(refund.id.attempt.as_str(), "pay_P1");
        }
    }

    #[test]
    fn a_visit_that_was_not_paid_is_not_refunded() {
        let refund = |payment| {
            let visit = BookedAppointment { payment, ..held_visit() };
            cancel(authorized(visit), CancelledBy::Doctor, None, &RefundPolicy::default(), now()).unwrap().refund
        };
        assert_eq!(refund(None), None);
        assert_eq!(refund(Some(open_payment())), None);
    }

    #[test]
    fn a_visit_that_is_over_cannot_be_cancelled() {
        let policy = RefundPolicy::default();
        let again = BookedAppointment { appointment: cancel_paid(CancelledBy::Patient, now()).appointment, ..paid() };
        assert!(cancel(authorized(again), CancelledBy::Admin, None, &policy, now()).is_err());
        assert!(cancel(authorized(held_visit()), CancelledBy::Patient, None, &policy, now() + minutes(10)).is_err());
    }

    #[test]
    fn an_expired_hold_is_cleaned_up_everywhere_and_a_live_one_nowhere() {
        let until = now() + minutes(10);
        assert!(expire(held_visit(), until - minutes(1)).is_err());
        let expired = expire(held_visit(), until).unwrap();
        assert!(expired.appointment.has_expired(until));
        assert_eq!((expired.released.slots(), expired.refund), ([slot()].as_slice(), None));
        assert_eq!(expired.agenda.entries, []);
    }
}
