//! Cancelling a visit: the change of slots, agenda and money. [`crate::payments::refund_policy`] decides the share that
//! is refunded.

use jiff::Timestamp;

use crate::access::{Authorized, Parties, Resource};
use crate::appointments::agenda::Agenda;
use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::{Appointment, Stage};
use crate::appointments::series::Series;
use crate::appointments::step_refusal::StepRefusal;
use crate::appointments::waitlist::{ReleasedSlots, ReleasesSlots};
use crate::core::cancelled_by::{CancelledBy, Canceller};
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
    by: impl Into<Canceller>,
    reason: Option<String>,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Result<Cancelled, StepRefusal> {
    let by = by.into();
    let cancelled = cancel_visit(visit.into_inner(), by, reason, policy, now)?;
    let agenda = counted(cancelled.agenda, by.side, [&cancelled.appointment], now);
    Ok(Cancelled { agenda, ..cancelled })
}

/// The agenda with what counts of a cancellation: that of visits without a fee by their patient, once.
fn counted<'a>(
    agenda: Agenda,
    by: CancelledBy,
    cancelled: impl IntoIterator<Item = &'a Appointment>,
    now: Timestamp,
) -> Agenda {
    let free = cancelled.into_iter().find(|appointment| by == CancelledBy::Patient && appointment.fee.is_zero());
    match free {
        Some(appointment) => agenda.with_cancellation(appointment.doctor, now),
        None => agenda,
    }
}

fn cancel_visit(
    visit: BookedAppointment,
    by: Canceller,
    reason: Option<String>,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Result<Cancelled, StepRefusal> {
    let situation = Situation::Cancelled { by: by.side, notice: visit.appointment.terms.notice(now) };
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

/// A series with the records of its visits that change along with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesVisits {
    /// The series.
    pub series: Series,
    /// Its visits, in the order in which they were booked, each with the patient's agenda as it was read.
    pub visits: Vec<BookedAppointment>,
}

impl Resource for SeriesVisits {
    fn parties(&self) -> Parties {
        self.series.parties()
    }
}

/// The records that the cancellation of a series writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledSeries {
    /// The series, which stays as it is.
    pub series: Series,
    /// The visits that were still ahead, cancelled. Each has the agenda without it and those before it.
    pub cancelled: Vec<Cancelled>,
    /// The visits that can't be cancelled, each with the reason.
    pub left: Vec<(Appointment, StepRefusal)>,
    released: ReleasedSlots,
}

impl ReleasesSlots for CancelledSeries {
    fn released(&self) -> &ReleasedSlots {
        &self.released
    }
}

/// Cancels the visits of a series that are still ahead, each by the rule of a single cancellation.
pub fn cancel_series(
    visits: Authorized<SeriesVisits>,
    by: impl Into<Canceller>,
    reason: Option<&str>,
    policy: &RefundPolicy,
    now: Timestamp,
) -> CancelledSeries {
    let by = by.into();
    let SeriesVisits { series, visits } = visits.into_inner();
    let (mut cancelled, mut left): (Vec<Cancelled>, _) = (Vec::new(), Vec::new());
    let mut released = ReleasedSlots::for_every_patient(Vec::new());
    for visit in visits {
        let before = visit.appointment.clone();
        let agenda = cancelled.last().map_or_else(|| visit.agenda.clone(), |last| last.agenda.clone());
        match cancel_visit(BookedAppointment { agenda, ..visit }, by, reason.map(str::to_owned), policy, now) {
            Ok(next) => {
                released = released.and(next.released.clone());
                cancelled.push(next);
            }
            Err(refusal) => left.push((before, refusal)),
        }
    }
    if let Some(last) = cancelled.pop() {
        let all = cancelled.iter().chain([&last]).map(|visit| &visit.appointment);
        let agenda = counted(last.agenda.clone(), by.side, all, now);
        cancelled.push(Cancelled { agenda, ..last });
    }
    CancelledSeries { series, cancelled, left, released }
}

/// Records that a hold is over and releases its slots. No rule depends on it: every rule ignores an expired hold.
pub fn expire(visit: BookedAppointment, now: Timestamp) -> Result<Cancelled, StepRefusal> {
    Ok(Cancelled {
        // A hold ends by the clock, and from then on every patient may take the slot: another one may have it already.
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
    fn of_a_series_the_visits_that_are_ahead_are_cancelled_each_by_its_own_notice() {
        let start = |hours: i64| now() + minutes(60 * hours);
        let of = |number: u128, hours: i64| {
            let time = crate::core::time::TimeRange::new(start(hours), start(hours) + minutes(30)).unwrap();
            let id = appointment_id(number);
            let mut visit = paid();
            visit.appointment = Appointment {
                id,
                time,
                slots: vec![crate::core::id::SlotId::from(&time)],
                terms: crate::appointments::visit_terms::VisitTerms::booked(time.start(), None),
                ..visit.appointment
            };
            visit.slots =
                vec![Slot { time, closes: time.start(), state: SlotState::Booked { appointment: id }, ..slot() }];
            visit
        };
        let over = BookedAppointment {
            appointment: paid().appointment.cancel(CancelledBy::Doctor, None, now()).unwrap(),
            ..paid()
        };
        let mut visits = vec![over, of(2, 5), of(3, 50), of(4, 0)];
        let entry = |visit: &BookedAppointment| crate::appointments::agenda::Entry {
            time: visit.appointment.time,
            appointment: visit.appointment.id,
            hold_until: None,
        };
        let entries: Vec<_> = visits[1..].iter().map(entry).collect();
        for visit in &mut visits {
            visit.agenda.entries.clone_from(&entries);
        }
        let series = Series {
            id: crate::core::id::SeriesId::from_uuid(uuid::Uuid::nil()),
            patient: visits[0].appointment.patient,
            doctor: visits[0].appointment.doctor,
            appointments: visits.iter().map(|visit| visit.appointment.id).collect(),
        };
        let all = authorized(SeriesVisits { series, visits });
        let done = cancel_series(all, CancelledBy::Patient, Some("well again"), &RefundPolicy::default(), now());
        let refunds: Vec<_> =
            done.cancelled.iter().map(|it| (it.appointment.id, it.refund.as_ref().map(|it| it.amount.get()))).collect();
        assert_eq!(refunds, [(appointment_id(2), Some(25_000)), (appointment_id(3), Some(50_000))]);
        let left: Vec<_> = done.left.iter().map(|(visit, _)| visit.id).collect();
        assert_eq!(left, [appointment_id(1), appointment_id(4)], "one is cancelled already, one begins now");
        let after = &done.cancelled.last().unwrap().agenda;
        assert_eq!(after.entries.iter().map(|entry| entry.appointment).collect::<Vec<_>>(), [appointment_id(4)]);
        assert_eq!(done.released().slots().len(), 2);
    }

    #[test]
    fn a_patients_cancellations_of_free_visits_count_and_no_others_do() {
        let counts = |fee: Paise, by| {
            let appointment = Appointment { fee, ..paid().appointment };
            let visit = BookedAppointment { appointment, payment: None, ..paid() };
            let policy = RefundPolicy::default();
            cancel(authorized(visit), by, None, &policy, now()).unwrap().agenda.cancellations.len()
        };
        assert_eq!(counts(Paise::ZERO, CancelledBy::Patient), 1);
        assert_eq!(counts(Paise::ZERO, CancelledBy::Doctor), 0);
        assert_eq!(counts(captured_payment().amount, CancelledBy::Patient), 0);
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
