//! What time does to a visit: reminders before it, who came to it, and what it was when its time is over.
//!
//! | who joined, when the visit closes | what it was |
//! |---|---|
//! | both | completed |
//! | the doctor alone | missed by the patient; what goes back is said by [`crate::refund_policy`] |
//! | the patient alone | missed by the doctor; the whole fee goes back |
//! | nobody | not known, until the doctor or an administrator says so |
//!
//! Nobody says who came: it follows from the patient's check-in and the doctor's beginning.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::appointment::{Appointment, InvalidTransition, Side, Stage, Status};
use crate::message::Message;
use crate::payment::{Payment, Refund};
use crate::person::InvalidField;
use crate::policy::Authorized;
use crate::refund::Concluded;
use crate::refund_policy::{RefundPolicy, Situation};
use crate::timer::Timer;

/// How long before a visit its patient is reminded, the longest first.
pub const REMINDERS: [SignedDuration; 2] = [SignedDuration::from_hours(24), SignedDuration::from_hours(1)];

/// How long after its end a visit closes.
pub const CLOSES_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// What is to be looked at when, once a visit is confirmed or has another time. What would be in the past is left out.
pub fn timers(appointment: &Appointment, now: Timestamp) -> Vec<Timer> {
    if !matches!(appointment.stage, Stage::Confirmed { .. }) {
        return Vec::new();
    }
    let id = appointment.id;
    let reminder = |lead: SignedDuration| {
        let message = Message::ReminderDue {
            appointment: id,
            sequence: appointment.sequence,
            minutes_before: u32::try_from(lead.as_mins()).expect("reminders are some hours before"),
        };
        Timer::new(appointment.time.start() - lead, message)
    };
    let close = Timer::new(closes(appointment), Message::VisitOver { appointment: id, end: appointment.time.end() });
    REMINDERS.into_iter().map(reminder).filter(|timer| timer.at() > now).chain([close]).collect()
}

/// Whether a reminder is still worth sending: the visit is as it was when it was planned, has not begun, and the next reminder's
/// time has not come.
pub fn is_reminder_due(appointment: &Appointment, sequence: u32, minutes_before: u32, now: Timestamp) -> bool {
    let lead = SignedDuration::from_mins(minutes_before.into());
    let next = REMINDERS.into_iter().filter(|other| *other < lead).max().unwrap_or(SignedDuration::ZERO);
    appointment.sequence == sequence
        && appointment.status(now) == Status::Confirmed
        && now < appointment.time.start() - next
}

/// When the visit closes.
pub fn closes(appointment: &Appointment) -> Timestamp {
    appointment.time.end().checked_add(CLOSES_AFTER).unwrap_or(appointment.time.end())
}

/// What the end of a visit writes, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The appointment, completed or missed.
    pub appointment: Appointment,
    /// The payment, if it was captured, with the decision about its money.
    pub payment: Option<Payment>,
    /// What is to be paid back, if the policy gives a share.
    pub refund: Option<Refund>,
}

/// What the visit was, told by somebody who knows, when nobody joined by the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It took place all the same.
    Completed,
    /// The patient did not come.
    PatientAbsent,
    /// The doctor did not come.
    DoctorAbsent,
}

impl FromStr for Outcome {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        match text {
            "completed" => Ok(Self::Completed),
            "patient_absent" => Ok(Self::PatientAbsent),
            "doctor_absent" => Ok(Self::DoctorAbsent),
            _ => Err(InvalidField("must be completed, patient_absent or doctor_absent")),
        }
    }
}

/// Decides what the visit was, from who joined; `None` while it is not over, when nobody came, and of what has ended already.
pub fn close(
    appointment: Appointment,
    payment: Option<Payment>,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Option<Closed> {
    if now < closes(&appointment) {
        return None;
    }
    let appointment = match appointment.stage {
        Stage::InProgress { patient: Some(_), .. } => appointment.complete(now).ok()?,
        Stage::InProgress { patient: None, .. } => appointment.miss(Side::Patient, now).ok()?,
        Stage::CheckedIn { .. } => appointment.miss(Side::Doctor, now).ok()?,
        _ => return None,
    };
    Some(closed(appointment, payment, policy, now))
}

/// The doctor ends the visit. What was paid stays, whatever the parameters are.
pub fn end(
    appointment: Authorized<Appointment>,
    payment: Option<Payment>,
    now: Timestamp,
) -> Result<Closed, InvalidTransition> {
    Ok(closed(appointment.into_inner().complete(now)?, payment, &RefundPolicy::default(), now))
}

/// Writes down what a visit was that nobody joined, once it has closed.
pub fn record(
    appointment: Authorized<Appointment>,
    payment: Option<Payment>,
    outcome: Outcome,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Result<Closed, InvalidTransition> {
    let appointment = appointment.into_inner();
    let to = match outcome {
        Outcome::Completed => Status::Completed,
        Outcome::PatientAbsent | Outcome::DoctorAbsent => Status::NoShow,
    };
    if now < closes(&appointment) || !matches!(appointment.stage, Stage::Confirmed { .. }) {
        return Err(InvalidTransition { from: appointment.status(now), to });
    }
    let appointment = match outcome {
        Outcome::Completed => appointment.conclude(now)?,
        Outcome::PatientAbsent => appointment.miss(Side::Patient, now)?,
        Outcome::DoctorAbsent => appointment.miss(Side::Doctor, now)?,
    };
    Ok(closed(appointment, payment, policy, now))
}

fn closed(appointment: Appointment, payment: Option<Payment>, policy: &RefundPolicy, now: Timestamp) -> Closed {
    let situation = match appointment.stage {
        Stage::NoShow { absence, .. } if absence.side() == Side::Doctor => Situation::DoctorAbsent,
        Stage::NoShow { .. } => Situation::PatientAbsent,
        _ => Situation::Held,
    };
    let concluded = payment.and_then(|payment| payment.conclude(situation, policy, now));
    let (payment, refund) = concluded.map(|Concluded { payment, refund }| (payment, refund)).unzip();
    Closed { appointment, payment, refund: refund.flatten() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointment::CancelledBy;
    use crate::refund::RefundReason;
    use crate::refund_policy::RefundRule;
    use crate::testing::{authorized, booking, captured_payment, confirmed, minutes, now, open_payment, visit};

    fn joined() -> Timestamp {
        visit().start() - minutes(10)
    }

    fn after() -> Timestamp {
        visit().end() + minutes(15)
    }

    fn closed_as(appointment: Appointment) -> Option<Closed> {
        close(appointment, Some(captured_payment()), &RefundPolicy::default(), after())
    }

    #[test]
    fn a_confirmed_visit_is_reminded_of_twice_and_closed_once() {
        let planned = |now| timers(&confirmed(), now).iter().map(Timer::at).collect::<Vec<_>>();
        let (day, hour) = (visit().start() - minutes(24 * 60), visit().start() - minutes(60));
        assert_eq!(planned(now()), [day, hour, after()]);
        assert_eq!(planned(day), [hour, after()], "what is past is not planned");
        assert_eq!(planned(joined()), [after()]);
        assert_eq!(timers(&booking().appointment, now()), [], "a hold may come to nothing");
    }

    #[test]
    fn a_reminder_is_for_the_visit_as_it_was_planned_and_until_the_next_one() {
        let visit = confirmed();
        let start = visit.time.start();
        let is_due = |appointment: &Appointment, lead, now| is_reminder_due(appointment, visit.sequence, lead, now);
        assert!(is_due(&visit, 24 * 60, start - minutes(24 * 60)));
        assert!(is_due(&visit, 24 * 60, start - minutes(61)), "late is better than never");
        assert!(!is_due(&visit, 24 * 60, start - minutes(60)), "the next one says the same");
        assert!(is_due(&visit, 60, start - minutes(1)));
        assert!(!is_due(&visit, 60, start));
        let moved = Appointment { sequence: visit.sequence + 1, ..visit.clone() };
        assert!(!is_due(&moved, 60, start - minutes(60)));
        let cancelled = visit.clone().cancel(CancelledBy::Patient, None, now()).unwrap();
        assert!(!is_reminder_due(&cancelled, cancelled.sequence, 60, start - minutes(60)));
    }

    #[test]
    fn what_a_visit_was_follows_from_who_joined() {
        let alone = confirmed().begin(joined()).unwrap();
        let waiting = confirmed().check_in(joined()).unwrap();
        let both = waiting.clone().begin(joined()).unwrap();

        let closed = closed_as(both.clone()).unwrap();
        assert_eq!((closed.appointment.status(after()), closed.refund), (Status::Completed, None));
        let closed = closed_as(alone).unwrap();
        assert_eq!((closed.appointment.status(after()), closed.refund), (Status::NoShow, None));
        let closed = closed_as(waiting).unwrap();
        assert_eq!(closed.appointment.status(after()), Status::NoShow);
        let refund = closed.refund.unwrap();
        assert_eq!((refund.amount, refund.reason), (captured_payment().amount, RefundReason::DoctorAbsent));

        assert_eq!(closed_as(confirmed()), None, "nobody came: nobody knows");
        assert_eq!(closed_as(both.clone().complete(after()).unwrap()), None, "it has ended");
        assert_eq!(close(both, None, &RefundPolicy::default(), after() - minutes(1)), None, "it is not over");
    }

    #[test]
    fn what_a_visit_was_decides_about_the_money_and_is_recorded_with_it() {
        let rule = |closed: Closed| closed.payment.unwrap().accounts[0].decision.rule;
        let both = confirmed().check_in(joined()).unwrap().begin(joined()).unwrap();
        let ended = end(authorized(both.clone()), Some(captured_payment()), after()).unwrap();
        assert_eq!((ended.refund.clone(), rule(ended)), (None, RefundRule::VisitHeld));
        assert_eq!(rule(closed_as(both).unwrap()), RefundRule::VisitHeld);
        assert_eq!(rule(closed_as(confirmed().begin(joined()).unwrap()).unwrap()), RefundRule::PatientAbsent);
        assert_eq!(rule(closed_as(confirmed().check_in(joined()).unwrap()).unwrap()), RefundRule::DoctorAbsent);
    }

    #[test]
    fn what_was_not_paid_is_not_paid_back() {
        let waiting = confirmed().check_in(joined()).unwrap();
        assert_eq!(
            close(waiting.clone(), Some(open_payment()), &RefundPolicy::default(), after()).unwrap().refund,
            None
        );
        assert_eq!(close(waiting, None, &RefundPolicy::default(), after()).unwrap().refund, None);
    }

    #[test]
    fn whoever_knows_may_tell_what_nobody_joined_and_only_after_it_closed() {
        let record = |appointment, outcome, now| {
            record(authorized(appointment), Some(captured_payment()), outcome, &RefundPolicy::default(), now)
        };
        let told = |outcome| record(confirmed(), outcome, after()).unwrap();
        assert_eq!(told(Outcome::Completed).appointment.status(after()), Status::Completed);
        assert_eq!((told(Outcome::Completed).refund, told(Outcome::PatientAbsent).refund), (None, None));
        assert_eq!(told(Outcome::DoctorAbsent).refund.unwrap().amount, captured_payment().amount);
        assert!(record(confirmed(), Outcome::Completed, after() - minutes(1)).is_err());
        let both = confirmed().check_in(joined()).unwrap().begin(joined()).unwrap();
        assert!(record(both, Outcome::DoctorAbsent, after()).is_err(), "who joined is known");
    }
}
