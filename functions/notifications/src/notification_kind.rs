//! The kind of notification that a message justifies in the present state of its appointment, and the refund that it
//! mentions. Pure: the module reads nothing and sends nothing.

use domain::appointments::appointment::{Appointment, Attendance, Status};
use domain::appointments::attendance::Reminders;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::RefundName;
use domain::core::money::Paise;
use domain::messages::Message;
use domain::payments::refund::{Refund, RefundReason, RefundState};
use jiff::Timestamp;

/// The change of an appointment of which its patient and doctor are notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotificationKind {
    /// The appointment was confirmed.
    Confirmed,
    /// The appointment starts soon. The number is the planned distance of the reminder from the start, in minutes.
    Reminder(u32),
    /// The confirmed appointment has another time.
    Moved,
    /// The appointment was confirmed and is cancelled.
    Cancelled(CancelledBy),
    /// A hold ended without a confirmation. The doctor was not notified of the hold, and is not notified of its end.
    Released(CancelledBy),
}

/// The refund of a cancelled appointment, as the patient reads of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RefundStatus {
    /// The visit is free of charge, or no refund is known.
    Unsaid,
    /// The patient cancelled too late for a refund.
    Nothing,
    /// An amount is refunded.
    Amount {
        /// The amount of the refund.
        amount: Paise,
        /// The progress of the refund.
        progress: Progress,
    },
}

/// The progress of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The refund is on its way.
    Coming,
    /// The refund was paid.
    Done,
    /// The gateway refused the refund. An operator has to act.
    Stuck,
}

impl NotificationKind {
    /// The notification that a message justifies in the present state of its appointment. `None` if the appointment was
    /// moved or cancelled since, because that change has a message of its own. A join changes nothing.
    ///
    /// A notification is due until the end of the visit, because the doctor may not know of the change and a calendar
    /// may still show the earlier state.
    pub fn of(message: &Message, appointment: &Appointment, reminders: &Reminders, now: Timestamp) -> Option<Self> {
        // The kind for a visit that takes place. For a cancelled visit the kind follows from the appointment.
        let (version, active_kind) = match message {
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
        let (kind, until) = match (appointment.stage.status(), appointment.cancellation(now)) {
            (Status::Confirmed | Status::CheckedIn | Status::InProgress, _) => (active_kind?, appointment.time.end()),
            (Status::Cancelled, Some(cancellation)) if active_kind.is_none() => match appointment.was_confirmed() {
                true => (NotificationKind::Cancelled(cancellation.by), appointment.time.end()),
                // After the start the patient cannot book this time any more.
                false => (NotificationKind::Released(cancellation.by), appointment.time.start()),
            },
            _ => return None,
        };
        (now < until).then_some(kind)
    }
}

/// The version that a message has announced. Each change raises the version by one and is announced, except a join of
/// either side.
pub(crate) fn announced_version(appointment: &Appointment) -> u64 {
    let Attendance { patient, doctor } = appointment.attendance();
    appointment.version.saturating_sub(u64::from(patient.is_some()) + u64::from(doctor.is_some()))
}

impl RefundStatus {
    /// The refund of the fee of a cancelled appointment. The refund of a second payment of the same order is left out.
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

    /// An instant two days before the visit of the tests.
    pub(crate) fn now() -> Timestamp {
        "2026-11-29T04:30:00Z".parse().unwrap()
    }

    /// A held appointment.
    pub(crate) fn held() -> Appointment {
        let start: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
        Appointment {
            id: AppointmentId::from_uuid(Uuid::from_u128(1)),
            patient: PatientId::from_uuid(Uuid::from_u128(2)),
            doctor: DoctorId::from_uuid(Uuid::from_u128(3)),
            doctor_name: "Dr. Asha Rao".parse().unwrap(),
            time: TimeRange::new(start, start + SignedDuration::from_mins(30)).unwrap(),
            slots: vec![SlotId::new(start).unwrap()],
            place: Place::Video,
            zone: Zone::default(),
            kind: VisitKind::Emergency,
            fee: Paise::new(50_000).unwrap(),
            intake: Some(1),
            stage: Stage::Held { until: now() + SignedDuration::from_mins(10), extended: false },
            moves: 0,
            terms: domain::appointments::visit_terms::VisitTerms::booked(start, None),
            created_at: now(),
            updated_at: now(),
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

    fn kind_of(message: &Message, appointment: &Appointment, now: Timestamp) -> Option<NotificationKind> {
        NotificationKind::of(message, appointment, &Reminders::default(), now)
    }

    fn kind_for(appointment: &Appointment) -> Option<NotificationKind> {
        let (id, version) = (appointment.id, appointment.version);
        let message = match appointment.stage.status() {
            Status::Confirmed => Message::AppointmentConfirmed { appointment: id, version },
            _ => Message::AppointmentCancelled { appointment: id, version },
        };
        kind_of(&message, appointment, now())
    }

    #[test]
    fn a_message_that_is_true_justifies_a_notification() {
        assert_eq!(kind_for(&confirmed()), Some(NotificationKind::Confirmed));
        for by in [CancelledBy::Patient, CancelledBy::Doctor, CancelledBy::Admin, CancelledBy::Suspension] {
            assert_eq!(kind_for(&cancelled(confirmed(), by)), Some(NotificationKind::Cancelled(by)));
            assert_eq!(kind_for(&cancelled(held(), by)), Some(NotificationKind::Released(by)), "never confirmed");
        }
    }

    #[test]
    fn a_hold_that_ended_unpaid_was_never_an_appointment() {
        let late = now() + SignedDuration::from_mins(11);
        let expired = held().expire(late).unwrap();
        assert_eq!(kind_for(&expired), Some(NotificationKind::Released(CancelledBy::Expiry)));
        let reinstated = expired.reinstate(late).unwrap();
        assert_eq!(
            kind_for(&cancelled(reinstated, CancelledBy::Doctor)),
            Some(NotificationKind::Cancelled(CancelledBy::Doctor))
        );
    }

    #[test]
    fn a_visit_free_of_charge_was_confirmed_from_the_start() {
        let free = Appointment { fee: Paise::ZERO, stage: Stage::Confirmed { at: now() }, ..held() };
        assert_eq!(
            kind_for(&cancelled(free, CancelledBy::Patient)),
            Some(NotificationKind::Cancelled(CancelledBy::Patient))
        );
    }

    #[test]
    fn a_move_is_notified_as_a_move() {
        let moved = Appointment { version: 3, moves: 1, ..confirmed() };
        let message = Message::AppointmentRescheduled { appointment: moved.id, version: 3 };
        assert_eq!(kind_of(&message, &moved, now()), Some(NotificationKind::Moved));
        let again = Appointment { version: 4, moves: 2, ..moved };
        assert_eq!(kind_of(&message, &again, now()), None, "the second move has a message of its own");
    }

    #[test]
    fn a_message_that_is_no_longer_true_sends_nothing() {
        let confirmed = confirmed();
        let older = Message::AppointmentConfirmed { appointment: confirmed.id, version: 0 };
        assert_eq!(kind_of(&older, &confirmed, now()), None);
        let message = Message::AppointmentConfirmed { appointment: confirmed.id, version: confirmed.version };
        assert_eq!(kind_of(&message, &cancelled(confirmed.clone(), CancelledBy::Doctor), now()), None);
        assert!(kind_of(&message, &confirmed, confirmed.time.end() - SignedDuration::from_mins(1)).is_some());
        assert_eq!(kind_of(&message, &confirmed, confirmed.time.end()), None, "the visit is over");
    }

    #[test]
    fn a_join_does_not_suppress_a_notification() {
        let open = confirmed().time.start() - SignedDuration::from_mins(5);
        // The storage raises the version by one with each step.
        let stored = |step: Appointment| Appointment { version: step.version + 1, ..step };
        let alone = stored(confirmed().begin(open).unwrap());
        let waiting = stored(confirmed().check_in(open).unwrap());
        let both = [stored(alone.clone().check_in(open).unwrap()), stored(waiting.clone().begin(open).unwrap())];
        let (appointment, version) = (confirmed().id, confirmed().version);
        let confirmation = Message::AppointmentConfirmed { appointment, version };
        let moved = Message::AppointmentRescheduled { appointment, version };
        for visit in [alone, waiting.clone()].iter().chain(&both) {
            assert_eq!(kind_of(&confirmation, visit, open), Some(NotificationKind::Confirmed), "{visit:?}");
            assert_eq!(kind_of(&moved, visit, open), Some(NotificationKind::Moved), "{visit:?}");
            assert_eq!(announced_version(visit), version, "a redelivery finds the record of the sent notification");
            let earlier = Message::AppointmentConfirmed { appointment, version: version - 1 };
            assert_eq!(kind_of(&earlier, visit, open), None, "it was moved in between");
        }
        let [over, _] = both.map(|visit| stored(visit.complete(open).unwrap()));
        assert_eq!(kind_of(&confirmation, &over, open), None);
        let left = stored(cancelled(waiting, CancelledBy::Doctor));
        assert_eq!(kind_of(&confirmation, &left, open), None);
        assert_eq!(kind_for(&left), Some(NotificationKind::Cancelled(CancelledBy::Doctor)));
    }

    #[test]
    fn a_cancellation_is_notified_until_the_end_of_the_visit_and_the_end_of_a_hold_until_the_start() {
        let kind_at = |appointment: &Appointment, now| {
            let (id, version) = (appointment.id, appointment.version);
            kind_of(&Message::AppointmentCancelled { appointment: id, version }, appointment, now)
        };
        let visit = cancelled(confirmed(), CancelledBy::Doctor);
        assert_eq!(kind_at(&visit, visit.time.start()), Some(NotificationKind::Cancelled(CancelledBy::Doctor)));
        assert_eq!(kind_at(&visit, visit.time.end()), None);
        let hold = cancelled(held(), CancelledBy::Patient);
        assert_eq!(kind_at(&hold, hold.time.start()), None);
    }

    #[test]
    fn a_reminder_is_of_the_visit_as_it_was_planned() {
        let visit = confirmed();
        let due = |sequence| Message::ReminderDue { appointment: visit.id, sequence, minutes_before: 1_440 };
        let day_before = visit.time.start() - SignedDuration::from_hours(24);
        assert_eq!(kind_of(&due(visit.sequence), &visit, day_before), Some(NotificationKind::Reminder(1_440)));
        assert_eq!(kind_of(&due(visit.sequence + 1), &visit, day_before), None, "it was moved");
        let cancelled = cancelled(visit.clone(), CancelledBy::Patient);
        assert_eq!(kind_of(&due(visit.sequence), &cancelled, day_before), None);
    }

    #[test]
    fn the_refund_follows_from_the_ledger() {
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
