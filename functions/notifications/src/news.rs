//! What there is to tell about an appointment, and whether it is still true. Pure: it reads nothing and sends nothing.

use domain::appointment::{Appointment, CancelledBy, Status};
use domain::lifecycle::Reminders;
use domain::message::Message;
use domain::money::Paise;
use domain::payment::{Refund, RefundReason, RefundState};
use domain::refund::RefundName;
use jiff::Timestamp;

/// What has become of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It will take place.
    Confirmed,
    /// It will take place soon: this many minutes before its start the patient is to be reminded.
    Reminder(u32),
    /// It will take place at another time than was said before.
    Moved,
    /// It was confirmed, and will not take place.
    Cancelled(CancelledBy),
    /// It was never more than a hold, which is over. The doctor has not heard of it and need not.
    Released(CancelledBy),
}

/// What the patient gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payback {
    /// There was nothing to pay, or nothing is known.
    Unsaid,
    /// The patient cancelled too late.
    Nothing,
    /// This much.
    Amount {
        /// How much.
        amount: Paise,
        /// How far it is.
        progress: Progress,
    },
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It is on its way.
    Coming,
    /// It has arrived.
    Done,
    /// It was refused: an operator's case.
    Stuck,
}

impl News {
    /// What a message tells of the appointment as it is now. Nothing if it has changed since, because whatever changed it
    /// was announced too, and nothing of a visit that has begun meanwhile.
    pub fn of(message: &Message, appointment: &Appointment, reminders: &Reminders, now: Timestamp) -> Option<Self> {
        if let Message::ReminderDue { sequence, minutes_before, .. } = message {
            let is_due = reminders.is_due(appointment, *sequence, *minutes_before, now);
            return is_due.then_some(News::Reminder(*minutes_before));
        }
        let (version, status) = match message {
            Message::AppointmentConfirmed { version, .. } => (*version, Status::Confirmed),
            Message::AppointmentRescheduled { version, .. } => (*version, Status::Confirmed),
            Message::AppointmentCancelled { version, .. } => (*version, Status::Cancelled),
            _ => return None,
        };
        if appointment.version != version || appointment.stage.status() != status || appointment.time.start() <= now {
            return None;
        }
        match appointment.cancellation(now) {
            None if matches!(message, Message::AppointmentRescheduled { .. }) => Some(News::Moved),
            None => Some(News::Confirmed),
            Some(cancellation) if was_confirmed(appointment) => Some(News::Cancelled(cancellation.by)),
            Some(cancellation) => Some(News::Released(cancellation.by)),
        }
    }
}

/// Whether a cancelled appointment was ever confirmed. Every transition counts one up, so that a hold that was ended is at
/// one, and whatever was confirmed in between is further. A visit free of charge is confirmed from the start.
fn was_confirmed(cancelled: &Appointment) -> bool {
    cancelled.fee.is_zero() || cancelled.sequence > 1
}

impl Payback {
    /// What comes back of the fee of a cancelled appointment. That of a second payment of the same order is another matter.
    pub fn of(appointment: &Appointment, by: CancelledBy, refunds: &[Refund]) -> Self {
        if appointment.fee.is_zero() {
            return Payback::Unsaid;
        }
        let is_of_visit = |refund: &&Refund| {
            let is_decided = matches!(refund.id.name, RefundName::Decided | RefundName::InsteadOf(_));
            let is_other = matches!(refund.reason, RefundReason::DuplicateCapture | RefundReason::Granted);
            is_decided && !is_other && refund.claims()
        };
        match refunds.iter().find(is_of_visit) {
            Some(refund) => {
                let progress = match refund.state {
                    RefundState::Pending | RefundState::Requested { .. } => Progress::Coming,
                    RefundState::Processed { .. } | RefundState::Superseded { .. } => Progress::Done,
                    RefundState::Failed { .. } => Progress::Stuck,
                };
                Payback::Amount { amount: refund.amount, progress }
            }
            None if by == CancelledBy::Patient => Payback::Nothing,
            None => Payback::Unsaid,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::appointment::{AppointmentKind, Stage};
    use domain::id::{AppointmentId, DoctorId, PatientId, SlotId};
    use domain::payment::GatewayPaymentId;
    use domain::slot::Place;
    use domain::time::{TimeRange, Zone};
    use jiff::SignedDuration;
    use uuid::Uuid;

    /// Two days before the visit of the tests.
    pub(crate) fn now() -> Timestamp {
        "2026-11-29T04:30:00Z".parse().unwrap()
    }

    /// An appointment that is held for ten minutes.
    pub(crate) fn held() -> Appointment {
        let start: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
        Appointment {
            id: AppointmentId::from_uuid(Uuid::from_u128(1)),
            patient: PatientId::from_uuid(Uuid::from_u128(2)),
            doctor: DoctorId::from_uuid(Uuid::from_u128(3)),
            doctor_name: "Asha Rao".parse().unwrap(),
            time: TimeRange::new(start, start + SignedDuration::from_mins(30)).unwrap(),
            slots: vec![SlotId::new(start).unwrap()],
            place: Place::Video,
            zone: Zone::default(),
            kind: AppointmentKind::Emergency,
            fee: Paise::new(50_000).unwrap(),
            has_reason: true,
            stage: Stage::Held { until: now() + SignedDuration::from_mins(10), extended: false },
            moves: 0,
            created_at: now(),
            sequence: 0,
            version: 1,
        }
    }

    fn confirmed() -> Appointment {
        held().confirm(now()).unwrap()
    }

    fn cancelled(appointment: Appointment, by: CancelledBy) -> Appointment {
        appointment.cancel(by, None, now()).unwrap()
    }

    fn told(message: &Message, appointment: &Appointment, now: Timestamp) -> Option<News> {
        News::of(message, appointment, &Reminders::default(), now)
    }

    fn told_of(appointment: &Appointment) -> Option<News> {
        let (id, version) = (appointment.id, appointment.version);
        let message = match appointment.stage.status() {
            Status::Confirmed => Message::AppointmentConfirmed { appointment: id, version },
            _ => Message::AppointmentCancelled { appointment: id, version },
        };
        told(&message, appointment, now())
    }

    #[test]
    fn what_is_true_is_told() {
        assert_eq!(told_of(&confirmed()), Some(News::Confirmed));
        for by in [CancelledBy::Patient, CancelledBy::Doctor, CancelledBy::Admin, CancelledBy::Suspension] {
            assert_eq!(told_of(&cancelled(confirmed(), by)), Some(News::Cancelled(by)));
            assert_eq!(told_of(&cancelled(held(), by)), Some(News::Released(by)), "never confirmed");
        }
    }

    #[test]
    fn a_hold_that_ended_unpaid_was_never_an_appointment() {
        let late = now() + SignedDuration::from_mins(11);
        let expired = held().expire(late).unwrap();
        assert_eq!(told_of(&expired), Some(News::Released(CancelledBy::Expiry)));
        let reinstated = expired.reinstate(late).unwrap();
        assert_eq!(told_of(&cancelled(reinstated, CancelledBy::Doctor)), Some(News::Cancelled(CancelledBy::Doctor)));
    }

    #[test]
    fn a_visit_free_of_charge_was_confirmed_from_the_start() {
        let free = Appointment { fee: Paise::ZERO, stage: Stage::Confirmed { at: now() }, ..held() };
        assert_eq!(told_of(&cancelled(free, CancelledBy::Patient)), Some(News::Cancelled(CancelledBy::Patient)));
    }

    #[test]
    fn a_move_is_told_as_one() {
        let moved = Appointment { version: 3, moves: 1, ..confirmed() };
        let message = Message::AppointmentRescheduled { appointment: moved.id, version: 3 };
        assert_eq!(told(&message, &moved, now()), Some(News::Moved));
        let again = Appointment { version: 4, moves: 2, ..moved };
        assert_eq!(told(&message, &again, now()), None, "the second move is told instead");
    }

    #[test]
    fn what_has_changed_since_is_not_told() {
        let confirmed = confirmed();
        let older = Message::AppointmentConfirmed { appointment: confirmed.id, version: 0 };
        assert_eq!(told(&older, &confirmed, now()), None);
        let message = Message::AppointmentConfirmed { appointment: confirmed.id, version: confirmed.version };
        assert_eq!(told(&message, &cancelled(confirmed.clone(), CancelledBy::Doctor), now()), None);
        assert_eq!(told(&message, &confirmed, confirmed.time.start()), None, "the visit has begun");
    }

    #[test]
    fn a_reminder_is_news_of_the_visit_as_it_was_planned() {
        let visit = confirmed();
        let due = |sequence| Message::ReminderDue { appointment: visit.id, sequence, minutes_before: 1_440 };
        let day_before = visit.time.start() - SignedDuration::from_hours(24);
        assert_eq!(told(&due(visit.sequence), &visit, day_before), Some(News::Reminder(1_440)));
        assert_eq!(told(&due(visit.sequence + 1), &visit, day_before), None, "it was moved");
        let cancelled = cancelled(visit.clone(), CancelledBy::Patient);
        assert_eq!(told(&due(visit.sequence), &cancelled, day_before), None);
    }

    #[test]
    fn what_comes_back_is_what_the_ledger_says() {
        let appointment = cancelled(confirmed(), CancelledBy::Patient);
        let refund = |reason| {
            let amount = Paise::new(25_000).unwrap();
            let attempt: GatewayPaymentId = "pay_P1".parse().unwrap();
            Refund::pending(appointment.payment(), attempt, amount, reason, now())
        };
        let of = |by, refunds: &[Refund]| Payback::of(&appointment, by, refunds);
        assert_eq!(of(CancelledBy::Patient, &[]), Payback::Nothing);
        assert_eq!(of(CancelledBy::Doctor, &[]), Payback::Unsaid);
        assert_eq!(of(CancelledBy::Patient, &[refund(RefundReason::DuplicateCapture)]), Payback::Nothing);
        let both = [refund(RefundReason::DuplicateCapture), refund(RefundReason::CancelledByPatient)];
        let amount = Paise::new(25_000).unwrap();
        assert_eq!(of(CancelledBy::Patient, &both), Payback::Amount { amount, progress: Progress::Coming });
        let free = Appointment { fee: Paise::ZERO, ..appointment.clone() };
        assert_eq!(Payback::of(&free, CancelledBy::Patient, &[]), Payback::Unsaid);
    }
}
