//! The problems that the failures of the lower crates become: one exhaustive `match` for each type of refusal.

use crate::problem::{self, Facts, Problem, ProblemType};
use domain::appointments::agenda::{MAX_FREE_CANCELLATIONS, MAX_HOLDS, MAX_OPEN, TooManyCancellations};
use domain::appointments::booking::BookRefusal;
use domain::appointments::rescheduling::{ExtendRefusal, MAX_MOVES, MoveRefusal};
use domain::appointments::step_refusal::StepRefusal;
use jiff::Timestamp;
use storage::{CommitError, OrderTaken, RegistrationRefusal, StartInProgress, StorageError};

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Problem::unavailable(error),
            StorageError::Inconsistent { .. } => Problem::internal(error),
        }
    }
}

impl<E: Into<Problem>> From<CommitError<E>> for Problem {
    fn from(error: CommitError<E>) -> Self {
        match error {
            CommitError::Stale => Problem::stale(),
            CommitError::Refused(refusal) => refusal.into(),
            CommitError::Unavailable(source) => Problem::unavailable(source),
            CommitError::Replay(_) => Problem::internal("a replay without an idempotency claim"),
            CommitError::Inconsistent { entity, key, detail } => {
                Problem::internal(StorageError::Inconsistent { entity, key, detail })
            }
        }
    }
}

/// A limit as a problem shows it.
fn limit(most: usize) -> Option<u32> {
    u32::try_from(most).ok()
}

/// A problem whose detail is the text of a refusal, as a sentence.
fn refused(kind: &'static ProblemType, refusal: impl ToString, facts: Facts) -> Problem {
    let text = refusal.to_string();
    let mut letters = text.chars();
    let sentence = letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str() + ".");
    Problem::of(kind).detail(sentence.unwrap_or_default()).facts(facts)
}

/// For the patient whose booking it is: the refusal names the patient's other appointments.
impl From<BookRefusal> for Problem {
    fn from(refusal: BookRefusal) -> Self {
        let none = Facts::default();
        match refusal {
            BookRefusal::SlotTaken => Problem::of(&problem::SLOT_TAKEN),
            BookRefusal::AlreadyYours { with, until } => {
                refused(&problem::SLOT_YOURS, refusal, Facts { appointment_id: Some(with), until, ..none })
            }
            BookRefusal::SlotInPast => Problem::field("slotId", "is in the past"),
            BookRefusal::TooShortNotice { closed } => {
                Problem::field("slotId", format!("can't be booked at such short notice: it could be until {closed}"))
            }
            BookRefusal::TooFewSlots => {
                Problem::field("kind", "needs more adjacent slots than there are from this one on")
            }
            BookRefusal::DoctorUnavailable => Problem::of(&problem::DOCTOR_UNAVAILABLE),
            BookRefusal::DailyQuotaFull => Problem::of(&problem::DAY_FULL),
            BookRefusal::PatientBusy { with, time } => {
                let facts =
                    Facts { appointment_id: Some(with), from: Some(time.start()), until: Some(time.end()), ..none };
                refused(&problem::PATIENT_BUSY, refusal, facts)
            }
            BookRefusal::TooManyHolds { until } => {
                let facts = Facts { limit: limit(MAX_HOLDS), until: Some(until), ..none };
                let text = format!(
                    "you hold {MAX_HOLDS} unpaid slots, and the limit is {MAX_HOLDS}: pay for one, cancel one, or wait until {until}"
                );
                refused(&problem::TOO_MANY_HOLDS, text, facts)
            }
            BookRefusal::TooManyOpen => {
                let text = format!("you have {MAX_OPEN} open appointments, and the limit is {MAX_OPEN}");
                refused(&problem::TOO_MANY_APPOINTMENTS, text, Facts { limit: limit(MAX_OPEN), ..none })
            }
            BookRefusal::TooManyCancellations(TooManyCancellations { until }) => {
                let facts = Facts { limit: limit(MAX_FREE_CANCELLATIONS), until: Some(until), ..none };
                refused(&problem::TOO_MANY_CANCELLATIONS, refusal, facts)
            }
        }
    }
}

impl Problem {
    /// The refusal of a booking for a caller who is not its patient, and may not know of the patient's other
    /// appointments.
    pub fn of_booking_for_another(refusal: BookRefusal) -> Self {
        match refusal {
            BookRefusal::PatientBusy { .. } | BookRefusal::AlreadyYours { .. } => Problem::of(&problem::PATIENT_BUSY),
            BookRefusal::TooManyHolds { .. } | BookRefusal::TooManyOpen | BookRefusal::TooManyCancellations(_) => {
                Problem::of(&problem::TOO_MANY_APPOINTMENTS)
            }
            other => other.into(),
        }
    }

    /// Adds the seconds from `now` until an instant, after which the client may repeat the request.
    #[must_use]
    pub fn retry_at(self, until: Timestamp, now: Timestamp) -> Self {
        self.retry_after(u32::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1))
    }
}

impl From<StepRefusal> for Problem {
    fn from(refusal: StepRefusal) -> Self {
        let none = Facts::default();
        let at = |at| Facts { at: Some(at), ..Facts::default() };
        let until = |until| Facts { until: Some(until), ..Facts::default() };
        let (kind, facts) = match refusal {
            StepRefusal::AwaitingPayment { until: end } => (&problem::AWAITING_PAYMENT, until(end)),
            StepRefusal::HoldEnded { at: end } => (&problem::HOLD_ENDED, at(end)),
            StepRefusal::Confirmed => (&problem::VISIT_CONFIRMED, none),
            StepRefusal::Cancelled { at: end, .. } => (&problem::VISIT_CANCELLED, at(end)),
            StepRefusal::NotOpen { from, until } => {
                (&problem::VISIT_NOT_OPEN, Facts { from: Some(from), until: Some(until), ..none })
            }
            StepRefusal::Joined { .. } => (&problem::VISIT_JOINED, none),
            StepRefusal::Begun { at: start } => (&problem::VISIT_BEGUN, at(start)),
            StepRefusal::NotBegun => (&problem::VISIT_NOT_BEGUN, none),
            StepRefusal::NotOver { until: end } => (&problem::VISIT_NOT_OVER, until(end)),
            StepRefusal::Over { at: end } => (&problem::VISIT_OVER, at(end)),
        };
        refused(kind, refusal, facts)
    }
}

/// For the patient whose visit it is; see [`Problem::of_booking_for_another`].
impl From<MoveRefusal> for Problem {
    fn from(refusal: MoveRefusal) -> Self {
        let until = |until| Facts { until: Some(until), ..Facts::default() };
        match refusal {
            MoveRefusal::NewTime(refusal) => refusal.into(),
            MoveRefusal::NotMovable(refusal) => refusal.into(),
            MoveRefusal::TooOften => {
                refused(&problem::MOVES_USED_UP, refusal, Facts { limit: Some(MAX_MOVES), ..Facts::default() })
            }
            MoveRefusal::TooLate { until: end } => refused(&problem::TOO_LATE_TO_MOVE, refusal, until(end)),
            MoveRefusal::FeeEnds(ends) => refused(&problem::FEE_WOULD_CHANGE, refusal, until(ends.until)),
        }
    }
}

impl From<ExtendRefusal> for Problem {
    fn from(refusal: ExtendRefusal) -> Self {
        match refusal {
            ExtendRefusal::NotHeld(refusal) => refusal.into(),
            // A repeated request is answered with the extended hold.
            ExtendRefusal::Already | ExtendRefusal::NoTimeLeft => {
                refused(&problem::NO_TIME_TO_EXTEND, refusal, Facts::default())
            }
            ExtendRefusal::TooEarly { from } => {
                refused(&problem::TOO_EARLY_TO_EXTEND, refusal, Facts { from: Some(from), ..Facts::default() })
            }
        }
    }
}

impl From<RegistrationRefusal> for Problem {
    fn from(refusal: RegistrationRefusal) -> Self {
        match refusal {
            RegistrationRefusal::NumberTaken | RegistrationRefusal::AlreadyRegistered => {
                Problem::of(&problem::ALREADY_REGISTERED).detail(refusal.to_string())
            }
        }
    }
}

impl From<StartInProgress> for Problem {
    fn from(_: StartInProgress) -> Self {
        // The lease ends at its stated instant at the latest; making an order mostly takes less than a second.
        Problem::of(&problem::IN_PROGRESS).retry_after(2)
    }
}

impl From<OrderTaken> for Problem {
    fn from(taken: OrderTaken) -> Self {
        Problem::internal(taken)
    }
}

impl From<std::convert::Infallible> for Problem {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::appointments::appointment::Side;
    use domain::core::cancelled_by::CancelledBy;
    use domain::core::id::AppointmentId;
    use domain::core::time::TimeRange;

    fn at() -> Timestamp {
        "2026-12-01T04:30:00Z".parse().unwrap()
    }

    fn every_step_refusal() -> Vec<StepRefusal> {
        vec![
            StepRefusal::AwaitingPayment { until: at() },
            StepRefusal::HoldEnded { at: at() },
            StepRefusal::Confirmed,
            StepRefusal::Cancelled { at: at(), by: CancelledBy::Doctor },
            StepRefusal::NotOpen { from: at(), until: at() },
            StepRefusal::Joined { side: Side::Patient },
            StepRefusal::Begun { at: at() },
            StepRefusal::NotBegun,
            StepRefusal::NotOver { until: at() },
            StepRefusal::Over { at: at() },
        ]
    }

    #[test]
    fn every_refusal_of_a_step_has_a_code_of_its_own_and_says_why() {
        let fee = domain::appointments::visit_terms::FeeEnds { until: at() };
        let moves = [MoveRefusal::TooOften, MoveRefusal::TooLate { until: at() }, MoveRefusal::FeeEnds(fee)];
        let extensions = [ExtendRefusal::NoTimeLeft, ExtendRefusal::TooEarly { from: at() }];
        let problems = every_step_refusal().into_iter().map(Problem::from);
        let problems = problems.chain(moves.into_iter().map(Problem::from));
        let problems: Vec<Problem> = problems.chain(extensions.into_iter().map(Problem::from)).collect();
        let mut codes: Vec<&str> = problems.iter().map(|problem| problem.kind.slug).collect();
        assert!(!codes.contains(&"conflict"));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), problems.len(), "{codes:?}");
        for problem in problems {
            let body = problem.body("r");
            let detail = body.detail.expect("a detail");
            assert_eq!(body.status, 409);
            assert!(detail.ends_with('.') && detail.starts_with(char::is_uppercase), "{detail}");
            for word in ["become", "checked_in", "in_progress", "no_show", "Stage"] {
                assert!(!detail.contains(word), "{detail}");
            }
            let says_when = [body.facts.at, body.facts.from, body.facts.until].into_iter().flatten().next();
            assert_eq!(says_when.is_some(), detail.contains("2026-12-01T04:30:00Z"), "{detail}");
        }
    }

    #[test]
    fn a_patient_is_told_which_own_visit_is_in_the_way_and_no_other_party_is() {
        let (with, end) = (AppointmentId::from_uuid(uuid::Uuid::from_u128(7)), "2026-12-01T05:00:00Z");
        let busy = BookRefusal::PatientBusy { with, time: TimeRange::new(at(), end.parse().unwrap()).unwrap() };
        let own = BookRefusal::AlreadyYours { with, until: Some(at()) };
        let id = with.to_string();
        for refusal in [busy, own] {
            let told = serde_json::to_value(Problem::from(refusal).body("r")).unwrap();
            assert_eq!(told["appointmentId"], id.as_str());
            assert!(told["detail"].as_str().unwrap().contains(&id), "{told}");
            let other = serde_json::to_string(&Problem::of_booking_for_another(refusal).body("r")).unwrap();
            assert!(other.contains("patient-busy") && !other.contains(&id) && !other.contains("04:30"), "{other}");
        }
        let holds = serde_json::to_value(Problem::from(BookRefusal::TooManyHolds { until: at() }).body("r")).unwrap();
        assert_eq!((&holds["limit"], &holds["until"]), (&3.into(), &"2026-12-01T04:30:00Z".into()));
    }
}
