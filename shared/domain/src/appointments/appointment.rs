//! An appointment and the stages of its life. Its slots, the agenda and the money are decided in
//! [`crate::appointments::booking`], [`crate::appointments::cancellation`] and [`crate::appointments::settlement`].
//!
//! | from | to |
//! |---|---|
//! | held | confirmed, cancelled |
//! | confirmed | checked in, in progress, cancelled; once its time has come: completed, no-show of either side |
//! | checked in | in progress, cancelled, no-show of the doctor |
//! | in progress | in progress with the patient, completed, no-show of the patient |
//! | cancelled, because the hold ended unpaid | confirmed, by a late payment |
//! | completed, no-show, otherwise cancelled | |

use crate::core::cancelled_by::{CancelledBy, Canceller};
use crate::directory::visit_kind::VisitKind;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Parties, Resource};
use crate::appointments::step_refusal::{Step, StepRefusal};
use crate::appointments::visit_terms::VisitTerms;
use crate::availability::slot::Place;
use crate::core::id::{AppointmentId, DoctorId, PatientId, PaymentId, SlotId, UserId};
use crate::core::money::Paise;
use crate::core::person::DoctorName;
use crate::core::time::{TimeRange, Zone};

/// A patient's visit to a doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The appointment's id, which never changes.
    pub id: AppointmentId,
    /// The patient who comes.
    pub patient: PatientId,
    /// The doctor who is visited.
    pub doctor: DoctorId,
    /// The doctor's name at booking, so that lists need not read the doctor.
    pub doctor_name: DoctorName,
    /// The visit's time, from the start of its first slot to the end of its last. A change of the time zone rules never
    /// moves it.
    pub time: TimeRange,
    /// The slots that the visit takes, in order of time: one, or adjacent ones for a longer visit.
    pub slots: Vec<SlotId>,
    /// The place of the visit.
    pub place: Place,
    /// The doctor's zone at booking.
    pub zone: Zone,
    /// The kind of the visit.
    pub kind: VisitKind,
    /// The visit's fee in paise, as it was at booking.
    pub fee: Paise,
    /// The version of the appointment with which the patient's [`Intake`](crate::appointments::intake::Intake) was
    /// written, which is stored sealed beside it; `None` if the patient told nothing.
    pub intake: Option<u64>,
    /// The stage of the appointment's life. [`Appointment::status`] also takes the time into account.
    pub stage: Stage,
    /// The number of times that the patient has moved the visit.
    pub moves: u32,
    /// The terms that depend on a moment.
    pub terms: VisitTerms,
    /// The instant of the booking.
    pub created_at: Timestamp,
    /// The instant of the write that was read: the last change.
    pub updated_at: Timestamp,
    /// iCalendar's `SEQUENCE`: every change is higher than the one before.
    pub sequence: u32,
    /// The version that was read.
    pub version: u64,
}

impl Resource for Appointment {
    fn parties(&self) -> Parties {
        Parties::treatment(self.patient, self.doctor)
    }
}

/// The stage of an appointment's life, with the data of that stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Stage {
    /// The slot is reserved and payment is awaited.
    Held {
        /// The first instant at which the hold is over.
        until: Timestamp,
        /// Whether the patient has extended the hold, which can be done once.
        extended: bool,
    },
    /// Paid, or free of charge.
    Confirmed {
        /// The instant of the confirmation.
        at: Timestamp,
    },
    /// The patient is in the waiting room.
    CheckedIn {
        /// The instant at which the patient checked in.
        at: Timestamp,
    },
    /// The doctor has joined; the patient may have joined.
    InProgress {
        /// The instant at which the doctor began the visit.
        since: Timestamp,
        /// The instant at which the patient joined, in the waiting room or later.
        patient: Option<Timestamp>,
    },
    /// The visit took place.
    Completed {
        /// The instant at which the visit ended.
        at: Timestamp,
        /// The sides that joined; neither, if the outcome was recorded afterwards.
        attendance: Attendance,
    },
    /// The visit will not take place.
    Cancelled(Cancellation),
    /// One side did not come.
    NoShow {
        /// The instant at which the absence was recorded.
        at: Timestamp,
        /// The side that did not come, and the instant at which the other side joined.
        absence: Absence,
    },
}

/// One of the two sides of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The patient.
    Patient,
    /// The doctor.
    Doctor,
}

/// The instants at which the two sides joined a visit; `None` for a side that has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attendance {
    /// The instant at which the patient joined, by checking in.
    pub patient: Option<Timestamp>,
    /// The instant at which the doctor joined, by beginning the visit.
    pub doctor: Option<Timestamp>,
}

/// The side that did not come. Only the other side can have joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "absent", rename_all = "snake_case")]
pub enum Absence {
    /// The patient.
    Patient {
        /// The instant at which the doctor joined; `None` if the absence was only recorded.
        doctor: Option<Timestamp>,
    },
    /// The doctor.
    Doctor {
        /// The instant at which the patient joined; `None` if the absence was only recorded.
        patient: Option<Timestamp>,
    },
}

impl Absence {
    /// The side that did not come.
    pub const fn side(&self) -> Side {
        match self {
            Self::Patient { .. } => Side::Patient,
            Self::Doctor { .. } => Side::Doctor,
        }
    }
}

/// The cancellation of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// The instant of the cancellation.
    pub at: Timestamp,
    /// The side or event that cancelled.
    pub by: CancelledBy,
    /// The person who cancelled, if a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<UserId>,
    /// The reason for it: a [`crate::core::person::Remark`] without health data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The stage of an appointment as clients see it, without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented at the variant of `Stage` that has its name")]
pub enum Status {
    Held,
    Confirmed,
    CheckedIn,
    InProgress,
    Completed,
    Cancelled,
    NoShow,
}

/// The time before its start from which a visit can be joined. It can be joined until its end.
pub const OPENS_BEFORE: SignedDuration = SignedDuration::from_mins(30);

impl Status {
    /// The status as in JSON: `checked_in`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::CheckedIn => "checked_in",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Stage {
    /// The status of the stage alone. [`Appointment::status`] also takes the end of a hold into account.
    pub const fn status(&self) -> Status {
        match self {
            Self::Held { .. } => Status::Held,
            Self::Confirmed { .. } => Status::Confirmed,
            Self::CheckedIn { .. } => Status::CheckedIn,
            Self::InProgress { .. } => Status::InProgress,
            Self::Completed { .. } => Status::Completed,
            Self::Cancelled(_) => Status::Cancelled,
            Self::NoShow { .. } => Status::NoShow,
        }
    }
}

impl Stage {
    /// The first instant at which the hold is over, if the stage is a hold.
    pub const fn hold_until(&self) -> Option<Timestamp> {
        match self {
            Self::Held { until, .. } => Some(*until),
            _ => None,
        }
    }
}

impl Appointment {
    /// The first slot of the visit.
    pub fn first_slot(&self) -> SlotId {
        SlotId::from(&self.time)
    }

    /// The id of the appointment's payment, whether the payment exists or not.
    pub fn payment(&self) -> PaymentId {
        self.id.into()
    }

    /// The appointment as it is once `now`'s write of it has succeeded: in the next version.
    #[must_use]
    pub fn written(self, now: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self }
    }

    /// The status at `now`. A hold that is over reads as cancelled, before the cleanup has written so.
    pub fn status(&self, now: Timestamp) -> Status {
        if self.is_expired_hold(now) { Status::Cancelled } else { self.stage.status() }
    }

    /// The cancellation, if the appointment is cancelled at `now`. A hold that is over was cancelled by expiry at its
    /// end.
    pub fn cancellation(&self, now: Timestamp) -> Option<Cancellation> {
        match &self.stage {
            Stage::Held { until, .. } if *until <= now => Some(expiry(*until)),
            Stage::Cancelled(cancellation) => Some(cancellation.clone()),
            _ => None,
        }
    }

    /// Whether the hold ended unpaid, written or not. Only such an appointment can be reinstated by a late payment.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.cancellation(now).is_some_and(|cancellation| cancellation.by == CancelledBy::Expiry)
    }

    /// Whether a cancelled appointment was ever confirmed. Each transition raises the sequence by one, so a hold that only
    /// ended is at one, and an appointment that was confirmed in between is above one. A visit free of charge is
    /// confirmed from the start.
    pub fn was_confirmed(&self) -> bool {
        self.fee.is_zero() || self.sequence > 1
    }

    /// Confirms a held appointment, even if the hold is over: the caller has secured the slot.
    pub fn confirm(self, now: Timestamp) -> Result<Self, StepRefusal> {
        match self.stage {
            Stage::Held { .. } => Ok(self.become_stage(Stage::Confirmed { at: now })),
            _ => Err(self.refuse(Step::Confirm, now)),
        }
    }

    /// Confirms an appointment with an ended hold, because its payment arrived late.
    pub fn reinstate(self, now: Timestamp) -> Result<Self, StepRefusal> {
        if self.has_expired(now) {
            Ok(self.become_stage(Stage::Confirmed { at: now }))
        } else {
            Err(self.refuse(Step::Confirm, now))
        }
    }

    /// Cancels an appointment before its start: a live hold, a confirmed visit, or a visit with the patient in the
    /// waiting room. After the start, the money depends on who came, not on who cancels first.
    pub fn cancel(self, by: impl Into<Canceller>, reason: Option<String>, now: Timestamp) -> Result<Self, StepRefusal> {
        let Canceller { side, person } = by.into();
        match self.status(now) {
            Status::Held | Status::Confirmed | Status::CheckedIn if now < self.time.start() => {
                Ok(self.become_stage(Stage::Cancelled(Cancellation { at: now, by: side, person, reason })))
            }
            _ => Err(self.refuse(Step::Cancel, now)),
        }
    }

    /// Records that the hold is over.
    pub fn expire(self, now: Timestamp) -> Result<Self, StepRefusal> {
        match self.stage {
            Stage::Held { until, .. } if until <= now => Ok(self.become_stage(Stage::Cancelled(expiry(until)))),
            _ => Err(self.refuse(Step::Expire, now)),
        }
    }

    /// The window in which the visit can be joined: from [`OPENS_BEFORE`] its start until its end.
    pub fn join_window(&self) -> (Timestamp, Timestamp) {
        (self.time.start().checked_sub(OPENS_BEFORE).unwrap_or(self.time.start()), self.time.end())
    }

    /// The instants at which the sides joined.
    pub const fn attendance(&self) -> Attendance {
        match self.stage {
            Stage::CheckedIn { at } => Attendance { patient: Some(at), doctor: None },
            Stage::InProgress { since, patient } => Attendance { patient, doctor: Some(since) },
            Stage::Completed { attendance, .. } => attendance,
            Stage::NoShow { absence: Absence::Patient { doctor }, .. } => Attendance { patient: None, doctor },
            Stage::NoShow { absence: Absence::Doctor { patient }, .. } => Attendance { patient, doctor: None },
            Stage::Held { .. } | Stage::Confirmed { .. } | Stage::Cancelled(_) => {
                Attendance { patient: None, doctor: None }
            }
        }
    }

    /// The patient joins: the patient enters the waiting room, or the visit that the doctor has begun.
    pub fn check_in(self, now: Timestamp) -> Result<Self, StepRefusal> {
        let stage = match self.stage {
            Stage::Confirmed { .. } => Stage::CheckedIn { at: now },
            Stage::InProgress { since, patient: None } => Stage::InProgress { since, patient: Some(now) },
            _ => return Err(self.refuse(Step::CheckIn, now)),
        };
        self.is_open(Step::CheckIn, now)?;
        Ok(self.become_stage(stage))
    }

    /// The doctor joins, which begins the visit.
    pub fn begin(self, now: Timestamp) -> Result<Self, StepRefusal> {
        let patient = match self.stage {
            Stage::Confirmed { .. } => None,
            Stage::CheckedIn { at } => Some(at),
            _ => return Err(self.refuse(Step::Begin, now)),
        };
        self.is_open(Step::Begin, now)?;
        Ok(self.become_stage(Stage::InProgress { since: now, patient }))
    }

    /// Completes a visit in progress: the doctor ends it, or its time is over.
    pub fn complete(self, now: Timestamp) -> Result<Self, StepRefusal> {
        match self.stage {
            Stage::InProgress { .. } => {
                let attendance = self.attendance();
                Ok(self.become_stage(Stage::Completed { at: now, attendance }))
            }
            _ => Err(self.refuse(Step::Complete, now)),
        }
    }

    /// Completes a visit that neither side joined in the application, as the doctor or an administrator recorded.
    pub(crate) fn conclude(self, now: Timestamp) -> Result<Self, StepRefusal> {
        match self.stage {
            Stage::Confirmed { .. } if self.time.start() <= now => {
                Ok(self.become_stage(Stage::Completed { at: now, attendance: Attendance::default() }))
            }
            _ => Err(self.refuse(Step::Record, now)),
        }
    }

    /// Records that `absent` did not come to a visit that has started. A side that has joined is not absent.
    pub(crate) fn miss(self, absent: Side, now: Timestamp) -> Result<Self, StepRefusal> {
        let absence = match (&self.stage, absent) {
            (Stage::Confirmed { .. }, Side::Patient) => Absence::Patient { doctor: None },
            (Stage::InProgress { since, patient: None }, Side::Patient) => Absence::Patient { doctor: Some(*since) },
            (Stage::Confirmed { .. }, Side::Doctor) => Absence::Doctor { patient: None },
            (Stage::CheckedIn { at }, Side::Doctor) => Absence::Doctor { patient: Some(*at) },
            _ => return Err(self.refuse(Step::Record, now)),
        };
        if now < self.time.start() {
            return Err(self.refuse(Step::Record, now));
        }
        Ok(self.become_stage(Stage::NoShow { at: now, absence }))
    }

    fn is_open(&self, step: Step, now: Timestamp) -> Result<(), StepRefusal> {
        let (from, until) = self.join_window();
        if from <= now && now < until { Ok(()) } else { Err(self.refuse(step, now)) }
    }

    fn is_expired_hold(&self, now: Timestamp) -> bool {
        matches!(self.stage, Stage::Held { until, .. } if until <= now)
    }

    fn become_stage(self, stage: Stage) -> Self {
        Self { stage, sequence: self.sequence + 1, ..self }
    }
}

/// The cancellation of a hold that is over: it took effect at the hold's end, whenever it is recorded.
const fn expiry(until: Timestamp) -> Cancellation {
    Cancellation { at: until, by: CancelledBy::Expiry, person: None, reason: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::cancelled_by::CancelledBy;
    use crate::testing::{booking, confirmed, minutes, now, visit};

    fn held() -> Appointment {
        booking().appointment
    }

    fn until() -> Timestamp {
        now() + minutes(10)
    }

    /// Ten minutes before the visit, when it can be joined and cancelled.
    fn open() -> Timestamp {
        visit().start() - minutes(10)
    }

    fn in_every_stage() -> Vec<Appointment> {
        let checked_in = confirmed().check_in(open()).unwrap();
        let in_progress = checked_in.clone().begin(open()).unwrap();
        vec![
            held(),
            confirmed(),
            checked_in,
            in_progress.clone(),
            in_progress.complete(open()).unwrap(),
            confirmed().cancel(CancelledBy::Patient, None, now()).unwrap(),
            confirmed().miss(Side::Patient, visit().start()).unwrap(),
        ]
    }

    #[test]
    fn a_visit_cannot_be_cancelled_after_its_start() {
        let visit = held().confirm(now()).unwrap();
        let start = visit.time.start();
        assert!(visit.clone().cancel(CancelledBy::Doctor, None, start - minutes(1)).is_ok());
        assert!(visit.cancel(CancelledBy::Doctor, None, start).is_err());
    }

    #[test]
    fn a_hold_that_is_over_reads_as_cancelled_by_expiry_before_anything_has_cleaned_up() {
        assert_eq!(held().status(until() - minutes(1)), Status::Held);
        assert_eq!(held().cancellation(until() - minutes(1)), None);
        assert_eq!(held().status(until()), Status::Cancelled);
        let after = held().cancellation(until() + minutes(60)).unwrap();
        assert_eq!((after.by, after.at), (CancelledBy::Expiry, until()));
    }

    #[test]
    fn cleaning_up_changes_nothing_that_a_reader_sees() {
        let late = until() + minutes(60);
        let cleaned = held().expire(late).unwrap();
        assert_eq!(cleaned.status(late), held().status(late));
        assert_eq!(cleaned.cancellation(late), held().cancellation(late));
        assert!(cleaned.has_expired(late) && held().has_expired(late));
    }

    #[test]
    fn only_a_hold_that_is_over_expires() {
        let refused = StepRefusal::AwaitingPayment { until: until() };
        assert_eq!(held().expire(until() - minutes(1)), Err(refused));
        for appointment in in_every_stage().into_iter().skip(1) {
            assert!(appointment.expire(until()).is_err());
        }
    }

    /// A hold that lasts until the visit, so that it is live at the time of the table.
    fn extended(stage: Stage) -> Stage {
        match stage {
            Stage::Held { extended, .. } => Stage::Held { until: visit().start(), extended },
            other => other,
        }
    }

    /// From each stage (row: held, confirmed, checked in, in progress, completed, cancelled, missed) by each step
    /// (column: confirm, check in, begin, complete, cancel, the patient's absence, the doctor's, conclude,
    /// begin and check in after it).
    #[test]
    fn the_table_of_transitions_is_this_one_and_no_other() {
        let start = visit().start();
        let live = |it: Appointment| Appointment { stage: extended(it.stage), ..it };
        let transitions: [&dyn Fn(Appointment) -> bool; 9] = [
            &|it| it.confirm(open()).is_ok(),
            &|it| it.check_in(open()).is_ok(),
            &|it| it.begin(open()).is_ok(),
            &|it| it.complete(open()).is_ok(),
            &|it| live(it).cancel(CancelledBy::Admin, None, open()).is_ok(),
            &|it| it.miss(Side::Patient, start).is_ok(),
            &|it| it.miss(Side::Doctor, start).is_ok(),
            &|it| it.conclude(start).is_ok(),
            &|it| it.begin(open()).is_ok_and(|begun| begun.check_in(open()).is_ok()),
        ];
        let table = ["x...x....", ".xx.xxxxx", "..x.x.x..", "...x.....", ".........", ".........", "........."];
        for (appointment, expected) in in_every_stage().into_iter().zip(table) {
            let allowed: String =
                transitions.iter().map(|step| if step(appointment.clone()) { 'x' } else { '.' }).collect();
            assert_eq!(allowed, expected, "from {:?}", appointment.stage);
        }
    }

    #[test]
    fn a_visit_is_joined_from_half_an_hour_before_its_start_until_its_end() {
        let (from, until) = (visit().start() - minutes(30), visit().end());
        let moment = SignedDuration::from_millis(1);
        for (at, is_open) in [(from - moment, false), (from, true), (until - moment, true), (until, false)] {
            assert_eq!(confirmed().check_in(at).is_ok(), is_open, "{at}");
            assert_eq!(confirmed().begin(at).is_ok(), is_open, "{at}");
        }
    }

    #[test]
    fn the_sides_that_joined_are_remembered_in_every_later_stage() {
        let (first, second) = (open(), open() + minutes(5));
        let attendance = |patient, doctor| Attendance { patient, doctor };
        let waiting = confirmed().check_in(first).unwrap();
        assert_eq!(waiting.attendance(), attendance(Some(first), None));
        let both = waiting.clone().begin(second).unwrap();
        assert_eq!(both.attendance(), attendance(Some(first), Some(second)));
        assert_eq!(both.complete(visit().end()).unwrap().attendance(), attendance(Some(first), Some(second)));
        let alone = confirmed().begin(first).unwrap();
        assert_eq!(alone.clone().check_in(second).unwrap().attendance(), attendance(Some(second), Some(first)));
        let missed = alone.clone().miss(Side::Patient, visit().end()).unwrap();
        assert_eq!(missed.attendance(), attendance(None, Some(first)));
        assert!(alone.miss(Side::Doctor, visit().end()).is_err(), "a side that came is not absent");
        let missed = waiting.miss(Side::Doctor, visit().end()).unwrap();
        assert_eq!(missed.attendance(), attendance(Some(first), None));
    }

    #[test]
    fn only_an_expired_hold_can_be_reinstated() {
        let late = until() + minutes(5);
        assert_eq!(held().reinstate(late).unwrap().status(late), Status::Confirmed);
        assert_eq!(held().expire(late).unwrap().reinstate(late).unwrap().status(late), Status::Confirmed);
        assert!(held().reinstate(now()).is_err(), "a live hold is confirmed, not reinstated");
        for by in [
            CancelledBy::Patient,
            CancelledBy::Doctor,
            CancelledBy::Admin,
            CancelledBy::Suspension,
            CancelledBy::Payment,
        ] {
            assert!(held().cancel(by, None, now()).unwrap().reinstate(late).is_err(), "{by:?}");
        }
    }

    #[test]
    fn a_caller_who_has_secured_the_slot_may_confirm_a_hold_that_is_over() {
        assert_eq!(held().confirm(until() + minutes(5)).unwrap().stage, Stage::Confirmed { at: until() + minutes(5) });
    }

    #[test]
    fn neither_side_misses_a_visit_before_it_starts() {
        assert!(confirmed().miss(Side::Patient, visit().start() - minutes(1)).is_err());
        assert!(confirmed().miss(Side::Patient, visit().start()).is_ok());
    }

    #[test]
    fn every_change_has_a_higher_sequence_and_leaves_the_version_to_the_writer() {
        let confirmed = held().confirm(now()).unwrap();
        let cancelled = confirmed.clone().cancel(CancelledBy::Doctor, Some("ill".to_owned()), now()).unwrap();
        assert_eq!([held().sequence, confirmed.sequence, cancelled.sequence], [0, 1, 2]);
        assert_eq!([held().version, confirmed.version, cancelled.version], [0, 0, 0]);
    }

    #[test]
    fn every_stage_reads_back_from_storage_under_its_status() {
        for appointment in in_every_stage() {
            let json = serde_json::to_value(&appointment).unwrap();
            assert_eq!(json["stage"]["status"], appointment.stage.status().as_str());
            assert_eq!(serde_json::from_value::<Appointment>(json).unwrap(), appointment);
        }
    }

    #[test]
    fn the_stored_form_is_stable() {
        let json = serde_json::to_value(confirmed().cancel(CancelledBy::Patient, None, now()).unwrap()).unwrap();
        assert_eq!(
            json["stage"],
            serde_json::json!({"status": "cancelled", "at": "2026-11-30T03:00:00Z", "by": "patient"})
        );
        assert_eq!(json["kind"], "consultation");
        assert_eq!(json["time"]["start"], "2026-12-01T04:30:00Z");
    }
}
