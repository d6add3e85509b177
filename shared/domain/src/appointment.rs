//! An appointment and the stages of its life. What becomes of slot, agenda and money beside it is decided in
//! [`crate::booking`], [`crate::cancellation`] and [`crate::settlement`].
//!
//! | from | to |
//! |---|---|
//! | held | confirmed, cancelled |
//! | confirmed | checked in, in progress, cancelled, no-show |
//! | checked in | in progress, cancelled |
//! | in progress | completed |
//! | cancelled, because the hold ended unpaid | confirmed, by a late payment |
//! | completed, no-show, otherwise cancelled | |

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AppointmentId, DoctorId, PatientId, PaymentId, SlotId};
use crate::money::Paise;
use crate::person::PersonName;
use crate::slot::Place;
use crate::time::{TimeRange, Zone};

/// A patient's visit to a doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its name for life.
    pub id: AppointmentId,
    /// Who comes.
    pub patient: PatientId,
    /// To whom.
    pub doctor: DoctorId,
    /// The doctor's name at booking, so that lists need not read the doctor.
    pub doctor_name: PersonName,
    /// When it is: from the start of its first slot to the end of its last. A change of the time zone rules never
    /// moves it.
    pub time: TimeRange,
    /// The slots that it takes, in order of time: one, or adjacent ones for a visit that needs more.
    pub slots: Vec<SlotId>,
    /// Where it takes place.
    pub place: Place,
    /// The doctor's zone at booking.
    pub zone: Zone,
    /// What it is for.
    pub kind: AppointmentKind,
    /// What it costs, at booking.
    pub fee: Paise,
    /// Whether a sealed reason is stored beside it.
    pub has_reason: bool,
    /// Where in its life it is. Ask [`Appointment::status`], which knows about time.
    pub stage: Stage,
    /// How often it was moved to another time.
    pub moves: u32,
    /// When it was booked.
    pub created_at: Timestamp,
    /// iCalendar's `SEQUENCE`: every change is higher than the one before.
    pub sequence: u32,
    /// The version that was read.
    pub version: u64,
}

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentKind {
    /// A first visit.
    #[default]
    Consultation,
    /// A visit about something that was seen before.
    FollowUp,
    /// Urgent. It takes a slot like any other.
    Emergency,
    /// A check without complaint.
    RoutineCheckup,
}

/// Where in its life an appointment is, with what that stage knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Stage {
    /// The slot is reserved and payment is awaited.
    Held {
        /// The first instant at which it is no longer.
        until: Timestamp,
        /// Whether the patient has asked for more time, which can be done once.
        extended: bool,
    },
    /// Paid, or free of charge.
    Confirmed {
        /// Since when.
        at: Timestamp,
    },
    /// The patient is in the waiting room.
    CheckedIn {
        /// Since when.
        at: Timestamp,
    },
    /// Doctor and patient talk.
    InProgress {
        /// Since when.
        since: Timestamp,
    },
    /// It took place.
    Completed {
        /// When it ended.
        at: Timestamp,
    },
    /// It will not take place.
    Cancelled(Cancellation),
    /// The patient did not come.
    NoShow {
        /// When that was noted.
        at: Timestamp,
    },
}

/// How an appointment was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// When.
    pub at: Timestamp,
    /// By whom or what.
    pub by: CancelledBy,
    /// Why, in a [`crate::person::Remark`] without health data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Who or what cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The patient.
    Patient,
    /// The doctor.
    Doctor,
    /// An administrator.
    Admin,
    /// The hold ended unpaid.
    Expiry,
    /// The doctor was suspended.
    Suspension,
    /// The payment could not be had.
    Payment,
}

/// The stage as clients see it, without its data.
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

/// The appointment can't go from the one status to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {from} appointment can't become {to}")]
pub struct InvalidTransition {
    /// What it is.
    pub from: Status,
    /// What it was to be.
    pub to: Status,
}

impl Status {
    /// As in JSON: `checked_in`.
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
    /// Its name. Holds that are over are named by [`Appointment::status`].
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

impl Appointment {
    /// The slot that it begins with.
    pub fn first_slot(&self) -> SlotId {
        SlotId::from(&self.time)
    }

    /// Its payment, whether there is one or not.
    pub fn payment(&self) -> PaymentId {
        self.id.into()
    }

    /// Its status at `now`. A hold that is over reads as cancelled, before anything has cleaned up.
    pub fn status(&self, now: Timestamp) -> Status {
        if self.is_expired_hold(now) { Status::Cancelled } else { self.stage.status() }
    }

    /// How it was cancelled, if it was, at `now`. A hold that is over was cancelled by expiry at its end.
    pub fn cancellation(&self, now: Timestamp) -> Option<Cancellation> {
        match &self.stage {
            Stage::Held { until, .. } if *until <= now => Some(expiry(*until)),
            Stage::Cancelled(cancellation) => Some(cancellation.clone()),
            _ => None,
        }
    }

    /// Whether its hold ended unpaid, cleaned up or not. Only then a late payment may bring it back.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.cancellation(now).is_some_and(|cancellation| cancellation.by == CancelledBy::Expiry)
    }

    /// Held to confirmed, even if the hold is over: whoever confirms has made sure of the slot.
    pub fn confirm(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::Held { .. } => Ok(self.become_stage(Stage::Confirmed { at: now })),
            _ => Err(self.refuse(Status::Confirmed, now)),
        }
    }

    /// Confirms an appointment whose hold ended unpaid, because the payment arrived after all.
    pub fn reinstate(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        if self.has_expired(now) {
            Ok(self.become_stage(Stage::Confirmed { at: now }))
        } else {
            Err(self.refuse(Status::Confirmed, now))
        }
    }

    /// Cancels what has not begun: a hold that is not over, a confirmed visit, or one whose patient is waiting, each
    /// before its time has come. What happens to money after that depends on who came, and not on who cancels first.
    pub fn cancel(self, by: CancelledBy, reason: Option<String>, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.status(now) {
            Status::Held | Status::Confirmed | Status::CheckedIn if now < self.time.start() => {
                Ok(self.become_stage(Stage::Cancelled(Cancellation { at: now, by, reason })))
            }
            _ => Err(self.refuse(Status::Cancelled, now)),
        }
    }

    /// Writes down that the hold is over.
    pub fn expire(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::Held { until, .. } if until <= now => Ok(self.become_stage(Stage::Cancelled(expiry(until)))),
            _ => Err(self.refuse(Status::Cancelled, now)),
        }
    }

    /// The patient enters the waiting room.
    pub fn check_in(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::Confirmed { .. } => Ok(self.become_stage(Stage::CheckedIn { at: now })),
            _ => Err(self.refuse(Status::CheckedIn, now)),
        }
    }

    /// The doctor starts the visit.
    pub fn begin(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::Confirmed { .. } | Stage::CheckedIn { .. } => {
                Ok(self.become_stage(Stage::InProgress { since: now }))
            }
            _ => Err(self.refuse(Status::InProgress, now)),
        }
    }

    /// The doctor ends the visit.
    pub fn complete(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::InProgress { .. } => Ok(self.become_stage(Stage::Completed { at: now })),
            _ => Err(self.refuse(Status::Completed, now)),
        }
    }

    /// The time has come and the patient has not.
    pub fn miss(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.stage {
            Stage::Confirmed { .. } if self.time.start() <= now => Ok(self.become_stage(Stage::NoShow { at: now })),
            _ => Err(self.refuse(Status::NoShow, now)),
        }
    }

    fn is_expired_hold(&self, now: Timestamp) -> bool {
        matches!(self.stage, Stage::Held { until, .. } if until <= now)
    }

    fn become_stage(self, stage: Stage) -> Self {
        Self { stage, sequence: self.sequence + 1, ..self }
    }

    fn refuse(&self, to: Status, now: Timestamp) -> InvalidTransition {
        InvalidTransition { from: self.status(now), to }
    }
}

/// A hold that is over was cancelled at its end, whenever somebody notices.
const fn expiry(until: Timestamp) -> Cancellation {
    Cancellation { at: until, by: CancelledBy::Expiry, reason: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{booking, confirmed, minutes, now, visit};

    fn held() -> Appointment {
        booking().appointment
    }

    fn until() -> Timestamp {
        now() + minutes(10)
    }

    fn in_every_stage() -> Vec<Appointment> {
        let checked_in = confirmed().check_in(now()).unwrap();
        let in_progress = checked_in.clone().begin(now()).unwrap();
        vec![
            held(),
            confirmed(),
            checked_in,
            in_progress.clone(),
            in_progress.complete(now()).unwrap(),
            confirmed().cancel(CancelledBy::Patient, None, now()).unwrap(),
            confirmed().miss(visit().start()).unwrap(),
        ]
    }

    #[test]
    fn a_visit_whose_time_has_come_is_cancelled_by_nobody() {
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
        let refused = InvalidTransition { from: Status::Held, to: Status::Cancelled };
        assert_eq!(held().expire(until() - minutes(1)), Err(refused));
        for appointment in in_every_stage().into_iter().skip(1) {
            assert!(appointment.expire(until()).is_err());
        }
    }

    /// From each stage (row) to each (column): held, confirmed, checked in, in progress, completed, cancelled, missed.
    #[test]
    fn the_table_of_transitions_is_this_one_and_no_other() {
        let start = visit().start();
        let before = now() + minutes(1);
        let transitions: [&dyn Fn(Appointment) -> Result<Appointment, InvalidTransition>; 6] = [
            &|it| it.confirm(before),
            &|it| it.check_in(before),
            &|it| it.begin(before),
            &|it| it.complete(before),
            &|it| it.cancel(CancelledBy::Admin, None, before),
            &|it| it.miss(start),
        ];
        let table = ["x...x.", ".xx.xx", "..x.x.", "...x..", "......", "......", "......"];
        for (appointment, expected) in in_every_stage().into_iter().zip(table) {
            let allowed: String =
                transitions.iter().map(|step| if step(appointment.clone()).is_ok() { 'x' } else { '.' }).collect();
            assert_eq!(allowed, expected, "from {:?}", appointment.stage);
        }
    }

    #[test]
    fn a_refused_transition_says_from_what_to_what() {
        let error = held().check_in(now()).unwrap_err();
        assert_eq!(error.to_string(), "a held appointment can't become checked_in");
        let error = held().cancel(CancelledBy::Patient, None, until()).unwrap_err();
        assert_eq!(error, InvalidTransition { from: Status::Cancelled, to: Status::Cancelled });
    }

    #[test]
    fn only_an_unpaid_end_can_be_undone() {
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
    fn whoever_has_made_sure_of_the_slot_may_confirm_a_hold_that_is_over() {
        assert_eq!(held().confirm(until() + minutes(5)).unwrap().stage, Stage::Confirmed { at: until() + minutes(5) });
    }

    #[test]
    fn nobody_misses_a_visit_before_it_starts() {
        assert!(confirmed().miss(visit().start() - minutes(1)).is_err());
        assert!(confirmed().miss(visit().start()).is_ok());
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
