//! A patient's open appointments in one record with one version, which keeps two of them from overlapping even with
//! different doctors. The agenda keeps no history: the next write removes what is over.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Parties, Resource};
use crate::availability::slot::Slot;
use crate::core::id::{AppointmentId, DoctorId, PatientId};
use crate::core::time::TimeRange;

/// The most open appointments of one patient. It bounds the size of the record, and so the cost of a booking.
pub const MAX_OPEN: usize = 20;
/// The most holds of one patient at a time: holds are free of charge, so they could be used to block a doctor.
pub const MAX_HOLDS: usize = 3;

/// The most visits without a fee to one doctor that a patient cancels within [`CANCELLATIONS_COUNT_FOR`] before another
/// one is refused: each tells the doctor of a booking and of a cancellation, and costs the patient nothing.
pub const MAX_FREE_CANCELLATIONS: usize = 5;
/// The same for all doctors together. It also bounds the size of the record.
pub const MAX_FREE_CANCELLATIONS_IN_ALL: usize = 10;
/// The time for which a cancellation of a visit without a fee counts.
pub const CANCELLATIONS_COUNT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A patient's open appointments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// The patient of the appointments.
    pub patient: PatientId,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
    /// The appointments, in no particular order. Some may be over.
    pub entries: Vec<Entry>,
    /// The patient's latest cancellations of visits without a fee, oldest first. Some may count no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancellations: Vec<FreeCancellation>,
}

/// A patient's cancellation of a visit without a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeCancellation {
    /// The doctor of the visit.
    pub doctor: DoctorId,
    /// The instant of the cancellation.
    pub at: Timestamp,
}

/// The patient has cancelled too many visits without a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many visits without a fee were cancelled: the next one can be booked at {until}")]
pub struct TooManyCancellations {
    /// The first instant at which the oldest of them counts no more.
    pub until: Timestamp,
}

impl Resource for Agenda {
    fn parties(&self) -> Parties {
        Parties::patient(self.patient)
    }
}

/// One appointment of an agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The time of the visit.
    pub time: TimeRange,
    /// The appointment.
    pub appointment: AppointmentId,
    /// The first instant at which the hold is over; `None` for a confirmed appointment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Timestamp>,
}

/// The reason why an appointment does not fit into the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgendaRefusal {
    /// The patient has another appointment at that time.
    #[error("the patient has another appointment at that time")]
    Overlaps {
        /// The other appointment.
        appointment: AppointmentId,
        /// Its time.
        time: TimeRange,
    },
    /// The patient has [`MAX_HOLDS`] holds.
    #[error("the patient has {MAX_HOLDS} appointments waiting for payment")]
    TooManyHolds {
        /// The first instant at which one of them is over.
        until: Timestamp,
    },
    /// The patient has [`MAX_OPEN`] open appointments.
    #[error("the patient has {MAX_OPEN} open appointments")]
    TooManyOpen,
}

impl Entry {
    /// Whether the entry still takes the patient's time: neither the visit nor its hold is over.
    fn is_open(&self, now: Timestamp) -> bool {
        self.time.end() > now && self.hold_until.is_none_or(|until| until > now)
    }
}

impl Agenda {
    /// The agenda of a patient without a stored one.
    pub const fn empty(patient: PatientId) -> Self {
        Self { patient, version: 0, entries: Vec::new(), cancellations: Vec::new() }
    }

    /// Adds an appointment, held until `hold_until` or confirmed, and removes the entries that are over.
    ///
    /// An appointment that is already in the agenda is moved to `time`.
    pub fn admit(
        &self,
        time: TimeRange,
        appointment: AppointmentId,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, AgendaRefusal> {
        let is_other = |entry: &&Entry| entry.is_open(now) && entry.appointment != appointment;
        let mut entries: Vec<Entry> = self.entries.iter().filter(is_other).copied().collect();
        has_room(&entries, time, hold_until.is_some())?;
        entries.push(Entry { time, appointment, hold_until });
        let mut cancellations = self.cancellations.clone();
        cancellations.retain(|cancellation| cancellation.counts(now));
        Ok(Self { entries, cancellations, ..*self })
    }

    /// Whether the agenda would admit a new appointment at `time`: a hold if it has a fee.
    ///
    /// # Errors
    /// [`AgendaRefusal`].
    pub fn would_admit(&self, time: TimeRange, has_fee: bool, now: Timestamp) -> Result<(), AgendaRefusal> {
        let open: Vec<Entry> = self.entries.iter().filter(|entry| entry.is_open(now)).copied().collect();
        has_room(&open, time, has_fee)
    }

    /// The patient's own open entry that has a slot.
    pub fn entry_with(&self, slot: &Slot, now: Timestamp) -> Option<&Entry> {
        self.entries.iter().find(|entry| slot.holder() == Some(entry.appointment) && entry.is_open(now))
    }

    /// Whether the patient may book another visit without a fee to `doctor`.
    ///
    /// # Errors
    /// [`TooManyCancellations`].
    pub fn admits_free_visit(&self, doctor: DoctorId, now: Timestamp) -> Result<(), TooManyCancellations> {
        let recent = || self.cancellations.iter().rev().filter(|cancellation| cancellation.counts(now));
        let of_doctor = recent().filter(|cancellation| cancellation.doctor == doctor).nth(MAX_FREE_CANCELLATIONS - 1);
        let in_all = recent().nth(MAX_FREE_CANCELLATIONS_IN_ALL - 1);
        match of_doctor.into_iter().chain(in_all).map(FreeCancellation::counts_until).max() {
            Some(until) => Err(TooManyCancellations { until }),
            None => Ok(()),
        }
    }

    /// The agenda with a cancellation of a visit without a fee by the patient, or of all such visits of a series.
    #[must_use]
    pub(crate) fn with_cancellation(mut self, doctor: DoctorId, now: Timestamp) -> Self {
        self.cancellations.push(FreeCancellation { doctor, at: now });
        let surplus = self.cancellations.len().saturating_sub(MAX_FREE_CANCELLATIONS_IN_ALL);
        self.cancellations.drain(..surplus);
        self
    }

    /// Makes the entry of an appointment a confirmed one.
    ///
    /// An entry that is still there needs no check, even if its hold is over: a write that admitted another visit at
    /// that time would have removed it. An entry that was removed is admitted like a new one.
    pub fn confirm(&self, appointment: AppointmentId, time: TimeRange, now: Timestamp) -> Result<Self, AgendaRefusal> {
        if !self.entries.iter().any(|entry| entry.appointment == appointment && entry.time == time) {
            return self.admit(time, appointment, None, now);
        }
        let entries = self.entries.iter().map(|&entry| {
            let is_confirmed = entry.appointment == appointment;
            Entry { hold_until: entry.hold_until.filter(|_| !is_confirmed), ..entry }
        });
        Ok(Self { entries: entries.collect(), ..self.clone() })
    }

    /// Whether an appointment is still in the agenda. Entries that are over are removed by the next admission.
    pub fn has(&self, appointment: AppointmentId) -> bool {
        self.entries.iter().any(|entry| entry.appointment == appointment)
    }

    /// The agenda with a longer hold of an appointment that it has.
    pub(crate) fn extend(&self, appointment: AppointmentId, until: Timestamp) -> Self {
        let entries = self.entries.iter().map(|&entry| {
            let is_extended = entry.appointment == appointment;
            Entry { hold_until: entry.hold_until.map(|hold| if is_extended { until } else { hold }), ..entry }
        });
        Self { entries: entries.collect(), ..self.clone() }
    }

    /// The agenda without an appointment, whether the appointment was in it or not.
    pub fn without(&self, appointment: AppointmentId) -> Self {
        let others = self.entries.iter().filter(|entry| entry.appointment != appointment);
        Self { entries: others.copied().collect(), ..self.clone() }
    }
}

impl FreeCancellation {
    /// The first instant at which the cancellation counts no more.
    pub fn counts_until(&self) -> Timestamp {
        self.at.checked_add(CANCELLATIONS_COUNT_FOR).unwrap_or(Timestamp::MAX)
    }

    fn counts(&self, now: Timestamp) -> bool {
        now < self.counts_until()
    }
}

/// Whether there is room for another appointment beside `open`, all of which are open.
fn has_room(open: &[Entry], time: TimeRange, is_hold: bool) -> Result<(), AgendaRefusal> {
    if let Some(entry) = open.iter().find(|entry| entry.time.overlaps(&time)) {
        return Err(AgendaRefusal::Overlaps { appointment: entry.appointment, time: entry.time });
    }
    let holds = || open.iter().filter_map(|entry| entry.hold_until);
    if let Some(until) = holds().min().filter(|_| is_hold && holds().count() >= MAX_HOLDS) {
        return Err(AgendaRefusal::TooManyHolds { until });
    }
    if open.len() >= MAX_OPEN { Err(AgendaRefusal::TooManyOpen) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{agenda, appointment_id, at, doctor_id, minutes, now, range, visit};

    fn entry(number: u128, time: TimeRange, hold_until: Option<Timestamp>) -> Entry {
        Entry { time, appointment: appointment_id(number), hold_until }
    }

    fn with(entries: Vec<Entry>) -> Agenda {
        Agenda { entries, version: 5, ..agenda() }
    }

    /// The `number`-th hour of a far day, none of which overlap.
    fn hour(number: u128) -> TimeRange {
        let start = at("2027-01-01T00:00:00Z") + minutes(60 * i64::try_from(number).unwrap());
        TimeRange::new(start, start + minutes(60)).unwrap()
    }

    fn live() -> Option<Timestamp> {
        Some(now() + minutes(10))
    }

    #[test]
    fn an_empty_agenda_admits_anything() {
        let after = agenda().admit(visit(), appointment_id(1), live(), now()).unwrap();
        assert_eq!(after.entries, [entry(1, visit(), live())]);
        assert_eq!(after.version, 0, "the writer counts versions");
    }

    #[test]
    fn overlapping_appointments_are_refused_and_neighbours_are_not() {
        let agenda = with(vec![entry(1, visit(), None)]);
        let admit = |time| agenda.admit(time, appointment_id(2), live(), now());
        let overlaps = Err(AgendaRefusal::Overlaps { appointment: appointment_id(1), time: visit() });
        assert_eq!(admit(visit()), overlaps);
        assert_eq!(admit(range("2026-12-01T04:59:00Z", 30)), overlaps);
        assert!(admit(range("2026-12-01T05:00:00Z", 30)).is_ok());
        assert!(admit(range("2026-12-01T04:00:00Z", 30)).is_ok());
    }

    #[test]
    fn a_live_hold_counts_and_an_expired_one_is_pruned() {
        let until = now() + minutes(10);
        let agenda = with(vec![entry(1, visit(), Some(until))]);
        let admit = |at| agenda.admit(visit(), appointment_id(2), None, at);
        assert!(admit(until - minutes(1)).is_err());
        assert_eq!(admit(until).unwrap().entries, [entry(2, visit(), None)]);
    }

    #[test]
    fn what_has_ended_is_pruned() {
        let agenda = with(vec![entry(1, visit(), None)]);
        let admit = |at| agenda.admit(hour(1), appointment_id(2), None, at).unwrap().entries.len();
        assert_eq!(admit(visit().end() - minutes(1)), 2);
        assert_eq!(admit(visit().end()), 1);
    }

    #[test]
    fn a_patient_has_at_most_three_holds() {
        let holds = with((0..3).map(|n| entry(n, hour(n), live())).collect());
        let refused = Err(AgendaRefusal::TooManyHolds { until: now() + minutes(10) });
        assert_eq!(holds.admit(visit(), appointment_id(9), live(), now()), refused);
        assert!(holds.admit(visit(), appointment_id(9), None, now()).is_ok(), "a free visit is no hold");
        let one_is_over = holds.admit(visit(), appointment_id(9), live(), now() + minutes(10));
        assert!(one_is_over.is_ok());
        let confirmed = holds.confirm(appointment_id(0), hour(0), now()).unwrap();
        assert!(confirmed.admit(visit(), appointment_id(9), live(), now()).is_ok());
    }

    #[test]
    fn a_patient_has_at_most_twenty_open_appointments() {
        let open = with((0..19).map(|n| entry(n, hour(n), None)).collect());
        let full = open.admit(hour(19), appointment_id(19), None, now()).unwrap();
        assert_eq!(full.entries.len(), MAX_OPEN);
        assert_eq!(full.admit(visit(), appointment_id(20), None, now()), Err(AgendaRefusal::TooManyOpen));
        assert!(full.without(appointment_id(3)).admit(visit(), appointment_id(20), None, now()).is_ok());
    }

    #[test]
    fn admitting_an_appointment_again_moves_it() {
        let agenda = with(vec![entry(1, visit(), live())]);
        let moved = agenda.admit(range("2026-12-01T04:45:00Z", 30), appointment_id(1), live(), now()).unwrap();
        assert_eq!(moved.entries, [entry(1, range("2026-12-01T04:45:00Z", 30), live())]);
    }

    #[test]
    fn confirming_makes_a_hold_firm_even_if_it_is_over() {
        let agenda = with(vec![entry(1, visit(), live()), entry(2, hour(2), live())]);
        let late = now() + minutes(60);
        let confirmed = agenda.confirm(appointment_id(1), visit(), late).unwrap();
        assert_eq!(confirmed.entries, [entry(1, visit(), None), entry(2, hour(2), live())]);
    }

    #[test]
    fn confirming_what_was_pruned_admits_it_again_or_refuses() {
        let pruned = with(vec![]);
        assert_eq!(pruned.confirm(appointment_id(1), visit(), now()).unwrap().entries, [entry(1, visit(), None)]);
        let busy = with(vec![entry(2, visit(), None)]);
        assert_eq!(
            busy.confirm(appointment_id(1), visit(), now()),
            Err(AgendaRefusal::Overlaps { appointment: appointment_id(2), time: visit() }),
        );
    }

    #[test]
    fn removing_an_appointment_that_is_not_in_the_agenda_changes_nothing() {
        let agenda = with(vec![entry(1, visit(), None)]);
        assert_eq!(agenda.without(appointment_id(1)).entries, []);
        assert_eq!(agenda.without(appointment_id(2)), agenda);
    }

    #[test]
    fn a_patient_who_cancels_free_visits_again_and_again_waits_for_a_day() {
        let other = DoctorId::from_uuid(uuid::Uuid::from_u128(7));
        let cancelled = |count: usize, doctor| {
            (0..i64::try_from(count).unwrap())
                .fold(agenda(), |agenda, minute| agenda.with_cancellation(doctor, now() + minutes(minute)))
        };
        let later = now() + minutes(60);
        assert!(cancelled(MAX_FREE_CANCELLATIONS - 1, doctor_id()).admits_free_visit(doctor_id(), later).is_ok());
        let often = cancelled(MAX_FREE_CANCELLATIONS, doctor_id());
        let until = now() + CANCELLATIONS_COUNT_FOR;
        assert_eq!(often.admits_free_visit(doctor_id(), later), Err(TooManyCancellations { until }));
        assert!(often.admits_free_visit(other, later).is_ok(), "the other doctor was told of none of them");
        assert!(often.admits_free_visit(doctor_id(), until).is_ok());

        let everywhere = (0..MAX_FREE_CANCELLATIONS_IN_ALL as u128)
            .fold(agenda(), |agenda, n| agenda.with_cancellation(DoctorId::from_uuid(uuid::Uuid::from_u128(n)), now()));
        assert!(everywhere.admits_free_visit(doctor_id(), later).is_err());
        assert_eq!(everywhere.with_cancellation(other, later).cancellations.len(), MAX_FREE_CANCELLATIONS_IN_ALL);
    }

    #[test]
    fn what_would_be_admitted_is_admitted_and_nothing_else() {
        let full = with((0..3).map(|n| entry(n, hour(n), live())).collect());
        for time in [visit(), hour(0), hour(2), hour(9)] {
            for has_fee in [true, false] {
                for at in [now(), now() + minutes(10)] {
                    let hold = has_fee.then(|| at + minutes(10));
                    let admitted = full.admit(time, appointment_id(9), hold, at);
                    assert_eq!(full.would_admit(time, has_fee, at), admitted.map(drop), "{time} {has_fee}");
                }
            }
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Admit(i64, i64, bool),
        Confirm(u128),
        Without(u128),
        Wait(i64),
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_i64..600, 1_i64..120, any::<bool>()).prop_map(|(from, length, hold)| Step::Admit(from, length, hold)),
            (0_u128..30).prop_map(Step::Confirm),
            (0_u128..30).prop_map(Step::Without),
            (0_i64..15).prop_map(Step::Wait),
        ]
    }

    proptest! {
        /// After any sequence of writes, with late confirmations, no two live entries overlap.
        #[test]
        fn live_entries_never_overlap(steps in prop::collection::vec(any_step(), 1..60)) {
            let mut agenda = agenda();
            let mut clock = now();
            let mut known: Vec<(AppointmentId, TimeRange)> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                let next = match step {
                    Step::Admit(from, length, hold) => {
                        let start = now() + minutes(from);
                        let time = TimeRange::new(start, start + minutes(length)).unwrap();
                        let id = appointment_id(u128::try_from(known.len()).unwrap());
                        known.push((id, time));
                        agenda.admit(time, id, hold.then(|| clock + minutes(10)), clock).ok()
                    }
                    Step::Confirm(n) => known
                        .get(usize::try_from(n).unwrap())
                        .and_then(|&(id, time)| agenda.confirm(id, time, clock).ok()),
                    Step::Without(n) => Some(agenda.without(appointment_id(n))),
                    Step::Wait(n) => {
                        clock += minutes(n);
                        None
                    }
                };
                agenda = next.unwrap_or(agenda);
                let open: Vec<&Entry> = agenda.entries.iter().filter(|entry| entry.is_open(clock)).collect();
                for (i, a) in open.iter().enumerate() {
                    prop_assert!(open[i + 1..].iter().all(|b| !a.time.overlaps(&b.time)), "after step {number}");
                }
                prop_assert!(open.len() <= MAX_OPEN);
            }
        }
    }
}
