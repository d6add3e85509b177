//! The attendance of a visit: reminders before it, the sides that joined, and its outcome when its time is over.
//!
//! | who joined before the visit closes | outcome |
//! |---|---|
//! | both | completed |
//! | the doctor alone | missed by the patient; [`crate::payments::refund_policy`] decides the refund |
//! | the patient alone | missed by the doctor; the whole fee is refunded |
//! | neither | unknown, until the doctor or an administrator records it |
//!
//! Attendance is not declared: it follows from the patient's check-in and the doctor's beginning of the visit.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::access::Authorized;
use crate::appointments::appointment::{Absence, Appointment, Attendance, Side, Stage, Status};
use crate::appointments::step_refusal::{Step, StepRefusal};
use crate::core::text::InvalidField;
use crate::messages::Message;
use crate::messages::Timer;
use crate::payments::account::RefundDecisionOutcome;
use crate::payments::payment::Payment;
use crate::payments::refund::Refund;
use crate::payments::refund_policy::{RefundPolicy, Situation};

/// The times before a visit at which its patient is reminded: a parameter of the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminders(Vec<u32>);

/// The most reminders of a visit.
pub const MAX_REMINDERS: usize = 5;
/// The longest time before a visit at which its patient is reminded, in minutes: almost a week, which is the most that
/// the template's pattern of four digits can express.
pub const MAX_REMINDER_MINUTES: u32 = 9_999;

/// The text is not a list of reminder times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be at most {MAX_REMINDERS} numbers of minutes, 1 to {MAX_REMINDER_MINUTES}, separated by commas, or none"
)]
pub struct InvalidReminders;

impl Default for Reminders {
    /// A day and an hour before the visit.
    fn default() -> Self {
        Self(vec![24 * 60, 60])
    }
}

impl FromStr for Reminders {
    type Err = InvalidReminders;

    /// Reads `1440,60`, in any order, or `none`.
    fn from_str(text: &str) -> Result<Self, InvalidReminders> {
        if text.trim() == "none" {
            return Ok(Self(Vec::new()));
        }
        let minutes = text.split(',').map(|part| match part.trim().parse() {
            Ok(minutes) if (1..=MAX_REMINDER_MINUTES).contains(&minutes) => Ok(minutes),
            _ => Err(InvalidReminders),
        });
        let mut minutes = minutes.collect::<Result<Vec<u32>, _>>()?;
        minutes.sort_unstable_by(|one, other| other.cmp(one));
        minutes.dedup();
        if minutes.len() > MAX_REMINDERS { Err(InvalidReminders) } else { Ok(Self(minutes)) }
    }
}

impl fmt::Display for Reminders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let minutes: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&minutes.join(","))
    }
}

impl Reminders {
    /// The timers of the reminders of a confirmed visit that are not past. The same appointment always gives the same
    /// timers.
    pub fn timers(&self, appointment: &Appointment, now: Timestamp) -> Vec<Timer> {
        if !matches!(appointment.stage, Stage::Confirmed { .. }) {
            return Vec::new();
        }
        let Appointment { id: appointment_id, sequence, time, .. } = *appointment;
        let reminder = |&minutes_before: &u32| {
            let message = Message::ReminderDue { appointment: appointment_id, sequence, minutes_before };
            Timer::new(time.start() - SignedDuration::from_mins(minutes_before.into()), message)
        };
        self.0.iter().map(reminder).filter(|timer| timer.at() > now).collect()
    }

    /// Whether a reminder is still worth sending: the visit is unchanged since the reminder was planned, has not begun,
    /// and the time of the next reminder has not come.
    pub fn is_due(&self, appointment: &Appointment, sequence: u32, minutes_before: u32, now: Timestamp) -> bool {
        let next = self.0.iter().copied().filter(|other| *other < minutes_before).max().unwrap_or(0);
        appointment.sequence == sequence
            && appointment.status(now) == Status::Confirmed
            && now < appointment.time.start() - SignedDuration::from_mins(next.into())
    }
}

/// The time after its end at which a visit closes.
pub const CLOSES_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The timer that closes a confirmed visit: planned when the visit is confirmed or moved.
pub fn close_timer(appointment: &Appointment) -> Option<Timer> {
    let (appointment_id, end) = (appointment.id, appointment.time.end());
    matches!(appointment.stage, Stage::Confirmed { .. })
        .then(|| Timer::new(closes(appointment), Message::VisitOver { appointment: appointment_id, end }))
}

/// The instant at which the visit closes.
pub fn closes(appointment: &Appointment) -> Timestamp {
    appointment.time.end().checked_add(CLOSES_AFTER).unwrap_or(appointment.time.end())
}

/// The records that the end of a visit writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The appointment, completed or missed.
    pub appointment: Appointment,
    /// The payment with the refund decision, if it was captured.
    pub payment: Option<Payment>,
    /// The refund, if the policy gives a share.
    pub refund: Option<Refund>,
}

/// The outcome of a visit that neither side joined in the application, as the doctor or an administrator records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The visit took place all the same.
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

impl Outcome {
    /// Whether this outcome was recorded for the visit. An outcome that follows from who joined was not recorded.
    pub fn is_recorded_of(self, appointment: &Appointment) -> bool {
        let recorded = match appointment.stage {
            Stage::Completed { .. } => Self::Completed,
            Stage::NoShow { absence: Absence::Patient { .. }, .. } => Self::PatientAbsent,
            Stage::NoShow { absence: Absence::Doctor { .. }, .. } => Self::DoctorAbsent,
            _ => return false,
        };
        recorded == self && appointment.attendance() == Attendance::default()
    }
}

/// Decides the outcome of a visit from who joined; `None` before the visit closes, if neither side joined, or if it has
/// ended already.
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

/// The doctor ends the visit. The payment is retained under any policy.
pub fn end(
    appointment: Authorized<Appointment>,
    payment: Option<Payment>,
    now: Timestamp,
) -> Result<Closed, StepRefusal> {
    Ok(closed(appointment.into_inner().complete(now)?, payment, &RefundPolicy::default(), now))
}

/// Records the outcome of a visit that neither side joined, once it has closed.
pub fn record(
    appointment: Authorized<Appointment>,
    payment: Option<Payment>,
    outcome: Outcome,
    policy: &RefundPolicy,
    now: Timestamp,
) -> Result<Closed, StepRefusal> {
    let appointment = appointment.into_inner();
    if !matches!(appointment.stage, Stage::Confirmed { .. }) {
        return Err(appointment.refuse(Step::Record, now));
    }
    if now < closes(&appointment) {
        return Err(StepRefusal::NotOver { until: closes(&appointment) });
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
        Stage::NoShow { .. } => Situation::PatientAbsent { notice: appointment.terms.notice(appointment.time.start()) },
        _ => Situation::Held,
    };
    let concluded = payment.and_then(|payment| payment.decide_refund(situation, policy, now));
    let (payment, refund) = concluded.map(|RefundDecisionOutcome { payment, refund }| (payment, refund)).unzip();
    Closed { appointment, payment, refund: refund.flatten() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::visit_terms::VisitTerms;
    use crate::core::cancelled_by::CancelledBy;
    use crate::payments::refund::RefundReason;
    use crate::payments::refund_policy::RefundRule;
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
        let times = |timers: &[Timer]| timers.iter().map(Timer::at).collect::<Vec<_>>();
        let planned = |now| times(&Reminders::default().timers(&confirmed(), now));
        let (day, hour) = (visit().start() - minutes(24 * 60), visit().start() - minutes(60));
        assert_eq!(planned(now()), [day, hour]);
        assert_eq!(planned(day), [hour], "what is past is not planned");
        assert_eq!(planned(joined()), []);
        assert_eq!(close_timer(&confirmed()).map(|timer| timer.at()), Some(after()));
        let held = booking().appointment;
        assert_eq!(
            (Reminders::default().timers(&held, now()), close_timer(&held)),
            (vec![], None),
            "it may come to nothing"
        );
    }

    #[test]
    fn the_times_of_reminders_are_a_few_minutes_in_order() {
        for (text, read) in [("1440,60", "1440,60"), (" 60, 1440,60", "1440,60"), ("none", "none"), ("9999", "9999")] {
            assert_eq!(text.parse::<Reminders>().map(|it| it.to_string()), Ok(read.to_owned()));
        }
        assert_eq!(Reminders::default().to_string(), "1440,60");
        for bad in ["", "0", "60,", "1h", "-60", "10000", "1,2,3,4,5,6"] {
            assert_eq!(bad.parse::<Reminders>(), Err(InvalidReminders), "{bad}");
        }
    }

    #[test]
    fn a_reminder_is_for_the_visit_as_it_was_planned_and_until_the_next_one() {
        let visit = confirmed();
        let start = visit.time.start();
        let reminders = Reminders::default();
        let is_due = |appointment: &Appointment, lead, now| reminders.is_due(appointment, visit.sequence, lead, now);
        assert!(is_due(&visit, 24 * 60, start - minutes(24 * 60)));
        assert!(is_due(&visit, 24 * 60, start - minutes(61)), "late is better than never");
        assert!(!is_due(&visit, 24 * 60, start - minutes(60)), "the next one says the same");
        assert!(is_due(&visit, 60, start - minutes(1)));
        assert!(!is_due(&visit, 60, start));
        let moved = Appointment { sequence: visit.sequence + 1, ..visit.clone() };
        assert!(!is_due(&moved, 60, start - minutes(60)));
        let cancelled = visit.clone().cancel(CancelledBy::Patient, None, now()).unwrap();
        assert!(!reminders.is_due(&cancelled, cancelled.sequence, 60, start - minutes(60)));
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

        assert_eq!(closed_as(confirmed()), None, "neither side came: the outcome is unknown");
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
    fn a_patient_who_does_not_come_at_a_nearer_time_of_the_doctor_loses_no_more_than_by_cancelling() {
        let start = confirmed().time.start();
        for (nearer_by, refunded) in [(minutes(25 * 60), true), (minutes(0), false)] {
            let mut visit = confirmed();
            visit.terms = VisitTerms::booked(start + nearer_by, None).moved_by_staff(start);
            let closed = closed_as(visit.begin(joined()).unwrap()).unwrap();
            assert_eq!(closed.payment.unwrap().accounts[0].decision.rule, RefundRule::PatientAbsent);
            assert_eq!(closed.refund.is_some_and(|refund| refund.amount == captured_payment().amount), refunded);
        }
    }

    #[test]
    fn a_visit_that_was_not_paid_has_no_refund() {
        let waiting = confirmed().check_in(joined()).unwrap();
        assert_eq!(
            close(waiting.clone(), Some(open_payment()), &RefundPolicy::default(), after()).unwrap().refund,
            None
        );
        assert_eq!(close(waiting, None, &RefundPolicy::default(), after()).unwrap().refund, None);
    }

    #[test]
    fn the_outcome_of_a_visit_that_neither_side_joined_is_recorded_only_after_it_closed() {
        let record = |appointment, outcome, now| {
            record(authorized(appointment), Some(captured_payment()), outcome, &RefundPolicy::default(), now)
        };
        let recorded = |outcome| record(confirmed(), outcome, after()).unwrap();
        assert_eq!(recorded(Outcome::Completed).appointment.status(after()), Status::Completed);
        assert_eq!((recorded(Outcome::Completed).refund, recorded(Outcome::PatientAbsent).refund), (None, None));
        assert_eq!(recorded(Outcome::DoctorAbsent).refund.unwrap().amount, captured_payment().amount);
        assert!(record(confirmed(), Outcome::Completed, after() - minutes(1)).is_err());
        let both = confirmed().check_in(joined()).unwrap().begin(joined()).unwrap();
        assert!(record(both, Outcome::DoctorAbsent, after()).is_err(), "who joined is known");
    }

    #[test]
    fn a_recorded_outcome_is_recognised_and_differs_from_one_that_follows_from_attendance() {
        const ALL: [Outcome; 3] = [Outcome::Completed, Outcome::PatientAbsent, Outcome::DoctorAbsent];
        for recorded in ALL {
            let visit = authorized(confirmed());
            let closed = record(visit, None, recorded, &RefundPolicy::default(), after()).unwrap();
            assert_eq!(ALL.map(|it| it.is_recorded_of(&closed.appointment)), ALL.map(|it| it == recorded));
        }
        let (alone, waiting) = (confirmed().begin(joined()).unwrap(), confirmed().check_in(joined()).unwrap());
        let closed = [alone.clone(), waiting].map(|visit| closed_as(visit).unwrap().appointment);
        let ended = alone.complete(joined()).unwrap();
        for visit in [confirmed(), ended].iter().chain(&closed) {
            assert!(!ALL.iter().any(|it| it.is_recorded_of(visit)), "{visit:?}");
        }
    }
}
