//! What must hold of appointments: they keep their slots, move forward only, and fit in what a doctor takes in a day.

use std::collections::BTreeMap;

use domain::core::id::SlotId;
use jiff::Timestamp;
use serde_json::Value;

use super::slots::{State, start_of};
use super::{Checker, SKEW, day_in_india};
use crate::table::{Item, number, text};
use crate::violation::{Violation, hold};
use crate::world::Invocation;

/// The stage of an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Held {
        until: i64,
    },
    /// Confirmed, checked in or in progress.
    Firm,
    /// Completed or missed.
    Over,
    Cancelled {
        by: String,
    },
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: String,
    pub patient: String,
    pub doctor: String,
    pub start: i64,
    pub end: i64,
    pub slots: Vec<String>,
    pub fee: i64,
    pub stage: Stage,
    pub state: String,
    pub sequence: i64,
}

impl Appointment {
    /// Whether it takes the time of doctor and patient, by every clock.
    pub fn is_live(&self, now: i64) -> bool {
        match self.stage {
            Stage::Held { until } => until > now + SKEW,
            Stage::Firm => true,
            Stage::Over | Stage::Cancelled { .. } => false,
        }
    }
}

/// The terms on which a doctor can be booked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub(super) fee: i64,
    /// The daily limit of visits, if there is one.
    pub limit: Option<usize>,
    /// The number of slots and the fee of each kind of visit that differs from the usual one.
    kinds: BTreeMap<String, (usize, i64)>,
}

impl Terms {
    pub(super) fn read(doctor: &Item) -> Self {
        let terms = doctor.get("terms").map(|terms| &terms["M"]);
        let limit = terms.and_then(|terms| terms["daily_limit"]["N"].as_str()?.parse().ok());
        let kinds = terms.and_then(|terms| terms["kinds"]["M"].as_object()).into_iter().flatten();
        let kind = |(kind, terms): (&String, &Value)| {
            let terms = terms["M"].as_object().expect("the terms of a kind");
            let [slots, fee] = ["slots", "fee"].map(|name| number(terms, name).expect("a number"));
            (kind.clone(), (usize::try_from(slots).expect("some slots"), fee))
        };
        Self { fee: number(doctor, "fee").expect("a fee"), limit, kinds: kinds.map(kind).collect() }
    }

    /// The number of slots that a visit of this kind takes.
    pub fn slots_of(&self, kind: &str) -> usize {
        self.kinds.get(kind).map_or(1, |(slots, _)| *slots)
    }

    pub(super) fn fee_of(&self, kind: &str) -> i64 {
        self.kinds.get(kind).map_or(self.fee, |(_, fee)| *fee)
    }
}

impl Checker {
    pub(super) fn check_appointment(&self, id: &str, now: i64) -> Result<(), Violation> {
        let Some(appointment) = self.appointments.get(id) else { return Ok(()) };
        if !appointment.is_live(now) {
            return Ok(());
        }
        let mut end = appointment.start;
        for place in self.places(appointment) {
            let slot = self.slots.get(&place);
            let expected = match appointment.stage {
                Stage::Held { until } => State::Held { by: id.to_owned(), until },
                _ => State::Booked { by: id.to_owned() },
            };
            let Some(slot) = slot.filter(|slot| slot.state == expected) else {
                return Err(Violation::of(
                    "a live appointment has lost its slot",
                    format!("{appointment:?}: {slot:?}"),
                ));
            };
            hold!(slot.start == end, "an appointment has slots with a gap", "{appointment:?}: {slot:?}");
            end = slot.end;
        }
        hold!(end == appointment.end, "an appointment is longer or shorter than its slots", "{appointment:?}");
        Ok(())
    }

    /// After a visit was added to a day, the day has no more visits than the doctor's limit at some moment since the invocation
    /// began. Visits that a late payment confirms are not counted.
    pub(super) fn check_load(&self, doctor: &str, day: i64, now: i64, by: &Invocation) -> Result<(), Violation> {
        let limits: Option<Vec<usize>> = self.terms_since(doctor, by.started).map(|terms| terms.limit).collect();
        let Some(most) = limits.and_then(|limits| limits.into_iter().max()) else { return Ok(()) };
        let paid_late = self.paid_late.get(&(doctor.to_owned(), day)).is_some_and(|late| *late >= by.started);
        let open = self.open.get(doctor).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        let visits: Vec<_> = open
            .filter(|it| day_in_india(it.start) == day && (it.is_live(now) || it.stage == Stage::Over))
            .map(|it| (&it.id, it.start, &it.stage))
            .collect();
        let is_within = visits.len() <= most || paid_late;
        hold!(is_within, "a doctor has more visits in a day than they take", "{doctor}, {most} at most: {visits:?}");
        Ok(())
    }

    pub(super) fn places(&self, appointment: &Appointment) -> impl Iterator<Item = (String, i64)> + use<> {
        let doctor = appointment.doctor.clone();
        let starts: Vec<i64> = appointment.slots.iter().map(|slot| start_of(slot)).collect();
        starts.into_iter().map(move |start| (doctor.clone(), start))
    }

    /// The terms of a doctor.
    ///
    /// # Panics
    /// If there is no such doctor.
    pub fn terms(&self, doctor: &str) -> &Terms {
        &self.terms[doctor].last().expect("a doctor has terms").1
    }

    /// The terms that a doctor has had at some moment since then.
    pub(super) fn terms_since(&self, doctor: &str, since: i64) -> impl Iterator<Item = &Terms> {
        let all = &self.terms[doctor];
        let before = all.iter().rposition(|(from, _)| *from < since).unwrap_or(0);
        all[before..].iter().map(|(_, terms)| terms)
    }
}

/// How one state of an appointment may follow another.
pub(super) fn succession(last: &Appointment, next: &Appointment) -> Result<(), Violation> {
    let same = (&last.patient, &last.doctor, last.fee) == (&next.patient, &next.doctor, next.fee);
    hold!(same, "an appointment became another's", "{next:?} after {last:?}");
    let possible = match (&last.stage, &next.stage) {
        (Stage::Held { .. }, _) | (Stage::Firm, Stage::Firm | Stage::Over | Stage::Cancelled { .. }) => true,
        (Stage::Cancelled { by }, Stage::Firm) => by == "expiry",
        _ => false,
    };
    hold!(possible, "an appointment went back", "{next:?} after {last:?}");
    // A calendar accepts only updates that are newer than its own.
    let visible = (last.start, last.end, &last.state) != (next.start, next.end, &next.state);
    hold!(
        !visible || next.sequence > last.sequence,
        "a change of an appointment is not newer",
        "{next:?} after {last:?}"
    );
    Ok(())
}

pub(super) fn appointment(id: &str, item: &Item) -> Appointment {
    let state = text(item, "state");
    let stage = match state {
        "held" => Stage::Held { until: number(item, "hold_until").unwrap() },
        "confirmed" | "checked_in" | "in_progress" => Stage::Firm,
        "completed" | "no_show" => Stage::Over,
        "cancelled" => Stage::Cancelled { by: text(item, "by").to_owned() },
        other => panic!("an appointment is {other}"),
    };
    let start = number(item, "start").unwrap();
    let slots = match item.get("slots").and_then(|slots| slots["L"].as_array()) {
        Some(slots) => slots.iter().map(|slot| slot["S"].as_str().unwrap().to_owned()).collect(),
        None => {
            let start = Timestamp::from_millisecond(start).unwrap();
            vec![SlotId::new(start).unwrap().to_string()]
        }
    };
    Appointment {
        id: id.to_owned(),
        patient: text(item, "patient").to_owned(),
        doctor: text(item, "doctor").to_owned(),
        start,
        end: number(item, "end").unwrap(),
        slots,
        fee: number(item, "fee").unwrap(),
        stage,
        state: state.to_owned(),
        sequence: number(item, "sequence").unwrap(),
    }
}
