//! What there is to tell about an appointment, and whether it is still true. Pure: it reads nothing and sends nothing.

use domain::appointments::appointment::{Appointment, Attendance, Status};
use domain::appointments::attendance::Reminders;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::RefundName;
use domain::core::money::Paise;
use domain::messages::Message;
use domain::payments::refund::{Refund, RefundReason, RefundState};
use jiff::Timestamp;

/// What has become of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotificationKind {
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
pub(crate) enum RefundStatus {
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

impl NotificationKind {
    /// What a message tells of the appointment as it is now. Nothing if it was moved or cancelled since, because that was
    /// announced too; who joins it meanwhile changes nothing about the news. Until the visit is over its readers need it:
    /// the doctor may not have heard of it, and their calendars may still show it.
    pub fn of(message: &Message, appointment: &Appointment, reminders: &Reminders, now: Timestamp) -> Option<Self> {
        // What it says of a visit that takes place; of one that does not, the appointment says more.
        let (version, will_be) = match message {
            Message::ReminderDue { sequence, minutes_before, .. } => {
                let is_due = reminders.is_due(appointment, *sequence, *minutes_before, now);
                return is_due.then_some(NotificationKind::Reminder(*minutes_before));
            }
            Message::AppointmentConfirmed { version, .. } => (*version, Some(NotificationKind::Confirmed)),
            Message::AppointmentRescheduled { version, .. } => (*version, Some(NotificationKind::Moved)),
            Message::AppointmentCancelled { version, .. } => (*version, None),
            _ => return None,
        };
        if announced_version(appointment) != version {
            return None;
        }
        let (news, until) = match (appointment.stage.status(), appointment.cancellation(now)) {
            (Status::Confirmed | Status::CheckedIn | Status::InProgress, _) => (will_be?, appointment.time.end()),
            (Status::Cancelled, Some(cancellation)) if will_be.is_none() => match was_confirmed(appointment) {
                true => (NotificationKind::Cancelled(cancellation.by), appointment.time.end()),
                // From then on there is nothing to be had any more.
                false => (NotificationKind::Released(cancellation.by), appointment.time.start()),
            },
            _ => return None,
        };
        (now < until).then_some(news)
    }
}

/// The version of which a message was sent: every change counts one up and is announced, but for each side's joining.
pub(crate) fn announced_version(appointment: &Appointment) -> u64 {
    let Attendance { patient, doctor } = appointment.attendance();
    appointment.version.saturating_sub(u64::from(patient.is_some()) + u64::from(doctor.is_some()))
}

/// Whether a cancelled appointment was ever confirmed. Every transition counts one up, so that a hold that was ended is at
/// one, and whatever was confirmed in between is further. A visit free of charge is confirmed from the start.
fn was_confirmed(cancelled: &Appointment) -> bool {
    cancelled.fee.is_zero() || cancelled.sequence > 1
}

impl RefundStatus {
    /// What comes back of the fee of a cancelled appointment. That of a second payment of the same order is another matter.
    pub fn of(appointment: &Appointment, by: CancelledBy, refunds: &[Refund]) -> Self {
        if appointment.fee.is_zero() {
            return RefundStatus::Unsaid;
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
                RefundStatus::Amount { amount: refund.amount, progress }
            }
            None if by == CancelledBy::Patient => RefundStatus::Nothing,
            None => RefundStatus::Unsaid,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::appointments::appointment::Stage;
    use domain::availability::slot::Place;
    use domain::core::id::GatewayPaymentId;
    use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
    use domain::core::time::{TimeRange, Zone};
    use domain::directory::visit_kind::VisitKind;
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
            kind: VisitKind::Emergency,
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

    fn told(message: &Message, appointment: &Appointment, now: Timestamp) -> Option<NotificationKind> {
        NotificationKind::of(message, appointment, &Reminders::default(), now)
    }

    fn told_of(appointment: &Appointment) -> Option<NotificationKind> {
        let (id, version) = (appointment.id, appointment.version);
        let message = match appointment.stage.status() {
            Status::Confirmed => Message::AppointmentConfirmed { appointment: id, version },
            _ => Message::AppointmentCancelled { appointment: id, version },
        };
        told(&message, appointment, now())
    }

    #[test]
    fn what_is_true_is_told() {
        assert_eq!(told_of(&confirmed()), Some(NotificationKind::Confirmed));
        for by in [CancelledBy::Patient, CancelledBy::Doctor, CancelledBy::Admin, CancelledBy::Suspension] {
            assert_eq!(told_of(&cancelled(confirmed(), by)), Some(NotificationKind::Cancelled(by)));
            assert_eq!(told_of(&cancelled(held(), by)), Some(NotificationKind::Released(by)), "never confirmed");
        }
    }

    #[test]
    fn a_hold_that_ended_unpaid_was_never_an_appointment() {
        let late = now() + SignedDuration::from_mins(11);
        let expired = held().expire(late).unwrap();
        assert_eq!(told_of(&expired), Some(NotificationKind::Released(CancelledBy::Expiry)));
        let reinstated = expired.reinstate(late).unwrap();
        assert_eq!(
            told_of(&cancelled(reinstated, CancelledBy::Doctor)),
            Some(NotificationKind::Cancelled(CancelledBy::Doctor))
        );
    }

    #[test]
    fn a_visit_free_of_charge_was_confirmed_from_the_start() {
        let free = Appointment { fee: Paise::ZERO, stage: Stage::Confirmed { at: now() }, ..held() };
        assert_eq!(
            told_of(&cancelled(free, CancelledBy::Patient)),
            Some(NotificationKind::Cancelled(CancelledBy::Patient))
        );
    }

    #[test]
    fn a_move_is_told_as_one() {
        let moved = Appointment { version: 3, moves: 1, ..confirmed() };
        let message = Message::AppointmentRescheduled { appointment: moved.id, version: 3 };
        assert_eq!(told(&message, &moved, now()), Some(NotificationKind::Moved));
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
        assert!(told(&message, &confirmed, confirmed.time.end() - SignedDuration::from_mins(1)).is_some());
        assert_eq!(told(&message, &confirmed, confirmed.time.end()), None, "the visit is over");
    }

    #[test]
    fn who_has_joined_meanwhile_keeps_no_news_from_anybody() {
        let open = confirmed().time.start() - SignedDuration::from_mins(5);
        // As they are stored: each step is one version more.
        let stored = |step: Appointment| Appointment { version: step.version + 1, ..step };
        let alone = stored(confirmed().begin(open).unwrap());
        let waiting = stored(confirmed().check_in(open).unwrap());
        let both = [stored(alone.clone().check_in(open).unwrap()), stored(waiting.clone().begin(open).unwrap())];
        let (appointment, version) = (confirmed().id, confirmed().version);
        let confirmation = Message::AppointmentConfirmed { appointment, version };
        let moved = Message::AppointmentRescheduled { appointment, version };
        for visit in [alone, waiting.clone()].iter().chain(&both) {
            assert_eq!(told(&confirmation, visit, open), Some(NotificationKind::Confirmed), "{visit:?}");
            assert_eq!(told(&moved, visit, open), Some(NotificationKind::Moved), "{visit:?}");
            assert_eq!(announced_version(visit), version, "a redelivery remembers the mail under the same name");
            let earlier = Message::AppointmentConfirmed { appointment, version: version - 1 };
            assert_eq!(told(&earlier, visit, open), None, "it was moved in between");
        }
        let [over, _] = both.map(|visit| stored(visit.complete(open).unwrap()));
        assert_eq!(told(&confirmation, &over, open), None);
        let left = stored(cancelled(waiting, CancelledBy::Doctor));
        assert_eq!(told(&confirmation, &left, open), None);
        assert_eq!(told_of(&left), Some(NotificationKind::Cancelled(CancelledBy::Doctor)));
    }

    #[test]
    fn a_cancellation_is_told_while_somebody_may_still_wait_and_the_end_of_a_hold_until_the_start() {
        let told_at = |appointment: &Appointment, now| {
            let (id, version) = (appointment.id, appointment.version);
            told(&Message::AppointmentCancelled { appointment: id, version }, appointment, now)
        };
        let visit = cancelled(confirmed(), CancelledBy::Doctor);
        assert_eq!(told_at(&visit, visit.time.start()), Some(NotificationKind::Cancelled(CancelledBy::Doctor)));
        assert_eq!(told_at(&visit, visit.time.end()), None);
        let hold = cancelled(held(), CancelledBy::Patient);
        assert_eq!(told_at(&hold, hold.time.start()), None);
    }

    #[test]
    fn a_reminder_is_news_of_the_visit_as_it_was_planned() {
        let visit = confirmed();
        let due = |sequence| Message::ReminderDue { appointment: visit.id, sequence, minutes_before: 1_440 };
        let day_before = visit.time.start() - SignedDuration::from_hours(24);
        assert_eq!(told(&due(visit.sequence), &visit, day_before), Some(NotificationKind::Reminder(1_440)));
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
        let of = |by, refunds: &[Refund]| RefundStatus::of(&appointment, by, refunds);
        assert_eq!(of(CancelledBy::Patient, &[]), RefundStatus::Nothing);
        assert_eq!(of(CancelledBy::Doctor, &[]), RefundStatus::Unsaid);
        assert_eq!(of(CancelledBy::Patient, &[refund(RefundReason::DuplicateCapture)]), RefundStatus::Nothing);
        let both = [refund(RefundReason::DuplicateCapture), refund(RefundReason::CancelledByPatient)];
        let amount = Paise::new(25_000).unwrap();
        assert_eq!(of(CancelledBy::Patient, &both), RefundStatus::Amount { amount, progress: Progress::Coming });
        let free = Appointment { fee: Paise::ZERO, ..appointment.clone() };
        assert_eq!(RefundStatus::of(&free, CancelledBy::Patient, &[]), RefundStatus::Unsaid);
    }
}
