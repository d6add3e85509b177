//! A patient's open appointments, in one record with one version: what keeps two of them from overlapping, however
//! many doctors they are with. History is not kept here: what is over is pruned by the next write.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Parties, Resource};
use crate::core::id::{AppointmentId, PatientId};
use crate::core::time::TimeRange;

/// The most open appointments of one patient. It bounds the size of the record, hence the cost of a booking.
pub const MAX_OPEN: usize = 20;
/// The most holds of one patient at a time: holds cost nothing, so they could be used to block a doctor.
pub const MAX_HOLDS: usize = 3;

/// A patient's open appointments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// Whose they are.
    pub patient: PatientId,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
    /// In no particular order. Some may be over.
    pub entries: Vec<Entry>,
}

impl Resource for Agenda {
    fn parties(&self) -> Parties {
        Parties::patient(self.patient)
    }
}

/// One appointment of an agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it is.
    pub time: TimeRange,
    /// Which one it is.
    pub appointment: AppointmentId,
    /// Until when it is held, if it is not confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Timestamp>,
}

/// Why an appointment does not fit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgendaRefusal {
    /// The patient is busy then.
    #[error("the patient has another appointment at that time")]
    Overlaps {
        /// With this one.
        appointment: AppointmentId,
    },
    /// [`MAX_HOLDS`] are reached.
    #[error("the patient has {MAX_HOLDS} appointments waiting for payment")]
    TooManyHolds,
    /// [`MAX_OPEN`] are reached.
    #[error("the patient has {MAX_OPEN} open appointments")]
    TooManyOpen,
}

impl Entry {
    /// Whether it still takes the patient's time: it has not ended, and its hold, if it is one, neither.
    fn is_open(&self, now: Timestamp) -> bool {
        self.time.end() > now && self.hold_until.is_none_or(|until| until > now)
    }
}

impl Agenda {
    /// The agenda of a patient who has none stored.
    pub const fn empty(patient: PatientId) -> Self {
        Self { patient, version: 0, entries: Vec::new() }
    }

    /// Adds an appointment, held until `hold_until` or confirmed, and drops what is over.
    ///
    /// An appointment that is in it already is moved to `time`.
    pub fn admit(
        &self,
        time: TimeRange,
        appointment: AppointmentId,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, AgendaRefusal> {
        let is_other = |entry: &&Entry| entry.is_open(now) && entry.appointment != appointment;
        let mut entries: Vec<Entry> = self.entries.iter().filter(is_other).copied().collect();
        if let Some(entry) = entries.iter().find(|entry| entry.time.overlaps(&time)) {
            return Err(AgendaRefusal::Overlaps { appointment: entry.appointment });
        }
        let holds = entries.iter().filter(|entry| entry.hold_until.is_some()).count();
        if hold_until.is_some() && holds >= MAX_HOLDS {
            return Err(AgendaRefusal::TooManyHolds);
        }
        if entries.len() >= MAX_OPEN {
            return Err(AgendaRefusal::TooManyOpen);
        }
        entries.push(Entry { time, appointment, hold_until });
        Ok(Self { entries, ..*self })
    }

    /// Makes an appointment's entry a firm one.
    ///
    /// An entry that is still there needs no check, even if its hold is over: had another been admitted in its time,
    /// that write would have pruned it. One that was pruned is admitted like a new one.
    pub fn confirm(&self, appointment: AppointmentId, time: TimeRange, now: Timestamp) -> Result<Self, AgendaRefusal> {
        if !self.entries.iter().any(|entry| entry.appointment == appointment && entry.time == time) {
            return self.admit(time, appointment, None, now);
        }
        let entries = self.entries.iter().map(|&entry| {
            let is_confirmed = entry.appointment == appointment;
            Entry { hold_until: entry.hold_until.filter(|_| !is_confirmed), ..entry }
        });
        Ok(Self { entries: entries.collect(), ..*self })
    }

    /// Whether an appointment is in it still. What a clock takes to be over is dropped by the next one that comes in.
    pub fn has(&self, appointment: AppointmentId) -> bool {
        self.entries.iter().any(|entry| entry.appointment == appointment)
    }

    /// The agenda with a longer hold of an appointment that is held in it.
    pub(crate) fn extend(&self, appointment: AppointmentId, until: Timestamp) -> Self {
        let entries = self.entries.iter().map(|&entry| {
            let is_extended = entry.appointment == appointment;
            Entry { hold_until: entry.hold_until.map(|hold| if is_extended { until } else { hold }), ..entry }
        });
        Self { entries: entries.collect(), ..*self }
    }

    /// The agenda without an appointment, whether it was in it or not.
    pub fn without(&self, appointment: AppointmentId) -> Self {
        let others = self.entries.iter().filter(|entry| entry.appointment != appointment);
        Self { entries: others.copied().collect(), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{agenda, appointment_id, at, minutes, now, range, visit};

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
        let overlaps = Err(AgendaRefusal::Overlaps { appointment: appointment_id(1) });
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
    fn three_holds_wait_for_payment_and_no_more() {
        let holds = with((0..3).map(|n| entry(n, hour(n), live())).collect());
        assert_eq!(holds.admit(visit(), appointment_id(9), live(), now()), Err(AgendaRefusal::TooManyHolds));
        assert!(holds.admit(visit(), appointment_id(9), None, now()).is_ok(), "a free visit is no hold");
        let one_is_over = holds.admit(visit(), appointment_id(9), live(), now() + minutes(10));
        assert!(one_is_over.is_ok());
        let confirmed = holds.confirm(appointment_id(0), hour(0), now()).unwrap();
        assert!(confirmed.admit(visit(), appointment_id(9), live(), now()).is_ok());
    }

    #[test]
    fn twenty_appointments_are_open_and_no_more() {
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
            Err(AgendaRefusal::Overlaps { appointment: appointment_id(2) }),
        );
    }

    #[test]
    fn taking_out_is_harmless_for_what_is_not_in_it() {
        let agenda = with(vec![entry(1, visit(), None)]);
        assert_eq!(agenda.without(appointment_id(1)).entries, []);
        assert_eq!(agenda.without(appointment_id(2)), agenda);
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
        /// Whatever is written in whatever order, with late confirmations: no two live entries overlap.
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
