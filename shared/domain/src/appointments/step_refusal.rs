//! The reason why a step of a visit is refused, in terms of the visit and not of its stages: what it is now, since when
//! or until when, and what can be done instead.

use std::fmt;

use jiff::Timestamp;

use crate::appointments::appointment::{Appointment, Side, Stage};
use crate::core::cancelled_by::CancelledBy;

/// A step in the life of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named as the function that takes it")]
pub enum Step {
    Confirm,
    Expire,
    Extend,
    Move,
    Update,
    Cancel,
    CheckIn,
    Begin,
    Complete,
    Record,
}

/// The reason why a step can't be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// The visit is held, and not paid for.
    #[error("the visit is held until {until} and not paid for: pay first")]
    AwaitingPayment {
        /// The first instant at which the hold is over.
        until: Timestamp,
    },
    /// The hold ended unpaid.
    #[error("the slot was held until {at} and not paid for in time: book again")]
    HoldEnded {
        /// The end of the hold.
        at: Timestamp,
    },
    /// The visit is confirmed already.
    #[error("the visit is confirmed already")]
    Confirmed,
    /// The visit was cancelled.
    #[error("the visit was cancelled{} at {at}: book another one", ByWhom(*by))]
    Cancelled {
        /// The instant of the cancellation.
        at: Timestamp,
        /// The side or event that cancelled.
        by: CancelledBy,
    },
    /// The visit can't be joined yet.
    #[error("the visit can be joined from {from} until {until}")]
    NotOpen {
        /// The first instant at which the visit can be joined.
        from: Timestamp,
        /// The first instant at which the visit can't be joined any more.
        until: Timestamp,
    },
    /// A side has joined the visit.
    #[error("{} has joined the visit, and its outcome follows from who joined", TheSide(*side))]
    Joined {
        /// The side.
        side: Side,
    },
    /// The visit has begun.
    #[error("the visit began at {at}")]
    Begun {
        /// The instant at which the doctor began it, or its start if it did not come to that.
        at: Timestamp,
    },
    /// The doctor has not begun the visit.
    #[error("the doctor has not begun the visit: begin it first")]
    NotBegun,
    /// The visit may still take place.
    #[error("the outcome can be recorded from {until} on: until then it follows from who joins")]
    NotOver {
        /// The first instant at which the step can be taken.
        until: Timestamp,
    },
    /// The visit is over.
    #[error("the visit was over at {at}")]
    Over {
        /// The instant at which the visit ended.
        at: Timestamp,
    },
}

struct ByWhom(CancelledBy);

impl fmt::Display for ByWhom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            CancelledBy::Patient => " by the patient",
            CancelledBy::Doctor => " by the doctor",
            CancelledBy::Admin => " by an administrator",
            CancelledBy::Suspension => " because the doctor was suspended",
            CancelledBy::Expiry | CancelledBy::Payment => " because it was not paid for",
        })
    }
}

struct TheSide(Side);

impl fmt::Display for TheSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Side::Patient => "the patient",
            Side::Doctor => "the doctor",
        })
    }
}

impl Appointment {
    /// The reason why the appointment can't take a step at `now`, for a rule that has refused it.
    pub(crate) fn refuse(&self, step: Step, now: Timestamp) -> StepRefusal {
        match &self.stage {
            Stage::Held { until, .. } if *until <= now => StepRefusal::HoldEnded { at: *until },
            Stage::Held { until, .. } => StepRefusal::AwaitingPayment { until: *until },
            Stage::Cancelled(cancellation) if cancellation.by == CancelledBy::Expiry => {
                StepRefusal::HoldEnded { at: cancellation.at }
            }
            Stage::Cancelled(cancellation) => StepRefusal::Cancelled { at: cancellation.at, by: cancellation.by },
            Stage::Completed { at, .. } | Stage::NoShow { at, .. } => StepRefusal::Over { at: *at },
            Stage::InProgress { patient, .. } if step == Step::CheckIn && patient.is_some() => {
                StepRefusal::Joined { side: Side::Patient }
            }
            Stage::InProgress { .. } if step == Step::Record => StepRefusal::Joined { side: Side::Doctor },
            // The patient joins too late what the doctor has begun.
            Stage::InProgress { .. } if step == Step::CheckIn && self.time.end() <= now => {
                StepRefusal::Over { at: self.time.end() }
            }
            Stage::InProgress { since, .. } => StepRefusal::Begun { at: *since },
            Stage::Confirmed { .. } => self.refuse_before_visit(step, None, now),
            Stage::CheckedIn { .. } => self.refuse_before_visit(step, Some(Side::Patient), now),
        }
    }

    /// The reason for a visit that the doctor has not begun. `joined` is the side that waits.
    fn refuse_before_visit(&self, step: Step, joined: Option<Side>, now: Timestamp) -> StepRefusal {
        let (start, end) = (self.time.start(), self.time.end());
        let over = (end <= now).then_some(StepRefusal::Over { at: end });
        let begun = (start <= now).then_some(StepRefusal::Begun { at: start });
        let joined = joined.map(|side| StepRefusal::Joined { side });
        let (from, until) = self.join_window();
        match step {
            Step::Confirm | Step::Expire | Step::Extend => StepRefusal::Confirmed,
            Step::Complete => StepRefusal::NotBegun,
            Step::Move | Step::Update | Step::Cancel => over.or(begun).or(joined).unwrap_or(StepRefusal::Confirmed),
            Step::CheckIn => over.or(joined).unwrap_or(StepRefusal::NotOpen { from, until }),
            Step::Begin => over.unwrap_or(StepRefusal::NotOpen { from, until }),
            Step::Record => joined.unwrap_or(StepRefusal::NotOver { until: start }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Authorized;
    use crate::appointments::aggregate::BookedAppointment;
    use crate::appointments::attendance::{self, Outcome};
    use crate::appointments::booking::HoldLength;
    use crate::appointments::cancellation;
    use crate::appointments::intake;
    use crate::appointments::rescheduling::{self, ExtendRefusal, MoveRefusal, MovedBy};
    use crate::payments::refund_policy::RefundPolicy;
    use crate::testing::{authorized, confirmed, held_visit, minutes, now, range, slot, visit};

    /// A visit in each stage.
    fn in_every_stage() -> Vec<(&'static str, Appointment)> {
        let (held, open) = (held_visit().appointment, visit().start() - minutes(10));
        let waits = confirmed().check_in(open).unwrap();
        let begun = waits.clone().begin(open).unwrap();
        let ended = |by| confirmed().cancel(by, None, now()).unwrap();
        vec![
            ("held", held.clone()),
            ("expired", held.expire(now() + minutes(10)).unwrap()),
            ("confirmed", confirmed()),
            ("waits", waits),
            ("begun", begun.clone()),
            ("alone", confirmed().begin(open).unwrap()),
            ("completed", begun.complete(open).unwrap()),
            ("missed", confirmed().miss(Side::Patient, visit().end()).unwrap()),
            ("cancelled", ended(CancelledBy::Doctor)),
            ("suspended", ended(CancelledBy::Suspension)),
            ("unpaid", ended(CancelledBy::Payment)),
        ]
    }

    fn take(step: Step, appointment: Appointment, now: Timestamp) -> Result<(), StepRefusal> {
        let whole = |appointment| -> Authorized<BookedAppointment> {
            authorized(BookedAppointment { appointment, ..held_visit() })
        };
        let policy = RefundPolicy::default();
        match step {
            Step::Confirm => appointment.confirm(now).map(drop),
            Step::Expire => appointment.expire(now).map(drop),
            Step::Cancel => {
                cancellation::cancel(whole(appointment), CancelledBy::Patient, None, &policy, now).map(drop)
            }
            Step::Update => intake::update(authorized(appointment), true, now).map(drop),
            Step::CheckIn => appointment.check_in(now).map(drop),
            Step::Begin => appointment.begin(now).map(drop),
            Step::Complete => attendance::end(authorized(appointment), None, now).map(drop),
            Step::Record => {
                let outcome = Outcome::PatientAbsent;
                attendance::record(authorized(appointment), None, outcome, &policy, now).map(drop)
            }
            Step::Move => {
                let later = crate::availability::slot::Slot { time: range("2026-12-09T04:30:00Z", 30), ..slot() };
                let later = crate::availability::slot::Slot { closes: later.time.start(), ..later };
                match rescheduling::reschedule(whole(appointment), later, vec![], None, MovedBy::Staff, now) {
                    Err(MoveRefusal::NotMovable(refusal)) => Err(refusal),
                    moved => moved.map(drop).map_err(|other| panic!("{other:?}")),
                }
            }
            Step::Extend => match rescheduling::extend(whole(appointment), HoldLength::DEFAULT, now) {
                Err(ExtendRefusal::NotHeld(refusal)) => Err(refusal),
                _ => Ok(()),
            },
        }
    }

    const STEPS: [Step; 10] = [
        Step::Confirm,
        Step::Expire,
        Step::Extend,
        Step::Move,
        Step::Cancel,
        Step::CheckIn,
        Step::Begin,
        Step::Complete,
        Step::Record,
        Step::Update,
    ];

    /// A letter for each refusal; `.` for a step that is taken.
    fn letter(taken: Result<(), StepRefusal>) -> char {
        match taken {
            Ok(()) => '.',
            Err(StepRefusal::AwaitingPayment { .. }) => 'p',
            Err(StepRefusal::HoldEnded { .. }) => 'h',
            Err(StepRefusal::Confirmed) => 'c',
            Err(StepRefusal::Cancelled { .. }) => 'x',
            Err(StepRefusal::NotOpen { .. }) => 'n',
            Err(StepRefusal::Joined { .. }) => 'j',
            Err(StepRefusal::Begun { .. }) => 'b',
            Err(StepRefusal::NotBegun) => 'u',
            Err(StepRefusal::NotOver { .. }) => 'w',
            Err(StepRefusal::Over { .. }) => 'o',
        }
    }

    /// A column for each of [`STEPS`].
    #[test]
    fn every_step_from_every_stage_is_taken_or_refused_for_this_reason() {
        let times = [now(), visit().start() - minutes(10), visit().start(), visit().end(), visit().end() + minutes(15)];
        let table = [
            ("held", [".p.p.pppp.", "..hhhhhhhh", "..hhhhhhhh", "..hhhhhhhh", "..hhhhhhhh"]),
            ("expired", ["hhhhhhhhhh"; 5]),
            ("confirmed", ["ccc..nnuw.", "ccc....uw.", "cccbb..uwb", "cccoooouwo", "cccoooou.o"]),
            ("waits", ["cccj.jnuj.", "cccj.j.uj.", "cccbbj.ujb", "cccooooujo", "cccooooujo"]),
            ("begun", ["bbbbbjb.jb"; 5]),
            ("alone", ["bbbbbbb.jb", "bbbbb.b.jb", "bbbbb.b.jb", "bbbbbob.jb", "bbbbbob.jb"]),
            ("completed", ["oooooooooo"; 5]),
            ("missed", ["oooooooooo"; 5]),
            ("cancelled", ["xxxxxxxxxx"; 5]),
            ("suspended", ["xxxxxxxxxx"; 5]),
            ("unpaid", ["xxxxxxxxxx"; 5]),
        ];
        for ((name, appointment), (expected, rows)) in in_every_stage().into_iter().zip(table) {
            assert_eq!(name, expected);
            for (at, row) in times.into_iter().zip(rows) {
                let found: String = STEPS.iter().map(|step| letter(take(*step, appointment.clone(), at))).collect();
                assert_eq!(found, row, "{name} at {at}, steps {STEPS:?}");
            }
        }
    }

    #[test]
    fn a_refusal_speaks_of_the_visit_and_never_of_a_stage() {
        for (name, appointment) in in_every_stage() {
            for step in STEPS {
                for at in [now(), visit().start(), visit().end()] {
                    let Err(refusal) = take(step, appointment.clone(), at) else { continue };
                    let text = refusal.to_string();
                    for word in ["checked_in", "in_progress", "no_show", "become", "stage", "status"] {
                        assert!(!text.contains(word), "{name} by {step:?}: {text}");
                    }
                    assert!(text.len() > 20, "{name} by {step:?}: {text}");
                }
            }
        }
        let by = CancelledBy::Doctor;
        let text = StepRefusal::Cancelled { at: now(), by }.to_string();
        assert_eq!(text, "the visit was cancelled by the doctor at 2026-11-30T03:00:00Z: book another one");
    }
}
